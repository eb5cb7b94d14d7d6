package import CanonicalJSON
package import Diagnostics

/// What is wrong with a profile, and where.
package struct ProfileError: Error, Sendable {
  package let message: String
  package let range: SourceRange
}

extension SeccompProfile {
  /// Reads `linux.seccomp` of the OCI runtime specification as runc does: what it does not know, it does not look at.
  package init(oci node: JSONNode) throws(ProfileError) {
    let reader = ProfileReader()
    defaultAction = try reader.action(of: node, "defaultAction", errno: "defaultErrnoRet")
    architectures = try reader.strings(node["architectures"]).compactMap(SyscallABI.init(scmpName:))
    rules = []
    for rule in try reader.items(node["syscalls"]) {
      rules.append(Rule(try reader.names(of: rule), try reader.action(of: rule), when: try reader.arguments(of: rule)))
    }
  }
}

/// The parts that profiles of OCI and of Docker have in common.
struct ProfileReader {
  func action(
    of node: JSONNode,
    _ member: String = "action",
    errno: String = "errnoRet"
  ) throws(ProfileError) -> FilterAction {
    guard let name = Self.word(node[member]) else {
      throw ProfileError(message: "\(member) is missing, or no word", range: node[member]?.range ?? node.head)
    }
    var number: UInt16?
    if let value = node[errno], !value.isNull {
      guard let read = value.unsigned, read <= 4095 else {
        throw ProfileError(message: "\(errno) is no error number: 0 to 4095", range: value.range)
      }
      number = UInt16(read)
    }
    // Without a number runc takes EPERM for both.
    switch name {
    case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": return .killThread
    case "SCMP_ACT_KILL_PROCESS": return .killProcess
    case "SCMP_ACT_TRAP": return .trap(0)
    case "SCMP_ACT_ERRNO": return .errno(number ?? 1)
    case "SCMP_ACT_TRACE": return .trace(number ?? 1)
    case "SCMP_ACT_ALLOW": return .allow
    case "SCMP_ACT_LOG": return .log
    case "SCMP_ACT_NOTIFY": return .userNotification
    default:
      throw ProfileError(message: "there is no action \(name)", range: node[member]?.range ?? node.range)
    }
  }

  /// `names`, or the `name` of Docker's older profiles.
  func names(of rule: JSONNode) throws(ProfileError) -> [String] {
    let several = try strings(rule["names"])
    guard let single = rule["name"], single.string != "" else { return several }
    guard several.isEmpty else {
      throw ProfileError(message: "a rule has either name or names", range: single.range)
    }
    guard let name = single.string else { throw ProfileError(message: "name is no text", range: single.range) }
    return [name]
  }

  func arguments(of rule: JSONNode) throws(ProfileError) -> [SeccompProfile.Argument] {
    var result: [SeccompProfile.Argument] = []
    for argument in try items(rule["args"]) {
      // Docker writes null for none.
      if argument.isNull { continue }
      guard let index = argument["index"]?.unsigned, index < 6 else {
        throw ProfileError(
          message: "index is missing, or not from 0 to 5",
          range: argument["index"]?.range ?? argument.range
        )
      }
      guard let name = Self.word(argument["op"]), let comparison = SeccompProfile.Argument.Comparison(rawValue: name)
      else {
        throw ProfileError(message: "op is no comparison", range: argument["op"]?.range ?? argument.range)
      }
      result.append(
        SeccompProfile.Argument(
          index: Int(index),
          comparison,
          try number(argument["value"]),
          valueTwo: try number(argument["valueTwo"])
        )
      )
    }
    return result
  }

  private func number(_ node: JSONNode?) throws(ProfileError) -> UInt64 {
    guard let node, !node.isNull else { return 0 }
    guard let value = node.unsigned else {
      throw ProfileError(message: "a value is a whole number of at most 64 bits", range: node.range)
    }
    return value
  }

  /// A text that may be compared with the words of the format: Swift takes some characters beyond ASCII for letters.
  static func word(_ node: JSONNode?) -> String? {
    node?.string.flatMap { text in text.utf8.allSatisfy { $0 < 0x80 } ? text : nil }
  }

  func strings(_ node: JSONNode?) throws(ProfileError) -> [String] {
    var result: [String] = []
    for item in try items(node) {
      guard let text = item.string else { throw ProfileError(message: "a text is expected here", range: item.range) }
      result.append(text)
    }
    return result
  }

  func items(_ node: JSONNode?) throws(ProfileError) -> [JSONNode] {
    guard let node, !node.isNull else { return [] }
    guard let items = node.array else { throw ProfileError(message: "a list is expected here", range: node.range) }
    return items
  }
}

extension SyscallABI {
  /// Nil for an architecture that this build has no table of.
  package init?(scmpName: String) {
    guard let abi = Self.allCases.first(where: { $0.scmpName.utf8.elementsEqual(scmpName.utf8) }) else { return nil }
    self = abi
  }
}
