#define _GNU_SOURCE
#include "include/kernel.h"

#include "messages.h"
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHECKED(CALL) ({ __typeof__(CALL) result_ = (CALL); result_ < 0 ? -errno : result_; })

int rf_open(const char *path, int flags, unsigned mode) { return CHECKED(open(path, flags | O_CLOEXEC, mode)); }

int rf_openat(int directory, const char *path, int flags, unsigned mode) {
  return CHECKED(openat(directory, path, flags | O_CLOEXEC, mode));
}

int rf_pipe(int ends[2]) { return CHECKED(pipe2(ends, O_CLOEXEC)); }

int rf_socketpair(int ends[2]) { return CHECKED(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)); }

int rf_set_nonblocking(int descriptor) { return CHECKED(fcntl(descriptor, F_SETFL, O_NONBLOCK)); }

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

// A file in memory with these bytes.
static int memory_file(const char *name, const void *bytes, size_t count) {
  // A host can demand the flag, which only Linux 6.3 and newer know.
  int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (file < 0 && errno == EINVAL) file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -errno;
  for (size_t done = 0; done < count;) {
    ssize_t written = write(file, (const char *)bytes + done, count - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      int error = written < 0 ? errno : EIO;
      close(file);
      return -error;
    }
    done += (size_t)written;
  }
  return file;
}

int rf_hand_block(int control, const void *block, size_t size, const int *descriptors, size_t count) {
  if (count > RF_MAX_DESCRIPTORS) return -EMFILE;
  struct rf_block_packet packet;
  const size_t header = offsetof(struct rf_block_packet, block);
  packet.size = (uint32_t)size;
  packet.count = (uint32_t)count;
  if (size <= sizeof packet.block) {
    memcpy(packet.block, block, size);
    return rf_send(control, &packet, header + size, descriptors, count);
  }
  int all[RF_MAX_DESCRIPTORS + 1];
  memcpy(all, descriptors, sizeof(int) * count);
  int file = memory_file("ringfence", block, size);
  if (file < 0) return file;
  all[packet.count++] = file;
  int result = rf_send(control, &packet, header, all, count + 1);
  close(file);
  return result;
}

int rf_sealed_file(const void *bytes, size_t count) {
  int file = memory_file("stdin", bytes, count);
  if (file < 0) return file;
  if (fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) goto fail;
  // Opened anew: for reading only, at offset 0.
  char path[32] = "/proc/self/fd/";
  char digits[12];
  int length = 0;
  for (int rest = file; length == 0 || rest > 0; rest /= 10) digits[length++] = (char)('0' + rest % 10);
  for (int i = 0; i < length; i++) path[14 + i] = digits[length - 1 - i];
  path[14 + length] = 0;
  int reader = open(path, O_RDONLY | O_CLOEXEC);
  if (reader < 0) goto fail;
  close(file);
  return reader;
fail:;
  int error = errno ? errno : EIO;
  close(file);
  return -error;
}

int rf_ppoll(struct pollfd *descriptors, size_t count, int64_t timeout) {
  struct timespec limit = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
  return CHECKED(ppoll(descriptors, count, timeout < 0 ? NULL : &limit, NULL));
}

int rf_pidfd_send_signal(int pidfd, int signal) { return (int)sys(SYS_pidfd_send_signal, pidfd, signal, 0, 0); }

int rf_pidfd_open(pid_t process) { return (int)sys(SYS_pidfd_open, process, 0, 0, 0); }

int rf_adopt_orphans(void) { return CHECKED(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }

int rf_wait(pid_t child, int *status) {
  for (;;) {
    pid_t waited = waitpid(child, status, 0);
    if (waited >= 0) return 0;
    if (errno != EINTR) return -errno;
  }
}

int rf_signal_descriptor(uint64_t mask) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal = 1; signal <= 64; signal++)
    if (mask >> (signal - 1) & 1) sigaddset(&set, signal);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
  return CHECKED(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int rf_read_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t count = read(descriptor, &info, sizeof info);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  return count == sizeof info ? (int)info.ssi_signo : 0;
}

ssize_t rf_read_now(int descriptor, void *bytes, size_t size) {
  ssize_t count = recv(descriptor, bytes, size, MSG_DONTWAIT);
  if (count >= 0 || errno != ENOTSOCK) return count < 0 ? -errno : count;
  struct iovec part = {bytes, size};
  count = preadv2(descriptor, &part, 1, -1, RWF_NOWAIT);
  if (count < 0 && errno == EOPNOTSUPP) count = read(descriptor, bytes, size);
  return count < 0 ? -errno : count;
}

ssize_t rf_write_now(int descriptor, const void *bytes, size_t size) {
  ssize_t count = send(descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count >= 0 || errno != ENOTSOCK) return count < 0 ? -errno : count;
  struct iovec part = {(void *)(uintptr_t)bytes, size};
  count = pwritev2(descriptor, &part, 1, -1, RWF_NOWAIT);
  if (count < 0 && errno == EOPNOTSUPP) count = write(descriptor, bytes, size);
  return count < 0 ? -errno : count;
}

void rf_ignore_signals(void) {
  static const int signals[] = {SIGPIPE, SIGXFSZ, SIGTSTP, SIGTTIN, SIGTTOU};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_IGN);
}

bool rf_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void crash(int number) {
  static const char text[] = "ringfence: stopped: out of memory, or a mistake of ours; whatever was running is ended\n";
  // Where standard error takes nothing, the exit code has to do.
  sys(SYS_write, 2, text, sizeof text - 1);
  (void)number;
  for (;;) sys(SYS_exit_group, 70);
}

void rf_exit_on_crash(void) {
  // A stack of its own: the one in use may be what ran out.
  static char stack[16384];
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
  if (sigaltstack(&alternative, NULL) < 0) action.sa_flags = 0;
  const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}

int rf_mount_setattr(int mount, uint64_t set, int user_namespace) {
  struct mount_attr change = {
      .attr_set = set, .userns_fd = set & MOUNT_ATTR_IDMAP ? (uint64_t)user_namespace : 0};
  return (int)sys(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | 0x8000 /* AT_RECURSIVE */, &change, sizeof change);
}

int rf_landlock_abi(void) {
  long abi = sys(SYS_landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi == -ENOSYS || abi == -EOPNOTSUPP ? 0 : (int)abi;
}

int rf_lock_byte(int descriptor, uint64_t offset) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)offset, .l_len = 1};
  int result = CHECKED(fcntl(descriptor, F_OFD_SETLK, &lock));
  return result == -EACCES ? -EAGAIN : result;
}

void rf_unlock_byte(int descriptor, uint64_t offset) {
  struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = (off_t)offset, .l_len = 1};
  fcntl(descriptor, F_OFD_SETLK, &lock);
}

int64_t rf_filesystem_type(const char *path) {
  struct statfs information;
  return statfs(path, &information) < 0 ? -errno : (int64_t)(uint32_t)information.f_type;
}

bool rf_has_swap(void) {
  struct sysinfo information;
  return sysinfo(&information) < 0 || information.totalswap > 0;
}

void rf_raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int rf_getrlimit(int resource, struct rlimit *limit) { return CHECKED(getrlimit((__rlimit_resource_t)resource, limit)); }

int rf_effective_capabilities(uint64_t *capabilities) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}};
  long error = sys(SYS_capget, &header, data);
  if (error >= 0) *capabilities = (uint64_t)data[1].effective << 32 | data[0].effective;
  return (int)error;
}

int64_t rf_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool rf_exited(int status) { return WIFEXITED(status); }
int rf_exit_code(int status) { return WEXITSTATUS(status); }
bool rf_signaled(int status) { return WIFSIGNALED(status); }
int rf_term_signal(int status) { return WTERMSIG(status); }
const char *rf_error_name(int error) { return strerrorname_np(error); }
const char *rf_error_text(int error) {
  const char *text = strerrordesc_np(error);
  return text ? text : "unknown error";
}

// The linker's.
extern char __executable_start[], etext[];

void rf_let_text_go(void) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = (uintptr_t)__executable_start, end = (uintptr_t)etext & ~(page - 1);
  madvise((void *)start, end - start, MADV_DONTNEED);
}
