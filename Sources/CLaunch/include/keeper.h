// The keeper: a small process beside each supervisor. It clones process 1 of its sandboxes, which takes the kernel half a
// millisecond and would copy the page tables of a much larger process; and it outlives the supervisor's death, whenever
// that comes, for as long as it takes to remove the control groups.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A keeper, as its supervisor knows it.
struct rf_keeper {
  pid_t process;    // or -errno
  int32_t link;     // the supervisor's end; when it is closed, the keeper cleans up and ends
  // A birth that was begun with it, before anything was known; -1 for none. See rf_request_birth.
  int32_t control;
};

/// What the keeper answers to a request for a birth. The pidfd comes along.
struct rf_birth {
  int32_t process;  // a child of the supervisor, or -errno
};

/// The keeper that was started with this process, before even the C library was there; its process is 0 when there is
/// none. It can be taken once.
struct rf_keeper rf_take_keeper(void);

/// Starts a keeper.
struct rf_keeper rf_start_keeper(void);

/// Has process 1 of a sandbox cloned in new namespaces (CLONE_NEW*). It waits for its plan on `control`, a SOCK_SEQPACKET
/// socket whose other end the supervisor has, and is born in the version 2 control group `cgroup` (a directory, or -1) and
/// in the network namespace `network` (-1 for the one that the keeper is in, unless `namespaces` has CLONE_NEWNET).
/// `joins` are the `tasks` files of control groups of version 1 that the child of a zygote joins; with others this comes
/// with the start.
/// @return 0, or -errno. Answers come in the order of the requests.
int rf_request_birth(int link, uint64_t namespaces, int control, int cgroup, int network, const int *joins,
                     size_t join_count);

/// The most control groups that a process joins.
#define RF_MAX_JOINS 12

/// Waits for an answer.
/// @return the process id, with its pidfd; or -errno.
int rf_await_birth(int link, int *pidfd);

/// The longest text that rf_request_cleanup takes.
#define RF_MAX_CLEANUP 8192

/// Has directories removed once the supervisor is gone: those in the folders of a list "prefix\0folder\0folder\0\0" whose
/// name begins with the prefix, again and again while they are busy, for at most ten seconds. `lease` is a descriptor that
/// is kept open until then; -1 for none. A second request replaces the first.
/// @return 0, or -errno.
int rf_request_cleanup(int link, const char *list, size_t size, int lease);

/// The namespaces that a birth before all else is given.
uint64_t rf_usual_namespaces(void);

/// Those of a zygote: what is born without a pid namespace is one. It waits for its plan as process 1 does, and then for
/// requests for births on the same socket.
uint64_t rf_zygote_namespaces(void);

/// Those that process 1 of a run does not have in common with its zygote.
uint64_t rf_zygote_run_namespaces(void);
