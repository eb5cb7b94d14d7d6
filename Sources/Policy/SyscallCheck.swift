import Diagnostics
import Seccomp

/// What is wrong with the rules for system calls.
struct SyscallCheck {
  private var findings: SettingFindings

  static func diagnostics(of root: Setting) -> [Diagnostic] {
    var check = SyscallCheck(findings: SettingFindings(root: root))
    let allow = root["syscalls"]?["allow"]?.items ?? []
    let deny = root["syscalls"]?["deny"]?.items ?? []
    for item in allow + deny { check.checkConditions(item) }
    check.checkNames(allow: allow, deny: deny)
    return check.findings.diagnostics
  }

  private static func name(of item: Setting) -> (String, SourceRange)? {
    let setting = item["name"] ?? item
    return setting.text.map { ($0, setting.range) }
  }

  /// Rules without conditions are compared; with conditions the same name may well come again.
  private mutating func checkNames(allow: [Setting], deny: [Setting]) {
    let places = Dictionary(distinct(allow)) { first, _ in first }
    for (name, range) in distinct(deny) {
      guard let place = places[name] else { continue }
      findings.report(
        PolicyRules.conflict,
        "`\(name)` is allowed and denied",
        at: range,
        earlier: (place, "allowed here"),
        help: "keep one of the two"
      )
    }
  }

  private mutating func distinct(_ items: [Setting]) -> [(String, SourceRange)] {
    var seen: [String: SourceRange] = [:]
    return items.filter { $0["args"] == nil }.compactMap(Self.name).filter { name, range in
      if let first = seen[name] {
        findings.report(PolicyRules.ineffective, "`\(name)` is named twice", at: range, earlier: (first, "first here"))
        return false
      }
      seen[name] = range
      return true
    }
  }

  private mutating func checkConditions(_ item: Setting) {
    guard let (name, range) = Self.name(of: item), let args = item["args"] else { return }
    if name.utf8.first == UInt8(ascii: "@") {
      findings.report(
        PolicyRules.conflict,
        "a group has no arguments",
        at: args.range,
        help: "name the calls one by one"
      )
      return
    }
    let before = findings.diagnostics.count
    checkList(args, of: name)
    // A rule that came to nothing without a word would be a protection that nobody gets.
    if findings.diagnostics.count == before, item.isSound, SyscallRuleReader.rule(item) == nil {
      let help = "say when the rule applies in another way"
      findings.report(PolicyRules.badText, "the conditions of `\(name)` mean nothing", at: range, help: help)
    }
  }

  private mutating func checkList(_ list: Setting, of syscall: String) {
    if list.isEmptyList {
      let message = "no conditions: it is unclear whether that is always or never"
      findings.report(PolicyRules.badText, message, at: list.range, help: "leave it out, or say when the rule applies")
    }
    for item in list.items { if case .map = item.content { checkCondition(item, of: syscall) } }
  }

  private mutating func checkCondition(_ setting: Setting, of syscall: String) {
    let combinations = ["any", "all", "not"].compactMap { setting[$0] }
    guard combinations.isEmpty else {
      if setting.fields.count > 1 {
        let help = "one of them a condition, and nothing beside it"
        findings.report(PolicyRules.conflict, "`any`, `all` and `not` stand alone", at: setting.range, help: help)
      }
      for list in combinations { checkList(list, of: syscall) }
      return
    }
    checkArgument(setting, of: syscall)
    checkTest(setting, of: syscall)
  }

  private mutating func checkArgument(_ setting: Setting, of syscall: String) {
    switch (setting["index"], setting["name"]) {
    case (let index?, nil):
      guard let value = index.integer, let count = SyscallTable.parameterCount(of: syscall), value >= count else {
        return
      }
      let message = "`\(syscall)` has \(count) arguments, counted from 0"
      findings.report(PolicyRules.outOfRange, message, at: index.range, help: Self.arguments(of: syscall))
    case (nil, let name?):
      guard let text = name.text, SyscallTable.argumentIndex(of: text, in: syscall) == nil else { return }
      let message = "`\(syscall)` has no argument \(text.quoted)"
      findings.report(PolicyRules.badText, message, at: name.range, help: Self.arguments(of: syscall))
    case (_?, _?):
      findings.report(
        PolicyRules.conflict,
        "`index` and `name` both say which argument",
        at: setting.range,
        help: "keep one"
      )
    case (nil, nil):
      findings.report(
        PolicyRules.missingKey,
        "say which argument, by `index` or by `name`",
        at: setting.range,
        help: Self.arguments(of: syscall)
      )
    }
  }

  private static func arguments(of syscall: String) -> String {
    let names = Syscall(named: syscall)?.parameterNames ?? []
    let known = names.enumerated().filter { $1 != "?" }.map { "`\($1)` (index \($0))" }
    return known.isEmpty ? "its man page lists them" : "it has \(known.joined(separator: ", "))"
  }

  private mutating func checkTest(_ setting: Setting, of syscall: String) {
    let tests = ["equals", "in", "masked", "less", "greater", "range"].filter { setting[$0] != nil }
    if tests.count != 1 {
      let message = tests.isEmpty ? "say what the argument has to be" : "one test a condition, not \(tests.count)"
      let help = "one of: equals, in, masked, less, greater, range"
      findings.report(PolicyRules.missingKey, message, at: setting.range, help: help)
    }
    if let range = setting["range"], range.isSound, SyscallRuleReader.bounds(range) == nil {
      let help = "for instance [0, 1023]"
      findings.report(PolicyRules.badText, "a range is [lowest, highest]", at: range.range, help: help)
    }
    if let list = setting["in"], list.isEmptyList {
      let help = "name at least one value"
      findings.report(PolicyRules.badText, "an empty list matches nothing", at: list.range, help: help)
    }
    if let masked = setting["masked"], let mask = SyscallRuleReader.number(masked["mask"]),
      let value = SyscallRuleReader.number(masked["equals"]), value & ~mask != 0
    {
      let message = "the value has bits that the mask takes away, so it matches nothing"
      findings.report(PolicyRules.badText, message, at: masked["equals"]?.range, help: "it is a part of the mask")
    }
    if let less = setting["less"], SyscallRuleReader.number(less) == 0 {
      findings.report(PolicyRules.badText, "nothing is less than 0", at: less.range, help: "arguments are unsigned")
    }
    checkWidth(setting, of: syscall)
  }

  /// Arguments compare by the width that the kernel gives them: a value that does not fit never matches.
  private mutating func checkWidth(_ setting: Setting, of syscall: String) {
    guard let index = SyscallRuleReader.argumentIndex(setting, of: syscall),
      let bits = SyscallTable.argumentBits(at: index, in: syscall), bits < 64
    else { return }
    let values = [setting["equals"], setting["less"], setting["greater"], setting["masked"]?["equals"]].compactMap(
      \.self
    )
    for value in values + (setting["in"]?.items ?? []) + (setting["range"]?.items ?? []) {
      guard let number = SyscallRuleReader.number(value), number >> UInt64(bits) != 0 else { continue }
      let message = "the argument has \(bits) bits, so it never has this value"
      let help = "the largest is \(UInt64.max >> UInt64(64 - bits))"
      findings.report(PolicyRules.outOfRange, message, at: value.range, help: help)
    }
  }
}
