package import Sandbox

extension FilterPolicy {
  /// What a sandbox says about system calls, as a filter can enforce it:
  ///
  /// 1. A call through an ABI that the sandbox does not list kills the process.
  /// 2. Deny rules answer with the default action, allow rules let the call through; the first that holds decides.
  /// 3. `socket` and `socketpair` are let through only for the families of `network.socket_families`, whoever allows them.
  /// 4. Numbers that this build does not know answer with `unknown`. So do calls whose meaning lies in memory, which no
  ///    filter sees: `clone3`, unless an allow rule names it or `@container-default` is used with CAP_SYS_ADMIN; and
  ///    i386's `socketcall`, always.
  /// 5. Everything else answers with the default action.
  package init(_ sandbox: Sandbox, native: SyscallABI = .current) throws(SeccompError) {
    let syscalls = sandbox.syscalls
    var abis: [SyscallABI] = []
    for architecture in syscalls.architectures {
      let abi = SyscallABI(architecture, native: native)
      if !abis.contains(abi) { abis.append(abi) }
    }
    guard !abis.isEmpty else { throw .noArchitecture }
    let rules = try RuleSet(sandbox, abis: abis)
    sections = abis.map { rules.section(for: $0) }
    foreign = .killProcess
  }
}

extension Sandbox {
  /// Whether no call that its filter lets through leaves anything in a network or user namespace but Unix sockets: other
  /// sockets have counters and packets under way, and keys outlive those who made them (keyrings(7)). What `io_uring` makes
  /// no filter sees.
  package var leavesNothingBehind: Bool {
    guard network.socketFamilies.allSatisfy({ $0 == .unix }) else { return false }
    let lasting = ["io_uring_setup", "add_key", "request_key", "keyctl"]
    return !syscalls.allow.contains { rule in
      switch rule.selector {
      case .name(let name): lasting.contains(name)
      case .group(let name): SyscallGroup(named: name)?.list.contains { lasting.contains($0.name) } ?? true
      }
    }
  }
}

extension FilterAction {
  package init(_ action: SyscallAction) {
    self =
      switch action {
      case .kill: .killProcess
      case .errno(let name): .errno(name.number)
      }
  }
}

/// The rules of a sandbox with their names looked up, for all its ABIs.
struct RuleSet {
  enum Selection {
    case syscall(Syscall, ArgumentCondition?)
    case members([Syscall])
    case containerDefault
  }

  let deny: [Selection]
  let allow: [Selection]
  let families: [UInt64]
  let capabilities: Set<Capability>
  private let defaultAction: FilterAction
  private let unknownAction: FilterAction

  init(_ sandbox: Sandbox, abis: [SyscallABI]) throws(SeccompError) {
    deny = try Self.selections(sandbox.syscalls.deny, abis: abis)
    allow = try Self.selections(sandbox.syscalls.allow, abis: abis)
    families = sandbox.network.socketFamilies.map { UInt64($0.number) }.sorted()
    capabilities = sandbox.capabilities
    defaultAction = FilterAction(sandbox.syscalls.defaultAction)
    unknownAction = FilterAction(sandbox.syscalls.unknownAction)
    if abis.contains(.x86), sandbox.syscalls.allow.contains(where: { $0.selector == .name("socketcall") }) {
      throw .socketcallAllowed
    }
  }

  func section(for abi: SyscallABI) -> FilterPolicy.Section {
    var builder = FilterPolicy.Section.Builder(abi: abi)
    for selection in deny {
      switch selection {
      case .syscall(let syscall, let condition):
        builder.add(syscall, when: condition.map { Self.typed($0, of: syscall, on: abi) }, defaultAction)
      case .members(let members):
        for syscall in members { builder.add(syscall, when: nil, defaultAction) }
      case .containerDefault:
        for allowance in ContainerDefault.allowances(capabilities: capabilities) {
          let condition = allowance.condition.map { Self.typed($0, of: allowance.syscall, on: abi) }
          builder.add(allowance.syscall, when: condition, defaultAction)
        }
      }
    }
    for selection in allow {
      switch selection {
      case .syscall(let syscall, let condition):
        allowCall(syscall, when: condition, on: abi, in: &builder)
      case .members(let members):
        for syscall in members where !Self.opaque.contains(syscall) {
          allowCall(syscall, when: nil, on: abi, in: &builder)
        }
      case .containerDefault:
        for allowance in ContainerDefault.allowances(capabilities: capabilities)
        where allowance.syscall != Self.socketcall {
          allowCall(allowance.syscall, when: allowance.condition, on: abi, in: &builder)
        }
      }
    }
    for syscall in Self.opaque { builder.add(syscall, when: nil, unknownAction) }
    return builder.finish(known: defaultAction, unknown: unknownAction)
  }

  private func allowCall(
    _ syscall: Syscall,
    when condition: ArgumentCondition?,
    on abi: SyscallABI,
    in builder: inout FilterPolicy.Section.Builder
  ) {
    var conditions = condition.map { [Self.typed($0, of: syscall, on: abi)] } ?? []
    if Self.socketMakers.contains(syscall) {
      guard !families.isEmpty else { return }
      conditions.append(.argument(FilterArgument(index: 0, bits: 32), .isOneOf(families)))
    }
    builder.add(syscall, when: conditions.count == 1 ? conditions[0] : .all(conditions), .allow)
  }

  static let socketMakers = ["socket", "socketpair"].compactMap(Syscall.init(named:))
  /// Calls whose arguments lie in memory, where the program can change them after a filter has looked.
  static let opaque = ["clone3", "socketcall"].compactMap(Syscall.init(named:))
  static let socketcall = Syscall(named: "socketcall")

  /// The most comparisons on the arguments of one call in one list. More would be no policy, but an attack on whoever
  /// compiles it: a filter has 4096 instructions.
  private static let largestTestCount = 1024

  private static func selections(_ rules: [SyscallRule], abis: [SyscallABI]) throws(SeccompError) -> [Selection] {
    var result: [Selection] = []
    var tests = [Int](repeating: 0, count: SyscallRecords.recordCount)
    for rule in rules {
      switch rule.selector {
      case .name(let name):
        guard let syscall = Syscall(named: name) else { throw .unknownSyscall(name) }
        if let condition = rule.condition {
          try check(condition, of: syscall, abis: abis)
          tests[syscall.index] += condition.testCount
          guard tests[syscall.index] <= largestTestCount else { throw .tooManyConditions(name) }
        }
        result.append(.syscall(syscall, rule.condition))
      case .group(let name):
        guard let group = SyscallGroup(named: name) else { throw .unknownGroup(name) }
        guard rule.condition == nil else { throw .conditionOnGroup(name) }
        result.append(
          group.name == ContainerDefault.groupName ? .containerDefault : .members(group.list)
        )
      }
    }
    return result
  }

  private static func check(
    _ condition: ArgumentCondition,
    of syscall: Syscall,
    abis: [SyscallABI]
  ) throws(SeccompError) {
    switch condition {
    case .all(let conditions), .any(let conditions):
      for condition in conditions { try check(condition, of: syscall, abis: abis) }
    case .not(let condition): try check(condition, of: syscall, abis: abis)
    case .argument(let index, let test):
      var widest = 0
      for abi in abis where syscall.exists(on: abi) {
        let widths = syscall.parameterWidths(on: abi)
        guard widths.indices.contains(index) else {
          throw .noSuchArgument(syscall: syscall.name, index: index, abi: abi)
        }
        widest = max(widest, widths[index])
      }
      guard widest > 0, widest < 64, test.largestValue >> UInt64(widest) != 0 else { return }
      throw .valueTooWide(syscall: syscall.name, index: index, value: test.largestValue, bits: widest)
    }
  }

  /// The condition with the widths of an ABI; `check` has seen to it that the ABI has the arguments.
  static func typed(_ condition: ArgumentCondition, of syscall: Syscall, on abi: SyscallABI) -> FilterCondition {
    let widths = syscall.parameterWidths(on: abi)
    func convert(_ condition: ArgumentCondition) -> FilterCondition {
      switch condition {
      case .all(let conditions): .all(conditions.map(convert))
      case .any(let conditions): .any(conditions.map(convert))
      case .not(let condition): .not(convert(condition))
      case .argument(let index, let test):
        .argument(
          FilterArgument(index: index, bits: widths.indices.contains(index) ? widths[index] : abi.registerBits),
          test
        )
      }
    }
    return convert(condition)
  }
}

extension ArgumentCondition {
  /// How many comparisons with a value the condition makes at most.
  fileprivate var testCount: Int {
    switch self {
    case .all(let conditions), .any(let conditions): conditions.reduce(0) { $0 + $1.testCount }
    case .not(let condition): condition.testCount
    case .argument(_, .isOneOf(let values)): values.count
    case .argument: 1
    }
  }
}
