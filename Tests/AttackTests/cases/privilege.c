// Privilege: what the program holds, and every way to get more.
#include "attack.h"
#include <dirent.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/xattr.h>

static unsigned long status_field(const char *name, int base) {
  char text[4096];
  if (slurp("/proc/self/status", text, sizeof text) < 0) skipped("/proc/self/status: %s", error_name(errno));
  char *line = strstr(text, name);
  return line ? strtoul(line + strlen(name), NULL, base) : 0;
}

static void user_is_root(void) {
  if (getuid() == 0 || geteuid() == 0 || getgid() == 0 || getegid() == 0)
    escaped("user %d, group %d", geteuid(), getegid());
  blocked("user %d, group %d", geteuid(), getegid());
}
static void groups(void) {
  gid_t list[64];
  int count = getgroups(COUNT(list), list);
  for (int i = 0; i < count; i++)
    if (list[i] == 0 || (list[i] < 1000 && list[i] != getegid())) escaped("is in group %d", list[i]);
  blocked("%d supplementary groups", count);
}
static void capabilities(void) {
  static const char *const sets[] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
  for (size_t i = 0; i < COUNT(sets); i++)
    if (status_field(sets[i], 16)) escaped("%s %lx", sets[i], status_field(sets[i], 16));
  blocked("five empty sets");
}
static void no_new_privileges(void) {
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) escaped("no_new_privs is not set");
  judge(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), "clearing no_new_privs");
}
static void filter(void) {
  int mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
  if (mode != 2 && !(mode < 0 && errno == EPERM)) escaped("no filter of system calls");
  blocked("a filter is in force");
}
static void become_root(void) {
  if (setuid(0) == 0 || setresuid(0, 0, 0) == 0 || setreuid(0, 0) == 0) escaped("became user 0");
  blocked("setuid(0): %s", error_name(errno));
}
static void become_another(void) {
  if (setresuid(1, 1, 1) == 0) escaped("became user 1");
  blocked("setresuid: %s", error_name(errno));
}
static void file_user(void) {
  setfsuid(0);
  if (setfsuid(-1) == 0 && geteuid() != 0) escaped("user 0 to the file system");
  if (geteuid() == 0) escaped("is user 0 already");
  blocked("setfsuid(0) did nothing");
}
static void become_group(void) { judge(setresgid(0, 0, 0), "setresgid(0)"); }
static void join_groups(void) { judge(setgroups(1, (gid_t[]){0}), "setgroups"); }
static void take_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{~0u, ~0u, 0}, {0x1ff, 0x1ff, 0}};
  if (syscall(SYS_capset, &header, data) == 0) escaped("took all capabilities");
  data[0] = (struct __user_cap_data_struct){1, 1, 1}, data[1] = (struct __user_cap_data_struct){0, 0, 0};
  judge(syscall(SYS_capset, &header, data), "capset(CAP_CHOWN)");
}
static void ambient(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) == 0) {
    data[0].inheritable = data[0].permitted;
    syscall(SYS_capset, &header, data);
  }
  judge(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0), "raising an ambient capability");
}
static void secure_bits(void) { judge(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS, 0, 0, 0), "PR_SET_SECUREBITS"); }
static void file_capabilities(void) {
  int file = open("/tmp/attack-capable", O_CREAT | O_RDWR, 0700);
  if (file < 0) blocked("open: %s", error_name(errno));
  unlink("/tmp/attack-capable");
  static const uint32_t value[5] = {0x02000001, 0x2000, 0, 0, 0};
  judge(fsetxattr(file, "security.capability", value, sizeof value, 0), "file capabilities");
}
static void give_away(void) {
  int file = open("/tmp/attack-given", O_CREAT | O_RDWR, 0700);
  if (file < 0) blocked("open: %s", error_name(errno));
  unlink("/tmp/attack-given");
  judge(fchown(file, 0, 0), "chown to root");
}
// A file that is set-user-id, of another run's user, kept for later.
static void set_user_id(void) {
  static const char *const folders[] = {"/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib/dbus-1.0"};
  for (size_t i = 0; i < COUNT(folders); i++) {
    DIR *folder = opendir(folders[i]);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
      struct stat status;
      if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) || !(status.st_mode & S_ISUID)) continue;
      char path[512];
      snprintf(path, sizeof path, "%s/%s", folders[i], entry->d_name);
      pid_t child = spawn();
      if (child == 0) {
        int nothing = open("/dev/null", O_RDWR);
        for (int file = 0; file < 3; file++) dup2(nothing, file);
        alarm(2);
        execl(path, path, "--attack-no-such-option", NULL);
        _exit(127);
      }
      // While it runs, whose is it?
      for (int round = 0; round < 40; round++) {
        char file[64], text[4096];
        snprintf(file, sizeof file, "/proc/%d/status", child);
        if (slurp(file, text, sizeof text) < 0 || waitpid(child, NULL, WNOHANG) == child) break;
        char *line = strstr(text, "Uid:");
        unsigned real, effective;
        if (line && sscanf(line, "Uid: %u %u", &real, &effective) == 2 && effective != geteuid())
          escaped("%s ran as user %u", path, effective);
        rest(0.0005);
      }
      kill(child, SIGKILL);
      waitpid(child, NULL, 0);
    }
  }
  if (geteuid() == 0) escaped("is user 0 already");
  blocked("no set-user-id program ran as its owner");
}
static void limits_raised(void) {
  static const struct { int resource; const char *name; } all[] = {
    {RLIMIT_NOFILE, "NOFILE"}, {RLIMIT_FSIZE, "FSIZE"}, {RLIMIT_CORE, "CORE"}, {RLIMIT_STACK, "STACK"},
    {RLIMIT_RTPRIO, "RTPRIO"}, {RLIMIT_NICE, "NICE"}, {RLIMIT_MEMLOCK, "MEMLOCK"}};
  for (size_t i = 0; i < COUNT(all); i++) {
    struct rlimit old, new = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(all[i].resource, &old);
    if (old.rlim_max == RLIM_INFINITY) escaped("RLIMIT_%s is infinite", all[i].name);
    if (setrlimit(all[i].resource, &new) == 0) escaped("raised RLIMIT_%s", all[i].name);
  }
  blocked("every limit is finite and stays: %s", error_name(errno));
}
// A first process with few files, or a second of processor time, takes the sandbox and its verdict down with it.
static void limits_of_another(void) {
  struct rlimit limit;
  for (int process = 1; process <= 2; process++)
    if (process != getpid() && prlimit(process, RLIMIT_NOFILE, NULL, &limit) == 0 &&
        prlimit(process, RLIMIT_NOFILE, &limit, NULL) == 0)
      escaped("sets limits of process %d", process);
  blocked("prlimit of another: %s", error_name(errno));
}
static void identity_map(void) {  // user 0 of a namespace that is mapped to the host's user 0 is the host's root
  char text[256];
  unsigned inside, outside, count;
  if (slurp("/proc/self/uid_map", text, sizeof text) < 0) blocked("/proc/self/uid_map: %s", error_name(errno));
  if (sscanf(text, "%u %u %u", &inside, &outside, &count) != 3) blocked("nobody is mapped");
  if (count == 1 && outside == 0) escaped("mapped to the host's user 0");
  if (getuid() == 0 && outside == 0) escaped("user 0 of the host's namespace");
  blocked("user %u is the host's %u, %u mapped", inside, outside, count);
}
static void umask_open(void) {
  mode_t mask = umask(077);
  if ((mask & 022) != 022) escaped("umask %03o lets others write", mask);
  blocked("umask %03o", mask);
}
static void clear_child(void) {  // a first process that can be read holds the caller's environment and descriptors
  char text[4096];
  static const char *const files[] = {"environ", "maps", "auxv", "stack", "syscall"};
  for (size_t i = 0; i < COUNT(files); i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/1/%s", files[i]);
    if (getpid() != 1 && slurp(path, text, sizeof text) > 0) escaped("reads %s", path);
  }
  blocked("process 1 shows nothing: %s", error_name(errno));
}

ATTACKS(
  {"user-is-root", user_is_root}, {"groups", groups}, {"capabilities", capabilities},
  {"no-new-privileges", no_new_privileges}, {"filter", filter}, {"become-root", become_root},
  {"become-another", become_another}, {"file-user", file_user}, {"become-group", become_group},
  {"join-groups", join_groups}, {"take-capabilities", take_capabilities}, {"ambient", ambient},
  {"secure-bits", secure_bits}, {"file-capabilities", file_capabilities}, {"give-away", give_away},
  {"set-user-id", set_user_id}, {"limits-raised", limits_raised}, {"limits-of-another", limits_of_another},
  {"identity-map", identity_map}, {"umask", umask_open}, {"first-process-readable", clear_child})
