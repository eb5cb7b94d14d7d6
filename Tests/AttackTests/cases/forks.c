// Processes and threads beyond the limit. All are bounded in number, depth and time.
#include "attack.h"
#include <pthread.h>

static void judge_count(long count) {
  if (count > PIDS_LIMIT) escaped("%ld processes or threads, %ld allowed", count, PIDS_LIMIT);
  blocked("%s after %ld", error_name(errno), count);
}

static void flat(void) {
  long count = 1;
  for (; count < 2 * PIDS_LIMIT; count++) {
    pid_t child = spawn();
    if (child < 0) break;
    if (child == 0) rest(4), _exit(0);
  }
  judge_count(count);
}
// Every process forks as fast as it can, for four seconds: the kernel refuses all day.
static void bomb(void) {
  double end = wall() + 4;
  while (wall() < end) fork();
  _exit(1);
}
// A supervisor that kills one by one never catches up with those that fork whenever one of them dies.
static void phoenix(void) {
  double end = wall() + 8;
  for (int i = 0; i < 16; i++)
    if (fork() == 0) {
      signal(SIGCHLD, SIG_IGN);
      while (wall() < end) {
        if (fork() == 0) continue;
        rest(0.01);
      }
      _exit(0);
    }
  rest(9);
  escaped("the bomb burnt out by itself");
}
static void *idle(void *nothing) {
  rest(4);
  return nothing;
}
static void threads(void) {
  long count = 1;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 65536);
  for (; count < 2 * PIDS_LIMIT; count++) {
    pthread_t thread;
    if ((errno = pthread_create(&thread, &attributes, idle, NULL))) break;
  }
  judge_count(count);
}
// A chain in which each has started the next and is suspended: RLIMIT_NPROC is checked, and the parent cannot react.
static void chain(void) {
  static volatile long count = 1;
  for (; count < 2 * PIDS_LIMIT; count++) {
    pid_t child = fork();
    if (child < 0) judge_count(count);
    if (child > 0) {
      int status = 0;
      waitpid(child, &status, 0);
      _exit(WEXITSTATUS(status));
    }
  }
  judge_count(count);
}
// Dead, but kept: a zombie has a number until someone waits for it.
static void zombies(void) {
  long count = 1;
  for (; count < 2 * PIDS_LIMIT; count++) {
    pid_t child = fork();
    if (child < 0) break;
    if (child == 0) _exit(0);
  }
  judge_count(count);
}
// Gives its children to its own parent, process 1 of the sandbox, so that nobody of its own tree grows.
static void given_away(void) {
  long count = 1;
  for (; count < 2 * PIDS_LIMIT; count++) {
    long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (child < 0) break;
    if (child == 0) alarm(5), rest(4), _exit(0);
  }
  judge_count(count);
}
static void sessions(void) {
  long count = 1;
  for (; count < 2 * PIDS_LIMIT; count++) {
    pid_t child = spawn();
    if (child < 0) break;
    if (child == 0) setsid(), rest(4), _exit(0);
  }
  judge_count(count);
}
static void raised_limit(void) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_NPROC, &limit);
  flat();
}
// Each becomes the program anew, under another name: whatever counts by program or by name starts at one.
static void renamed(void) {
  enum { depth_limit = 8, report = 100 };
  int depth = argument_count > 3 ? atoi(arguments[3]) & 15 : 0, ends[2];
  if (depth == 0 && (pipe(ends) || dup2(ends[1], report) < 0)) blocked("pipe: %s", error_name(errno));
  if (write(report, "x", 1) < 0) _exit(1);
  for (int i = 0; i < 2 && depth < depth_limit; i++)
    if (spawn() == 0) {
      char next[16], name[32];
      snprintf(next, sizeof next, "%d", depth + 1);
      snprintf(name, sizeof name, "kworker/%d:%d", depth, i);
      execv("/proc/self/exe", (char *[]){name, arguments[1], arguments[2], next, NULL});
      _exit(1);
    }
  int error = errno;
  rest(3);
  if (depth > 0) _exit(0);
  char counted[1024];
  long count = read(ends[0], counted, sizeof counted);
  errno = error;
  judge_count(count);
}

ATTACKS(
  {"flat", flat}, {"bomb", bomb}, {"phoenix", phoenix}, {"many-threads", threads}, {"chain", chain},
  {"zombies", zombies},
  {"given-away", given_away}, {"sessions", sessions}, {"raised-limit", raised_limit}, {"renamed", renamed})
