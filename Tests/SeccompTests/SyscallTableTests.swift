import CLibSeccomp
import Sandbox
import Testing

@testable import Seccomp

@Suite("Tables")
struct SyscallTableTests {
  @Test func namesAreSortedAndFound() {
    let names = SyscallTable.allNames
    #expect(names.count > 470)
    for (name, next) in zip(names, names.dropFirst()) {
      #expect(name.utf8.lexicographicallyPrecedes(next.utf8))
    }
    for (index, name) in names.enumerated() {
      #expect(Syscall(named: name)?.index == index)
    }
  }

  @Test(arguments: [
    "", " ", "read ", "rea", "readd", "READ", "réad", "read\0", "- ", "@network", "sched_rr_get_interval_time64x",
  ])
  func otherNamesAreNot(_ name: String) {
    #expect(!SyscallTable.isKnown(name))
  }

  @Test(arguments: SyscallABI.allCases)
  func numbersAreUnique(on abi: SyscallABI) {
    var seen: [UInt32: String] = [:]
    for syscall in Syscall.all {
      guard let number = syscall.number(on: abi) else { continue }
      // arm64 and riscv64 have `fstatat64` and friends under one name only; no number has two.
      #expect(seen[number] == nil, "\(syscall.name) and \(seen[number] ?? "") are both \(number)")
      seen[number] = syscall.name
      #expect(Syscall(number: number, on: abi) == syscall)
    }
  }

  /// Every number that the system's libseccomp knows is ours, and the other way round for calls as old as it is.
  @Test(arguments: SyscallABI.allCases)
  func numbersAreThoseOfLibseccomp(on abi: SyscallABI) throws {
    let token = seccomp_arch_resolve_name(abi.name)
    var compared = 0
    for syscall in Syscall.all {
      let number = seccomp_syscall_resolve_name_arch(token, syscall.name)
      // Negative numbers are libseccomp's own for calls that the ABI lacks, or that go through a multiplexer.
      guard number >= 0 else { continue }
      #expect(syscall.number(on: abi) == UInt32(number), "\(syscall.name)")
      compared += 1
    }
    #expect(compared > 290)
  }

  @Test(arguments: [
    ("socket", [32, 32, 32]), ("clone", [32, 64, 64, 64, 64]), ("chmod", [64, 16]), ("openat", [32, 64, 32, 16]),
    ("mmap", [64, 64, 64, 64, 32, 64]), ("ioctl", [32, 32, 64]), ("personality", [32]), ("read", [32, 64, 64]),
    ("prctl", [32, 64, 64, 64, 64]), ("exit_group", [32]), ("getpid", []), ("mseal", [64, 64, 64]),
    ("futex_wait", [64, 64, 64, 32, 64, 32]), ("fchmodat2", [32, 64, 16, 32]), ("epoll_ctl", [32, 32, 32, 64]),
  ])
  func widthsAreTheKernels(_ name: String, _ widths: [Int]) {
    #expect(Syscall(named: name)?.parameterWidths(on: .x86_64) == widths)
  }

  @Test func narrowABIsHaveNarrowWidths() {
    for syscall in Syscall.all { #expect(syscall.parameterWidths(on: .x86).allSatisfy { $0 <= 32 }) }
    // i386's setuid is the one with 16 bits; x32's ioctl takes what i386's does.
    #expect(Syscall(named: "setuid")?.parameterWidths(on: .x86) == [16])
    #expect(Syscall(named: "ioctl")?.parameterWidths(on: .x32) == [32, 32, 32])
  }

  @Test func parametersHaveTheKernelsNames() {
    #expect(SyscallTable.argumentIndex(of: "family", in: "socket") == 0)
    #expect(SyscallTable.argumentIndex(of: "protocol", in: "socket") == 2)
    #expect(SyscallTable.argumentIndex(of: "clone_flags", in: "clone") == 0)
    #expect(SyscallTable.argumentIndex(of: "flags", in: "openat") == 2)
    // The last two change places between ABIs.
    #expect(SyscallTable.argumentIndex(of: "tls", in: "clone") == nil)
    #expect(SyscallTable.argumentIndex(of: "?", in: "clone") == nil)
    #expect(SyscallTable.argumentIndex(of: "family", in: "no_such_call") == nil)
    #expect(SyscallTable.parameterCount(of: "mmap") == 6)
    #expect(SyscallTable.parameterCount(of: "getpid") == 0)
    #expect(SyscallTable.parameterCount(of: "no_such_call") == nil)
  }

  @Test func versionsAreKnown() {
    #expect(Syscall(named: "mseal")?.introducedIn == "6.10")
    #expect(Syscall(named: "openat2")?.introducedIn == "5.6")
    #expect(Syscall(named: "clock_gettime64")?.introducedIn == "5.1")
    #expect(Syscall.all.count { $0.introducedIn == nil } < 25)
  }

  @Test func constantsHaveTheirValues() {
    #expect(SyscallConstant.value(of: "AF_UNIX") == 1)
    #expect(SyscallConstant.value(of: "AF_ALG") == 38)
    #expect(SyscallConstant.value(of: "CLONE_NEWUSER") == 0x1000_0000)
    #expect(SyscallConstant.value(of: "TIOCSTI") == 0x5412)
    #expect(SyscallConstant.value(of: "AT_FDCWD") == 0xFFFF_FF9C)
    #expect(SyscallConstant.value(of: "AF_NONSENSE") == nil)
    #expect(SyscallConstant.allNames.count > 200)
    for (name, next) in zip(SyscallConstant.allNames, SyscallConstant.allNames.dropFirst()) {
      #expect(name.utf8.lexicographicallyPrecedes(next.utf8))
    }
  }
}

@Suite("Groups")
struct SyscallGroupTests {
  @Test(arguments: SyscallGroup.allNames)
  func everyNameIsKnown(_ name: String) throws {
    let group = try #require(SyscallGroup(named: name))
    let text = String(
      decoding: UnsafeBufferPointer(start: group.text.utf8Start, count: group.text.utf8CodeUnitCount),
      as: UTF8.self
    )
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(!words.isEmpty)
    #expect(Set(words).count == words.count)
    for word in words {
      #expect(word.hasPrefix("@") ? SyscallGroup(named: word) != nil : SyscallTable.isKnown(word), "\(word)")
    }
    #expect(!group.summary.isEmpty)
    #expect(group.memberNames.count >= words.count { !$0.hasPrefix("@") })
  }

  @Test func namesAreSorted() {
    #expect(SyscallGroup.allNames == SyscallGroup.allNames.sorted())
    #expect(SyscallGroup(named: "@nothing") == nil)
    #expect(SyscallGroup(named: "network") == nil)
  }

  /// What lets a program out of its sandbox, or reaches the kernel's inside, is in no group that is allowed by default.
  @Test(arguments: ["@startup", "@container-default", "@basic-io", "@memory", "@signal", "@timer"])
  func dangerousCallsAreElsewhere(_ name: String) throws {
    let members = try #require(SyscallGroup(named: name)).memberNames
    for dangerous in [
      "io_uring_setup", "keyctl", "userfaultfd", "bpf", "mount", "unshare", "setns", "kexec_load", "init_module",
    ] {
      #expect(!members.contains(dangerous), "\(dangerous)")
    }
  }

  @Test func everyParameterHasATypeAndAWidth() {
    for call in Syscall.all {
      #expect(call.parameterTypes.count == call.parameterNames.count, "\(call.name)")
      #expect(call.parameterTypes.allSatisfy { !$0.isEmpty && !$0.contains("__user") }, "\(call.name)")
      // On a 64-bit ABI a pointer is as wide as its register.
      let widths = call.parameterWidths(on: .x86_64)
      for (type, bits) in zip(call.parameterTypes, widths) where type.hasSuffix("*") {
        #expect(bits == 64, "\(call.name) \(type)")
      }
    }
  }

  @Test(arguments: [
    ("openat", "openat(int dfd, const char *filename, int flags, umode_t mode)"), ("getpid", "getpid()"),
    ("socket", "socket(int family, int type, int protocol)"),
    ("mseal", "mseal(unsigned long start, size_t len, unsigned long flags)"),
    ("execve", "execve(const char *filename, const char * const *argv, const char * const *envp)"),
  ])
  func signatures(_ name: String, _ signature: String) throws {
    let written = SyscallPage(of: try #require(Syscall(named: name))).signature
    #expect(written == signature)
  }
}
