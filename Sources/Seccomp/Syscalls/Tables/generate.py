#!/usr/bin/env python3
"""Writes Sources/Seccomp/Syscalls/Tables from the kernel's own tables and prototypes.

    apt-get download linux-source-6.1 manpages-dev
    dpkg-deb -x linux-source-6.1_*.deb . && tar -xJf usr/src/linux-source-6.1.tar.xz
    dpkg-deb -x manpages-dev_*.deb .
    Sources/Seccomp/Syscalls/Tables/generate.py linux-source-6.1 usr/share/man/man2/syscalls.2.gz Sources/Seccomp/Syscalls/Tables

Numbers come from syscall_64.tbl, syscall_32.tbl and the uapi headers of arm64 and riscv, run through the C
preprocessor; parameters from the SYSCALL_DEFINE that each number leads to; versions from the table in syscalls(2).
Calls that are newer than Debian's kernel are listed below by hand.
"""

import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

ABIS = ["x86_64", "x86", "x32", "aarch64", "riscv64"]
UNIFORM = ABIS  # Since Linux 5.1 a new call has the same number everywhere.
NOT_X86 = ["aarch64", "riscv64"]

# name, number, ABIs, version, parameters (kernel sources of v6.4 to v7.1).
NEWER = [
    ("cachestat", 451, UNIFORM, "6.5", "unsigned int fd, ptr cstat_range, ptr cstat, unsigned int flags"),
    ("fchmodat2", 452, UNIFORM, "6.6", "int dfd, ptr filename, umode_t mode, unsigned int flags"),
    ("map_shadow_stack", 453, [a for a in ABIS if a != "x32"], "6.6",
     "unsigned long addr, unsigned long size, unsigned int flags"),
    ("futex_wake", 454, UNIFORM, "6.7", "ptr uaddr, unsigned long mask, int nr, unsigned int flags"),
    ("futex_wait", 455, UNIFORM, "6.7",
     "ptr uaddr, unsigned long val, unsigned long mask, unsigned int flags, ptr timeout, clockid_t clockid"),
    ("futex_requeue", 456, UNIFORM, "6.7", "ptr waiters, unsigned int flags, int nr_wake, int nr_requeue"),
    ("statmount", 457, UNIFORM, "6.8", "ptr req, ptr buf, size_t bufsize, unsigned int flags"),
    ("listmount", 458, UNIFORM, "6.8", "ptr req, ptr mnt_ids, size_t nr_mnt_ids, unsigned int flags"),
    ("lsm_get_self_attr", 459, UNIFORM, "6.8", "unsigned int attr, ptr ctx, ptr size, u32 flags"),
    ("lsm_set_self_attr", 460, UNIFORM, "6.8", "unsigned int attr, ptr ctx, u32 size, u32 flags"),
    ("lsm_list_modules", 461, UNIFORM, "6.8", "ptr ids, ptr size, u32 flags"),
    ("mseal", 462, UNIFORM, "6.10", "unsigned long start, size_t len, unsigned long flags"),
    ("setxattrat", 463, UNIFORM, "6.13",
     "int dfd, ptr pathname, unsigned int at_flags, ptr name, ptr uargs, size_t usize"),
    ("getxattrat", 464, UNIFORM, "6.13",
     "int dfd, ptr pathname, unsigned int at_flags, ptr name, ptr uargs, size_t usize"),
    ("listxattrat", 465, UNIFORM, "6.13", "int dfd, ptr pathname, unsigned int at_flags, ptr list, size_t size"),
    ("removexattrat", 466, UNIFORM, "6.13", "int dfd, ptr pathname, unsigned int at_flags, ptr name"),
    ("open_tree_attr", 467, UNIFORM, "6.15", "int dfd, ptr filename, unsigned int flags, ptr uattr, size_t usize"),
    ("file_getattr", 468, UNIFORM, "6.17", "int dfd, ptr filename, ptr ufattr, size_t usize, unsigned int at_flags"),
    ("file_setattr", 469, UNIFORM, "6.17", "int dfd, ptr filename, ptr ufattr, size_t usize, unsigned int at_flags"),
    ("listns", 470, UNIFORM, "6.19", "ptr req, ptr ns_ids, size_t nr_ns_ids, unsigned int flags"),
    ("rseq_slice_yield", 471, UNIFORM, "7.0", ""),
    ("uretprobe", 335, ["x86_64", "x32"], "6.11", ""),
    ("uprobe", 336, ["x86_64", "x32"], "6.18", ""),
    ("riscv_hwprobe", 258, ["riscv64"], "6.4",
     "ptr pairs, size_t pair_count, size_t cpusetsize, ptr cpus, unsigned int flags"),
]

# What syscalls(2) does not list by this name, from the kernel's history.
VERSIONS = {
    "memfd_secret": "5.14", "process_mrelease": "5.15", "futex_waitv": "5.16", "set_mempolicy_home_node": "5.17",
    "quotactl_fd": "5.14", "landlock_create_ruleset": "5.13", "landlock_add_rule": "5.13",
    "landlock_restrict_self": "5.13", "mount_setattr": "5.12", "epoll_pwait2": "5.11", "process_madvise": "5.10",
    "faccessat2": "5.8", "openat2": "5.6", "pidfd_getfd": "5.6", "close_range": "5.9", "riscv_flush_icache": "4.15",
    "clock_adjtime64": "5.1", "fstatat64": "2.6.16", "newfstatat": "2.6.16",
}

# Where the kernel looks at fewer bits than the prototype's type holds, so that a condition must too.
NARROWER = {
    ("clone", "clone_flags"): 32,  # kernel/fork.c: lower_32_bits(clone_flags)
    ("mmap", "fd"): 32,  # mm/mmap.c: fget(unsigned int)
    ("mmap2", "fd"): 32,
    ("mmap_pgoff", "fd"): 32,
}

# Constants that policies may name in conditions: of the C library's headers, and the same on every ABI here.
CONSTANTS = {
    "sys/socket.h": """
        AF_UNSPEC AF_UNIX AF_LOCAL AF_INET AF_AX25 AF_IPX AF_APPLETALK AF_NETROM AF_BRIDGE AF_ATMPVC AF_X25
        AF_INET6 AF_ROSE AF_NETBEUI AF_SECURITY AF_KEY AF_NETLINK AF_ROUTE AF_PACKET AF_ASH AF_ECONET
        AF_ATMSVC AF_RDS AF_IRDA AF_PPPOX AF_WANPIPE AF_LLC AF_IB AF_MPLS AF_CAN AF_TIPC AF_BLUETOOTH AF_IUCV
        AF_RXRPC AF_ISDN AF_PHONET AF_IEEE802154 AF_CAIF AF_ALG AF_NFC AF_VSOCK AF_KCM AF_QIPCRTR AF_SMC
        AF_XDP AF_MCTP SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_CLOEXEC SOCK_NONBLOCK
        SOL_SOCKET MSG_OOB MSG_PEEK MSG_DONTWAIT MSG_ERRQUEUE MSG_NOSIGNAL MSG_ZEROCOPY""",
    "netinet/in.h": """
        IPPROTO_IP IPPROTO_ICMP IPPROTO_TCP IPPROTO_UDP IPPROTO_IPV6 IPPROTO_ICMPV6 IPPROTO_SCTP IPPROTO_RAW
        IPPROTO_MPTCP""",
    "linux/netlink.h": """
        NETLINK_ROUTE NETLINK_SOCK_DIAG NETLINK_NETFILTER NETLINK_AUDIT NETLINK_KOBJECT_UEVENT NETLINK_GENERIC""",
    "linux/sched.h": """
        CLONE_VM CLONE_FS CLONE_FILES CLONE_SIGHAND CLONE_PIDFD CLONE_PTRACE CLONE_VFORK CLONE_PARENT
        CLONE_THREAD CLONE_NEWNS CLONE_SYSVSEM CLONE_SETTLS CLONE_PARENT_SETTID CLONE_CHILD_CLEARTID
        CLONE_UNTRACED CLONE_CHILD_SETTID CLONE_NEWCGROUP CLONE_NEWUTS CLONE_NEWIPC CLONE_NEWUSER CLONE_NEWPID
        CLONE_NEWNET CLONE_IO CLONE_NEWTIME SCHED_NORMAL SCHED_FIFO SCHED_RR SCHED_BATCH SCHED_IDLE
        SCHED_DEADLINE SCHED_RESET_ON_FORK""",
    "sys/mman.h": """
        PROT_NONE PROT_READ PROT_WRITE PROT_EXEC PROT_GROWSDOWN PROT_GROWSUP MAP_SHARED MAP_PRIVATE
        MAP_SHARED_VALIDATE MAP_FIXED MAP_ANONYMOUS MAP_NORESERVE MAP_LOCKED MAP_POPULATE MAP_STACK
        MAP_HUGETLB MAP_FIXED_NOREPLACE MADV_NORMAL MADV_WILLNEED MADV_DONTNEED MADV_FREE MADV_MERGEABLE
        MADV_HWPOISON MCL_CURRENT MCL_FUTURE MCL_ONFAULT MFD_CLOEXEC MFD_ALLOW_SEALING MFD_HUGETLB
        MREMAP_MAYMOVE MREMAP_FIXED MREMAP_DONTUNMAP""",
    "fcntl.h": """
        O_RDONLY O_WRONLY O_RDWR O_ACCMODE O_CREAT O_EXCL O_NOCTTY O_TRUNC O_APPEND O_NONBLOCK O_DSYNC
        O_CLOEXEC F_DUPFD F_GETFD F_SETFD F_GETFL F_SETFL F_SETOWN F_SETSIG F_SETLEASE F_NOTIFY F_SETPIPE_SZ
        F_ADD_SEALS F_DUPFD_CLOEXEC AT_FDCWD AT_SYMLINK_NOFOLLOW AT_EMPTY_PATH AT_REMOVEDIR""",
    "signal.h": """
        SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE
        SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ
        SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS""",
    "linux/prctl.h": """
        PR_SET_PDEATHSIG PR_GET_PDEATHSIG PR_GET_DUMPABLE PR_SET_DUMPABLE PR_SET_KEEPCAPS PR_SET_NAME
        PR_GET_NAME PR_GET_SECCOMP PR_SET_SECCOMP PR_CAPBSET_READ PR_CAPBSET_DROP PR_SET_TSC PR_SET_SECUREBITS
        PR_SET_TIMERSLACK PR_SET_MM PR_SET_CHILD_SUBREAPER PR_SET_NO_NEW_PRIVS PR_GET_NO_NEW_PRIVS
        PR_SET_THP_DISABLE PR_SET_PTRACER PR_CAP_AMBIENT PR_SET_SPECULATION_CTRL PR_SET_IO_FLUSHER
        PR_SET_SYSCALL_USER_DISPATCH PR_SCHED_CORE PR_SET_VMA""",
    "linux/personality.h": """
        PER_LINUX PER_LINUX32 UNAME26 ADDR_NO_RANDOMIZE READ_IMPLIES_EXEC ADDR_COMPAT_LAYOUT MMAP_PAGE_ZERO""",
    "sys/ioctl.h": """
        TCGETS TCSETS TIOCSTI TIOCLINUX TIOCGWINSZ TIOCSWINSZ TIOCSCTTY TIOCNOTTY TIOCSPGRP TIOCGPGRP TIOCCONS
        TIOCSETD TIOCGPTN TIOCGPTPEER FIONREAD FIONBIO FIOASYNC FIOCLEX FIONCLEX""",
    "linux/futex.h": """
        FUTEX_WAIT FUTEX_WAKE FUTEX_REQUEUE FUTEX_CMP_REQUEUE FUTEX_LOCK_PI FUTEX_UNLOCK_PI
        FUTEX_CMP_REQUEUE_PI FUTEX_PRIVATE_FLAG""",
    "sys/ptrace.h": "PTRACE_TRACEME PTRACE_ATTACH PTRACE_SEIZE",
    "linux/seccomp.h": """
        SECCOMP_SET_MODE_STRICT SECCOMP_SET_MODE_FILTER SECCOMP_GET_ACTION_AVAIL
        SECCOMP_FILTER_FLAG_NEW_LISTENER SECCOMP_FILTER_FLAG_TSYNC""",
    "sys/stat.h": "S_ISUID S_ISGID S_ISVTX S_IFMT S_IFREG S_IFDIR S_IFCHR S_IFBLK S_IFIFO S_IFSOCK",
    "sys/mount.h": "MS_RDONLY MS_NOSUID MS_NODEV MS_NOEXEC MS_REMOUNT MS_BIND MS_MOVE MS_REC MS_PRIVATE MNT_DETACH",
    "sys/resource.h": """
        RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_NPROC RLIMIT_NOFILE RLIMIT_MEMLOCK
        RLIMIT_AS PRIO_PROCESS PRIO_PGRP PRIO_USER""",
    "time.h": """
        CLOCK_REALTIME CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID CLOCK_BOOTTIME
        CLOCK_TAI""",
}


def constants():
    """[(name, value)], sorted by name; negative values as the 32 bits that the kernel compares."""
    result = {}
    for header, names in CONSTANTS.items():
        lines = "".join(f'printf("{n} %llu\\n", (unsigned long long)(unsigned int)({n}));' for n in names.split())
        # The C library defines an enumeration where the kernel defines a macro: each header gets a program of its own.
        source = f"#define _GNU_SOURCE\n#include <stdio.h>\n#include <{header}>\nint main(void) {{{lines}}}\n"
        with tempfile.TemporaryDirectory() as folder:
            program = f"{folder}/constants"
            subprocess.run(["gcc", "-x", "c", "-o", program, "-"], input=source, text=True, check=True)
            output = subprocess.run([program], text=True, capture_output=True, check=True).stdout
        result.update(line.split() for line in output.splitlines())
    return sorted((name, int(value)) for name, value in result.items())


WIDTHS = {
    8: "u8 __u8 char",
    16: "umode_t old_uid_t old_gid_t __u16 u16 old_mode_t",
    32: """int unsigned|int unsigned u32 __u32 __s32 s32 pid_t uid_t gid_t key_t qid_t key_serial_t rwf_t clockid_t
        timer_t mqd_t compat_int_t compat_uint_t compat_long_t compat_ulong_t compat_size_t compat_ssize_t compat_off_t
        compat_pid_t compat_uptr_t compat_aio_context_t compat_old_sigset_t compat_time_t compat_mode_t u32|__user
        old_time32_t compat_timer_t compat_key_t compat_clock_t __compat_uid_t __compat_gid_t compat_loff_t_half""",
    64: """long unsigned|long size_t ssize_t loff_t off_t u64 __u64 aio_context_t old_sigset_t __sighandler_t ptr
        uintptr_t __kernel_old_time_t time_t cap_user_header_t cap_user_data_t compat_sigset_t compat_loff_t
        __kernel_size_t""",
}
WIDTH_OF = {name.replace("|", " "): bits for bits, names in WIDTHS.items() for name in names.split()}


def width(type_, where):
    if "*" in type_:
        return 64
    type_ = " ".join(word for word in type_.split() if word not in ("const", "__user", "volatile"))
    if type_.startswith("enum "):
        return 32
    if type_ not in WIDTH_OF:
        sys.exit(f"syscalls.py: {where}: no width known for the type {type_!r}")
    return WIDTH_OF[type_]


def parameters(text, where):
    """[(name, bits, type)] from `int fd, const char __user *name`."""
    result = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = re.fullmatch(r"(.*?[\s*])(\w+)(\[\d*\])?", part, re.S)
        type_, name = match[1], match[2]
        result.append((name, 64 if match[3] else width(type_, where), spelled(type_)))
    return result


def spelled(type_):
    """A type as a reader writes it: without what only the kernel's checkers read."""
    words = type_.replace("*", " * ").split()
    text = " ".join(word for word in words if word not in ("__user", "volatile"))
    return {"ptr": "void *", "unsigned": "unsigned int"}.get(text, text).replace("* *", "**")


def definitions(tree):
    """{entry point: [(file, parameters)]} of every SYSCALL_DEFINE and COMPAT_SYSCALL_DEFINE."""
    found = {}
    pattern = re.compile(r"\b(COMPAT_|)SYSCALL(32|)_DEFINE([0-6])\(\s*(\w+)\s*(?:,([^)]*))?\)", re.S)
    for path in sorted(tree.rglob("*.c")):
        if path.name == "sys32.c" or path.parts[-3:-1] == ("powerpc", "kernel"):
            continue  # 32-bit ARM's own, and no ABI of ours.
        text = re.sub(r"/\*.*?\*/", "", path.read_text(errors="replace"), flags=re.S)
        text = re.sub(r"(?:compat_arg_u64_dual|SC_ARG64)\((\w+)\)", r"u32, \1_lo, u32, \1_hi", text)
        for compat, half, count, name, rest in pattern.findall(text):
            parts = [p.strip() for p in (rest or "").split(",")] if rest else []
            file = str(path.relative_to(tree))
            where = f"{file}: {name}"
            try:
                params = [(n, width(t, where), spelled(t)) for t, n in zip(parts[0::2], parts[1::2])]
            except SystemExit:
                if "arch/" in file and not re.search(r"arch/(x86|arm64|riscv)/", file):
                    continue
                raise
            assert len(params) == int(count), where
            found.setdefault(("compat_sys_" if compat or half else "sys_") + name, []).append((file, params))
    # Calls that were taken out of the kernel keep a declaration.
    declared = (tree / "include/linux/syscalls.h").read_text()
    for entry, params in re.findall(r"asmlinkage long (sys_\w+)\(([^)]*)\);", declared):
        if entry not in found and params.strip() != "void":
            found[entry] = [("include/linux/syscalls.h", parameters(params, entry))]
    return found


def table(path, accept):
    """(number, name, entry, compat entry) of an x86 .tbl file."""
    for line in path.read_text().splitlines():
        fields = line.split("#")[0].split()
        if len(fields) >= 3 and fields[1] in accept:
            yield int(fields[0]), fields[2], *(fields[3:5] + [None, None])[:2]


def generic(tree, arch):
    """(number, name, entry) of an architecture that uses include/uapi/asm-generic/unistd.h."""
    header = tree / f"arch/{arch}/include/uapi/asm/unistd.h"
    includes = [f"-I{tree / d}" for d in (f"arch/{arch}/include/uapi", "include/uapi")]
    base = ["gcc", "-E", "-nostdinc", "-D__LP64__", "-D__BITS_PER_LONG=64", "-x", "c", *includes]
    # asm/bitsperlong.h and asm/unistd.h of asm-generic are found under their generic names.
    source = header.read_text().replace("<asm/bitsperlong.h>", "<asm-generic/bitsperlong.h>")
    generic_text = (tree / "include/uapi/asm-generic/unistd.h").read_text()
    generic_text = generic_text.replace("#include <asm/bitsperlong.h>", "")
    source = source.replace("#include <asm-generic/unistd.h>", generic_text)
    macros = subprocess.run([*base, "-dM", "-"], input=source, text=True, capture_output=True, check=True).stdout
    defined = dict(re.findall(r"#define (__NR\w*) (.+)", macros))

    def value(text):  # 270, __NR3264_fcntl or (__NR_arch_specific_syscall + 15)
        return sum(int(term) if term.isdigit() else value(defined[term]) for term in re.findall(r"\w+", text))

    skipped = ("__NR_syscalls", "__NR_arch_specific_syscall")
    names = {macro[5:]: value(text) for macro, text in defined.items()
             if macro.startswith("__NR_") and macro not in skipped}
    entries = {}
    expanded = subprocess.run(
        [*base, "-P", "-"], text=True, capture_output=True, check=True,
        input="#define __SYSCALL(nr, call) ENTRY nr call\n" + source).stdout
    for number, entry in re.findall(r"ENTRY (\d+) (\w+)", expanded):
        entries[int(number)] = entry
    return [(number, name, entries.get(number)) for name, number in names.items()]


def versions(man_page):
    text = gzip.open(man_page, "rt").read().replace("\\-", "-")
    result = dict(VERSIONS)
    for name, version in re.findall(r"^\\fB(\w+)\\fP\(2\)\t(\d[\d.]*)?", text, re.M):
        result.setdefault(name, (version or "1.0").rstrip("."))
    return result


def main(tree, man_page, folder):
    tree = pathlib.Path(tree)
    defined = definitions(tree)
    version_of = versions(man_page)

    def prototype(entry, arch):
        if not entry or entry == "sys_ni_syscall":
            return []
        if entry in ("sys_rt_sigreturn", "compat_sys_x32_rt_sigreturn", "compat_sys_rt_sigreturn", "sys_sigreturn"):
            return []
        candidates = defined.get(entry) or defined.get(entry.removeprefix("compat_"))
        if not candidates:
            sys.exit(f"syscalls.py: no definition of {entry}")
        folder = {"aarch64": "arch/arm64", "riscv64": "arch/riscv"}.get(arch, "arch/x86")
        own = [c for c in candidates if c[0].startswith(folder)]
        shared = [c for c in candidates if not c[0].startswith("arch/")]
        chosen = own or shared or candidates
        if entry == "sys_clone":
            # kernel/fork.c defines three orders: CLONE_BACKWARDS (i386, arm64, riscv), BACKWARDS2, BACKWARDS3, default.
            return chosen[0 if arch in ("x86", "aarch64", "riscv64") else 3][1]
        if entry == "sys_sigsuspend":
            return max((c[1] for c in chosen), key=len)  # CONFIG_OLD_SIGSUSPEND3, as x86 has it
        distinct = {tuple(c[1]) for c in chosen}
        if len({tuple(bits for _, bits, _ in c) for c in distinct}) > 1:
            sys.exit(f"syscalls.py: {entry} has several definitions: {chosen}")
        return chosen[0][1]

    calls = {}  # name: {abi: (number, parameters)}

    def add(name, abi, number, params):
        params = [(n, min(bits, NARROWER.get((name, n), 64)), type_) for n, bits, type_ in params]
        if abi == "x86":
            params = [(n, min(bits, 32), type_) for n, bits, type_ in params]
        calls.setdefault(name, {})[abi] = (number, params)

    tables = tree / "arch/x86/entry/syscalls"
    for number, name, entry, _ in table(tables / "syscall_64.tbl", ("common", "64")):
        add(name, "x86_64", number, prototype(entry, "x86_64"))
    for number, name, entry, _ in table(tables / "syscall_64.tbl", ("common", "x32")):
        add(name, "x32", number, prototype(entry, "x32"))
    for number, name, entry, compat in table(tables / "syscall_32.tbl", ("i386",)):
        # The compat entry is what a 64-bit kernel runs; it shows how 64-bit parameters are split over two registers.
        add(name, "x86", number, prototype(compat or entry, "x86"))
    for arch, abi in (("arm64", "aarch64"), ("riscv", "riscv64")):
        for number, name, entry in generic(tree, arch):
            add(name, abi, number, prototype(entry, abi))
    for name, number, abis, version, params in NEWER:
        if any(name in calls and abi in calls[name] for abi in abis):
            sys.exit(f"syscalls.py: {name} is no longer newer than the kernel's sources")
        version_of[name] = version
        for abi in abis:
            add(name, abi, number, parameters(params, name))

    # Widths: one column for the three 64-bit ABIs, which agree, one for x32 and one for x86.
    letters = {8: "b", 16: "h", 32: "w", 64: "x"}
    code = lambda params: "".join(letters[bits] for _, bits, _ in params)
    rows, names, types = [], [], []
    name_length = max(map(len, calls)) + 1
    for name in sorted(calls):
        abis = calls[name]
        wide = {code(abis[a][1]) for a in ("x86_64", "aarch64", "riscv64") if a in abis}
        if len(wide) > 1:
            sys.exit(f"syscalls.py: {name}: widths differ between 64-bit ABIs: {abis}")
        columns = [wide.pop() if wide else "-", *(code(abis[a][1]) if a in abis else "-" for a in ("x32", "x86"))]
        numbers = [str(abis[a][0]) if a in abis else "-" for a in ABIS]
        version = version_of.get(name, "5.1" if name.endswith("time64") else "-")
        rows.append(f"{name:<{name_length}}" + "".join(f"{n:>4}" for n in numbers) + "".join(f" {c or '0':<6}" for c in columns)
                    + f"{version:>7}")
        # A name is kept only where every ABI has it at one position: a condition by name then means the same on all.
        # Where x86 splits a 64-bit parameter in two, the name is that of the other ABIs.
        primary = next(abis[a][1] for a in ("x86_64", "aarch64", "riscv64", "x32", "x86") if a in abis)
        positions = {}
        for a in abis:
            for index, (parameter, _, _) in enumerate(abis[a][1]):
                positions.setdefault(parameter, set()).add(index)
        ordered = [parameter if positions[parameter] == {index} else "?"
                   for index, (parameter, _, _) in enumerate(primary)]
        names.append(" ".join([name, *ordered]))
        types.append(",".join(type_ for _, _, type_ in primary) or "-")
    missing = [row.split()[0] for row in rows if row.split()[-1] == "-"]
    print(f"no version: {' '.join(missing)}", file=sys.stderr)

    assert len({len(row) for row in rows}) == 1
    kernel = re.search(r"linux-source-([\d.]+)", str(tree.resolve()))[1]
    sources = f"Debian's linux-source-{kernel} and syscalls(2), with newer calls\n// up to Linux 7.1 added by hand there"

    write(folder, "SyscallRecords", "records", rows, sources, """\
/// The kernel's system call tables as text, read in place: no start of the program pays for what it does not look at.
///
/// One record a call, sorted by name as bytes, every record `recordLength` bytes long: the name; the numbers on x86_64,
/// x86, x32 (without the bit that marks it), aarch64 and riscv64; the widths of the parameters on the 64-bit ABIs, x32
/// and x86 (`b` 8, `h` 16, `w` 32, `x` 64 bits, `0` none); the first version of Linux that had the call on any ABI, `-`
/// where syscalls(2) does not say.
""", f"""\
  /// The length of the column of names; every name has a space behind it.
  static let nameLength = {name_length}
  /// The length of a record in bytes, with its line feed.
  static let recordLength = {len(rows[0]) + 1}
  static let recordCount = {len(rows)}

""")
    write(folder, "SyscallParameters", "parameters", names, sources, """\
/// One line a call in the order of `SyscallRecords`: its name and the kernel's names of its parameters. `?` stands for a
/// parameter whose position differs between ABIs.
""")
    write(folder, "SyscallTypes", "types", types, sources, """\
/// One line a call in the order of `SyscallRecords`: the C types of its parameters, separated by commas, as the first ABI
/// that has the call declares them; `-` for none.
""")
    write(folder, "SyscallConstants", "constants", [f"{name} {value}" for name, value in constants()], "the C headers", """\
/// One constant of the C headers a line, sorted by name as bytes: its name and its value, the same on every ABI here.
""")


def write(folder, type_, member, lines, sources, comment, members=""):
    text = "\n    ".join(lines)
    pathlib.Path(folder, type_ + ".swift").write_text(f"""\
// Generated by Sources/Seccomp/Syscalls/Tables/generate.py from {sources}. Change the script, never this file.

{comment}enum {type_} {{
{members}  static let {member}: StaticString = \"\"\"
    {text}

    \"\"\"
}}
""")


main(*sys.argv[1:])
