#define _GNU_SOURCE
#include "include/keeper.h"

#include "messages.h"
#include "placement.h"
#include "plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPTS 10000
#define NAP_NANOSECONDS 1000000
#define DEFAULT_SLACK_NANOSECONDS 50000
#define CGROUP2_MAGIC 0x63677270
#define RF_MAX_BIRTH_DESCRIPTORS (3 + RF_MAX_JOINS)
// Linux 6.11; not yet in the headers of Debian 12.
#define PIDFD_GET_MNT_NAMESPACE _IO(0xff, 3)

enum request_kind { REQUEST_BIRTH = 1, REQUEST_CLEANUP = 2 };

struct request {
  uint32_t kind;
  // Which descriptors come along, after the control socket and in this order.
  uint8_t has_cgroup, has_network, join_count, reserved;
  uint64_t namespaces;
  char cleanup[RF_MAX_CLEANUP];
};

static struct request request;
static struct rf_keeper early = {.link = -1, .control = -1};

uint64_t rf_usual_namespaces(void) {
  return CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
}

uint64_t rf_zygote_namespaces(void) { return CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS; }

uint64_t rf_zygote_run_namespaces(void) { return CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC; }

static void nap(void) {
  struct timespec time = {.tv_nsec = NAP_NANOSECONDS};
  sys(SYS_nanosleep, &time, 0);
}

// The supervisor waits for this. What is short of memory now may not be in a moment; when it is for good, our end is an
// answer as well.
static void answer(int link, long process, int pidfd) {
  struct rf_birth answer = {.process = (int32_t)process};
  long error = rf_send(link, &answer, sizeof answer, &pidfd, process > 0 ? 1 : 0);
  for (int attempt = 0; error < 0 && error != -EPIPE && error != -ECONNRESET && attempt < 1000; attempt++) {
    nap();
    error = rf_send(link, &answer, sizeof answer, &pidfd, process > 0 ? 1 : 0);
  }
  if (error < 0 && process > 0) sys(SYS_pidfd_send_signal, pidfd, SIGKILL, 0, 0);
  // A supervisor that is dead shows again where the next request would come from, and there is something to clean up.
  if (error < 0 && error != -EPIPE && error != -ECONNRESET) rf_leave(1);
}

struct child {
  const struct rf_plan *plan;
  int control;
  int joins[RF_MAX_JOINS];
  unsigned join_count;
};

static void be_process_one(void *argument) {
  const struct child *child = argument;
  rf_process_one_of_zygote(child->plan, child->control, child->joins, child->join_count);
}

// In the zygote's own memory, which costs less than a copy: before the next one is asked for, this one is dead.
static long spawn_in_zygote(struct clone_args *how, const struct rf_plan *plan, int control, const int *joins,
                            unsigned join_count) {
  static char stack[64 * 1024] __attribute__((aligned(16)));
  static struct child child;
  child = (struct child){.plan = plan, .control = control, .join_count = join_count};
  rf_copy(child.joins, joins, join_count * sizeof *joins);
  how->flags |= CLONE_VM;
  how->stack = (uintptr_t)stack;
  how->stack_size = sizeof stack;
  return rf_raw_spawn(how, be_process_one, &child);
}

// A process 1 that the keeper has born, and its mount namespace. Whoever is the last to let go of one waits for a grace
// period of RCU: that is not to be the process itself, for whose death the supervisor waits.
static struct {
  int process, mounts;
} held = {-1, -1};

// Takes the pidfd over, or closes it.
static void hold_mounts(int process) {
  if (held.mounts < 0) {
    held.mounts = (int)sys(SYS_ioctl, process, PIDFD_GET_MNT_NAMESPACE, 0);
    held.process = process;
  }
  if (held.process != process || held.mounts < 0) sys(SYS_close, process);
}

// Lets go of what is held once the process is dead, while the supervisor removes its groups.
static void await_request(int link) {
  struct pollfd events[2] = {{.fd = link, .events = POLLIN}, {.fd = held.process, .events = POLLIN}};
  while (held.mounts >= 0 && sys(SYS_ppoll, events, 2, 0, 0, 0) > 0) {
    if (events[1].revents) {
      sys(SYS_close, held.mounts);
      sys(SYS_close, held.process);
      held.mounts = -1;
    }
    if (events[0].revents) return;
  }
}

// The supervisor's child, not ours: it is the supervisor that waits for it.
static void bear(int link, const struct rf_plan *plan, const struct request *request, const int *received,
                 unsigned count) {
  int pidfd = -1;
  const int *next = received + 1;
  int cgroup = request->has_cgroup ? *next++ : -1;
  // The keeper stays in it: each birth that wants another says so.
  long child = request->has_network ? sys(SYS_setns, *next, CLONE_NEWNET) : 0;
  struct clone_args arguments = {
      .flags = request->namespaces | CLONE_PARENT | CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
               (cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
      .pidfd = (uintptr_t)&pidfd,
      .cgroup = cgroup >= 0 ? (uint64_t)cgroup : 0,
  };
  if (plan && child >= 0) {
    const int *joins = received + count - request->join_count;
    child = spawn_in_zygote(&arguments, plan, received[0], joins, request->join_count);
  } else if (child >= 0) {
    child = sys(SYS_clone3, &arguments, sizeof arguments);
  }
  if (child == 0) {
    // Process 1 of no namespace would share the host's.
    if (request->namespaces & CLONE_NEWPID) rf_process_one(received[0]);
    rf_zygote(received[0]);
  }
  answer(link, child, pidfd);
  if (child > 0 && request->namespaces & CLONE_NEWPID && !plan)
    hold_mounts(pidfd);
  else if (child > 0)
    sys(SYS_close, pidfd);
}

// Busy while a process is dying in it; whatever else is in the way may be gone as soon.
static void remove_directories(int folder, const char *prefix) {
  static char entries[4096] __attribute__((aligned(16)));
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    int left = 0;
    sys(SYS_lseek, folder, 0, SEEK_SET);
    long count;
    while ((count = sys(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
      for (long offset = 0; offset < count;) {
        const struct dirent64 *entry = (const struct dirent64 *)(entries + offset);
        offset += entry->d_reclen;
        if (!rf_has_prefix(entry->d_name, prefix)) continue;
        long error = sys(SYS_unlinkat, folder, entry->d_name, AT_REMOVEDIR);
        left |= error < 0 && error != -ENOENT;
      }
    }
    if (!left) return;
    nap();
  }
}

static void clean_up(void) {
  const char *prefix = request.cleanup;
  if (*prefix == 0) return;
  for (const char *path = prefix + rf_length(prefix) + 1; *path != 0; path += rf_length(path) + 1) {
    long folder = sys(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (folder < 0) continue;
    remove_directories((int)folder, prefix);
    sys(SYS_close, folder);
  }
}

long rf_bear_all(int link, const struct rf_plan *plan) {
  static struct request next;
  int lease = -1;
  for (int failures = 0; failures < 1000;) {
    int descriptors[RF_MAX_BIRTH_DESCRIPTORS] = {-1};
    size_t size = sizeof next;
    if (!plan) await_request(link);
    int count = rf_receive(link, &next, &size, descriptors, RF_MAX_BIRTH_DESCRIPTORS, 0);
    if (count == -EPIPE || count == -ECONNRESET) return 0;
    // What is short of memory now may not be in a moment.
    if (count < 0) {
      failures++;
      nap();
      continue;
    }
    if (next.kind == REQUEST_BIRTH) {
      rf_place_anywhere();
      // A process without the group or the network that was meant for it would have the host's.
      if (count == 1 + next.has_cgroup + next.has_network + next.join_count)
        bear(link, plan, &next, descriptors, (unsigned)count);
      else
        answer(link, -EMFILE, -1);
      for (int i = 0; i < count; i++) sys(SYS_close, descriptors[i]);
    } else {
      rf_copy(request.cleanup, next.cleanup, sizeof request.cleanup);
      if (lease >= 0) sys(SYS_close, lease);
      lease = descriptors[0];
    }
  }
  return -ENOMEM;
}

static _Noreturn void keep(int link, int control) {
  uint64_t all = ~0ull;
  sys(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
  if (control >= 0) {
    request.namespaces = rf_usual_namespaces();
    bear(link, 0, &request, &control, 1);
  }
  // Not in the supervisor's process group or session: a signal to all of those must not find it.
  sys(SYS_setsid);
  // Holding the caller's streams would keep their readers waiting, and holding the other end of the link us. So what is
  // to stay takes their places, and nothing else does.
  int kept[3] = {link, held.process, held.mounts};
  for (int place = 0; place < 3; place++)
    if (kept[place] < 0 || sys(SYS_dup3, kept[place], place, O_CLOEXEC) < 0) sys(SYS_close, place);
  if (held.mounts >= 0) held.process = 1, held.mounts = 2;
  if (sys(SYS_close_range, 3, ~0u, 0) < 0) rf_leave(1);

  // A supervisor that lives has use for its groups, and for another keeper.
  if (rf_bear_all(0, 0) < 0) rf_leave(1);
  clean_up();
  rf_leave(0);
}

static struct rf_keeper start(int is_early, int begins_birth) {
  struct rf_keeper keeper = {.link = -1, .control = -1};
  int link[2], control[2] = {-1, -1};
  long error = sys(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link);
  if (error >= 0 && begins_birth) {
    error = sys(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control);
    if (error < 0) {
      sys(SYS_close, link[0]);
      sys(SYS_close, link[1]);
    }
  }
  if (error < 0) {
    keeper.process = (int)error;
    return keeper;
  }
  // Timers of ours, the keeper's and the program's are as exact as the kernel has them by default, whatever the caller's are.
  sys(SYS_prctl, PR_SET_TIMERSLACK, DEFAULT_SLACK_NANOSECONDS, 0, 0, 0);
  if (is_early) rf_note_processors();
  // fork(2), with raw system calls from here on.
  long child = rf_raw(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
  if (child == 0) keep(link[1], control[1]);
  if (is_early && child > 0) rf_place_elsewhere((int)child);
  sys(SYS_close, link[1]);
  if (begins_birth) sys(SYS_close, control[1]);
  if (child < 0) {
    sys(SYS_close, link[0]);
    if (begins_birth) sys(SYS_close, control[0]);
  } else {
    keeper.link = link[0];
    keeper.control = control[0];
  }
  keeper.process = (int)child;
  return keeper;
}

struct rf_keeper rf_start_keeper(void) { return start(0, 0); }

struct rf_keeper rf_take_keeper(void) {
  struct rf_keeper keeper = early;
  early = (struct rf_keeper){.link = -1, .control = -1};
  return keeper;
}

/// What the executable begins with (entry.c), before there is a C library: making namespaces takes the kernel as long as
/// starting the C library takes us. `stack` is as the kernel leaves it: the number of arguments, the arguments, 0, the
/// environment, 0.
void rf_begin_early(long *stack);

void rf_begin_early(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  if (count < 3 || !rf_has_prefix(arguments[1], "run") || arguments[1][3] != 0) return;
  // Nothing of ours may take the place of a stream that the caller has closed.
  for (int stream = 0; stream < 3; stream++)
    if (sys(SYS_fcntl, stream, F_GETFD, 0) < 0) return;
  rf_find_caller((int)count, arguments, arguments + count + 1);
  // With version 2, a process is born in its group, which does not exist yet.
  struct statfs system;
  int is_version_two = sys(SYS_statfs, "/sys/fs/cgroup", &system) >= 0 && system.f_type == CGROUP2_MAGIC;
  early = start(1, !is_version_two);
}

int rf_request_birth(int link, uint64_t namespaces, int control, int cgroup, int network, const int *joins,
                     size_t join_count) {
  struct {
    uint32_t kind;
    uint8_t has_cgroup, has_network, join_count, reserved;
    uint64_t namespaces;
  } message = {REQUEST_BIRTH, cgroup >= 0, network >= 0, (uint8_t)join_count, 0, namespaces};
  int descriptors[RF_MAX_BIRTH_DESCRIPTORS] = {control};
  size_t count = 1;
  if (join_count > RF_MAX_JOINS) return -E2BIG;
  if (cgroup >= 0) descriptors[count++] = cgroup;
  if (network >= 0) descriptors[count++] = network;
  for (size_t i = 0; i < join_count; i++) descriptors[count++] = joins[i];
  return rf_send(link, &message, sizeof message, descriptors, count);
}

int rf_await_birth(int link, int *pidfd) {
  struct rf_birth answer;
  size_t size = sizeof answer;
  int count;
  do count = rf_receive(link, &answer, &size, pidfd, 1, 0);
  while (count == -EINTR);
  // The keeper is dead.
  if (count < 0 || size != sizeof answer) return -ECHILD;
  return answer.process > 0 && count == 1 ? answer.process : answer.process > 0 ? -EMFILE : answer.process;
}

int rf_request_cleanup(int link, const char *list, size_t size, int lease) {
  static struct request message;
  if (size > sizeof message.cleanup) return -ENAMETOOLONG;
  message.kind = REQUEST_CLEANUP;
  rf_copy(message.cleanup, list, size);
  return rf_send(link, &message, offsetof(struct request, cleanup) + size, &lease, lease >= 0 ? 1 : 0);
}
