// The last steps, in the process that becomes the program. It shares its memory with process 1 until exec (as vfork
// does), so a failure is simply left where process 1 reads it. What it can inherit process 1 has prepared before, while
// there was no program yet that waits.
#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <signal.h>
#include <sys/resource.h>

// Debian 12's landlock.h ends at ABI 2.
struct ruleset {
  uint64_t handled_access_fs, handled_access_net, scoped;
};
struct path_beneath {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));
#define LANDLOCK_PATH_BENEATH 1
#define LANDLOCK_WRITE_FILE (1 << 1)

#define KERNEL_SIGNALS 64

long rf_drop_bounding_set(uint64_t kept) {
  for (unsigned capability = 0; capability < 64; capability++) {
    if (kept >> capability & 1) continue;
    long error = sys(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (error == -EINVAL) return 0; // the first number that this kernel does not know
    if (error < 0) return error;
  }
  return 0;
}

static long set_capabilities(uint64_t kept) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {
      {.effective = (uint32_t)kept, .permitted = (uint32_t)kept, .inheritable = (uint32_t)kept},
      {.effective = kept >> 32, .permitted = kept >> 32, .inheritable = kept >> 32},
  };
  long error = sys(SYS_capset, &header, data);
  if (error < 0) return error;
  error = sys(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (unsigned capability = 0; capability < 64 && error >= 0; capability++)
    if (kept >> capability & 1) error = sys(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
  return error;
}

// Landlock repeats in the kernel's own terms what the mounts already say, and adds what they cannot: no TCP, no
// abstract sockets and no signals beyond the sandbox, no change of any mount ever after.
int rf_make_rules(const struct rf_plan *plan, struct rf_failure *failure) {
  if (!rf_has_rules(plan)) return 0;
  *failure = (struct rf_failure){.step = RF_STEP_LANDLOCK};
  struct ruleset handled = {plan->landlock_fs, plan->landlock_net, plan->landlock_scoped};
  // Older kernels know fewer fields; a field that is 0 need not be passed.
  size_t size = handled.scoped ? sizeof handled : handled.handled_access_net ? 16 : 8;
  long error = sys(SYS_landlock_create_ruleset, &handled, size, 0);
  if (error >= 0 && error != RF_RULES) {
    long rules = error;
    error = sys(SYS_dup3, rules, RF_RULES, O_CLOEXEC);
    sys(SYS_close, rules);
  }
  // Pipes of our own lie on a mount, unlike others, and could not be opened again for writing (/dev/stdout).
  for (int stream = 1; error >= 0 && plan->flags & RF_PLAN_OWN_PIPES && stream <= 2; stream++) {
    struct path_beneath beneath = {.allowed_access = LANDLOCK_WRITE_FILE & plan->landlock_fs, .parent_fd = stream};
    error = sys(SYS_landlock_add_rule, RF_RULES, LANDLOCK_PATH_BENEATH, &beneath, 0);
  }
  const struct rf_path_rule *rule = rf_table(plan, plan->path_rules);
  for (uint32_t i = 0; error >= 0 && i < plan->path_rule_count; i++, rule++) {
    failure->detail = i;
    error = sys(SYS_openat, AT_FDCWD, rf_text(plan, rule->path), O_PATH | O_CLOEXEC, 0);
    if (error < 0) break;
    struct path_beneath beneath = {.allowed_access = rule->access, .parent_fd = (int32_t)error};
    error = sys(SYS_landlock_add_rule, RF_RULES, LANDLOCK_PATH_BENEATH, &beneath, 0);
    sys(SYS_close, beneath.parent_fd);
  }
  failure->error = (int32_t)-error;
  if (error < 0) return -1;
  *failure = (struct rf_failure){0};
  return 0;
}

// Linux 5.19. Without it a signal breaks into a call that waits for its answer, which is then asked about once more.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

static long install_filter(const struct rf_plan *plan) {
  struct sock_fprog program = {
      .len = (unsigned short)plan->filter_length,
      .filter = (struct sock_filter *)(uintptr_t)rf_table(plan, plan->filter),
  };
  if (!(plan->flags & RF_PLAN_LISTEN)) return sys(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  long listener = sys(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (listener == -EINVAL)
    listener = sys(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  // From here on any call may wait for an answer, also one that would send the listener away: process 1 does it.
  if (listener >= 0) __atomic_store_n(&rf_listener, (int)listener, __ATOMIC_RELEASE);
  return listener;
}

// A program starts with every signal at its default and none blocked: what the caller ignored (nohup, our SIGPIPE) or
// blocked would otherwise last through exec.
void rf_reset_signals(void) {
  struct {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
  } action = {0};
  for (int signal = 1; signal <= KERNEL_SIGNALS; signal++) sys(SYS_rt_sigaction, signal, &action, 0, 8);
}

// Tries each place where the command may be, as a shell does: a file that may not be run is reported only when no
// other was found.
void rf_exec_program(const struct rf_start *start, struct rf_failure *failure) {
  char *const *arguments = rf_table(start, start->arguments);
  char *const *environment = rf_table(start, start->environment);
  long found = -ENOENT;
  for (char *const *path = rf_table(start, start->candidates); *path; path++) {
    long error = sys(SYS_execve, *path, arguments, environment);
    if (error == -ENOENT || error == -ENOTDIR) continue;
    found = error;
    if (error != -EACCES) break;
  }
  *failure = (struct rf_failure){.step = RF_STEP_EXEC, .error = (int32_t)-found};
}

int rf_prepare_program(const struct rf_plan *plan, int shares_descriptors, struct rf_failure *failure) {
#define CHECK(STEP, DETAIL, CALL) \
  do { \
    long error_ = (CALL); \
    if (error_ < 0) { \
      *failure = (struct rf_failure){.step = (STEP), .error = (int32_t)-error_, .detail = (DETAIL)}; \
      return -1; \
    } \
  } while (0)

  // Its own session and process group: kill(0, …) reaches nobody else, and no terminal is within reach.
  CHECK(RF_STEP_SESSION, 0, sys(SYS_setsid));
  const struct rf_rlimit *limits = rf_table(plan, plan->rlimits);
  for (uint32_t i = 0; i < plan->rlimit_count; i++) {
    struct rlimit64 limit = {limits[i].limit, limits[i].limit};
    CHECK(RF_STEP_RLIMITS, (uint32_t)limits[i].resource, sys(SYS_prlimit64, 0, limits[i].resource, &limit, 0));
  }

  // NOROOT and NO_SETUID_FIXUP: capabilities come from the sets alone, whatever the uid, and cannot come back through
  // exec.
  CHECK(RF_STEP_CAPABILITIES, 0,
        sys(SYS_prctl, PR_SET_SECUREBITS,
            SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED, 0, 0, 0));
  if (plan->flags & RF_PLAN_DROP_GROUPS) CHECK(RF_STEP_USER, 0, sys(SYS_setgroups, 0, 0));
  CHECK(RF_STEP_USER, 0, sys(SYS_setresgid, plan->gid, plan->gid, plan->gid));
  CHECK(RF_STEP_USER, 0, sys(SYS_setresuid, plan->uid, plan->uid, plan->uid));
  // A change of ids sets the dumpable flag to fs.suid_dumpable, and until exec that flag is also process 1's.
  CHECK(RF_STEP_USER, 0, sys(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0));
  CHECK(RF_STEP_CAPABILITIES, 0, set_capabilities(plan->capabilities));
  sys(SYS_umask, plan->umask);
  CHECK(RF_STEP_WORKING_DIRECTORY, 0, sys(SYS_chdir, rf_text(plan, plan->working_directory)));

  CHECK(RF_STEP_NO_NEW_PRIVILEGES, 0, sys(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  if (rf_has_rules(plan)) CHECK(RF_STEP_LANDLOCK, 0, sys(SYS_landlock_restrict_self, RF_RULES, 0));
  // Where the table is process 1's as well, exec closes all but the streams.
  if (!shares_descriptors) CHECK(RF_STEP_DESCRIPTORS, 0, sys(SYS_close_range, 3, ~0u, 0));
  uint64_t none = 0;
  sys(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
  if (plan->filter_length) CHECK(RF_STEP_SECCOMP, 0, install_filter(plan));
  return 0;
#undef CHECK
}
