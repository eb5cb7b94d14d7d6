import CLibSeccomp
import Glibc

@testable import Seccomp

/// The system's libseccomp, driven as runc drives it.
enum Libseccomp {
  struct Failure: Error {
    let call: String
    let code: Int32
  }

  /// The program that it makes of a profile; `isTree` finds calls by a binary tree, as newer versions of runc ask for.
  static func program(
    of profile: SeccompProfile,
    host: SyscallABI,
    isTree: Bool = false,
    foreign: FilterAction = .killThread
  ) throws -> BPFProgram {
    guard let filter = seccomp_init(profile.defaultAction.rawValue) else { throw Failure(call: "init", code: 0) }
    defer { seccomp_release(filter) }
    let abis = [host] + profile.architectures.filter { $0 != host }
    for abi in abis {
      let code = seccomp_arch_add(filter, seccomp_arch_resolve_name(abi.name))
      guard code == 0 || code == -EEXIST else { throw Failure(call: "arch_add", code: code) }
    }
    if host != .current {
      try check("arch_remove", seccomp_arch_remove(filter, seccomp_arch_resolve_name(SyscallABI.current.name)))
    }
    if isTree { try check("optimize", seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2)) }
    try check("badarch", seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, foreign.rawValue))
    for rule in profile.rules where rule.action != profile.defaultAction {
      for name in rule.names { try add(rule, name, to: filter) }
    }
    return try export(filter)
  }

  private static func add(_ rule: SeccompProfile.Rule, _ name: String, to filter: scmp_filter_ctx) throws {
    let number = seccomp_syscall_resolve_name(name)
    guard number != __NR_SCMP_ERROR else { return }
    let comparisons = rule.arguments.map { argument in
      scmp_arg_cmp(
        arg: UInt32(argument.index),
        op: argument.comparison.token,
        datum_a: argument.value,
        datum_b: argument.valueTwo
      )
    }
    let hasRepetition = Set(rule.arguments.map(\.index)).count < rule.arguments.count
    for group in hasRepetition ? comparisons.map({ [$0] }) : [comparisons] {
      let code = seccomp_rule_add_array(filter, rule.action.rawValue, number, UInt32(group.count), group)
      try check("rule_add \(name)", code)
    }
  }

  private static func export(_ filter: scmp_filter_ctx) throws -> BPFProgram {
    guard let file = tmpfile() else { throw Failure(call: "tmpfile", code: errno) }
    defer { fclose(file) }
    try check("export", seccomp_export_bpf(filter, fileno(file)))
    rewind(file)
    var bytes = [UInt8](repeating: 0, count: 8 * 70_000)
    let count = fread(&bytes, 1, bytes.count, file)
    return try BPFProgram(bytes: bytes[..<count])
  }

  private static func check(_ call: String, _ code: Int32) throws {
    guard code == 0 else { throw Failure(call: call, code: code) }
  }
}

extension SeccompProfile.Argument.Comparison {
  fileprivate var token: scmp_compare {
    switch self {
    case .notEqual: SCMP_CMP_NE
    case .less: SCMP_CMP_LT
    case .lessOrEqual: SCMP_CMP_LE
    case .equal: SCMP_CMP_EQ
    case .greaterOrEqual: SCMP_CMP_GE
    case .greater: SCMP_CMP_GT
    case .maskedEqual: SCMP_CMP_MASKED_EQ
    }
  }
}

/// A filter, but for one number, where everything counts as the same. libseccomp lets -1 through to the default action
/// where it kills all other numbers with x32's bit: tracers put it there to skip a call.
struct Except: FilterFunction {
  let base: any FilterFunction
  let number: UInt32

  init(_ number: UInt32, in base: any FilterFunction) {
    self.base = base
    self.number = number
  }

  func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    let node = try base.diagram(in: &diagrams)
    let test = BitVector(word: 0, mask: .max, flips: 0).equals(UInt64(number), in: &diagrams)
    return try diagrams.choose(test, then: FilterDiagrams.false, otherwise: node)
  }
}

extension Libseccomp {
  static func knows(_ name: String) -> Bool { seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR }
}
