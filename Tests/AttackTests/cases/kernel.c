// The kernel's surface: calls that a sandboxed program has no use for, and that have let others out.
#include "attack.h"
#include <elf.h>
#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/timex.h>
#include <sys/uio.h>

// Numbers that Debian 12's headers do not have yet.
enum { number_cachestat = 451, number_map_shadow_stack = 453, number_statmount = 457, number_listmount = 458 };

// Other ABIs: a filter that compares x86-64 numbers sees others, or nothing (CVE-2014-3153's way out of seccomp).

static long int80(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c)
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}
static void on_fault(int signal) { blocked("signal %d", signal); }
static void i386_int80(void) {
  signal(SIGSEGV, on_fault);
  long pid = int80(20, 0, 0, 0);
  if (pid == getpid()) escaped("int 0x80 reached the i386 getpid");
  blocked("int 0x80: %s", error_name(-pid));
}
// Moby's profile refuses socket(AF_VSOCK); i386 has it behind socketcall, whose arguments no filter can read.
static void i386_socketcall(void) {
  signal(SIGSEGV, on_fault);
  unsigned *words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (words == MAP_FAILED) blocked("mmap below 4 GiB: %s", error_name(errno));
  words[0] = 1, words[1] = SOCK_STREAM, words[2] = 0;
  long result = int80(102, 1, (long)words, 0);
  if (result >= 0) escaped("socketcall made a socket");
  if (!is_refusal(-result)) escaped("socketcall reached the kernel (%s)", error_name(-result));
  blocked("socketcall: %s", error_name(-result));
}
// Not by int 0x80 but by a far return into the 32-bit code segment, where `sysenter` and `int` mean i386 anyway.
static void i386_far_return(void) {
  signal(SIGSEGV, on_fault);
  signal(SIGILL, on_fault);
  int all = PROT_READ | PROT_WRITE | PROT_EXEC;
  unsigned char *code = mmap(NULL, 8192, all, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (code == MAP_FAILED) blocked("mmap: %s", error_name(errno));
  // mov eax, 20; int 0x80; jmp far to the 64-bit segment at +32
  static const unsigned char program[] = {0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xea, 0, 0, 0, 0, 0x33, 0};
  memcpy(code, program, sizeof program);
  uint32_t back = (uint32_t)(uintptr_t)(code + 32);
  memcpy(code + 8, &back, sizeof back);
  code[32] = 0x4c, code[33] = 0x89, code[34] = 0xfc, code[35] = 0xc3;  // mov rsp, r15; ret
  long pid = 0;
  // r15 keeps the 64-bit stack while one below 4 GiB is in use: 32-bit code cannot touch it, nor does int 0x80.
  __asm__ volatile(
    "lea -136(%%rsp), %%r15\n"
    "lea 1f(%%rip), %%rax\n"
    "mov %%rax, (%%r15)\n"
    "mov %[stack], %%rsp\n"
    "sub $16, %%rsp\n"
    "movl %k[code], (%%rsp)\n"
    "movl $0x23, 4(%%rsp)\n"
    "lretl\n"
    "1: lea 128(%%rsp), %%rsp\n"
    : "=&a"(pid)
    : [code] "r"(code), [stack] "r"(code + 8192)
    : "memory", "cc", "rcx", "rdx", "r8", "r9", "r10", "r11", "r15");
  if ((int)pid == getpid()) escaped("32-bit code called the i386 getpid");
  blocked("32-bit code: %s", error_name(-(int)pid));
}
static void x32_call(void) { judge(syscall(0x40000000 | SYS_getpid), "x32 getpid"); }
// Some filters treat numbers with the bit as too large, and let calls above 512 (x32's own) through.
static void x32_own_number(void) {
  struct iovec vector = {.iov_base = "", .iov_len = 0};
  judge_reached(syscall(0x40000000 | 516, -1, &vector, 1), "x32 writev");
}
static void unknown_number(void) {
  for (long number = 600; number < 5000; number++)
    if (syscall(number, 0, 0, 0, 0, 0, 0) >= 0 || !is_refusal(errno))
      escaped("system call %ld: %s", number, error_name(errno));
  blocked("unknown numbers: %s", error_name(errno));
}
// A fixed address that no randomisation moves: a gadget in every process. The page's other two calls, gettimeofday and
// getcpu, are also what programs fall back to where the vDSO cannot read the clock, so no policy here denies them.
static void vsyscall(void) {
  signal(SIGSEGV, on_fault);
  signal(SIGSYS, on_fault);
  long (*time)(time_t *) = (void *)0xffffffffff600400;
  if (time(NULL) > 1) escaped("time() by vsyscall");
  blocked("vsyscall answers nothing");
}

// Subsystems with a history: each has handed out root from an unprivileged process in the last years.

static void io_uring_setup(void) {  // CVE-2022-29582, CVE-2023-2598; and no filter sees the calls that it carries
  char parameters[120] = {0};
  judge_reached(syscall(SYS_io_uring_setup, 4, parameters), "io_uring_setup");
}
static void io_uring_register(void) { judge_reached(syscall(SYS_io_uring_register, -1, 0, 0, 0), "io_uring_register"); }
static void io_uring_enter(void) { judge_reached(syscall(SYS_io_uring_enter, -1, 0, 0, 0, 0, 0), "io_uring_enter"); }
static void userfaultfd_call(void) {  // stops the kernel mid-copy: what makes races winnable
  long first = syscall(SYS_userfaultfd, 0);
  if (first < 0) first = syscall(SYS_userfaultfd, 1);
  judge(first, "userfaultfd");
}
static void userfaultfd_device(void) { judge(open("/dev/userfaultfd", O_RDWR), "/dev/userfaultfd"); }
static void add_key_call(void) {  // CVE-2016-0728; keyrings have no namespace, and outlive the sandbox
  judge_reached(syscall(SYS_add_key, "user", "attack", "x", 1, KEY_SPEC_PROCESS_KEYRING), "add_key");
}
static void keyctl_call(void) {
  judge_reached(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0), "keyctl");
}
static void request_key_call(void) {
  judge_reached(syscall(SYS_request_key, "user", "attack", NULL, KEY_SPEC_PROCESS_KEYRING), "request_key");
}
static void bpf_program(void) {  // CVE-2020-8835, CVE-2021-3490, CVE-2022-23222
  struct bpf_insn code[] = {{.code = 0xb7}, {.code = 0x95}};
  union bpf_attr attributes = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
                               .insns = (uintptr_t)code,
                               .insn_cnt = 2,
                               .license = (uintptr_t)"GPL"};
  judge_reached(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes), "bpf(PROG_LOAD)");
}
static void bpf_map(void) {
  union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  judge_reached(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes), "bpf(MAP_CREATE)");
}
static void perf_event(void) {  // CVE-2013-2094, CVE-2023-6931; also a side channel on neighbours
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                       .size = sizeof attributes,
                                       .config = PERF_COUNT_SW_TASK_CLOCK,
                                       .exclude_kernel = 1};
  judge_reached(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0), "perf_event_open");
}
static void modify_ldt_call(void) {  // CVE-2015-5157, CVE-2015-3290: 16-bit segments
  char entry[16] = {0};
  judge(syscall(SYS_modify_ldt, 0, entry, sizeof entry), "modify_ldt(read)");
}
static void memfd_secret_call(void) {  // pins memory out of everyone's reach
  judge(syscall(SYS_memfd_secret, 0), "memfd_secret");
}
static void remap_file_pages_call(void) {
  char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  judge(syscall(SYS_remap_file_pages, page, 4096, 0, 1, 0), "remap_file_pages");
}
static void aio(void) {  // its rings are drawn from one count of the whole host, and it does I/O that accounting misses
  aio_context_t context = 0;
  judge(syscall(SYS_io_setup, 1, &context), "io_setup");
}
static void fanotify(void) {  // since 5.13 without privilege: sees who touches which file, also from outside
  long full = syscall(SYS_fanotify_init, FAN_CLASS_NOTIF, O_RDONLY);
  if (full >= 0) escaped("fanotify_init");
  judge(syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | 0x200 /* FAN_REPORT_FID */, O_RDONLY), "fanotify_init(FID)");
}
static void directory_notify(void) {  // dnotify: the same spying on shared folders, through fcntl
  int folder = open("/usr", O_RDONLY | O_DIRECTORY);
  if (folder < 0) blocked("open /usr: %s", error_name(errno));
  judge(fcntl(folder, F_NOTIFY, 0x20 | 2 /* DN_ATTRIB | DN_MODIFY */), "fcntl(F_NOTIFY) on /usr");
}
static void pkey(void) { judge(syscall(SYS_pkey_alloc, 0, 4), "pkey_alloc"); }
static void shadow_stack(void) { judge_reached(syscall(number_map_shadow_stack, 0, 4096, 0), "map_shadow_stack"); }

// Namespaces: a user namespace hands out capabilities, and so the surface behind them (CVE-2022-0185, CVE-2023-32233,
// CVE-2024-1086 all start with one).

static void unshare_each(int flag, const char *name) {
  if (unshare(flag) == 0) escaped("unshare(%s)", name);
  blocked("unshare(%s): %s", name, error_name(errno));
}
static void unshare_user(void) { unshare_each(CLONE_NEWUSER, "NEWUSER"); }
static void unshare_mount(void) { unshare_each(CLONE_NEWNS, "NEWNS"); }
static void unshare_network(void) { unshare_each(CLONE_NEWNET, "NEWNET"); }
static void unshare_pid(void) { unshare_each(CLONE_NEWPID, "NEWPID"); }
static void unshare_ipc(void) { unshare_each(CLONE_NEWIPC, "NEWIPC"); }
static void unshare_uts(void) { unshare_each(CLONE_NEWUTS, "NEWUTS"); }
static void unshare_cgroup(void) { unshare_each(CLONE_NEWCGROUP, "NEWCGROUP"); }
static void unshare_time(void) { unshare_each(0x80, "NEWTIME"); }
static void unshare_user_and_mount(void) { unshare_each(CLONE_NEWUSER | CLONE_NEWNS, "NEWUSER|NEWNS"); }
static void clone_user(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  judge(child, "clone(NEWUSER)");
}
// The flags of clone3 are in memory, which no filter can read (CVE-2021-41133 in flatpak).
static void clone3_user(void) {
  uint64_t parameters[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
  long child = syscall(SYS_clone3, parameters, sizeof parameters);
  if (child == 0) _exit(0);
  judge(child, "clone3(NEWUSER)");
}
static void clone3_plain(void) {
  uint64_t parameters[11] = {0, 0, 0, 0, SIGCHLD};
  long child = syscall(SYS_clone3, parameters, sizeof parameters);
  if (child == 0) _exit(0);
  judge(child, "clone3");
}
static void setns_own(void) {
  int own = open("/proc/self/ns/uts", O_RDONLY);
  judge_reached(setns(own, 0), "setns");
}
static void setns_other(void) {
  static const char *const kinds[] = {"user", "mnt", "net", "pid", "ipc", "uts", "cgroup"};
  long others[] = {1, getppid(), fact("ATTACK_PID")};
  for (size_t i = 0; i < COUNT(others); i++)
    for (size_t k = 0; k < COUNT(kinds); k++) {
      char path[64], own[64];
      snprintf(path, sizeof path, "/proc/%ld/ns/%s", others[i], kinds[k]);
      snprintf(own, sizeof own, "/proc/self/ns/%s", kinds[k]);
      int space = open(path, O_RDONLY);
      struct stat theirs, mine;
      if (space >= 0 && fstat(space, &theirs) == 0 && stat(own, &mine) == 0 && theirs.st_ino != mine.st_ino)
        escaped("%s the %s namespace of process %ld", setns(space, 0) ? "opened" : "joined", kinds[k], others[i]);
    }
  blocked("no namespace of another process: %s", error_name(errno));
}
static void setns_pidfd(void) {
  long process = syscall(SYS_pidfd_open, getppid(), 0);
  if (process < 0) blocked("pidfd_open: %s", error_name(errno));
  judge_reached(setns(process, CLONE_NEWUTS), "setns(pidfd)");
}

// Mounts, by the old calls and the new. Bad arguments only: nothing is mounted even where it would work.

static void mount_call(void) { judge_reached(mount("none", "/nonexistent/attack", "tmpfs", 0, NULL), "mount"); }
static void mount_remount(void) {  // make the read-only bind of the attacks writable again
  judge(mount(NULL, fact_text("ATTACK_FOLDER"), NULL, MS_REMOUNT | MS_BIND, NULL), "remount read-write");
}
static void umount_call(void) { judge_reached(umount2("/nonexistent/attack", MNT_DETACH), "umount2"); }
static void fsopen_call(void) { judge_reached(syscall(SYS_fsopen, "tmpfs", 0), "fsopen"); }  // CVE-2022-0185
static void fspick_call(void) { judge_reached(syscall(SYS_fspick, AT_FDCWD, "/", 0), "fspick"); }
static void fsmount_call(void) { judge_reached(syscall(SYS_fsmount, -1, 0, 0), "fsmount"); }
static void open_tree_call(void) { judge_reached(syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* CLONE */), "open_tree"); }
static void move_mount_call(void) { judge_reached(syscall(SYS_move_mount, -1, "", -1, "", 0), "move_mount"); }
static void mount_setattr_call(void) {
  uint64_t attributes[4] = {0, 1 /* clear MOUNT_ATTR_RDONLY */, 0, 0};
  char *nowhere = "/nonexistent/attack";
  judge_reached(syscall(SYS_mount_setattr, AT_FDCWD, nowhere, 0, attributes, sizeof attributes), "mount_setattr");
}
static void pivot_root_call(void) {
  judge_reached(syscall(SYS_pivot_root, "/nonexistent", "/nonexistent"), "pivot_root");
}
static void chroot_call(void) { judge(chroot("/"), "chroot"); }
static void statmount_call(void) {  // asks about mounts by number, also of other namespaces (since 6.8)
  uint64_t request[4] = {32, UINT64_MAX, 0, 0};
  uint64_t list[16];
  judge_reached(syscall(number_listmount, request, list, COUNT(list), 0), "listmount");
}

// Other processes.

static void ptrace_child(void) {  // opens the tracer's surface (CVE-2019-13272), and hides the child from its parent
  pid_t child = spawn();
  if (child == 0) rest(5), _exit(0);
  long result = ptrace(PTRACE_SEIZE, child, NULL, NULL);
  int error = errno;
  kill(child, SIGKILL);
  errno = error;
  judge(result, "ptrace of an own child");
}
static void ptrace_me(void) { judge(ptrace(PTRACE_TRACEME, 0, NULL, NULL), "ptrace(TRACEME)"); }
static const char *reach_others(long (*reach)(pid_t)) {
  pid_t others[] = {1, getppid(), (pid_t)fact("ATTACK_PID")};
  static const char *const names[] = {"process 1", "the parent", "the host's process"};
  for (size_t i = 0; i < COUNT(others); i++)
    if (others[i] != getpid() && (reach(others[i]) >= 0 || errno == EFAULT || errno == EBADF)) return names[i];
  return NULL;
}
static long seize(pid_t process) {
  if (getenv("ATTACK_UNSANDBOXED") && process != fact("ATTACK_PID")) return errno = EPERM, -1;
  return ptrace(PTRACE_SEIZE, process, NULL, NULL);
}
static long read_memory(pid_t process) {
  char bytes[8];
  struct iovec local = {bytes, sizeof bytes}, remote = {(void *)0x400000, sizeof bytes};
  return process_vm_readv(process, &local, 1, &remote, 1, 0);
}
static long write_memory(pid_t process) {
  struct iovec local = {"", 1}, remote = {NULL, 1};
  return process_vm_writev(process, &local, 1, &remote, 1, 0);
}
static long take_descriptor(pid_t process) {
  long handle = syscall(SYS_pidfd_open, process, 0);
  return handle < 0 ? -1 : syscall(SYS_pidfd_getfd, handle, 0, 0);
}
static long open_memory(pid_t process) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/mem", process);
  return open(path, O_RDONLY);
}
static long compare(pid_t process) { return syscall(SYS_kcmp, getpid(), process, 1 /* KCMP_VM */, 0, 0); }
static void judge_others(long (*reach)(pid_t), const char *what) {
  const char *who = reach_others(reach);
  if (who) escaped("%s of %s", what, who);
  blocked("%s: %s", what, error_name(errno));
}
static void ptrace_others(void) { judge_others(seize, "ptrace"); }
static void process_vm_read(void) { judge_others(read_memory, "process_vm_readv"); }
static void process_vm_write(void) { judge_others(write_memory, "process_vm_writev"); }
static void pidfd_getfd_call(void) { judge_others(take_descriptor, "pidfd_getfd"); }
static void proc_mem(void) { judge_others(open_memory, "/proc/PID/mem"); }
static void kcmp_call(void) { judge_others(compare, "kcmp"); }
static void process_vm_own_child(void) {  // the same surface as ptrace, and named in no capability list
  judge_reached(process_vm_readv(getpid(), NULL, 0, NULL, 0, 0), "process_vm_readv of itself");
}
static void process_madvise_call(void) {
  judge_reached(syscall(SYS_process_madvise, -1, NULL, 0, 0, 0), "process_madvise");
}
static void core_scheduling(void) {
  judge(prctl(62 /* PR_SCHED_CORE */, 1 /* CREATE */, getpid(), 0, 0), "prctl(PR_SCHED_CORE)");
}

// How a process runs.

static void personality_call(void) {
  long result = personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC);
  if (result >= 0 && personality(0xffffffff) & (ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC))
    escaped("address space randomisation is off");
  blocked("personality: %s", error_name(errno));
}
static void personality_high_bits(void) {  // the kernel looks at 32 bits: a filter that compares 64 sees another number
  long result = syscall(SYS_personality, 0x100000000 | ADDR_NO_RANDOMIZE);
  if (result >= 0 && personality(0xffffffff) & ADDR_NO_RANDOMIZE) escaped("personality with high bits set");
  blocked("personality with high bits set: %s", error_name(errno));
}
static void seccomp_listener(void) {  // sees and forges the calls of its descendants
  struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {1, &code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  judge(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program), "seccomp listener");
}
static void seccomp_off(void) {
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0) escaped("there is no filter");
  judge(prctl(PR_SET_SECCOMP, 0, 0, 0, 0), "prctl(PR_SET_SECCOMP, 0)");
}
static void prctl_set_mm(void) { judge_reached(prctl(PR_SET_MM, PR_SET_MM_BRK, 0, 0, 0), "prctl(PR_SET_MM)"); }
static void io_ports(void) {
  if (iopl(3) == 0) escaped("iopl(3)");
  judge(ioperm(0x80, 1, 1), "ioperm");
}
static void numa_policy(void) { judge(syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0), "set_mempolicy"); }
static void move_pages_call(void) { judge_reached(syscall(SYS_move_pages, 0, 0, NULL, NULL, NULL, 0), "move_pages"); }
static void migrate_pages_call(void) { judge_reached(syscall(SYS_migrate_pages, 0, 0, NULL, NULL), "migrate_pages"); }
static void cachestat_call(void) {  // tells which pages of a shared library others have used
  uint64_t range[2] = {0, 4096}, answer[5];
  int file = open("/bin/sh", O_RDONLY);
  judge(syscall(number_cachestat, file, range, answer, 0), "cachestat of /bin/sh");
}
static void lookup_dcookie_call(void) { judge_reached(syscall(SYS_lookup_dcookie, 0L, NULL, 0), "lookup_dcookie"); }
static void vhangup_call(void) {
  if (getenv("ATTACK_UNSANDBOXED")) setsid();
  judge(vhangup(), "vhangup");
}

// The machine. Arguments that the kernel rejects after its check of permissions.

static void kexec(void) { judge_reached(syscall(SYS_kexec_load, 0, 99, NULL, -1), "kexec_load"); }
static void kexec_file(void) { judge_reached(syscall(SYS_kexec_file_load, -1, -1, 0, NULL, -1), "kexec_file_load"); }
static void init_module_call(void) { judge_reached(syscall(SYS_init_module, NULL, 0, ""), "init_module"); }
static void finit_module_call(void) { judge_reached(syscall(SYS_finit_module, -1, "", 0), "finit_module"); }
static void delete_module_call(void) {
  judge_reached(syscall(SYS_delete_module, "attack_none", O_NONBLOCK), "delete_module");
}
static void swapon_call(void) { judge_reached(swapon("/nonexistent/attack", 0), "swapon"); }
static void swapoff_call(void) { judge_reached(swapoff("/nonexistent/attack"), "swapoff"); }
static void reboot_call(void) { judge_reached(syscall(SYS_reboot, 0, 0, 0, NULL), "reboot"); }
static void quotactl_call(void) {
  judge_reached(syscall(SYS_quotactl, 0x800002 << 8, "/nonexistent", 0, NULL), "quotactl");
}
static void acct_call(void) { judge_reached(acct("/nonexistent/attack"), "acct"); }
static void set_time(void) {
  struct timespec invalid = {.tv_nsec = -1};
  judge_reached(syscall(SYS_clock_settime, CLOCK_REALTIME, &invalid), "clock_settime");
}
static void adjust_time(void) {
  struct timex parameters = {.modes = ADJ_TICK, .tick = 1};
  judge_reached(adjtimex(&parameters), "adjtimex");
}
static void set_hostname(void) { judge_reached(syscall(SYS_sethostname, "", -1L), "sethostname"); }
static void set_domainname(void) { judge_reached(syscall(SYS_setdomainname, "", -1L), "setdomainname"); }
static void kernel_log(void) { judge(syscall(SYS_syslog, 10 /* SIZE_BUFFER */, NULL, 0), "syslog"); }
static void kernel_log_read(void) {
  char text[256];
  judge(syscall(SYS_syslog, 3 /* READ_ALL */, text, sizeof text), "syslog(READ_ALL)");
}
static void file_handle(void) {  // Shocker: a handle is a guessable inode number, and ignores every mount
  char buffer[sizeof(struct file_handle) + 16] = {0};
  struct file_handle *handle = (struct file_handle *)buffer;
  handle->handle_bytes = 8, handle->handle_type = 1;
  *(uint32_t *)handle->f_handle = 2;
  int root = open("/", O_RDONLY | O_DIRECTORY);
  judge_reached(open_by_handle_at(root, handle, O_RDONLY), "open_by_handle_at");
}

ATTACKS(
  {"i386-int80", i386_int80}, {"i386-socketcall", i386_socketcall}, {"i386-far-return", i386_far_return},
  {"x32-call", x32_call}, {"x32-own-number", x32_own_number}, {"unknown-number", unknown_number},
  {"vsyscall", vsyscall}, {"io-uring-setup", io_uring_setup}, {"io-uring-register", io_uring_register},
  {"io-uring-enter", io_uring_enter}, {"userfaultfd", userfaultfd_call}, {"userfaultfd-device", userfaultfd_device},
  {"add-key", add_key_call}, {"keyctl", keyctl_call}, {"request-key", request_key_call},
  {"bpf-program", bpf_program}, {"bpf-map", bpf_map}, {"perf-event", perf_event}, {"modify-ldt", modify_ldt_call},
  {"memfd-secret", memfd_secret_call}, {"remap-file-pages", remap_file_pages_call}, {"aio", aio},
  {"fanotify", fanotify}, {"directory-notify", directory_notify}, {"pkey", pkey}, {"shadow-stack", shadow_stack},
  {"unshare-user", unshare_user}, {"unshare-mount", unshare_mount}, {"unshare-network", unshare_network},
  {"unshare-pid", unshare_pid}, {"unshare-ipc", unshare_ipc}, {"unshare-uts", unshare_uts},
  {"unshare-cgroup", unshare_cgroup}, {"unshare-time", unshare_time},
  {"unshare-user-and-mount", unshare_user_and_mount}, {"clone-user", clone_user}, {"clone3-user", clone3_user},
  {"clone3-plain", clone3_plain}, {"setns-own", setns_own}, {"setns-other", setns_other},
  {"setns-pidfd", setns_pidfd}, {"mount", mount_call}, {"mount-remount", mount_remount}, {"umount", umount_call},
  {"fsopen", fsopen_call}, {"fspick", fspick_call}, {"fsmount", fsmount_call}, {"open-tree", open_tree_call},
  {"move-mount", move_mount_call}, {"mount-setattr", mount_setattr_call}, {"pivot-root", pivot_root_call},
  {"chroot", chroot_call}, {"listmount", statmount_call}, {"ptrace-child", ptrace_child}, {"ptrace-me", ptrace_me},
  {"ptrace-others", ptrace_others}, {"process-vm-read", process_vm_read}, {"process-vm-write", process_vm_write},
  {"process-vm-itself", process_vm_own_child}, {"pidfd-getfd", pidfd_getfd_call}, {"proc-mem", proc_mem},
  {"kcmp", kcmp_call}, {"process-madvise", process_madvise_call}, {"core-scheduling", core_scheduling},
  {"personality", personality_call}, {"personality-high-bits", personality_high_bits},
  {"seccomp-listener", seccomp_listener}, {"seccomp-off", seccomp_off}, {"prctl-set-mm", prctl_set_mm},
  {"io-ports", io_ports}, {"numa-policy", numa_policy}, {"move-pages", move_pages_call},
  {"migrate-pages", migrate_pages_call}, {"cachestat", cachestat_call}, {"lookup-dcookie", lookup_dcookie_call},
  {"vhangup", vhangup_call}, {"kexec", kexec}, {"kexec-file", kexec_file}, {"init-module", init_module_call},
  {"finit-module", finit_module_call}, {"delete-module", delete_module_call}, {"swapon", swapon_call},
  {"swapoff", swapoff_call}, {"reboot", reboot_call}, {"quotactl", quotactl_call}, {"acct", acct_call},
  {"set-time", set_time}, {"adjust-time", adjust_time}, {"set-hostname", set_hostname},
  {"set-domainname", set_domainname}, {"kernel-log-size", kernel_log}, {"kernel-log", kernel_log_read},
  {"file-handle", file_handle})
