// Signals to whom they are not meant for, and deaths that look like another's doing.
#include "attack.h"
#include <sys/pidfd.h>

// SIGUSR2 to the process group: a pid namespace does not cut it, so a supervisor that shares it dies. The driver keeps
// a process in the supervisor's group to see.
static void group(void) {
  signal(SIGUSR2, SIG_IGN);
  int result = kill(0, SIGUSR2);
  rest(0.2);
  blocked("kill(0, SIGUSR2) was %s; the driver knows whom it reached", result ? error_name(errno) : "accepted");
}
static void group_stop(void) {
  kill(0, SIGSTOP);
  blocked("was continued");
}
static void everyone(void) {
  signal(SIGUSR1, SIG_IGN);
  if (getenv("ATTACK_UNSANDBOXED")) skipped("would reach every process of the host");
  int result = kill(-1, SIGUSR1);
  rest(0.2);
  blocked("kill(-1, SIGUSR1) was %s", result ? error_name(errno) : "accepted");
}
static void everyone_stops(void) {
  if (getenv("ATTACK_UNSANDBOXED")) skipped("would reach every process of the host");
  kill(-1, SIGSTOP);
  rest(0.2);
  blocked("stopped whom it could see");
}
static void first_process(void) {
  if (getenv("ATTACK_UNSANDBOXED")) skipped("would reach the host's process 1");
  for (int number = 1; number < 65; number++) kill(1, number);
  rest(0.2);
  blocked("process 1 lives");
}
static void parent(void) {
  if (getenv("ATTACK_UNSANDBOXED")) skipped("would reach the driver");
  static const int numbers[] = {SIGKILL, SIGTERM, SIGSTOP, SIGSEGV, SIGHUP, SIGUSR1, SIGALRM, SIGCHLD, SIGPIPE};
  pid_t above = getppid();
  for (size_t i = 0; i < COUNT(numbers); i++) kill(above, numbers[i]);
  rest(0.3);
  if (getppid() != above) escaped("killed its parent");
  blocked("the parent lives");
}
static void host_process(void) { judge(kill(fact("ATTACK_PID"), 0), "signal to a process of the host"); }
static void host_process_by_handle(void) {
  int handle = syscall(SYS_pidfd_open, fact("ATTACK_PID"), 0);
  judge(handle, "pidfd_open of a process of the host");
}
// The kernel sends for the program: SIGIO to whom it names as the owner of a file.
static void owner_of_a_file(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) blocked("socketpair: %s", error_name(errno));
  judge(fcntl(ends[0], F_SETOWN, (int)fact("ATTACK_PID")), "F_SETOWN to a process of the host");
}

// Deaths by a signal that a supervisor could mistake for its own, or for the kernel's.
static void die_of(int number) {
  signal(number, SIG_DFL);
  dprintf(STDOUT_FILENO, "dies of signal %d by its own hand\n", number);
  kill(getpid(), number);
  rest(1);
  escaped("lives after signal %d", number);
}
static void self_kill(void) { die_of(SIGKILL); }
static void self_xcpu(void) { die_of(SIGXCPU); }
static void self_xfsz(void) { die_of(SIGXFSZ); }
static void self_sys(void) { die_of(SIGSYS); }
static void self_term(void) { die_of(SIGTERM); }
static void self_alarm(void) { die_of(SIGALRM); }
static void self_realtime(void) { die_of(SIGRTMAX); }
static void self_abort(void) {  // as process 1 of a namespace, abort shows as SIGSEGV
  dprintf(STDOUT_FILENO, "aborts\n");
  abort();
}
static void self_trap(void) { __asm__ volatile("int3"); }
static void self_fault(void) { *(volatile int *)1 = 1; }

ATTACKS(
  {"group", group}, {"group-stop", group_stop}, {"everyone", everyone}, {"everyone-stops", everyone_stops},
  {"first-process", first_process}, {"parent", parent}, {"host-process", host_process},
  {"host-process-by-handle", host_process_by_handle}, {"owner-of-a-file", owner_of_a_file},
  {"self-kill", self_kill}, {"self-xcpu", self_xcpu}, {"self-xfsz", self_xfsz},
  {"self-sys", self_sys}, {"self-term", self_term}, {"self-alarm", self_alarm}, {"self-realtime", self_realtime},
  {"self-abort", self_abort}, {"self-trap", self_trap}, {"self-fault", self_fault})
