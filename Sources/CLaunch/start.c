// How process 1 starts the program: by a process that shares its memory until exec, as vfork has it.
#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

static char stack[64 * 1024] __attribute__((aligned(16)));

// What both processes see.
static const struct rf_plan *plan;
static const struct rf_start *start;
static struct rf_failure *failure;
int rf_listener = -1;
// Cleared by the kernel when the process that becomes the program no longer shares our memory: it did, or is dead.
static int becoming;

// A multiple of every page size.
#define GATE_SIZE 65536

// A page that is not there, where the process that becomes the program waits until it is: its filter, which is the last
// thing before exec, may leave it no system call to wait in.
static const volatile char *gate;

// Closes the gate. It opens when the descriptor that this returns is closed (userfaultfd(2)); -errno where the kernel has
// nothing like it.
static long close_gate(void) {
  if (!gate) {
    long memory = sys(SYS_mmap, 0, GATE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096) return memory;
    gate = (const volatile char *)memory;
  }
  // Through the page of an earlier run, which is there, nobody would wait.
  long stale = sys(SYS_madvise, gate, GATE_SIZE, MADV_DONTNEED);
  if (stale < 0) return stale;
  long descriptor = sys(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  if (descriptor < 0) return descriptor;
  struct uffdio_api api = {.api = UFFD_API};
  struct uffdio_register range = {
      .range = {.start = (uintptr_t)gate, .len = GATE_SIZE},
      .mode = UFFDIO_REGISTER_MODE_MISSING,
  };
  long error = sys(SYS_ioctl, descriptor, UFFDIO_API, &api);
  if (error >= 0) error = sys(SYS_ioctl, descriptor, UFFDIO_REGISTER, &range);
  if (error >= 0) return descriptor;
  sys(SYS_close, descriptor);
  return error;
}

static void become_program(void *is_ahead) {
  if (rf_prepare_program(plan, is_ahead || plan->flags & RF_PLAN_LISTEN, failure) >= 0) {
    if (is_ahead) (void)*gate;
    // Whatever opened the gate before its time, what runs is never another run's program.
    if (start)
      rf_exec_program(start, failure);
    else
      *failure = (struct rf_failure){.step = RF_STEP_EXEC, .error = EINVAL};
  }
  rf_leave(127);
}

static long spawn(unsigned long flags, bool is_ahead) {
  becoming = 1;
  struct clone_args how = {
      .flags = flags | CLONE_VM | CLONE_CHILD_CLEARTID,
      .child_tid = (uintptr_t)&becoming,
      .exit_signal = SIGCHLD,
      .stack = (uintptr_t)stack,
      .stack_size = sizeof stack,
  };
  return rf_raw_spawn(&how, become_program, is_ahead ? &becoming : 0);
}

bool rf_has_become_program(void) { return __atomic_load_n(&becoming, __ATOMIC_ACQUIRE) == 0; }

// The exec itself may wait for an answer of the supervisor, which needs the listener for it.
static long hand_listener_over(void) {
  struct pollfd supervisor = {.fd = RF_CONTROL};
  for (;;) {
    // First this, then the listener, which comes before.
    bool is_over = rf_has_become_program();
    int listener = __atomic_load_n(&rf_listener, __ATOMIC_ACQUIRE);
    if (listener >= 0) {
      long error = rf_send_descriptors(RF_REPORT_LISTENER, &listener, 1);
      sys(SYS_close, listener);
      // Without one, what waits for an answer fails for want of it, and the run with it.
      if (error < 0) return error;
      __atomic_store_n(&rf_listener, -1, __ATOMIC_RELEASE);
    }
    if (is_over) return 0;
    struct timespec nap = {.tv_nsec = 100000};
    sys(SYS_ppoll, &supervisor, 1, &nap, 0, 0);
    if (supervisor.revents) rf_leave(0);
  }
}

long rf_fork_ahead(const struct rf_plan *of, struct rf_failure *where) {
  plan = of;
  failure = where;
  start = 0;
  long opener = close_gate();
  if (opener < 0) return 0;
  long child = spawn(CLONE_FILES, true);
  if (child < 0) sys(SYS_close, opener);
  return child;
}

void rf_set_start(const struct rf_start *of) { start = of; }

long rf_start_program(const struct rf_plan *of, long ahead, struct rf_failure *where) {
  if (ahead > 0) return ahead;
  plan = of;
  failure = where;
  if (!(plan->flags & RF_PLAN_LISTEN)) return spawn(CLONE_VFORK, false);
  long child = spawn(CLONE_FILES, false);
  if (child < 0) return child;
  long error = hand_listener_over();
  if (error < 0) *failure = (struct rf_failure){.step = RF_STEP_SECCOMP, .error = (int32_t)-error};
  return child;
}
