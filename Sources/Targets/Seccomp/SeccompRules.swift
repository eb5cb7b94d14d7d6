import CanonicalJSON
import Diagnostics
import Sandbox
import Seccomp

/// What can be said about a seccomp profile beyond its shape, as runc, crun, Docker and runsc read it.
enum SeccompRules {
  typealias Rule = ValidationRule<SeccompDocument>

  static let all: [Rule] =
    [
      defaultAllows, unknownCall, noNames, bothNames, sameAsDefault, contradiction, start, clone3, errnoWithout,
      foreignABI, bothArchitectures, killsThread, dangerousCall, notify, listener, runscAction, flags,
    ] + SeccompArgumentRules.all

  private static let defaultAllows = Rule(
    "RF8401",
    "everything allowed by default",
    .warning,
    """
    A profile whose default is to allow lists what is forbidden, and so permits every call that the kernel gets in \
    future. Deny by default and list what is needed.
    """
  ) { profile, rule in
    guard let node = profile.root["defaultAction"], !profile.isAllowList else { return [] }
    return [
      rule.finding(
        profile.defaultAction == "SCMP_ACT_LOG" ? "calls are only logged, not denied" : "all other calls are allowed",
        at: node.range,
        help: ["use \"SCMP_ACT_ERRNO\" and list the calls that are needed"]
      )
    ]
  }

  private static let unknownCall = Rule(
    "RF8402",
    "unknown system call",
    .warning,
    """
    Runtimes leave out names that they do not know: runc without a word, crun with a warning. A misspelt name in a list \
    of denied calls denies nothing.
    """
  ) { profile, rule in
    let known = SyscallTable.allNames
    var found: [Diagnostic] = []
    for entry in profile.entries {
      for node in entry.names {
        guard let name = node.string, !SyscallTable.isKnown(name), !ofOtherABIs.contains(name) else { continue }
        let near = found.count < Suggestions.most ? Spelling.nearest(to: name, among: known) : nil
        let silence = "runtimes leave it out in silence"
        found.append(
          rule.finding(
            "there is no system call \(JSON.string(name).text(.compact))",
            at: node.range,
            severity: entry.lets ? .warning : .error,
            notes: [entry.lets ? silence : silence + ": it is not denied"],
            help: near.map { ["did you mean \"\($0)\"?"] } ?? []
          )
        )
      }
    }
    return found
  }

  /// Calls that libseccomp knows of ABIs that our tables do not have; profiles for all machines name them.
  private static let ofOtherABIs: Set = [
    "arm_fadvise64_64", "arm_sync_file_range", "atomic_barrier", "atomic_cmpxchg_32", "breakpoint", "cachectl",
    "cacheflush", "get_tls", "getpagesize", "multiplexer", "pciconfig_iobase", "pciconfig_read", "pciconfig_write",
    "recv", "rtas", "s390_guarded_storage", "s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr",
    "s390_sthyi", "send", "set_tls", "spu_create", "spu_run", "subpage_prot", "swapcontext", "switch_endian",
    "sync_file_range2", "sys_debug_setcontext", "syscall", "sysmips", "timerfd", "usr26", "usr32",
  ]

  private static let noNames = Rule(
    "RF8403",
    "rule without names",
    .error,
    "A rule without system calls is refused by runc, and means nothing to others."
  ) { profile, rule in
    profile.entries.filter { $0.names.isEmpty && $0.node.object != nil }
      .map { rule.finding("this rule names no system call", at: $0.node["names"]?.range ?? $0.node.head) }
  }

  private static let bothNames = Rule(
    "RF8404",
    "name and names",
    .error,
    "Docker refuses a rule with both `name` and `names`, but only when the container starts."
  ) { profile, rule in
    profile.entries.compactMap { entry in
      guard entry.node["names"]?.items.isEmpty == false, let member = entry.node.member("name") else { return nil }
      if profile.dialect == .docker {
        return rule.finding("a rule has either name or names", at: member.nameRange, help: ["move it to \"names\""])
      }
      return nil
    }
  }

  private static let sameAsDefault = Rule(
    "RF8405",
    "rule that does nothing",
    .warning,
    """
    runc and crun leave out a rule whose action is the default: it cannot take back what another rule allows.
    """
  ) { profile, rule in
    guard let standard = profile.defaultAction else { return [] }
    let errno = profile.root["defaultErrnoRet"]?.integer ?? 1
    let others = profile.entries.filter { $0.action != standard }
    return profile.entries.flatMap { entry -> [Diagnostic] in
      guard entry.action == standard else { return [] }
      let answers = standard == "SCMP_ACT_ERRNO" || standard == "SCMP_ACT_TRACE"
      if answers, entry.node["errnoRet"]?.integer ?? 1 != errno { return [] }
      return entry.names.compactMap { node in
        guard let name = node.string,
          let other = others.lazy.flatMap(\.names).first(where: { $0.string == name })
        else { return nil }
        return rule.finding(
          "the action is the default, so this is left out and the other rule holds",
          at: node.range,
          secondary: [Diagnostic.Label(other.range, "the rule that holds")],
          help: ["remove the call from the rule that should not hold"]
        )
      }
    }
  }

  private static let contradiction = Rule(
    "RF8406",
    "rules that contradict",
    .warning,
    """
    Two rules without conditions and with different actions name the same call. Which of them holds depends on the \
    library's version and the order in which it merges them.
    """
  ) { profile, rule in
    var first: [String: (action: String, node: JSONNode)] = [:]
    return profile.entries.flatMap { entry -> [Diagnostic] in
      guard entry.isUnconditional, let action = entry.action else { return [] }
      return entry.names.compactMap { node in
        guard let name = node.string else { return nil }
        guard let earlier = first[name] else {
          first[name] = (action, node)
          return nil
        }
        if earlier.action == action { return nil }
        return rule.finding(
          "\(name) has two actions, \(earlier.action) and \(action)",
          at: node.range,
          secondary: [Diagnostic.Label(earlier.node.range, "the other one")]
        )
      }
    }
  }

  private static let start = Rule(
    "RF8407",
    "program cannot start",
    .error,
    """
    Without these calls the runtime cannot start the program, or the program cannot end: the container fails at its \
    start, or hangs.
    """
  ) { profile, rule in
    guard profile.isAllowList, let node = profile.root["defaultAction"] else { return [] }
    let needed = ["execve", "exit_group", "mmap", "read", "write"]
    let allowed = Set(profile.entries.filter(\.lets).flatMap(\.names).compactMap(\.string))
    let missing = needed.filter { !allowed.contains($0) }
    if missing.isEmpty { return [] }
    return [
      rule.finding(
        "no rule allows \(missing.joined(separator: ", "))",
        at: node.range,
        notes: ["no program can start without"],
        help: ["allow the calls that every program needs"]
      )
    ]
  }

  private static let clone3 = Rule(
    "RF8408",
    "clone3",
    .error,
    """
    No filter can see the flags of clone3, so it has to be denied, but with ENOSYS: C libraries then use clone, while \
    any other error makes every new thread fail.
    """
  ) { profile, rule in
    // runsc answers EPERM whatever is asked for; its own kernel has to see the call.
    guard profile.isAllowList, profile.dialect != .gVisor, let standard = profile.root["defaultAction"] else {
      return []
    }
    let entries = profile.entries.filter { $0.names("clone3") }
    let enosys: Int64 = 38
    if let wrong = entries.first(where: {
      $0.isUnconditional && $0.action == "SCMP_ACT_ERRNO" && $0.node["errnoRet"]?.integer != enosys
    }) {
      return [
        rule.finding(
          "clone3 fails with another error than ENOSYS, so programs cannot make threads",
          at: wrong.names.first { $0.string == "clone3" }?.range ?? wrong.node.head,
          help: ["set \"errnoRet\" to 38"]
        )
      ]
    }
    let answers = profile.defaultAction == "SCMP_ACT_ERRNO" && profile.root["defaultErrnoRet"]?.integer == enosys
    if !entries.isEmpty || answers { return [] }
    return [
      rule.finding(
        "clone3 is not named, so it does not fail with ENOSYS and programs cannot make threads",
        at: standard.range,
        help: ["add {\"names\": [\"clone3\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 38}"]
      )
    ]
  }

  private static let errnoWithout = Rule(
    "RF8409",
    "error without its action",
    .error,
    "`errnoRet` belongs to SCMP_ACT_ERRNO and SCMP_ACT_TRACE; crun refuses it elsewhere, runc ignores it."
  ) { profile, rule in
    let answering = ["SCMP_ACT_ERRNO", "SCMP_ACT_TRACE"]
    var found: [Diagnostic] = []
    if let member = profile.root.member("defaultErrnoRet"), !answering.contains(profile.defaultAction ?? "") {
      found.append(rule.finding("the default action returns no error", at: member.nameRange))
    }
    for entry in profile.entries where !answering.contains(entry.action ?? "") {
      guard let member = entry.node.member("errnoRet") else { continue }
      found.append(rule.finding("this action returns no error", at: member.nameRange))
    }
    if profile.dialect == .gVisor {
      for entry in profile.entries where entry.node["errnoRet"]?.integer ?? 1 != 1 {
        guard let node = entry.node["errnoRet"] else { continue }
        found.append(rule.finding("runsc answers EPERM whatever is asked for", at: node.range, severity: .warning))
      }
    }
    return found
  }

  private static let foreignABI = Rule(
    "RF8410",
    "second ABI",
    .warning,
    """
    A 32-bit ABI beside the native one doubles what is reached of the kernel, and its multiplexers pass conditions by: \
    with i386, `socket` is also `socketcall`, which no filter can look into.
    """
  ) { profile, rule in
    let second = ["SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_ARM"]
    let top = profile.root["architectures"]?.items ?? []
    let nested = (profile.root["archMap"]?.items ?? []).flatMap { $0["subArchitectures"]?.items ?? [] }
    return (top.count > 1 ? top : []).filter { second.contains($0.string ?? "") }.map { node in
      rule.finding(
        "programs of a second ABI are let in",
        at: node.range,
        help: ["leave it out unless such programs have to run"]
      )
    }
      + nested.filter { second.contains($0.string ?? "") }.map { node in
        rule.finding("programs of a second ABI are let in", at: node.range, severity: .note)
      }
  }

  private static let bothArchitectures = Rule(
    "RF8411",
    "architectures and archMap",
    .error,
    "Docker refuses a profile with both, but only when the container starts."
  ) { profile, rule in
    guard profile.root["architectures"]?.items.isEmpty == false, let member = profile.root.member("archMap"),
      !member.value.items.isEmpty
    else { return [] }
    return [rule.finding("a profile has either architectures or archMap", at: member.nameRange)]
  }

  private static let killsThread = Rule(
    "RF8412",
    "only one thread is killed",
    .warning,
    """
    SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD end one thread: the others go on, often waiting for ever for a lock that the \
    dead one held.
    """
  ) { profile, rule in
    // runsc takes no other name.
    if profile.dialect == .gVisor { return [] }
    let nodes = [profile.root["defaultAction"]] + profile.entries.map { $0.node["action"] }
    return nodes.compactMap(\.self).filter { ["SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD"].contains($0.string ?? "") }.map {
      rule.finding(
        "this ends one thread and leaves the others",
        at: $0.range,
        help: ["use \"SCMP_ACT_KILL_PROCESS\""]
      )
    }
  }

  /// Calls that have been the way out of containers, and how.
  static let dangers: [String: String] = [
    "add_key": "keys are shared with the host", "keyctl": "keys are shared with the host",
    "request_key": "keys are shared with the host", "bpf": "it loads programs into the kernel",
    "delete_module": "it removes modules of the kernel", "finit_module": "it loads code into the kernel",
    "init_module": "it loads code into the kernel", "kexec_file_load": "it replaces the kernel",
    "kexec_load": "it replaces the kernel", "open_by_handle_at": "it opens files of the host by their handle",
    "perf_event_open": "it reaches a large and often broken part of the kernel", "reboot": "it reboots",
    "userfaultfd": "it makes races of the kernel easy to win", "iopl": "it reaches hardware",
    "ioperm": "it reaches hardware", "swapon": "it changes the host's memory", "mount": "it changes what paths mean",
    "io_uring_setup": "its requests pass the filter by",
    "acct": "it writes to files of its choice as the kernel", "settimeofday": "it sets the host's clock",
  ]

  private static let dangerousCall = Rule(
    "RF8413",
    "dangerous call allowed",
    .warning,
    "These calls have been the way out of containers. Allow them only with a condition, or for a capability."
  ) { profile, rule in
    profile.entries.filter { $0.lets && $0.isUnconditional }.flatMap { entry in
      entry.names.compactMap { node in
        guard let name = node.string, let danger = dangers[name] else { return nil }
        return rule.finding("\(name) is allowed to every program: \(danger)", at: node.range)
      }
    }
  }

  private static let notify = Rule(
    "RF8414",
    "call that asks its supervisor",
    .error,
    """
    SCMP_ACT_NOTIFY cannot be the default, nor the action of write: runc needs it to hand over the descriptor. Without \
    `listenerPath` nobody answers.
    """
  ) { profile, rule in
    var found: [Diagnostic] = []
    if let node = profile.root["defaultAction"], node.string == "SCMP_ACT_NOTIFY" {
      found.append(rule.finding("this cannot be the default action", at: node.range))
    }
    for entry in profile.entries where entry.action == "SCMP_ACT_NOTIFY" {
      if let node = entry.names.first(where: { $0.string == "write" }) {
        found.append(rule.finding("runc itself needs write to start the container", at: node.range))
      }
      if profile.root["listenerPath"] == nil, let action = entry.node["action"] {
        found.append(rule.finding("nobody answers: there is no listenerPath", at: action.range))
      }
    }
    return found
  }

  private static let listener = Rule(
    "RF8415",
    "listener without a call",
    .warning,
    "`listenerPath` matters only to rules with SCMP_ACT_NOTIFY."
  ) { profile, rule in
    guard let member = profile.root.member("listenerPath"),
      !profile.entries.contains(where: { $0.action == "SCMP_ACT_NOTIFY" })
    else { return [] }
    return [rule.finding("no rule asks the listener", at: member.nameRange)]
  }

  private static let runscAction = Rule(
    "RF8416",
    "action that runsc refuses",
    .error,
    "runsc knows SCMP_ACT_KILL, TRAP, ERRNO, TRACE and ALLOW. With any other action it does not start."
  ) { profile, rule in
    guard profile.dialect == .gVisor else { return [] }
    let known = ["SCMP_ACT_KILL", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW"]
    let nodes = [profile.root["defaultAction"]] + profile.entries.map { $0.node["action"] }
    return nodes.compactMap(\.self).filter { !known.contains($0.string ?? "") && $0.string != nil }.map { node in
      let kills = node.string?.contains("KILL") ?? false
      return rule.finding(
        "runsc does not start with this action",
        at: node.range,
        help: kills ? ["use \"SCMP_ACT_KILL\""] : []
      )
    }
  }

  private static let flags = Rule(
    "RF8417",
    "flags of the filter",
    .note,
    "runc before 1.2 refuses any flag; SPEC_ALLOW turns off the processor's protection against speculation attacks."
  ) { profile, rule in
    (profile.root["flags"]?.items ?? []).map { node in
      node.string == "SECCOMP_FILTER_FLAG_SPEC_ALLOW"
        ? rule.finding("this permits speculation attacks", at: node.range, severity: .warning)
        : rule.finding("runc before 1.2 refuses flags", at: node.range)
    }
  }
}
