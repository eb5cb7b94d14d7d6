// How the files of this module see the plan, and what they call of each other.
#pragma once

#include "include/launch.h"
#include "raw.h"

#include <stdbool.h>
#include <sys/types.h>

static inline const char *rf_text(const struct rf_plan *plan, rf_offset offset) { return (const char *)plan + offset; }
static inline const void *rf_table(const void *block, rf_offset offset) { return (const char *)block + offset; }

/// Where and why a step failed.
struct rf_failure {
  uint32_t step;
  int32_t error;
  uint32_t detail;
};

// Where process 1 keeps its control socket, and then the Landlock rules of the program.
#define RF_CONTROL 3
#define RF_RULES 4

/// The descriptors that came with the block that is worked on, from 1.
extern int rf_received[RF_MAX_DESCRIPTORS + 2];

#define RF_LARGEST_INLINE_BLOCK 8192

/// A block on the control socket. Only a small one is part of the packet; otherwise the last of the descriptors is a file
/// with it.
struct rf_block_packet {
  uint32_t size;  // of the block, in bytes
  uint32_t count; // of the descriptors that come along
  uint64_t block[RF_LARGEST_INLINE_BLOCK / sizeof(uint64_t)];
};

/// Notes where the caller's arguments and environment lie, to clear them in process 1.
void rf_find_caller(int count, char **arguments, char **environment);

/// Process 1, from its birth to its end.
_Noreturn void rf_process_one(int control);

/// The zygote of a policy's runs: it composes a sandbox as process 1 does, and then bears process 1 of each run as a copy
/// of itself, in new namespaces where a run could leave something for the next.
_Noreturn void rf_zygote(int control);

/// Process 1 that a zygote has born, from its birth to its end: in the zygote's memory, which nobody else uses meanwhile.
/// `joins` are the `tasks` files of the control groups of version 1 that it joins.
_Noreturn void rf_process_one_of_zygote(const struct rf_plan *plan, int control, const int *joins, unsigned join_count);

/// Bears processes as the packets on `link` ask for, until nobody is left to ask. `plan` is the zygote's; a keeper has none.
/// 0, or -errno when the packets cannot be received.
long rf_bear_all(int link, const struct rf_plan *plan);

/// Detaches all mounts of this namespace from the host's. 0, or -errno.
long rf_make_mounts_private(void);

/// Composes the new root and makes it the root of the process. 0, or -1 with the failure filled in.
int rf_enter_root(const struct rf_plan *plan, struct rf_failure *failure);

/// Mounts over what a zygote shows in these places whatever is each run's own. 0, or -1 with the failure filled in.
int rf_renew_mounts(const struct rf_plan *plan, struct rf_failure *failure);

/// Mounts a new file system of a type, detached. `options` are "key\0value\0…\0\0". The descriptor, or -errno.
long rf_open_new_mount(const char *type, const char *options, uint64_t attributes);

/// Adds attributes to a detached mount. 0, or -errno.
long rf_add_attributes(int mount, uint64_t attributes);

/// Makes what RF_REPORT_DESCRIPTORS hands over, and sends it. 0, or -1 with the failure filled in.
int rf_hand_over(const struct rf_plan *plan, struct rf_failure *failure);

/// Sends a report of a kind along with descriptors, which stay open here. 0 or more, or -errno.
long rf_send_descriptors(uint32_t kind, const int *descriptors, unsigned count);

/// The listener of the filter of the process that becomes the program, once it has one; -1 until then.
extern int rf_listener;

static inline int rf_has_rules(const struct rf_plan *plan) {
  return (plan->landlock_fs | plan->landlock_net | plan->landlock_scoped) != 0;
}

/// Makes the Landlock rules of the program, as RF_RULES. 0, or -1 with the failure filled in.
int rf_make_rules(const struct rf_plan *plan, struct rf_failure *failure);

/// Drops all capabilities from the bounding set but these, which takes CAP_SETPCAP. 0, or -errno.
long rf_drop_bounding_set(uint64_t kept);

/// Sets every signal to its default.
void rf_reset_signals(void);

/// Forks a process that becomes the program once it knows which, which rf_set_start tells it, and all descriptors behind
/// RF_RULES are closed. They are this process's as well until then.
/// @return its process id; 0 where the kernel has nothing to keep it waiting; or -errno.
long rf_fork_ahead(const struct rf_plan *plan, struct rf_failure *failure);

/// Tells what the program is.
void rf_set_start(const struct rf_start *start);

/// Starts the program, by what was forked `ahead` if that is not 0; otherwise it waits until the program runs or has failed,
/// with the failure filled in.
/// @return its process id, or -errno.
long rf_start_program(const struct rf_plan *plan, long ahead, struct rf_failure *failure);

/// Whether what was started shares no memory and no descriptors with us any more: it is the program, or dead.
bool rf_has_become_program(void);

/// Reaps until the program has ended, tells so and ends. Returns only when it has ended without ever having been the program,
/// with the failure filled in.
void rf_reap(pid_t program, const struct rf_failure *failure);

/// Sends a report to the supervisor, where one listens.
void rf_report(const struct rf_report *message);

/// The last steps before exec: limits, capabilities, ids, Landlock, seccomp. 0, or -1 with the failure filled in.
int rf_prepare_program(const struct rf_plan *plan, int shares_descriptors, struct rf_failure *failure);

/// Becomes the program. Returns only on failure.
void rf_exec_program(const struct rf_start *start, struct rf_failure *failure);
