// Disk: more bytes or more inodes than allowed, anywhere; and what a cleaning supervisor stumbles over.
#include "attack.h"
#include <sys/statvfs.h>

static char block[1 << 20];

static void enter_scratch(void) {
  if (chdir(scratch())) blocked("%s: %s", scratch(), error_name(errno));
}
static int numbered(const char *stem, int number) {
  char path[64];
  snprintf(path, sizeof path, "%s-%d-%d", stem, getpid(), number);
  return open(path, O_CREAT | O_RDWR | O_EXCL, 0600);
}
static void judge_written(long size) { escaped("%ld MiB on disk, %ld allowed", size / MiB, DISK_LIMIT / MiB); }

// Files that each keep within the largest size; unlinked or not.
static void fill(bool unlinked) {
  signal(SIGXFSZ, SIG_IGN);
  memset(block, 1, sizeof block);
  enter_scratch();
  long size = 0;
  for (int number = 0; size < 2 * DISK_LIMIT; number++) {
    int file = numbered("fill", number);
    if (file < 0) blocked("open: %s after %ld MiB", error_name(errno), size / MiB);
    if (unlinked) {
      char path[64];
      snprintf(path, sizeof path, "fill-%d-%d", getpid(), number);
      unlink(path);
    }
    for (int i = 0; i < 8; i++, size += MiB)
      if (write(file, block, sizeof block) != sizeof block)
        blocked("write: %s after %ld MiB", error_name(errno), size / MiB);
    if (!unlinked) close(file);
  }
  judge_written(size);
}
static void filled(void) { fill(false); }
static void unlinked(void) { fill(true); }
static void allocated(void) {
  signal(SIGXFSZ, SIG_IGN);
  enter_scratch();
  for (int number = 0; number < 16; number++) {
    int file = numbered("allocated", number);
    if (file < 0 || fallocate(file, 0, 0, DISK_LIMIT / 6)) blocked("fallocate: %s", error_name(errno));
  }
  judge_written(DISK_LIMIT * 16 / 6);
}
// One file past RLIMIT_FSIZE: the kernel sends SIGXFSZ.
static void large_file(void) {
  enter_scratch();
  memset(block, 1, sizeof block);
  int file = numbered("large", 0);
  if (file < 0) blocked("open: %s", error_name(errno));
  for (long size = 0; size < DISK_LIMIT; size += MiB)
    if (write(file, block, sizeof block) < 0) blocked("write: %s after %ld MiB", error_name(errno), size / MiB);
  escaped("a file of %ld MiB", DISK_LIMIT / MiB);
}
// A terabyte that costs nothing here, and everything to whoever copies it.
static void sparse(void) {
  signal(SIGXFSZ, SIG_IGN);
  enter_scratch();
  int file = numbered("sparse", 0);
  if (file < 0) blocked("open: %s", error_name(errno));
  judge(ftruncate(file, 1L << 40), "a sparse file of 1 TiB");
}
static void sparse_killed(void) {
  enter_scratch();
  int file = numbered("sparse", 0);
  if (file < 0) blocked("open: %s", error_name(errno));
  judge(ftruncate(file, 1L << 40), "a sparse file of 1 TiB");
}
static void inodes(void) {
  enter_scratch();
  for (int number = 0; number < 20000; number++) {
    int file = numbered("empty", number);
    if (file < 0) blocked("%s after %d files", error_name(errno), number);
    close(file);
  }
  escaped("20000 empty files");
}
static void folders(void) {
  enter_scratch();
  for (int number = 0; number < 20000; number++) {
    char path[32];
    snprintf(path, sizeof path, "folder-%d", number);
    if (mkdir(path, 0700)) blocked("%s after %d folders", error_name(errno), number);
  }
  escaped("20000 folders");
}
static void symbolic_links(void) {
  enter_scratch();
  static char target[4000];
  memset(target, 'x', sizeof target - 1);
  for (int number = 0; number < 20000; number++) {
    char path[32];
    snprintf(path, sizeof path, "link-%d", number);
    if (symlink(target, path)) blocked("%s after %d links", error_name(errno), number);
  }
  escaped("20000 symbolic links of 4 KB");
}
static void hard_links(void) {
  enter_scratch();
  char original[64];
  snprintf(original, sizeof original, "original-%d-0", getpid());
  close(numbered("original", 0));
  for (int number = 0; number < 20000; number++) {
    char path[32];
    snprintf(path, sizeof path, "hard-%d", number);
    if (link(original, path)) blocked("%s after %d links", error_name(errno), number);
  }
  escaped("20000 hard links");
}
// Deeper than PATH_MAX and than most recursions: for the supervisor to clean up.
static void deep(void) {
  enter_scratch();
  int depth = 0;
  while (depth < 3000 && mkdir("d", 0700) == 0 && chdir("d") == 0) depth++;
  blocked("a folder %d deep is left behind", depth);
}
static void hostile_names(void) {
  static const char *const names[] = {"-rf", "--help", "a\nb", "tab\t", "\033[31mred", "\xff\xfe", "\xc3\x28", "\"'",
                                      "$(touch x)", "`id`", ";reboot", "*", " ", "\\", "...", "\xe2\x80\xaegpj.exe"};
  enter_scratch();
  int made = 0;
  for (size_t i = 0; i < COUNT(names); i++) made += open(names[i], O_CREAT | O_WRONLY, 0) >= 0;
  mkdir("unreadable", 0);
  symlink(fact_text("ATTACK_SECRET"), "link");
  mkfifo("fifo", 0600);
  blocked("%d hostile names, a folder without permissions, a link and a FIFO are left behind", made);
}
static void removed_working_folder(void) {
  enter_scratch();
  if (mkdir("gone", 0700) || chdir("gone") || rmdir("../gone")) blocked("mkdir: %s", error_name(errno));
  blocked("works in a folder that is gone");
}
// Where else can be written? Every place must be as small as the policy's.
static void elsewhere(void) {
  static const char *const places[] = {"/", "/dev", "/dev/shm", "/dev/mqueue", "/var/tmp", "/run", "/run/lock", "/var",
                                       "/etc", "/usr", "/home", "/root", "/mnt", "/proc", "/sys", "/sys/fs/cgroup",
                                       "/attack", "/var/lib", "/usr/local", "/opt", "/srv", "/media"};
  for (size_t i = 0; i < COUNT(places); i++) {
    char path[64];
    snprintf(path, sizeof path, "%s/attack-%d", places[i], getpid());
    int file = open(path, O_CREAT | O_WRONLY | O_EXCL, 0600);
    if (file < 0) continue;
    unlink(path);
    struct statvfs system;
    fstatvfs(file, &system);
    if (system.f_blocks == 0 || (long)(system.f_blocks * system.f_frsize) > DISK_LIMIT || system.f_files == 0)
      escaped("%s is writable, without a limit", places[i]);
  }
  blocked("nothing is writable without a limit");
}
static void core_dump(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_CORE, &limit);
  // 1 is as good as 0 for files, and also keeps the kernel from starting a handler on the host's side.
  if (limit.rlim_max > 1) escaped("may dump core: %ld bytes", (long)limit.rlim_max);
  blocked("a core of %ld bytes at most", (long)limit.rlim_max);
}

ATTACKS(
  {"filled", filled}, {"unlinked", unlinked}, {"allocated", allocated}, {"large-file", large_file}, {"sparse", sparse},
  {"sparse-killed", sparse_killed}, {"inodes", inodes}, {"folders", folders}, {"symbolic-links", symbolic_links},
  {"hard-links", hard_links}, {"deep", deep}, {"hostile-names", hostile_names},
  {"removed-working-folder", removed_working_folder}, {"elsewhere", elsewhere}, {"core-dump", core_dump})
