// What never ends, and does not look busy. The deadline must hold whatever the program ignores, closes or stops.
#include "attack.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/ptrace.h>

static void ended(void) { escaped("ran for %d s", deadline - 2); }
static void wait_out(void) {
  rest(deadline - 2);
  ended();
}

static void sleeping(void) { wait_out(); }
static void signals_ignored(void) {
  for (int number = 1; number < 65; number++)
    if (number != SIGALRM) signal(number, SIG_IGN);
  wait_out();
}
static void stopped(void) {
  raise(SIGSTOP);
  wait_out();
}
// End of file on both streams, and still running: the output's end is not the program's.
static void closes_everything(void) {
  for (int file = 0; file < 1024; file++) close(file);
  rest(deadline - 2);
  _exit(66);
}
// A deadline that starts anew with every byte never comes.
static void drip(void) {
  for (int i = 0; i < 10 * (deadline - 2); i++) {
    if (write(STDOUT_FILENO, ".", 1) < 0) break;
    rest(0.1);
  }
  ended();
}
static void suspended(void) {  // in vfork: not interruptible
  if (syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0) {
    rest(deadline - 2);
    _exit(0);
  }
  ended();
}
static void *live_on(void *nothing) {
  wait_out();
  return nothing;
}
static void headless(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, live_on, NULL);
  pthread_exit(NULL);
}
static void fifo(void) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/attack-fifo-%d", getpid());
  if (mkfifo(path, 0600)) blocked("mkfifo: %s", error_name(errno));
  if (getenv("ATTACK_UNSANDBOXED") && fork() == 0) rest(1), unlink(path), _exit(0);
  int file = open(path, O_RDONLY);
  escaped("somebody opened it (%d)", file);
}
static void futex(void) {
  static int word;
  syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
  wait_out();
}
static void lock(void) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/attack-lock-%d", getpid());
  int first = open(path, O_CREAT | O_RDWR, 0600);
  int second = open(path, O_RDWR);
  unlink(path);
  if (first < 0 || second < 0) blocked("open: %s", error_name(errno));
  flock(first, LOCK_EX);
  flock(second, LOCK_EX);
  ended();
}
static void waits_for_a_stopped_child(void) {
  pid_t child = spawn();
  if (child == 0) {
    raise(SIGSTOP);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  ended();
}
static void ptrace_stop(void) {
  pid_t child = spawn();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) rest(deadline);
    raise(SIGSTOP);
    _exit(0);
  }
  waitpid(child, NULL, __WALL);
  rest(deadline - 2);
  ended();
}
// As many sleepers as may be: ending the run must not take longer for it.
static void crowd(void) {
  for (int i = 0; i < 60; i++)
    if (spawn() == 0) wait_out();
  wait_out();
}
static void full_pipe(void) {
  int ends[2];
  static char block[1 << 20];
  if (pipe(ends)) blocked("pipe: %s", error_name(errno));
  long written = write(ends[1], block, sizeof block);
  escaped("a full pipe took %ld bytes", written);
}

ATTACKS(
  {"sleeping", sleeping}, {"ignores-signals", signals_ignored}, {"stops-itself", stopped},
  {"closes-everything", closes_everything}, {"drip", drip}, {"vfork-suspended", suspended}, {"headless-hang", headless},
  {"fifo", fifo}, {"futex", futex}, {"lock", lock}, {"stopped-child", waits_for_a_stopped_child},
  {"ptrace-stop", ptrace_stop}, {"crowd-sleeps", crowd}, {"full-pipe", full_pipe})
