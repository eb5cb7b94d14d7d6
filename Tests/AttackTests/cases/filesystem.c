// Ways to the host's files: around the root, through the links of /proc, by devices, and by running what was written.
#include "attack.h"
#include <dirent.h>
#include <linux/openat2.h>
#include <sys/sendfile.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

static bool readable(const char *path) {
  char byte;
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return false;
  bool is_readable = read(file, &byte, 1) == 1;
  close(file);
  return is_readable;
}
static void judge_paths(const char *const *paths, size_t count, const char *what) {
  for (size_t i = 0; i < count; i++)
    if (readable(paths[i])) escaped("read %s", paths[i]);
  blocked("%s: %s", what, error_name(errno));
}
static void judge_writable(const char *const *paths, size_t count, const char *what) {
  for (size_t i = 0; i < count; i++)
    if (open(paths[i], O_WRONLY | O_CLOEXEC) >= 0) escaped("may write %s", paths[i]);
  blocked("%s: %s", what, error_name(errno));
}

static void secret(void) { judge_paths((const char *[]){fact_text("ATTACK_SECRET")}, 1, "the host's secret"); }
static void secret_by_working_folder(void) {  // CVE-2024-21626: a working folder left outside of the root
  char path[512];
  snprintf(path, sizeof path, "../../../../../../../../..%s", fact_text("ATTACK_SECRET"));
  if (readable(path)) escaped("the host's secret by a relative path");
  char folder[256] = "";
  syscall(SYS_getcwd, folder, sizeof folder);
  if (strncmp(folder, "(unreachable)", 13) == 0) escaped("works outside of the root: %s", folder);
  blocked("%s from %s", error_name(errno), folder);
}
static void secret_by_root(void) {
  for (int process = 1; process < 100; process++) {
    static const char *const links[] = {"root", "cwd"};
    for (size_t i = 0; i < COUNT(links); i++) {
      char path[256];
      snprintf(path, sizeof path, "/proc/%d/%s%s", process, links[i], fact_text("ATTACK_SECRET"));
      if (readable(path)) escaped("read %s", path);
    }
  }
  char path[256];
  snprintf(path, sizeof path, "/proc/%ld/root%s", fact("ATTACK_PID"), fact_text("ATTACK_SECRET"));
  judge_paths((const char *[]){path}, 1, "roots of other processes");
}
static void secret_by_link(void) {
  unlink("/tmp/attack-link");
  if (symlink(fact_text("ATTACK_SECRET"), "/tmp/attack-link")) blocked("symlink: %s", error_name(errno));
  bool found = readable("/tmp/attack-link");
  unlink("/tmp/attack-link");
  if (found) escaped("the host's secret by a symbolic link");
  blocked("the link leads nowhere: %s", error_name(errno));
}
static void out_of_a_chroot(void) {  // the classic walk, for whoever was only chrooted
  mkdir("/tmp/attack-chroot", 0700);
  int root = open("/", O_RDONLY | O_DIRECTORY);
  if (chroot("/tmp/attack-chroot")) blocked("chroot: %s", error_name(errno));
  if (fchdir(root)) blocked("fchdir: %s", error_name(errno));
  for (int i = 0; i < 64 && chdir("..") == 0; i++) {}
  if (chroot(".")) blocked("chroot: %s", error_name(errno));
  rmdir("/tmp/attack-chroot");
  judge_paths((const char *[]){fact_text("ATTACK_SECRET")}, 1, "outside of the chroot");
}
static void above_the_root(void) {
  struct stat root, above;
  if (stat("/", &root) || stat("/..", &above)) blocked("stat: %s", error_name(errno));
  if (root.st_ino != above.st_ino || root.st_dev != above.st_dev) escaped("there is something above the root");
  struct open_how how = {.flags = O_RDONLY | O_DIRECTORY};
  int folder = open("/", O_PATH | O_DIRECTORY);
  for (int i = 0; i < 32 && folder >= 0; i++) folder = syscall(SYS_openat2, folder, "..", &how, sizeof how);
  if (folder >= 0 && openat(folder, fact_text("ATTACK_SECRET") + 1, O_RDONLY) >= 0) escaped("climbed out by openat2");
  blocked("the root is its own parent");
}

// Writing where others read.

static void system_files(void) {
  static const char *const paths[] = {"/etc/passwd", "/etc/ld.so.cache", "/etc/ld.so.preload", "/usr/bin/python3.11",
                                      "/lib64/ld-linux-x86-64.so.2", "/bin/sh", "/etc/crontab", "/root/.bashrc"};
  if (access("/usr", W_OK) == 0) escaped("/usr is writable");
  if (access("/", W_OK) == 0 && !getenv("ATTACK_WRITABLE_ROOT")) escaped("/ is writable");
  judge_writable(paths, COUNT(paths), "the system's files");
}
static void own_program(void) {  // CVE-2019-5736: /proc/self/exe leads to a file of the host
  judge_writable((const char *[]){"/proc/self/exe", "/proc/1/exe", arguments[0]}, 3, "the running program");
}
static void read_only_bind(void) {
  char path[256], other[256];
  snprintf(path, sizeof path, "%s/sentinel", fact_text("ATTACK_FOLDER"));
  snprintf(other, sizeof other, "%s/sentinel-2", fact_text("ATTACK_FOLDER"));
  if (access(path, F_OK)) skipped("there is no %s", path);
  if (open(path, O_WRONLY) >= 0) escaped("may write %s", path);
  if (truncate(path, 0) == 0) escaped("truncated %s", path);
  if (chmod(path, 0777) == 0) escaped("chmod of %s", path);
  if (utimensat(AT_FDCWD, path, NULL, 0) == 0) escaped("touched %s", path);
  if (link(path, other) == 0) escaped("linked %s", path);
  if (rename(path, other) == 0) escaped("renamed %s", path);
  judge(unlink(path), "unlink");
}
static void link_out(void) {  // a second name in a writable place makes protected files writable for some tools
  char path[256], other[256];
  snprintf(path, sizeof path, "%s/sentinel", fact_text("ATTACK_FOLDER"));
  snprintf(other, sizeof other, "%s/hard-%d", scratch(), getpid());
  int result = link(path, other), error = errno;
  if (result == 0) unlink(other);
  errno = error;
  judge(result, "hard link of a read-only file");
}
static void kernel_settings(void) {  // core_pattern runs a program of the attacker's choice, as the host's root
  static const char *const paths[] = {
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger",
    "/proc/sys/fs/binfmt_misc/register", "/proc/sys/vm/overcommit_memory", "/sys/kernel/uevent_helper",
    "/proc/sys/kernel/randomize_va_space", "/proc/sys/net/ipv4/ip_forward", "/sys/kernel/mm/ksm/run",
    "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/memory/release_agent", "/proc/irq/default_smp_affinity",
    "/proc/self/oom_adj", "/proc/self/clear_refs", "/proc/self/timerslack_ns", "/proc/self/uid_map"};
  judge_writable(paths, COUNT(paths) - 4, "the kernel's settings");
}
static void uid_map(void) { judge_writable((const char *[]){"/proc/self/setgroups"}, 1, "/proc/self/setgroups"); }

// The kernel's own files.

static void kernel_memory(void) {
  static const char *const paths[] = {"/proc/kcore", "/dev/mem", "/dev/kmem", "/dev/port", "/proc/kmsg", "/dev/kmsg",
                                      "/proc/kpagecount", "/proc/kallsyms", "/proc/vmallocinfo", "/proc/iomem",
                                      "/sys/kernel/notes", "/sys/kernel/btf/vmlinux"};
  judge_paths(paths, COUNT(paths), "kernel memory");
}
static void tracing(void) {
  static const char *const paths[] = {"/sys/kernel/tracing/trace", "/sys/kernel/debug/tracing/trace",
                                      "/sys/kernel/debug/gpio", "/sys/kernel/security/lsm"};
  judge_paths(paths, COUNT(paths), "tracing");
}
static void devices(void) {  // any node beyond the few harmless ones
  static const char *const allowed[] = {".",    "..",     "null",  "zero",   "full", "random", "urandom", "fd",
                                        "stdin", "stdout", "stderr", "shm"};
  DIR *folder = opendir("/dev");
  if (!folder) blocked("/dev: %s", error_name(errno));
  for (struct dirent *entry; (entry = readdir(folder));) {
    bool is_allowed = false;
    for (size_t i = 0; i < COUNT(allowed); i++) is_allowed |= strcmp(entry->d_name, allowed[i]) == 0;
    if (!is_allowed) escaped("/dev/%s", entry->d_name);
  }
  blocked("only harmless devices");
}
static void device_nodes(void) {
  const char *path = "/tmp/attack-device";
  unlink(path);
  if (mknod(path, S_IFBLK | 0600, makedev(7, 0))) blocked("mknod: %s", error_name(errno));
  int file = open(path, O_RDONLY | O_NONBLOCK);
  int error = errno;
  unlink(path);
  errno = error;
  if (file >= 0 || errno == ENXIO) escaped("made a block device and opened it");
  blocked("a node that cannot be opened: %s", error_name(errno));
}
static void mount_flags(void) {  // a single mount without nosuid or nodev undoes the care of all others
  static const char *const places[] = {"/", "/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/tmp", "/work",
                                       "/proc", "/dev/shm", "/attack", "/etc", "/sys", "/run", "/var"};
  for (size_t i = 0; i < COUNT(places); i++) {
    struct statvfs system;
    if (statvfs(places[i], &system)) continue;
    if (!(system.f_flag & ST_NOSUID)) escaped("%s is mounted without nosuid", places[i]);
    if (!(system.f_flag & ST_NODEV)) escaped("%s is mounted without nodev", places[i]);
  }
  blocked("nosuid and nodev everywhere");
}
static void system_folder(void) {
  static const char *const paths[] = {"/sys/class/net", "/sys/block", "/sys/devices", "/sys/fs/cgroup", "/sys/kernel"};
  for (size_t i = 0; i < COUNT(paths); i++)
    if (opendir(paths[i])) escaped("reads %s", paths[i]);
  blocked("no /sys: %s", error_name(errno));
}
static void host_folders(void) {
  static const char *const paths[] = {"/root", "/home", "/boot", "/var/log", "/var/lib", "/srv", "/opt", "/mnt",
                                      "/etc/ssh", "/etc/ssl/private", "/lost+found", "/var/spool", "/run"};
  for (size_t i = 0; i < COUNT(paths); i++) {
    DIR *folder = opendir(paths[i]);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
      if (entry->d_name[0] != '.') escaped("%s/%s is in sight", paths[i], entry->d_name);
  }
  blocked("none of the host's folders: %s", error_name(errno));
}
static void credentials(void) {
  static const char *const paths[] = {"/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/root/.ssh/id_rsa", "/etc/fstab",
                                      "/root/.bash_history", "/root/.docker/config.json", "/etc/krb5.keytab",
                                      "/var/run/secrets/kubernetes.io/serviceaccount/token", "/etc/passwd-"};
  judge_paths(paths, COUNT(paths), "credentials");
}

// Running what was written.

static int copy_of(const char *program, int copy) {
  int original = open(program, O_RDONLY);
  for (off_t offset = 0; sendfile(copy, original, &offset, 1 << 20) > 0;) {}
  close(original);
  return copy;
}
static void judge_runs(int program, const char *what) {
  pid_t child = spawn();
  if (child == 0) {
    char *vector[] = {"attack", "true", "x", NULL}, *none[] = {NULL};
    syscall(SYS_execveat, program, "", vector, none, AT_EMPTY_PATH);
    _exit(errno);
  }
  int status = 0;
  waitpid(child, &status, 0);
  // The copy is this very program, which knows no attack of that name and exits 64.
  if (WIFEXITED(status) && WEXITSTATUS(status) == 64) escaped("%s runs", what);
  blocked("%s does not run: %s", what, WIFEXITED(status) ? error_name(WEXITSTATUS(status)) : "a signal");
}
static void runs_from_tmp(void) {
  unlink("/tmp/attack-program");
  int copy = open("/tmp/attack-program", O_CREAT | O_WRONLY, 0700);
  if (copy < 0) blocked("open: %s", error_name(errno));
  close(copy_of("/proc/self/exe", copy));
  int program = open("/tmp/attack-program", O_PATH | O_CLOEXEC);
  unlink("/tmp/attack-program");
  judge_runs(program, "a program written to /tmp");
}
static void runs_from_memory(void) {  // "fileless": past noexec, past every path rule
  int copy = memfd_create("attack", 0);
  if (copy < 0) blocked("memfd_create: %s", error_name(errno));
  judge_runs(copy_of("/proc/self/exe", copy), "a program written to memory");
}
static void runs_from_shm(void) {
  int copy = open("/dev/shm/attack-program", O_CREAT | O_RDWR, 0700);
  if (copy < 0) blocked("open: %s", error_name(errno));
  close(copy_of("/proc/self/exe", copy));
  int program = open("/dev/shm/attack-program", O_PATH | O_CLOEXEC);
  unlink("/dev/shm/attack-program");
  judge_runs(program, "a program written to /dev/shm");
}
static void maps_from_tmp(void) {  // what the dynamic linker does with a library
  int file = open("/tmp/attack-library", O_CREAT | O_RDWR, 0700);
  if (file < 0 || ftruncate(file, 4096)) blocked("open: %s", error_name(errno));
  unlink("/tmp/attack-library");
  void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  judge(code == MAP_FAILED ? -1 : 0, "mapping code from /tmp");
}

// What one run leaves to the next, and what two runs can tell each other. The driver runs the first of these twice.

static void left_for_the_next(void) {
  static const char *const places[] = {"/tmp", "/work", "/dev/shm", "/dev", "/dev/mqueue", "/var/tmp", "/run", "/"};
  for (size_t i = 0; i < COUNT(places); i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/left-%s", places[i], arguments[2]);
    if (access(path, F_OK) == 0) escaped("found what an earlier run left: %s", path);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    if (file >= 0) close(file);
  }
  blocked("nothing of an earlier run");
}
static void lease(void) {  // holds up whoever opens the file next, for as long as the host allows
  int file = open("/bin/sh", O_RDONLY);
  judge(fcntl(file, F_SETLEASE, F_RDLCK), "a lease on /bin/sh");
}

ATTACKS(
  {"secret", secret}, {"secret-by-working-folder", secret_by_working_folder}, {"secret-by-root", secret_by_root},
  {"secret-by-link", secret_by_link}, {"out-of-a-chroot", out_of_a_chroot}, {"above-the-root", above_the_root},
  {"system-files", system_files}, {"own-program", own_program}, {"read-only-bind", read_only_bind},
  {"link-out", link_out}, {"kernel-settings", kernel_settings}, {"setgroups-file", uid_map},
  {"kernel-memory", kernel_memory}, {"tracing", tracing}, {"devices", devices}, {"device-nodes", device_nodes},
  {"mount-flags", mount_flags}, {"system-folder", system_folder}, {"host-folders", host_folders},
  {"credentials", credentials}, {"runs-from-tmp", runs_from_tmp}, {"runs-from-memory", runs_from_memory},
  {"runs-from-shm", runs_from_shm}, {"maps-from-tmp", maps_from_tmp}, {"left-for-the-next", left_for_the_next},
  {"lease", lease})
