package import Sandbox

extension Execution {
  /// The sandbox as this engine runs it: with a writable directory of the host, no file can be given a set-user-ID or
  /// set-group-ID bit. The directory's mount inside is `nosuid`, but on the host it is not: there the file belongs to the
  /// directory's owner, and a copy of a shell with that bit would hand the owner's rights to anybody who starts it.
  package static func withoutSetuidFiles(_ sandbox: Sandbox) -> Sandbox {
    guard !sandbox.filesystem.write.isEmpty else { return sandbox }
    var result = sandbox
    result.syscalls.deny += setuidRules
    return result
  }

  private static var setuidRules: [SyscallRule] {
    let reason = "gives a file on the host a set-user-ID or set-group-ID bit"
    var rules: [SyscallRule] = []
    for bit: UInt64 in [0o4000, 0o2000] {
      func mode(_ index: Int) -> ArgumentCondition { .argument(index: index, .masked(mask: bit, equals: bit)) }
      for (name, index) in [
        ("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("fchmodat2", 2), ("creat", 1), ("mknod", 1), ("mknodat", 2),
      ] {
        rules.append(SyscallRule(.name(name), when: mode(index), reason: reason))
      }
      // Without one of these flags there is no mode, and what is in its register means nothing. O_TMPFILE holds
      // O_DIRECTORY as well, which alone makes no file.
      for flag: UInt64 in [0o100, 0o20_000_000] {
        func flags(_ index: Int) -> ArgumentCondition { .argument(index: index, .masked(mask: flag, equals: flag)) }
        rules.append(SyscallRule(.name("open"), when: .all([flags(1), mode(2)]), reason: reason))
        rules.append(SyscallRule(.name("openat"), when: .all([flags(2), mode(3)]), reason: reason))
      }
    }
    // Its mode lies in memory, where no filter sees it; programs fall back to openat.
    rules.append(SyscallRule(.name("openat2"), reason: reason))
    // Nor what a ring is asked for.
    rules.append(SyscallRule(.name("io_uring_setup"), reason: reason))
    return rules
  }
}
