// Processor time: each burns at least 1.6 times what is allowed, where one process, one clock or one sampler misses it.
#include "attack.h"
#include <pthread.h>

static double allowed(void) { return fact("ATTACK_CPU_MS") / 1000.0; }
static void judge_burnt(double time) { escaped("%.1f s of processor time, %.1f allowed", time, allowed()); }

static void busy_loop(void) {
  while (cpu() < 1.6 * allowed()) {}
  judge_burnt(cpu());
}
static void *burn(void *end) {
  while (cpu() < *(double *)end) {}
  return NULL;
}
// Processor time that runs faster than the clock on the wall.
static void threads(void) {
  double end = 1.6 * allowed();
  pthread_t all[4];
  for (int i = 0; i < 4; i++)
    if ((errno = pthread_create(&all[i], NULL, burn, &end))) blocked("pthread_create: %s", error_name(errno));
  for (int i = 0; i < 4; i++) pthread_join(all[i], NULL);
  judge_burnt(cpu());
}
// RLIMIT_CPU counts one process. Each of these burns a little, starts its successor and goes: nobody exceeds anything.
static void relay(void) {
  int report[2];
  if (pipe(report)) blocked("pipe: %s", error_name(errno));
  double slice = 0.1;
  for (double burnt = 0; burnt < 1.6 * allowed(); burnt += slice) {
    pid_t child = spawn();
    if (child < 0) blocked("fork: %s", error_name(errno));
    if (child == 0) {
      while (cpu() < slice) {}
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  judge_burnt(1.6 * allowed());
}
// The one that burns has been given away: its time never reaches the parent's account of its children.
static void orphan(void) {
  pid_t child = spawn();
  if (child == 0) {
    if (spawn() == 0) {
      setsid();
      while (cpu() < 1.6 * allowed()) {}
      _exit(0);
    }
    _exit(0);
  }
  waitpid(child, NULL, 0);
  rest(12);
  judge_burnt(1.6 * allowed());
}
// As the kernel counts children only when they are waited for, nobody waits.
static void unwaited(void) {
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < 8; i++)
    if (spawn() == 0) {
      while (cpu() < allowed() / 4) {}
      _exit(0);
    }
  rest(12);
  judge_burnt(2 * allowed());
}
static void ignores_sigxcpu(void) {
  signal(SIGXCPU, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_CPU, &limit);
  busy_loop();
}
// All in the kernel: a sampler of user time sees an idle process.
static void system_time(void) {
  while (cpu() < 1.6 * allowed())
    for (int i = 0; i < 1000; i++) syscall(SYS_getppid);
  judge_burnt(cpu());
}
// Sleeps whenever the clock's tick would find it running (the "tick dodging" of Tsafrir et al., USENIX Security 2007).
static void tick_dodging(void) {
  while (cpu() < 1.6 * allowed()) {
    double start = wall();
    while (wall() - start < 0.0034) {}
    rest(0.0003);
  }
  judge_burnt(cpu());
}
static void nothing(int signal) { (void)signal; }
static void timer_storm(void) {
  struct itimerval interval = {{0, 1}, {0, 1}};
  signal(SIGPROF, nothing);
  setitimer(ITIMER_PROF, &interval, NULL);
  busy_loop();
}
static void yielding(void) {
  while (cpu() < 1.6 * allowed()) sched_yield();
  judge_burnt(cpu());
}
// Becomes another program again and again: whatever is kept by program image starts from nothing.
static void exec_loop(void) {
  double start = argument_count > 3 ? atof(arguments[3]) : wall();
  while (cpu() < 1.6 * allowed() && wall() - start < deadline) {
    double slice = cpu() + 0.02;
    while (cpu() < slice) {}
    char text[32];
    snprintf(text, sizeof text, "%f", start);
    execv("/proc/self/exe", (char *[]){arguments[0], arguments[1], arguments[2], text, NULL});
    execv(arguments[0], (char *[]){arguments[0], arguments[1], arguments[2], text, NULL});
  }
  judge_burnt(cpu());
}
static void realtime(void) {
  struct sched_param parameters = {.sched_priority = 1};
  judge(sched_setscheduler(0, SCHED_FIFO, &parameters), "SCHED_FIFO");
}
static void deadline_class(void) {
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {.size = 48, .policy = 6, .runtime = 10000000, .deadline = 30000000, .period = 30000000};
  judge(syscall(SYS_sched_setattr, 0, &attributes, 0), "SCHED_DEADLINE");
}
static void negative_nice(void) { judge(setpriority(PRIO_PROCESS, 0, -10), "nice of -10"); }
static void realtime_io(void) {
  judge(syscall(SYS_ioprio_set, 1, 0, 1 << 13), "ioprio_set(realtime)");
}
// Interrupts every processor of the host, whatever the quota of the one who asks.
static void global_barriers(void) {
  if (syscall(SYS_membarrier, 1 /* GLOBAL */, 0, 0) == 0) escaped("membarrier(GLOBAL)");
  judge(syscall(SYS_membarrier, 2 /* GLOBAL_EXPEDITED */, 0, 0), "membarrier(GLOBAL_EXPEDITED)");
}

ATTACKS(
  {"busy-loop", busy_loop}, {"threads", threads}, {"relay", relay}, {"orphan-burns", orphan}, {"unwaited", unwaited},
  {"ignores-sigxcpu", ignores_sigxcpu}, {"system-time", system_time}, {"tick-dodging", tick_dodging},
  {"timer-storm", timer_storm}, {"yielding", yielding}, {"exec-loop", exec_loop}, {"realtime", realtime},
  {"deadline-class", deadline_class}, {"negative-nice", negative_nice}, {"realtime-io", realtime_io},
  {"global-barriers", global_barriers})
