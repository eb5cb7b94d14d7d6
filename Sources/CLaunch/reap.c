// What process 1 does while the program runs: it reaps, and tells of the end.
#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

// Whether no other process is left in the sandbox: one whose parent has ended is our child. A program that leaves behind
// what goes on forking keeps nobody here.
static bool is_alone(void) {
  long ended = 0;
  for (int i = 0; i < 1000; i++)
    if ((ended = sys(SYS_wait4, -1, 0, WNOHANG | __WALL, 0)) <= 0) break;
  return ended == -ECHILD;
}

static _Noreturn void end(int status) {
  struct timespec now = {0};
  sys(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  bool alone = is_alone();
  // Children that the program left behind are still running: they count once they are killed, in the control group.
  struct rusage usage = {0};
  sys(SYS_getrusage, RUSAGE_CHILDREN, &usage);
  struct rf_report message = {
      .kind = RF_REPORT_ENDED,
      .detail = alone,
      .status = status,
      .cpu_microseconds = (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
                          usage.ru_stime.tv_usec,
      .max_rss_kibibytes = usage.ru_maxrss,
      .nanoseconds = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
  };
  rf_report(&message);
  rf_leave(0);
}

// The pipes must end with the program.
static void let_streams_go(void) {
  sys(SYS_close_range, 0, 2, 0);
  sys(SYS_close, RF_RULES);
}

void rf_reap(pid_t program, const struct rf_failure *failure) {
  uint64_t child = 1ull << (SIGCHLD - 1);
  long signals = sys(SYS_signalfd4, -1, &child, 8, O_CLOEXEC);
  struct pollfd events[2] = {{.fd = RF_CONTROL}, {.fd = (int)signals, .events = POLLIN}};
  // Most programs end before anybody cares to know that they have started, and their end says so.
  const struct timespec soon = {.tv_nsec = 20000000};
  bool has_streams = true;
  bool is_told = false;
  for (;;) {
    int status;
    long ended;
    while ((ended = sys(SYS_wait4, -1, &status, WNOHANG, 0)) != 0) {
      if (ended == program) {
        if (failure->step != RF_STEP_NONE) return;
        end(status);
      }
      if (ended == -ECHILD) rf_leave(0);
    }
    // To be woken when it has become the program would be to take the processor from it.
    if (has_streams && rf_has_become_program()) {
      has_streams = false;
      let_streams_go();
    }
    if (signals < 0) {
      // No descriptor to be had: look every 10 ms.
      struct timespec nap = {.tv_nsec = 10000000};
      sys(SYS_ppoll, events, 1, &nap, 0, 0);
    } else {
      sys(SYS_ppoll, events, 2, is_told ? 0 : &soon, 0, 0);
      char discarded[128];
      if (events[1].revents & POLLIN) sys(SYS_read, signals, discarded, sizeof discarded);
    }
    // The supervisor's death cannot be missed here, while PDEATHSIG follows a thread and is cleared by a change of ids.
    if (events[0].revents) rf_leave(0);
    if (!has_streams && !is_told && !(events[1].revents & POLLIN)) {
      is_told = true;
      struct rf_report message = {.kind = RF_REPORT_STARTED};
      rf_report(&message);
    }
  }
}
