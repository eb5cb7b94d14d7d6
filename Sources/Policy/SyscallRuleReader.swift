import Sandbox
import Seccomp

/// Reads entries of `syscalls.allow` and `syscalls.deny`.
enum SyscallRuleReader {
  /// The rule that an entry means; nil when something about its conditions is wrong, which `SyscallCheck` explains.
  static func rule(_ setting: Setting) -> SyscallRule? {
    guard let name = setting.text ?? setting["name"]?.text else { return nil }
    let isGroup = name.utf8.first == UInt8(ascii: "@")
    let selector: SyscallRule.Selector = isGroup ? .group(name) : .name(name)
    guard let args = setting["args"] else { return SyscallRule(selector, reason: setting["reason"]?.text) }
    guard !isGroup, let condition = all(args, of: name) else { return nil }
    return SyscallRule(selector, when: condition, reason: setting["reason"]?.text)
  }

  private static func all(_ list: Setting, of syscall: String) -> ArgumentCondition? {
    guard let conditions = conditions(list, of: syscall) else { return nil }
    return conditions.count == 1 ? conditions.first : .all(conditions)
  }

  /// The conditions of a list: never none, and never fewer than it has.
  private static func conditions(_ list: Setting, of syscall: String) -> [ArgumentCondition]? {
    let conditions = list.items.compactMap { single($0, of: syscall) }
    return conditions.count == list.items.count && !conditions.isEmpty ? conditions : nil
  }

  private static func single(_ setting: Setting, of syscall: String) -> ArgumentCondition? {
    if let list = setting["any"] { return conditions(list, of: syscall).map { .any($0) } }
    if let list = setting["all"] { return all(list, of: syscall) }
    if let list = setting["not"] { return all(list, of: syscall).map { .not($0) } }
    guard let index = argumentIndex(setting, of: syscall), let test = test(setting) else { return nil }
    return .argument(index: index, test)
  }

  /// Which argument a condition is about, from 0.
  static func argumentIndex(_ setting: Setting, of syscall: String) -> Int? {
    if let index = setting["index"]?.integer { return Int(index) }
    return setting["name"]?.text.flatMap { SyscallTable.argumentIndex(of: $0, in: syscall) }
  }

  private static func test(_ setting: Setting) -> ArgumentTest? {
    if let value = number(setting["equals"]) { return .equals(value) }
    if let list = setting["in"] { return .isOneOf(list.items.compactMap(number)) }
    if let masked = setting["masked"], let mask = number(masked["mask"]), let value = number(masked["equals"]) {
      return .masked(mask: mask, equals: value)
    }
    if let value = number(setting["less"]) { return .less(than: value) }
    if let value = number(setting["greater"]) { return .greater(than: value) }
    return setting["range"].flatMap(bounds).map { .range($0) }
  }

  /// Both ends of a range; nil unless there are two in their order.
  static func bounds(_ setting: Setting) -> ClosedRange<UInt64>? {
    let ends = setting.items.compactMap(number)
    guard ends.count == 2, setting.items.count == 2, ends[0] <= ends[1] else { return nil }
    return ends[0]...ends[1]
  }

  static func number(_ setting: Setting?) -> UInt64? {
    setting?.text.flatMap { TextCheck.value(ofConstant: $0) }
  }
}
