// What tries to outlive its run. The program itself leaves at once and says so; the driver looks for its token, and for
// anyone in its cgroup, a moment later. Nobody lives longer than a minute.
#include "attack.h"
#include <pthread.h>
#include <sys/ptrace.h>

__attribute__((noreturn)) static void linger(void) {
  alarm(0);
  for (int i = 0; i < 60; i++) rest(1);
  _exit(0);
}
static void silence(void) {
  for (int file = 0; file < 64; file++) close(file);
}
static void ignore_signals(void) {
  for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
}
__attribute__((noreturn)) static void leave(void) {
  rest(0.05);
  blocked("left something behind");
}

static void daemon_process(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      silence();
      linger();
    }
    _exit(0);
  }
  leave();
}
static void signals_ignored(void) {
  if (fork() == 0) {
    setsid();
    ignore_signals();
    silence();
    linger();
  }
  leave();
}
static void subreaper(void) {
  if (fork() == 0) {
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    prctl(PR_SET_NAME, "kworker/0:1", 0, 0, 0);
    ignore_signals();
    if (fork() == 0) {
      silence();
      linger();
    }
    silence();
    linger();
  }
  leave();
}
// Keeps the pipes open: whoever waits for the end of the output waits for the daemon.
static void holds_the_output(void) {
  if (fork() == 0) {
    setsid();
    linger();
  }
  leave();
}
// Whoever kills by number is always too late: each lives for two milliseconds.
static void wabbit(void) {
  if (fork() == 0) {
    double end = wall() + deadline;
    silence();
    while (wall() < end) {
      setsid();
      pid_t child = fork();
      if (child > 0) _exit(0);
      rest(0.002);
    }
    _exit(0);
  }
  leave();
}
static void stopped(void) {
  if (fork() == 0) {
    setsid();
    silence();
    raise(SIGSTOP);
    linger();
  }
  leave();
}
static void traced(void) {  // a stopped tracee waits for its tracer, who ignores everything
  if (fork() == 0) {
    setsid();
    ignore_signals();
    pid_t child = fork();
    if (child == 0) {
      ptrace(PTRACE_TRACEME, 0, NULL, NULL);
      silence();
      raise(SIGSTOP);
      linger();
    }
    silence();
    linger();
  }
  leave();
}
static void suspended(void) {  // a parent in vfork cannot be interrupted, only killed
  if (fork() == 0) {
    setsid();
    silence();
    if (syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0) linger();
    linger();
  }
  leave();
}
static void crowd(void) {
  for (int i = 0; i < 40; i++)
    if (fork() == 0) {
      if (i % 2) setsid();
      ignore_signals();
      silence();
      linger();
    }
  leave();
}
static void given_away(void) {
  if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) {
    setsid();
    silence();
    linger();
  }
  leave();
}
static void *live_on(void *nothing) {
  linger();
  return nothing;
}
// The first thread is gone, the process is not: it shows as a zombie that runs.
static void headless(void) {
  if (fork() == 0) {
    setsid();
    silence();
    pthread_t thread;
    pthread_create(&thread, NULL, live_on, NULL);
    pthread_exit(NULL);
  }
  leave();
}
static void after_a_crash(void) {
  if (fork() == 0) {
    setsid();
    silence();
    linger();
  }
  rest(0.05);
  signal(SIGSEGV, SIG_DFL);
  raise(SIGSEGV);
}
static void after_the_limit(void) {
  if (fork() == 0) {
    setsid();
    ignore_signals();
    silence();
    linger();
  }
  pause();
}
static void after_memory(void) {
  if (fork() == 0) {
    setsid();
    silence();
    linger();
  }
  size_t size = 2 * MEMORY_LIMIT;
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  for (size_t i = 0; memory != MAP_FAILED && i < size; i += 4096) memory[i] = 1;
  escaped("%ld MiB in use, %ld allowed", size / MiB, MEMORY_LIMIT / MiB);
}
// Out of the cgroup by which it would be found: through any hierarchy in sight.
static void leaves_the_cgroup(void) {
  static const char *const places[] = {
    "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/unified/cgroup.procs", "/sys/fs/cgroup/pids/cgroup.procs",
    "/sys/fs/cgroup/memory/cgroup.procs", "/sys/fs/cgroup/systemd/cgroup.procs", "/sys/fs/cgroup/cpuacct/tasks"};
  for (size_t i = 0; i < COUNT(places); i++)
    if (open(places[i], O_WRONLY) >= 0) escaped("may write %s", places[i]);
  blocked("no cgroup in sight: %s", error_name(errno));
}

ATTACKS(
  {"daemon", daemon_process}, {"signals-ignored", signals_ignored}, {"subreaper", subreaper},
  {"holds-the-output", holds_the_output}, {"wabbit", wabbit}, {"stopped", stopped}, {"traced", traced},
  {"suspended", suspended}, {"crowd", crowd}, {"orphan-given-away", given_away}, {"headless", headless},
  {"after-a-crash", after_a_crash}, {"after-the-limit", after_the_limit}, {"after-memory", after_memory},
  {"leaves-the-cgroup", leaves_the_cgroup})
