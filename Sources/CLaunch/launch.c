// Process 1 of the sandbox: it prepares the namespaces, starts the program, reaps, and dies with whoever started it. When
// it ends, the kernel ends every process of its pid namespace. And the zygote, which prepares as much as the runs of a
// policy have in common, and bears process 1 of each.
#define _GNU_SOURCE
#include "messages.h"
#include "placement.h"
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/if.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rf_failure failure;
int rf_received[RF_MAX_DESCRIPTORS + 2];

// The caller's arguments and environment, as the kernel laid them out for /proc/PID/cmdline and environ.
static char *caller_start, *caller_end;
static int argument_count;
static char **argument_vector;

void rf_find_caller(int count, char **arguments, char **environment) {
  argument_count = count;
  argument_vector = arguments;
  caller_start = caller_end = count > 0 ? arguments[0] : 0;
  for (int i = 0; i < count; i++) caller_end = arguments[i] + rf_length(arguments[i]);
  for (char **entry = environment; *entry; entry++) caller_end = *entry + rf_length(*entry);
}

__attribute__((constructor)) static void find_caller(int count, char **arguments, char **environment) {
  rf_find_caller(count, arguments, environment);
}

int rf_argument_count(void) { return argument_count; }
const char *rf_argument(int index) { return argument_vector[index]; }
char **rf_arguments(void) { return argument_vector; }

// Secrets among them must not be found in process 1, whatever else fails.
static void clear_caller(void) {
  for (volatile char *byte = caller_start; byte < caller_end; byte++) *byte = 0;
}

// Where the supervisor listens.
static int control_socket = RF_CONTROL;

// The supervisor's only knowledge: what is short of memory now may not be in a moment.
void rf_report(const struct rf_report *message) {
  for (int attempt = 0; attempt < 1000; attempt++) {
    long error = sys(SYS_sendto, control_socket, message, sizeof *message, MSG_NOSIGNAL, 0, 0);
    if (error >= 0 || error == -EPIPE || error == -ECONNRESET) return;
    struct timespec nap = {.tv_nsec = 1000000};
    sys(SYS_nanosleep, &nap, 0);
  }
}

static _Noreturn void give_up(void) {
  struct rf_report message = {
      .kind = RF_REPORT_FAILED, .step = failure.step, .error = failure.error, .detail = failure.detail};
  rf_report(&message);
  rf_leave(125);
}

static _Noreturn void give_up_at(uint32_t step, long error) {
  failure = (struct rf_failure){.step = step, .error = (int32_t)-error};
  give_up();
}

// Closes everything but the control socket: what the caller had open, and above all the supervisor's end of that socket,
// with which this process would outlive it. Nothing of ours may come to lie at 0, 1 and 2 until the streams do.
static long close_all(int control) {
  long error = 0;
  if (control != RF_CONTROL) error = sys(SYS_dup3, control, RF_CONTROL, O_CLOEXEC);
  if (error >= 0) error = sys(SYS_close_range, RF_CONTROL + 1, ~0u, 0);
  if (error < 0) return error;
  long null = sys(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);
  if (null < 0) return null;
  // Born of a keeper without streams, it may have got one of their numbers.
  for (int stream = 0; stream < 3 && error >= 0; stream++)
    error = stream == null ? sys(SYS_fcntl, null, F_SETFD, 0) : sys(SYS_dup3, null, stream, 0);
  if (null > 2) sys(SYS_close, null);
  return error;
}

// Waits for the next block, and takes the descriptors that come with it.
static void *receive_block(struct rf_block_packet *packet) {
  size_t size = sizeof *packet;
  int count = rf_receive(RF_CONTROL, packet, &size, rf_received + 1, RF_MAX_DESCRIPTORS + 1, 0);
  // The supervisor is gone, or has nothing to run after all.
  if (count < 0 || size < offsetof(struct rf_block_packet, block)) rf_leave(125);
  if ((uint32_t)count != packet->count) give_up_at(RF_STEP_BLOCK, -EMFILE);
  if (size == offsetof(struct rf_block_packet, block) + packet->size) return packet->block;
  int file = rf_received[count];
  long memory = sys(SYS_mmap, 0, packet->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  if (memory < 0 && memory > -4096) give_up_at(RF_STEP_BLOCK, memory);
  sys(SYS_close, file);
  return (void *)memory;
}

// The program, of which a zygote has many after each other in its memory.
static struct rf_start *receive_start(void) {
  static struct rf_block_packet packet;
  static struct rf_start *large;
  static size_t size;
  if (large) sys(SYS_munmap, large, size);
  large = 0;
  struct rf_start *start = receive_block(&packet);
  if (start->size <= RF_LARGEST_INLINE_BLOCK) return start;
  large = start;
  size = start->size;
  return start;
}

static void relocate(struct rf_start *start, rf_offset table) {
  for (uint64_t *place = (uint64_t *)((char *)start + table); *place != 0; place++) *place += (uintptr_t)start;
}

static long set_streams(const struct rf_start *start) {
  for (int i = 0; i < 3; i++) {
    if (start->streams[i] < 0) continue;
    long error = sys(SYS_dup3, rf_received[start->streams[i]], i, 0);
    if (error < 0) return error;
    sys(SYS_close, rf_received[start->streams[i]]);
  }
  return 0;
}

static long bring_loopback_up(void) {
  long socket = sys(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return socket;
  struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
  rf_copy(request.ifr_name, "lo", 3);
  long error = sys(SYS_ioctl, socket, SIOCSIFFLAGS, &request);
  sys(SYS_close, socket);
  return error;
}

// Into the `tasks` file and not `cgroup.procs`: for a single thread that moves itself the kernel need not stop the forks
// of the whole machine, which costs a grace period of RCU, several milliseconds.
static long join_control_groups(const int *groups, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    long error = sys(SYS_write, groups[i], "0", 1);
    if (error < 0) return error;
    sys(SYS_close, groups[i]);
  }
  return 0;
}

// A real-time thread cannot be moved into a `cpu` group of version 1, and no program is to have more of the machine than
// others because its caller does. Less is the caller's choice, and stays.
static void give_up_priority(void) {
  long policy = sys(SYS_sched_getscheduler, 0) & ~SCHED_RESET_ON_FORK;
  struct sched_param none = {0};
  if (policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE)
    sys(SYS_sched_setscheduler, 0, SCHED_OTHER, &none);
  // The system call gives 20 - nice.
  if (sys(SYS_getpriority, PRIO_PROCESS, 0) > 20) sys(SYS_setpriority, PRIO_PROCESS, 0, 0);
  if (sys(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0) >> IOPRIO_CLASS_SHIFT == IOPRIO_CLASS_RT)
    sys(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
}

// What else of the caller's would make the program's protection less: no randomized addresses (personality(2)), or a memory
// group that cannot end what is in it (oom_score_adj, proc(5)).
static void give_up_exceptions(void) {
  sys(SYS_personality, 0);
  char adjustment = 0;
  long file = sys(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC, 0);
  if (file < 0) return;
  if (sys(SYS_read, file, &adjustment, 1) == 1 && adjustment == '-') sys(SYS_pwrite64, file, "0", 1, 0);
  sys(SYS_close, file);
}

static void write_setting(long file, const char *value) {
  if (file < 0) return;
  sys(SYS_write, file, value, rf_length(value));
  sys(SYS_close, file);
}

static long open_setting(const char *path) { return sys(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0); }

// Second locks on doors that the filter and the mounts already close, where the kernel has them: no user namespace below
// this one, few inotify instances (they count against the host's user). The files belong to whoever holds
// CAP_SYS_RESOURCE in the namespace.
static void lower_namespace_limits(void) {
  write_setting(open_setting("/proc/sys/user/max_user_namespaces"), "0");
  write_setting(open_setting("/proc/sys/user/max_inotify_instances"), "16");
}

// Another: no execution from a memfd. The setting is that of the pid namespace of whoever writes, but only the host's root
// can open it, which we are until we know our ids: a zygote opens it for those it bears.
static long memfd_setting = -1;

static void open_memfd_setting(void) { memfd_setting = open_setting("/proc/sys/vm/memfd_noexec"); }

static void forbid_memfd_execution(void) { write_setting(memfd_setting, "2"); }

static void drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  sys(SYS_capset, &header, none);
}

#define CHECK(STEP, CALL) \
  do { \
    long error_ = (CALL); \
    if (error_ < 0) give_up_at(STEP, error_); \
  } while (0)

// What can be done before anything is known of the program.
static void prepare(int control) {
  uint64_t all = ~0ull;
  sys(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
  long error = close_all(control);
  // Before this there is no telling.
  if (error < 0) give_up_at(RF_STEP_DESCRIPTORS, error);
  CHECK(RF_STEP_SESSION, sys(SYS_setsid));
  clear_caller();
  give_up_priority();
  give_up_exceptions();
  // The caller's session keyring would still be possessed inside.
  sys(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0);
  lower_namespace_limits();
  open_memfd_setting();
  rf_reset_signals();
  CHECK(RF_STEP_PRIVATE_MOUNTS, rf_make_mounts_private());
}

static void enter_root(void *plan) {
  rf_enter_root(plan, &failure);
  sys(SYS_exit, 0);
}

// A zygote is in a pid namespace of the host, whose /proc is not for it to mount. What it shows there is that of a
// namespace which has only had this process: empty, and there because the kernel lets those whom the zygote bears mount
// their own only where one is visible.
static void enter_root_of_zygote(const struct rf_plan *plan) {
  static char stack[16 * 1024] __attribute__((aligned(16)));
  struct clone_args how = {
      .flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS | CLONE_NEWPID,
      .exit_signal = SIGCHLD,
      .stack = (uintptr_t)stack,
      .stack_size = sizeof stack,
  };
  long child = rf_raw_spawn(&how, enter_root, (void *)(uintptr_t)plan);
  if (child < 0) give_up_at(RF_STEP_FORK, child);
  int status = -1;
  sys(SYS_wait4, child, &status, __WALL, 0);
  if (status != 0) give_up_at(RF_STEP_FORK, -ECHILD);
}

// Composes the sandbox, as far as it does not depend on the program.
static const struct rf_plan *compose(int control, bool is_zygote) {
  prepare(control);
  if (!is_zygote) forbid_memfd_execution();
  static struct rf_block_packet packet;
  const struct rf_plan *plan = receive_block(&packet);
  CHECK(RF_STEP_PROCESSORS, rf_place_anywhere());
  // Nobody may look into this process: its memory is a copy of the supervisor's. Not earlier: the files through which
  // the supervisor maps the ids would belong to root.
  sys(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);

  if (plan->flags & RF_PLAN_DROP_GROUPS) CHECK(RF_STEP_IDENTITY, sys(SYS_setgroups, 0, 0));
  CHECK(RF_STEP_IDENTITY, sys(SYS_setresgid, plan->init_gid, plan->init_gid, plan->init_gid));
  CHECK(RF_STEP_IDENTITY, sys(SYS_setresuid, plan->init_uid, plan->init_uid, plan->init_uid));
  sys(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  sys(SYS_umask, 0);

  if (rf_hand_over(plan, &failure) < 0) give_up();
  if (is_zygote)
    enter_root_of_zygote(plan);
  else
    rf_enter_root(plan, &failure);
  if (failure.step != RF_STEP_NONE) give_up();
  const char *hostname = rf_text(plan, plan->hostname);
  CHECK(RF_STEP_HOSTNAME, sys(SYS_sethostname, hostname, rf_length(hostname)));
  CHECK(RF_STEP_HOSTNAME, sys(SYS_setdomainname, "(none)", 6));
  if (plan->flags & RF_PLAN_LOOPBACK) CHECK(RF_STEP_LOOPBACK, bring_loopback_up());
  if (!is_zygote) CHECK(RF_STEP_DESCRIPTORS, sys(SYS_close_range, RF_CONTROL + 1, ~0u, 0));
  CHECK(RF_STEP_CAPABILITIES, rf_drop_bounding_set(plan->capabilities));
  return plan;
}

// By version 1; by version 2 a process is born in its group.
static void enter_control_groups(const int *groups, uint32_t count) {
  CHECK(RF_STEP_CONTROL_GROUPS, join_control_groups(groups, count));
  // After joining, so that they are the root that is seen.
  CHECK(RF_STEP_CGROUP_NAMESPACE, sys(SYS_unshare, CLONE_NEWCGROUP));
}

// Waits for the program, and runs it. What is to become it may have been forked ahead, in the control groups.
static _Noreturn void run(const struct rf_plan *plan, bool is_in_groups, long ahead) {
  struct rf_start *start = receive_start();
  relocate(start, start->arguments);
  relocate(start, start->environment);
  relocate(start, start->candidates);
  CHECK(RF_STEP_STREAMS, set_streams(start));
  if (!is_in_groups) enter_control_groups(rf_received + start->first_group, start->group_count);
  rf_set_start(start);
  // This opens the gate as well. What is behind it has the same descriptors until it is the program.
  CHECK(RF_STEP_DESCRIPTORS, sys(SYS_close_range, RF_RULES + 1, ~0u, 0));

  long program = rf_start_program(plan, ahead, &failure);
  if (program < 0) give_up_at(RF_STEP_FORK, program);
  // What was forked ahead may be writing its failure just now: only its end shows that all of it is there.
  if (ahead > 0 || failure.step == RF_STEP_NONE) {
    drop_capabilities();
    rf_reap((pid_t)program, &failure);
  }
  give_up();
}

_Noreturn void rf_process_one(int control) {
  const struct rf_plan *plan = compose(control, false);
  if (rf_make_rules(plan, &failure) < 0) give_up();
  run(plan, false, 0);
}

_Noreturn void rf_zygote(int control) {
  rf_bear_all(RF_CONTROL, compose(control, true));
  rf_leave(0);
}

_Noreturn void rf_process_one_of_zygote(const struct rf_plan *plan, int control, const int *joins, unsigned join_count) {
  // What an earlier child has left in this memory.
  failure = (struct rf_failure){0};
  forbid_memfd_execution();
  // What is at RF_CONTROL is the zygote's still.
  control_socket = control;
  CHECK(RF_STEP_DESCRIPTORS, sys(SYS_dup3, control, RF_CONTROL, O_CLOEXEC));
  control_socket = RF_CONTROL;
  // Received at once, after the control socket, they lie side by side behind it.
  int end = join_count > 0 ? joins[join_count - 1] : RF_CONTROL;
  if (join_count > 0) CHECK(RF_STEP_DESCRIPTORS, sys(SYS_close_range, RF_CONTROL + 1, joins[0] - 1, 0));
  CHECK(RF_STEP_DESCRIPTORS, sys(SYS_close_range, end + 1, ~0u, 0));
  if (rf_renew_mounts(plan, &failure) < 0) give_up();
  // Only now: what has come so far is not the program's doing, and does not count as its.
  enter_control_groups(joins, join_count);
  if (rf_make_rules(plan, &failure) < 0) give_up();
  long ahead = rf_fork_ahead(plan, &failure);
  if (ahead < 0) give_up_at(RF_STEP_FORK, ahead);
  run(plan, true, ahead);
}
#undef CHECK

// Killed in between, whoever has started this does not end it.
static int hold(void *parent) {
  sys(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (sys(SYS_getppid) != (long)parent) return 0;
  for (;;) sys(SYS_ppoll, 0, 0, 0, 0, 0);
}

pid_t rf_hold_namespaces(uint64_t namespaces) {
  static char stack[4096] __attribute__((aligned(16)));
  void *parent = (void *)(long)getpid();
  pid_t child = clone(hold, stack + sizeof stack, (int)(namespaces | CLONE_VM | CLONE_UNTRACED | SIGCHLD), parent);
  return child < 0 ? -errno : child;
}
