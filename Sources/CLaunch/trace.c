#define _GNU_SOURCE
#include "include/trace.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

int rf_trace(pid_t thread) {
  // Seized, not attached to: a SIGSTOP of ours could be seen by the thread's parent, and could outlive us.
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) < 0) return -errno;
  if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) < 0) return -errno;
  return 0;
}

int rf_traced_stop(pid_t thread, int *signal) {
  int status = 0;
  pid_t waited = waitpid(thread, &status, __WALL | WNOHANG);
  if (waited == 0 || (waited < 0 && errno == EINTR)) return 0;
  if (waited < 0) return -errno;
  if (!WIFSTOPPED(status)) return -ESRCH;
  // A stop of ours, and one of the thread's group, has nothing to hand back; a signal on its way has to arrive.
  *signal = status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
  return 1;
}

int rf_untrace(pid_t thread, int signal) {
  return ptrace(PTRACE_DETACH, thread, 0, signal) < 0 ? -errno : 0;
}

int rf_traced_filter(pid_t thread, size_t index, void *instructions) {
  long count = ptrace(PTRACE_SECCOMP_GET_FILTER, thread, index, instructions);
  return count < 0 ? -errno : (int)count;
}

void rf_sleep_millisecond(void) {
  struct timespec rest = {.tv_nsec = 1000000};
  nanosleep(&rest, NULL);
}
