// What a program can learn about the host, its owner and its neighbours. Values of the host are recognised by a hash.
#include "attack.h"
#include <dirent.h>
#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/utsname.h>

extern char **environ;

static void judge_value(const char *path, const char *name) {
  char text[4096];
  if (slurp(path, text, sizeof text) < 0) blocked("%s: %s", path, error_name(errno));
  text[strcspn(text, "\n")] = 0;
  if (is_fact(name, text)) escaped("%s is the host's", path);
  blocked("%s is not the host's", path);
}
static void judge_seen(const char *const *paths, size_t count) {
  char text[256];
  for (size_t i = 0; i < count; i++)
    if (slurp(paths[i], text, sizeof text) > 0) escaped("reads %s", paths[i]);
  blocked("none of %zu: %s", count, error_name(errno));
}

// A caller's variables are where its keys are: the driver has put a secret into its own.
static void environment(void) {
  for (char **variable = environ; *variable; variable++)
    if (strstr(*variable, "HOST_ONLY_SECRET")) escaped("has a variable of the caller");
  blocked("no variable of the caller");
}
static void environment_of_others(void) {
  char path[300], text[65536];
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
    ssize_t count = slurp(path, text, sizeof text);
    for (ssize_t i = 0; i + 16 < count; i++)
      if (memcmp(text + i, "HOST_ONLY_SECRET", 16) == 0) escaped("a secret in %s", path);
  }
  blocked("no secret in any environment in sight");
}
static void processes_of_others(void) {  // their command lines, and that they are there at all
  char path[300], text[4096];
  DIR *folder = opendir("/proc");
  if (!folder) blocked("/proc: %s", error_name(errno));
  for (struct dirent *entry; (entry = readdir(folder));) {
    int process = atoi(entry->d_name);
    if (process <= 0 || process == getpid()) continue;
    snprintf(path, sizeof path, "/proc/%d/cmdline", process);
    if (slurp(path, text, sizeof text) > 0) escaped("reads %s: %.60s", path, text);
  }
  blocked("sees no process but its own");
}
static void host_name(void) {
  struct utsname names;
  uname(&names);
  if (is_fact("ATTACK_HOST_NAME", names.nodename)) escaped("the host's name");
  blocked("the name is %s", names.nodename);
}
static void host_name_file(void) { judge_value("/etc/hostname", "ATTACK_HOST_NAME"); }
static void machine_id(void) { judge_value("/etc/machine-id", "ATTACK_MACHINE_ID"); }
static void boot_id(void) { judge_value("/proc/sys/kernel/random/boot_id", "ATTACK_BOOT_ID"); }
static void command_line(void) { judge_value("/proc/cmdline", "ATTACK_COMMAND_LINE"); }
static void cgroup_path(void) {
  char text[4096];
  if (slurp("/proc/self/cgroup", text, sizeof text) < 0) blocked("/proc/self/cgroup: %s", error_name(errno));
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    char *path = strrchr(line, ':');
    if (path && strcmp(path, ":/")) escaped("its place among the host's cgroups: %s", line);
  }
  blocked("is at the root of every hierarchy");
}
static void memory_and_load(void) {  // who else is at work
  static const char *const paths[] = {"/proc/meminfo", "/proc/loadavg", "/proc/stat", "/proc/uptime", "/proc/vmstat",
                                      "/proc/pressure/cpu", "/proc/schedstat", "/proc/zoneinfo", "/proc/buddyinfo"};
  judge_seen(paths, COUNT(paths));
}
static void hardware(void) {
  static const char *const paths[] = {"/proc/interrupts", "/proc/softirqs", "/proc/diskstats", "/proc/partitions",
                                      "/proc/cpuinfo", "/proc/iomem", "/proc/ioports", "/proc/modules", "/proc/devices",
                                      "/proc/config.gz", "/proc/version", "/proc/filesystems", "/proc/swaps"};
  judge_seen(paths, COUNT(paths));
}
static void timers_of_others(void) {
  static const char *const paths[] = {"/proc/timer_list", "/proc/sched_debug", "/proc/keys", "/proc/key-users",
                                      "/proc/locks", "/proc/slabinfo", "/proc/pagetypeinfo", "/proc/sysvipc/shm"};
  judge_seen(paths, COUNT(paths));
}
static void network_tables(void) {
  static const char *const paths[] = {"/proc/net/route", "/proc/net/arp", "/proc/net/unix", "/proc/net/dev",
                                      "/proc/net/fib_trie"};
  char text[65536];
  for (size_t i = 0; i < COUNT(paths); i++)
    if (slurp(paths[i], text, sizeof text) > 0 && (strstr(text, "eth") || strstr(text, fact_text("ATTACK_ABSTRACT"))))
      escaped("%s shows the host's network", paths[i]);
  blocked("no table of the host's network");
}
static void block_devices(void) {
  static const char *const paths[] = {"/sys/block", "/sys/class/block", "/sys/class/dmi", "/sys/class/net",
                                      "/sys/devices/virtual/dmi"};
  for (size_t i = 0; i < COUNT(paths); i++) {
    DIR *folder = opendir(paths[i]);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
      if (entry->d_name[0] != '.') escaped("sees %s/%s", paths[i], entry->d_name);
  }
  blocked("no device in sight: %s", error_name(errno));
}
static void mounts(void) {  // the places of secrets are secrets too
  char text[65536];
  if (slurp("/proc/self/mountinfo", text, sizeof text) < 0) blocked("mountinfo: %s", error_name(errno));
  char folder[256];
  snprintf(folder, sizeof folder, "%s", fact_text("ATTACK_SECRET"));
  *strrchr(folder, '/') = 0;
  if (strstr(text, folder)) escaped("a mount shows %s", folder);
  if (strstr(text, "docker.sock") || strstr(text, "/run/dbus")) escaped("a mount of a service of the host");
  int lines = 0;
  for (char *byte = text; *byte; byte++) lines += *byte == '\n';
  if (lines > 40) escaped("%d mounts: the host's", lines);
  blocked("%d mounts", lines);
}
static void segment(void) {
  int number = shmget((key_t)fact("ATTACK_SHM"), 0, 0);
  judge(number, "the host's shared memory");
}
static void ipc_objects(void) {
  struct shminfo limits;
  struct shmid_ds status;
  int highest = shmctl(0, IPC_INFO, (struct shmid_ds *)&limits);
  for (int index = 0; index <= highest; index++)
    if (shmctl(index, SHM_STAT, &status) >= 0 || errno == EACCES) escaped("sees shared memory of others");
  blocked("no object of another: %s", error_name(errno));
}
static void login_user(void) {  // whose session it was, also after every change of user
  char text[64];
  if (slurp("/proc/self/loginuid", text, sizeof text) <= 0) blocked("loginuid: %s", error_name(errno));
  if (strtoul(text, NULL, 10) != 4294967295) escaped("the caller's login user is %s", text);
  blocked("no login user");
}
static void streams(void) {  // where the streams lead names the caller's files and terminal
  for (int file = 0; file < 3; file++) {
    char path[64], target[512] = "";
    struct stat status;
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (readlink(path, target, sizeof target - 1) < 0 || fstat(file, &status)) continue;
    if (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode) && strcmp(target, "/dev/null"))
      escaped("stream %d is %s", file, target);
  }
  blocked("streams show nothing");
}
static void auxiliary_vector(void) {
  const char *path = (const char *)getauxval(AT_EXECFN);
  if (path && strncmp(path, "/attack", 7)) escaped("started as %s", path);
  blocked("started as %s", path ? path : "nothing");
}
static void kernel_addresses(void) {
  char text[4096];
  if (slurp("/proc/self/wchan", text, sizeof text) > 1) escaped("wchan: %.40s", text);
  if (slurp("/proc/self/stack", text, sizeof text) > 0) escaped("reads its kernel stack");
  if (slurp("/proc/self/syscall", text, sizeof text) > 0 && strstr(text, "0xffff8")) escaped("addresses of the kernel");
  if (slurp("/proc/self/pagemap", text, sizeof text) >= 8) {
    for (int i = 0; i < 8; i++)
      if (((uint64_t *)text)[i] & ((1UL << 55) - 1)) escaped("numbers of physical pages");
  }
  blocked("no address of the kernel: %s", error_name(errno));
}

ATTACKS(
  {"environment", environment}, {"environment-of-others", environment_of_others},
  {"processes-of-others", processes_of_others}, {"host-name", host_name}, {"host-name-file", host_name_file},
  {"machine-id", machine_id}, {"boot-id", boot_id}, {"command-line", command_line}, {"cgroup-path", cgroup_path},
  {"memory-and-load", memory_and_load}, {"hardware", hardware}, {"timers-of-others", timers_of_others},
  {"network-tables", network_tables}, {"block-devices", block_devices}, {"mounts", mounts}, {"segment", segment},
  {"ipc-objects", ipc_objects}, {"login-user", login_user}, {"streams", streams},
  {"auxiliary-vector", auxiliary_vector}, {"kernel-addresses", kernel_addresses})
