// Descriptors: more of them than allowed, and those that the caller forgot. The driver starts every run with descriptor
// 9 open on the host's root and descriptor 10 on a writable file.
#include "attack.h"
#include <dirent.h>

static void judge_open(long count, const char *what) {
  if (count > FILES_LIMIT) escaped("%ld %s, %ld allowed", count, what, FILES_LIMIT);
  blocked("%s after %ld %s", error_name(errno), count, what);
}

static void opened(void) {
  long count = 3;
  while (count < 4 * FILES_LIMIT && open("/dev/null", O_RDONLY) >= 0) count++;
  judge_open(count, "open files");
}
static void raised_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max = 1 << 20;
  setrlimit(RLIMIT_NOFILE, &limit);
  opened();
}
static void high_number(void) {
  if (dup2(STDOUT_FILENO, 4000) >= 0) escaped("descriptor 4000");
  judge(fcntl(STDOUT_FILENO, F_DUPFD, 2000), "descriptor 2000");
}
// CVE-2024-21626: one open directory of the host is the way out of any root.
static void inherited(void) {
  for (int file = 3; file < 65536; file++)
    if (fcntl(file, F_GETFD) >= 0) {
      char path[64], target[256] = "?";
      snprintf(path, sizeof path, "/proc/self/fd/%d", file);
      if (readlink(path, target, sizeof target - 1) < 0) strcpy(target, "?");
      escaped("descriptor %d is open: %s", file, target);
    }
  blocked("nothing but 0, 1 and 2 is open");
}
static void inherited_folder(void) {
  const char *secret = fact_text("ATTACK_SECRET");
  for (int folder = 0; folder < 1024; folder++)
    if (openat(folder, secret + 1, O_RDONLY) >= 0 || openat(folder, "etc/hostname", O_RDONLY) >= 0)
      escaped("the host's files by descriptor %d", folder);
  blocked("no descriptor leads out: %s", error_name(errno));
}
// What standard streams are made of: a terminal, a socket or a file of the caller can be read, seeked and truncated.
static void standard_streams(void) {
  for (int file = 0; file < 3; file++) {
    struct stat status;
    if (fstat(file, &status)) continue;
    if (S_ISREG(status.st_mode) && (fcntl(file, F_GETFL) & O_ACCMODE) != O_RDONLY)
      escaped("stream %d is a writable file of the caller", file);
    if (S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode)) escaped("stream %d is a folder or a device", file);
    if (isatty(file)) escaped("stream %d is the caller's terminal", file);
  }
  blocked("the streams are pipes or nothing");
}
static void standard_input_written(void) {
  judge(write(STDIN_FILENO, "", 1) == 1 ? fcntl(STDIN_FILENO, F_GETFL) : -1, "write to standard input");
}
// The pipe of the output, opened again for reading, would take back what was written, or another's.
static void output_read_back(void) {
  int file = open("/proc/self/fd/1", O_RDONLY | O_NONBLOCK);
  if (file < 0) blocked("/proc/self/fd/1: %s", error_name(errno));
  // The supervisor reads too: one of many attempts is quicker.
  char byte;
  for (int attempt = 0; attempt < 2000; attempt++)
    if (write(STDOUT_FILENO, "kept\n", 5) == 5 && read(file, &byte, 1) == 1) escaped("read back what it had written");
  blocked("the output cannot be read");
}
// Descriptors of others, by the magic links under /proc.
static void of_others(void) {
  char path[64];
  for (int process = 1; process < 64; process++)
    for (int file = 0; file < 32; file++) {
      if (process == getpid()) continue;
      snprintf(path, sizeof path, "/proc/%d/fd/%d", process, file);
      if (open(path, O_RDONLY | O_NONBLOCK) >= 0) escaped("opened %s", path);
    }
  blocked("no other process's descriptor: %s", error_name(errno));
}

ATTACKS(
  {"opened", opened}, {"raised-file-limit", raised_limit}, {"high-number", high_number}, {"inherited", inherited},
  {"inherited-folder", inherited_folder}, {"standard-streams", standard_streams},
  {"standard-input-written", standard_input_written}, {"output-read-back", output_read_back}, {"of-others", of_others})
