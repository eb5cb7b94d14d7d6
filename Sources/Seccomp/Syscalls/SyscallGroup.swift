package import Sandbox

/// Named sets of system calls, with the `@`, in the sense of systemd.exec(5) and of Docker's default profile.
package struct SyscallGroup: Sendable {
  /// With the `@`.
  package let name: String
  /// What the calls are for, in a few words.
  package let summary: String
  /// Names of calls and of other groups, separated by white space.
  let text: StaticString

  /// Sorted.
  package static var allNames: [String] { all.map(\.name) }

  package init?(named name: String) {
    guard let group = Self.all.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
    self = group
  }

  private init(_ name: String, _ summary: String, _ text: StaticString) {
    self.name = name
    self.summary = summary
    self.text = text
  }

  /// The names of the calls in the group, sorted as bytes.
  package var memberNames: [String] {
    members.sorted { $0.index < $1.index }.map(\.name)
  }

  package var members: Set<Syscall> { Set(list) }

  /// When the group allows a call that it does not always; nil for the others.
  package func condition(on syscall: Syscall) -> ArgumentCondition? {
    name == ContainerDefault.groupName ? ContainerDefault.condition(of: syscall) : nil
  }

  /// What `@container-default` allows beside its members to a program that holds a capability.
  package func additions(for capability: Capability) -> [String] {
    name == ContainerDefault.groupName ? ContainerDefault.names(for: capability) : []
  }

  /// The calls in the group, some perhaps more than once: faster to make than a set. A name that is in no table is left
  /// out; a test sees to it that there is none.
  var list: [Syscall] {
    var members: [Syscall] = []
    members.reserveCapacity(400)
    var last = 0
    var rest = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)[...]
    while !rest.isEmpty {
      let end = rest.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") } ?? rest.endIndex
      let word = UnsafeBufferPointer(rebasing: rest[..<end])
      rest = rest[min(end + 1, rest.endIndex)...]
      if word.first == UInt8(ascii: "@") {
        members += SyscallGroup(named: String(decoding: word, as: UTF8.self))?.list ?? []
      } else if let syscall = Syscall(named: word, near: last) {
        members.append(syscall)
        last = syscall.index
      }
    }
    return members
  }

  static let all: [SyscallGroup] = [
    SyscallGroup(
      "@aio",
      "Asynchronous I/O",
      """
      io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit io_uring_enter
      io_uring_register io_uring_setup
      """
    ),
    SyscallGroup(
      "@basic-io",
      "Reading and writing open descriptors",
      """
      _llseek close close_range dup dup2 dup3 lseek pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
      readv write writev
      """
    ),
    SyscallGroup(
      "@chown",
      "Changing the owner of files",
      """
      chown chown32 fchown fchown32 fchownat lchown lchown32
      """
    ),
    SyscallGroup(
      "@clock",
      "Changing the system time",
      """
      adjtimex clock_adjtime clock_adjtime64 clock_settime clock_settime64 settimeofday
      """
    ),
    SyscallGroup(
      "@container-default",
      "What Docker's default profile allows, with what the sandbox's capabilities add",
      """
      _llseek _newselect accept accept4 access adjtimex alarm arch_prctl bind brk cachestat capget capset
      chdir chmod chown chown32 clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
      clock_gettime64 clock_nanosleep clock_nanosleep_time64 clone close close_range connect copy_file_range
      creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2
      epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2
      fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32
      fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64
      fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait
      futex_waitv futex_wake futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64
      getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername
      getpgid getpgrp getpid getppid getpriority getrandom getresgid getresgid32 getresuid getresuid32
      getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getuid32 getxattr
      getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy
      io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl ioprio_get ioprio_set ipc
      kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32 lgetxattr link
      linkat listen listmount listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat lstat64
      madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat
      mlock mlock2 mlockall mmap mmap2 modify_ldt mprotect mq_getsetattr mq_notify mq_open mq_timedreceive
      mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv
      msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat open openat openat2
      pause personality pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll
      ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64 process_mrelease process_vm_readv
      process_vm_writev pselect6 pselect6_time64 ptrace pwrite64 pwritev pwritev2 read readahead readlink
      readlinkat readv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat
      rename renameat renameat2 restart_syscall riscv_flush_icache riscv_hwprobe rmdir rseq rt_sigaction
      rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
      rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min
      sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
      sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler
      sched_yield seccomp select semctl semget semop semtimedop semtimedop_time64 sendfile sendfile64
      sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsgid32 setfsuid
      setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid setregid32
      setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt setuid
      setuid32 setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4
      sigprocmask sigreturn socket socketcall socketpair splice stat stat64 statfs statfs64 statmount statx
      symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete
      timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create
      timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times tkill truncate truncate64
      ugetrlimit umask uname unlink unlinkat uretprobe utime utimensat utimensat_time64 utimes vfork
      vmsplice wait4 waitid waitpid write writev
      """
    ),
    SyscallGroup(
      "@cpu-emulation",
      "Emulating other modes of the processor",
      """
      modify_ldt vm86 vm86old
      """
    ),
    SyscallGroup(
      "@debug",
      "Debugging, tracing and measuring other processes",
      """
      bpf kcmp lookup_dcookie perf_event_open pidfd_getfd process_madvise process_vm_readv process_vm_writev
      ptrace uprobe uretprobe
      """
    ),
    SyscallGroup(
      "@file-system",
      "Files and directories by path and by descriptor",
      """
      access cachestat chdir chmod close creat faccessat faccessat2 fallocate fchdir fchmod fchmodat
      fchmodat2 fchown32 fcntl fcntl64 fgetxattr file_getattr file_setattr flistxattr fremovexattr fsetxattr
      fstat fstat64 fstatat64 fstatfs fstatfs64 ftruncate ftruncate64 futimesat getcwd getdents getdents64
      getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch lgetxattr link
      linkat listxattr listxattrat llistxattr lremovexattr lsetxattr lstat lstat64 mkdir mkdirat mknod
      mknodat newfstatat oldfstat oldlstat oldstat open openat openat2 readdir readlink readlinkat
      removexattr removexattrat rename renameat renameat2 rmdir setxattr setxattrat stat stat64 statfs
      statfs64 statx symlink symlinkat truncate truncate64 umask unlink unlinkat utime utimensat
      utimensat_time64 utimes
      """
    ),
    SyscallGroup(
      "@io-event",
      "Waiting for descriptors",
      """
      _newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
      epoll_wait_old eventfd eventfd2 poll ppoll ppoll_time64 pselect6 pselect6_time64 select
      """
    ),
    SyscallGroup(
      "@io_uring",
      "io_uring, whose requests no filter sees",
      """
      io_uring_enter io_uring_register io_uring_setup
      """
    ),
    SyscallGroup(
      "@ipc",
      "System V and POSIX message queues, semaphores and shared memory, pipes",
      """
      ipc memfd_create mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
      mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd pipe pipe2 process_madvise process_vm_readv
      process_vm_writev semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget
      """
    ),
    SyscallGroup(
      "@keyring",
      "The kernel's keyrings",
      """
      add_key keyctl request_key
      """
    ),
    SyscallGroup(
      "@memlock",
      "Locking memory",
      """
      memfd_secret mlock mlock2 mlockall munlock munlockall
      """
    ),
    SyscallGroup(
      "@memory",
      "Mapping and protecting memory",
      """
      brk get_mempolicy madvise map_shadow_stack mbind membarrier memfd_create memfd_secret migrate_pages
      mincore mlock mlock2 mlockall mmap mmap2 move_pages mprotect mremap mseal msync munlock munlockall
      munmap pkey_alloc pkey_free pkey_mprotect process_madvise remap_file_pages set_mempolicy
      set_mempolicy_home_node
      """
    ),
    SyscallGroup(
      "@module",
      "Kernel modules",
      """
      create_module delete_module finit_module get_kernel_syms init_module query_module
      """
    ),
    SyscallGroup(
      "@mount",
      "Mounting, and changing the root directory",
      """
      chroot fsconfig fsmount fsopen fspick listmount mount mount_setattr move_mount open_tree
      open_tree_attr pivot_root statmount umount umount2
      """
    ),
    SyscallGroup(
      "@namespaces",
      "Creating, entering and listing namespaces",
      """
      listns setns unshare
      """
    ),
    SyscallGroup(
      "@network",
      "Sockets",
      """
      accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg
      recvmmsg_time64 recvmsg sendmmsg sendmsg sendto setsockopt shutdown socket socketcall socketpair
      """
    ),
    SyscallGroup(
      "@obsolete",
      "Obsolete or never implemented",
      """
      _sysctl afs_syscall bdflush break create_module epoll_ctl_old epoll_wait_old ftime get_kernel_syms
      getpmsg gtty idle lock lookup_dcookie mpx nfsservctl oldfstat oldlstat oldolduname oldstat olduname
      prof profil putpmsg query_module readdir security sgetmask ssetmask stime stty sysfs tuxcall ulimit
      uselib ustat vm86old vserver
      """
    ),
    SyscallGroup(
      "@pkey",
      "Memory protection keys",
      """
      pkey_alloc pkey_free pkey_mprotect
      """
    ),
    SyscallGroup(
      "@privileged",
      "What needs a capability",
      """
      @chown @clock @module @mount @raw-io @reboot @swap _sysctl acct bpf capset chroot fanotify_init
      fanotify_mark kexec_file_load lsm_set_self_attr nfsservctl open_by_handle_at perf_event_open
      pivot_root quotactl quotactl_fd setdomainname setfsuid setfsuid32 setgroups setgroups32 sethostname
      setns setresuid setresuid32 setreuid setreuid32 setuid setuid32 syslog unshare vhangup
      """
    ),
    SyscallGroup(
      "@process",
      "Starting, signalling and waiting for processes",
      """
      capget clone clone3 execve execveat exit exit_group fork getrusage kill pidfd_open pidfd_send_signal
      prctl process_mrelease rt_sigqueueinfo rt_tgsigqueueinfo setns tgkill times tkill unshare vfork wait4
      waitid waitpid
      """
    ),
    SyscallGroup(
      "@raw-io",
      "Direct access to hardware ports",
      """
      ioperm iopl
      """
    ),
    SyscallGroup(
      "@reboot",
      "Rebooting and loading another kernel",
      """
      kexec_file_load kexec_load reboot
      """
    ),
    SyscallGroup(
      "@resources",
      "Changing limits, priorities and placement",
      """
      ioprio_set mbind migrate_pages move_pages nice prlimit64 sched_setaffinity sched_setattr
      sched_setparam sched_setscheduler set_mempolicy set_mempolicy_home_node setpriority setrlimit
      """
    ),
    SyscallGroup(
      "@sandbox",
      "Restricting oneself further",
      """
      landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp
      """
    ),
    SyscallGroup(
      "@setuid",
      "Changing the identity of the process",
      """
      setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32
      setreuid setreuid32 setuid setuid32
      """
    ),
    SyscallGroup(
      "@signal",
      "Handling and sending signals",
      """
      kill pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigsuspend
      rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sgetmask sigaction sigaltstack signal
      signalfd signalfd4 sigpending sigprocmask sigsuspend ssetmask tgkill tkill
      """
    ),
    SyscallGroup(
      "@startup",
      "What a C program needs to start, use its standard streams and its memory, and exit",
      """
      _llseek access arch_prctl brk clock_gettime clock_gettime64 close execve exit exit_group faccessat
      faccessat2 fcntl fcntl64 fstat fstat64 fstatat64 futex futex_time64 getcwd getegid getegid32 geteuid
      geteuid32 getgid getgid32 getpid getppid getrandom getrlimit gettid gettimeofday getuid getuid32 lseek
      lstat lstat64 madvise mmap mmap2 mprotect mremap munmap newfstatat open openat poll ppoll ppoll_time64
      pread64 prlimit64 read readlink readlinkat readv restart_syscall riscv_flush_icache riscv_hwprobe rseq
      rt_sigaction rt_sigprocmask rt_sigreturn sched_yield set_robust_list set_thread_area set_tid_address
      sigaltstack sigreturn stat stat64 statx tgkill time ugetrlimit uname write writev
      """
    ),
    SyscallGroup(
      "@swap",
      "Swap devices",
      """
      swapoff swapon
      """
    ),
    SyscallGroup(
      "@sync",
      "Flushing to disk",
      """
      fdatasync fsync msync sync sync_file_range syncfs
      """
    ),
    SyscallGroup(
      "@timer",
      "Timers and sleeping",
      """
      alarm clock_nanosleep clock_nanosleep_time64 getitimer nanosleep setitimer timer_create timer_delete
      timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create
      timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times
      """
    ),
  ]
}
