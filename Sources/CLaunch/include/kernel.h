// System calls and constants that Glibc's module hides from Swift (variadic functions, _GNU_SOURCE, macros). Each
// function is the system call of its name; all return -errno on failure.
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <linux/mount.h>

enum {
  RF_O_CLOEXEC = 02000000,
  RF_O_PATH = 010000000,
  RF_CLONE_NEWNS = 0x00020000,
  RF_CLONE_NEWUTS = 0x04000000,
  RF_CLONE_NEWIPC = 0x08000000,
  RF_CLONE_NEWUSER = 0x10000000,
  RF_CLONE_NEWPID = 0x20000000,
  RF_CLONE_NEWNET = 0x40000000,
};

/// Raises the soft limit of open files (RLIMIT_NOFILE) as far as the hard one allows.
void rf_raise_open_files(void);

/// Asks for short slices of the processor's time (sched_setattr(2)), so that this thread is soon served when it wakes. Its
/// children have the usual ones. Before Linux 6.12 nothing comes of it, nor for a real-time or idle thread.
void rf_ask_for_short_slices(void);

/// The arguments that this process was started with.
int rf_argument_count(void);
/// @param index 0...rf_argument_count() - 1.
const char *rf_argument(int index);
/// All of them, with a null pointer at the end.
char **rf_arguments(void);
int rf_open(const char *path, int flags, unsigned mode);
int rf_openat(int directory, const char *path, int flags, unsigned mode);
int rf_pipe(int ends[2]);
/// A pair of connected SOCK_SEQPACKET sockets.
int rf_socketpair(int ends[2]);
int rf_set_nonblocking(int descriptor);
/// A file in memory with these bytes that nobody can change any more, at its start, for reading only.
int rf_sealed_file(const void *bytes, size_t count);
int rf_ppoll(struct pollfd *descriptors, size_t count, int64_t timeout_nanoseconds);
int rf_pidfd_send_signal(int pidfd, int signal);
int rf_pidfd_open(pid_t process);
// From now on descendants whose parent ends are our children.
int rf_adopt_orphans(void);
/// Waits for a child and reaps it. `status` is as wait4 gives it.
int rf_wait(pid_t child, int *status);
/// A descriptor that reads the given signals, which are blocked from now on. Bit N-1 of the mask is signal N.
int rf_signal_descriptor(uint64_t mask);
/// Reads one signal; 0 when there is none.
int rf_read_signal(int descriptor);
/// read(2) and write(2) that do not wait, as far as the kernel can tell: of sockets by MSG_DONTWAIT, of pipes by RWF_NOWAIT,
/// which those have since Linux 6.4.
/// @return how many bytes, or -errno.
ssize_t rf_read_now(int descriptor, void *bytes, size_t size);
ssize_t rf_write_now(int descriptor, const void *bytes, size_t size);
/// Ignores what would end a supervisor in the middle of a run (SIGPIPE, SIGXFSZ), where a failed write says it as well, or
/// stop it, while the program would go on (SIGTSTP, SIGTTIN, SIGTTOU).
void rf_ignore_signals(void);
bool rf_is_ignored(int signal);
/// From now on a crash (out of memory, or a mistake of ours) is a message on standard error and exit code 70, which no
/// caller can mistake for an end of the program that was run.
void rf_exit_on_crash(void);
/// Takes out of the page tables what of the executable's text is in them; what is executed from now on comes back. That is
/// a good part of what the kernel does when a process ends, while its parent is waiting: for who has to wait for something
/// else before.
void rf_let_text_go(void);
/// Changes attributes of a detached mount, recursively; `user_namespace` is for MOUNT_ATTR_IDMAP.
int rf_mount_setattr(int mount, uint64_t set, int user_namespace);
/// The newest Landlock ABI that the kernel has, 0 for none, or -errno when that cannot be learned.
int rf_landlock_abi(void);
/// Locks one byte of a file for this open file description. -EAGAIN when somebody else has it.
int rf_lock_byte(int descriptor, uint64_t offset);
void rf_unlock_byte(int descriptor, uint64_t offset);
/// `statfs(2)`'s type of file system, or -errno.
int64_t rf_filesystem_type(const char *path);
/// Whether the host has swap space (sysinfo(2)).
bool rf_has_swap(void);
/// getrlimit by the resource's number.
int rf_getrlimit(int resource, struct rlimit *limit);
/// The effective capabilities of this thread, as bits.
int rf_effective_capabilities(uint64_t *capabilities);
int64_t rf_monotonic_nanoseconds(void);
bool rf_exited(int status);
int rf_exit_code(int status);
bool rf_signaled(int status);
int rf_term_signal(int status);
/// The name of an error ("EPERM"), NULL for a number that is none.
const char *rf_error_name(int error);
/// What the C library says about an error, in English.
const char *rf_error_text(int error);
