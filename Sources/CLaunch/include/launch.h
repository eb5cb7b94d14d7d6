// What runs between clone and exec. Process 1 of a sandbox is cloned early, before anything is known of the program, and
// waits. The supervisor lays out a plan of the sandbox and releases it, and later a start of the program; process 1 walks
// both in a fixed order, with raw system calls only: it allocates nothing, takes no lock and runs no Swift.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A place in the block, in bytes from its start. 0 is the header itself and so means "none".
typedef uint32_t rf_offset;

// The steps of a launch in the order in which they are taken. A failure names one of them.
enum rf_step {
  RF_STEP_NONE,
  RF_STEP_SESSION,
  RF_STEP_DESCRIPTORS,
  RF_STEP_PRIVATE_MOUNTS,
  RF_STEP_BLOCK,         // the plan or the start is read
  RF_STEP_PROCESSORS,    // process 1 may use those of the caller again
  RF_STEP_IDENTITY,      // process 1 takes its own id
  RF_STEP_PIPES,
  RF_STEP_PROCESSES,
  RF_STEP_ROOT,          // the detail is the index of an entry
  RF_STEP_PIVOT,
  RF_STEP_HOSTNAME,
  RF_STEP_LOOPBACK,
  RF_STEP_STREAMS,
  RF_STEP_CONTROL_GROUPS,
  RF_STEP_CGROUP_NAMESPACE,
  RF_STEP_FORK,
  RF_STEP_RLIMITS,       // the detail is the resource's number
  RF_STEP_CAPABILITIES,
  RF_STEP_USER,
  RF_STEP_WORKING_DIRECTORY,
  RF_STEP_NO_NEW_PRIVILEGES,
  RF_STEP_LANDLOCK,      // the detail is the index of a rule
  RF_STEP_SECCOMP,
  RF_STEP_EXEC,
};

// What is put into the new root, in the order of the list. Paths are relative to the root, with no leading slash.
enum rf_entry_kind {
  RF_ENTRY_DIRECTORY,    // mkdir path, mode
  RF_ENTRY_FILE,         // an empty file to bind onto
  RF_ENTRY_SYMLINK,      // path -> source
  RF_ENTRY_BIND,         // a directory or file of the host: `descriptor`, or `source` when that is -1
  RF_ENTRY_MOUNT,        // a new file system: `source` is its type, `options` are "key\0value\0…\0\0"
  RF_ENTRY_SEAL,         // binds a path of the new root onto itself with more attributes (read-only parts of /proc)
};

enum rf_entry_flags {
  // The path lies in somebody else's tree (a bind, the root file system): it is resolved without leaving the root.
  RF_ENTRY_FOREIGN = 1,
  // With FOREIGN: symbolic links are followed inside the root, as a root file system of an image needs.
  RF_ENTRY_IN_ROOT = 2,
  // A missing path is no error: there is nothing to cover.
  RF_ENTRY_OPTIONAL = 4,
  // A file system that each run has for itself, also where all else comes from a zygote. Nothing lies in it at first.
  RF_ENTRY_RENEWED = 8,
};

struct rf_entry {
  uint32_t kind;
  uint32_t flags;
  rf_offset path;
  rf_offset source;
  rf_offset options;
  uint32_t mode;
  int32_t descriptor;    // a detached mount among the descriptors that came with the plan, from 1; -1 for none
  uint32_t reserved;
  uint64_t attributes;   // MOUNT_ATTR_*
};

struct rf_rlimit {
  uint64_t resource;
  uint64_t limit;        // soft and hard
};

struct rf_path_rule {
  rf_offset path;        // absolute, inside the new root
  uint32_t reserved;
  uint64_t access;       // LANDLOCK_ACCESS_FS_*
};

enum rf_plan_flags {
  RF_PLAN_LOOPBACK = 1,       // bring the loopback interface up
  RF_PLAN_READ_ONLY_ROOT = 2, // the composed root itself becomes read-only at the end
  RF_PLAN_DROP_GROUPS = 4,    // possible only where the supervisor could map ids by privilege
  RF_PLAN_OWN_PIPES = 8,      // standard output and error are made by process 1, see RF_REPORT_DESCRIPTORS
  RF_PLAN_SHOW_PROCESSES = 16, // the supervisor gets a /proc of the sandbox's processes
  RF_PLAN_LISTEN = 32,        // the filter asks the supervisor, see RF_REPORT_LISTENER
};

// The sandbox, whatever program is run in it.
struct rf_plan {
  uint32_t size;              // of the block, in bytes
  uint32_t flags;
  uint32_t init_uid, init_gid; // process 1's own ids inside
  uint32_t uid, gid, umask;
  rf_offset hostname, working_directory;
  rf_offset entries;          // struct rf_entry; the first one is the root
  uint32_t entry_count;
  rf_offset rlimits;          // struct rf_rlimit
  uint32_t rlimit_count;
  uint64_t capabilities;      // bit N keeps capability N
  uint64_t landlock_fs, landlock_net, landlock_scoped; // handled access; all 0 for no ruleset
  rf_offset path_rules;       // struct rf_path_rule
  uint32_t path_rule_count;
  rf_offset filter;           // struct sock_filter
  uint32_t filter_length;     // in instructions; 0 for no filter
};

// The program.
struct rf_start {
  uint32_t size;              // of the block, in bytes
  // Descriptors by their place among those that came with the start, from 1.
  int32_t streams[3];         // -1 for a pipe that process 1 has made
  uint32_t first_group;       // `tasks` files of control groups of version 1 to join
  uint32_t group_count;
  // Tables of 8-byte places, 0-terminated, that process 1 turns into pointers.
  rf_offset arguments, environment, candidates;
};

enum rf_report_kind {
  RF_REPORT_STARTED = 1,      // exec succeeded, and the program has not ended soon after
  RF_REPORT_FAILED = 2,       // step, error and detail say where
  RF_REPORT_ENDED = 3,        // status and times; the detail is 1 when process 1 is the last one
  // Comes with descriptors: the reading ends of standard output and error with RF_PLAN_OWN_PIPES, then a directory that
  // is the sandbox's /proc with RF_PLAN_SHOW_PROCESSES.
  RF_REPORT_DESCRIPTORS = 4,
  // Comes with one descriptor: the listener of a filter with RF_PLAN_LISTEN, before the program is started.
  RF_REPORT_LISTENER = 5,
};

// One packet on the control socket. Only process 1 of the sandbox holds the other end.
struct rf_report {
  uint32_t kind;
  uint32_t step;
  int32_t error;              // errno
  uint32_t detail;
  int32_t status;             // as wait4 gives it
  uint32_t reserved;
  int64_t cpu_microseconds;   // of the program and of every descendant that was waited for
  int64_t max_rss_kibibytes;  // of the largest process
  int64_t nanoseconds;        // when the program ended, by CLOCK_MONOTONIC
};

/// The descriptors that a block can take along (SCM_MAX_FD, less the block's own).
#define RF_MAX_DESCRIPTORS 252

/// Hands process 1 a block, the plan first and then the start, with descriptors.
/// @return 0, or -errno.
int rf_hand_block(int control, const void *block, size_t size, const int *descriptors, size_t count);

/// The descriptors that a report can come with.
#define RF_REPORT_MAX_DESCRIPTORS 3

/// Takes the next report off the control socket, without waiting.
/// @param descriptors receives at most RF_REPORT_MAX_DESCRIPTORS of them, close-on-exec.
/// @return how many descriptors came along, or -errno; -EAGAIN when there is no report, -EPIPE when none will come.
int rf_receive_report(int control, struct rf_report *report, int *descriptors);

/// Opens a detached copy of a mount: what RF_ENTRY_BIND does itself when it has no descriptor. No component of the path
/// may be a symbolic link, so that nobody who can write to a part of it chooses what is mounted.
/// @return the descriptor, or -errno.
int rf_open_bind(const char *path, uint64_t attributes);

/// Clones a process in new namespaces that does nothing until it is killed, to have its namespaces.
/// @return its process id, or -errno.
pid_t rf_hold_namespaces(uint64_t namespaces);
