import Diagnostics
import Sandbox
import Seccomp

/// Checks text by its shape. What passes is safe to put, quoted, into a script, YAML or JSON.
///
/// Everything here looks at bytes: to `Character` a `/` with a combining mark behind it is no `/`, to the kernel it is.
enum TextCheck {
  struct Problem {
    let rule: RuleDescription
    let message: String
    let help: String
    /// What was probably meant; nil when nothing is near.
    let suggestion: String?

    init(_ rule: RuleDescription, _ message: String, _ help: String, suggestion: String? = nil) {
      self.rule = rule
      self.message = message
      self.help = suggestion.map { "did you mean `\($0)`?" } ?? help
      self.suggestion = suggestion
    }

    static func malformed(_ message: String, _ help: String, suggestion: String? = nil) -> Problem {
      Problem(PolicyRules.badText, message, help, suggestion: suggestion)
    }
  }

  /// What is wrong with a text; nil when nothing is.
  static func problem(with text: String, isPlain: Bool, as shape: TextShape, key: String) -> Problem? {
    switch shape {
    case .policyName:
      let help = "lower-case letters, digits and hyphens, at most 63, beginning and ending with a letter or digit"
      return isLabel(text) ? nil : .malformed("\(text.quoted) is not a policy's name", help)
    case .line: return lineProblem(text, key)
    case .argument: return nil
    case .path: return PathCheck.problem(inside: text)
    case .hostPath: return PathCheck.problem(ofHost: text)
    case .user: return userProblem(text)
    case .mask: return maskProblem(text, isPlain: isPlain, key)
    case .hostname:
      let help = "lower-case letters, digits and hyphens, at most 63"
      return isLabel(text) ? nil : .malformed("\(text.quoted) is not a host name", help)
    case .variableName:
      let help = "letters, digits and underscores, not beginning with a digit"
      return isVariableName(text) ? nil : .malformed("\(text.quoted) is not the name of a variable", help)
    case .variableValue:
      guard isPlain, looksLikeSomethingElse(text) else { return nil }
      let message = "\(text.quoted) is text for some readers and a number or a truth value for others"
      return Problem(PolicyRules.wrongType, message, "put it in quotes")
    case .image:
      let help = "for instance python:3.12-slim, with lower-case names; a digest pins it"
      return ImageGrammar.isReference(text) ? nil : .malformed("\(text.quoted) is not an image reference", help)
    case .host: return HostCheck.problem(with: text)
    case .syscallOrGroup, .syscall: return syscallProblem(text)
    case .constant: return constantProblem(text)
    case .parameter:
      return isWord(text, with: "_")
        ? nil : .malformed("\(text.quoted) is not the name of an argument", "see the call's man page")
    case .date:
      return CalendarDate(text) != nil ? nil : .malformed("\(text.quoted) is not a date", "write it as 2027-06-30")
    case .capability: return capabilityProblem(text)
    case .rule:
      let digits = text.utf8.dropFirst(2)
      let isRule = text.utf8.starts(with: "RF".utf8) && digits.count == 4 && digits.allSatisfy(isDigit)
      return isRule ? nil : .malformed("\(text.quoted) is not the id of a rule", "for instance RF3003")
    case .control: return controlProblem(text)
    case .keyPath:
      let isPath = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
        isWord(String(Substring($0)), with: "_-@[]/:")
      }
      return isPath ? nil : .malformed("\(text.quoted) is not the path of a key", "for instance filesystem.write")
    case .version:
      return EngineVersion(text) != nil
        ? nil : .malformed("\(text.quoted) is not a version", "numbers with dots between them, for instance \"24.0\"")
    case .release:
      return EngineRelease(text) != nil
        ? nil : .malformed("\(text.quoted) is not a release of gVisor", "its day, for instance 20221219")
    case .signal: return signalProblem(text)
    case .identifier:
      let isIdentifier = isWord(text, with: "-_.") && text.utf8.count <= 64 && text.utf8.first != UInt8(ascii: "-")
      return isIdentifier ? nil : .malformed("\(text.quoted) is not a name", "letters, digits, `-`, `_` and `.`")
    }
  }

  /// The value of a number or constant; nil when it is neither.
  static func value(ofConstant text: String) -> UInt64? {
    let bytes = text.utf8
    if bytes.starts(with: "0x".utf8) {
      let digits = bytes.dropFirst(2)
      let isHexadecimal = !digits.isEmpty && digits.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
      return isHexadecimal ? UInt64(Substring(digits), radix: 16) : nil
    }
    if !bytes.isEmpty, bytes.allSatisfy(isDigit) {
      // 010 is 8 to a writer of C and 10 to others.
      return bytes.count > 1 && bytes.first == UInt8(ascii: "0") ? nil : UInt64(text)
    }
    return SyscallConstant.value(of: text)
  }

  private static func lineProblem(_ text: String, _ key: String) -> Problem? {
    if text.utf8.allSatisfy({ $0 == 0x20 }) { return .malformed("`\(key)` is empty", "say it in a few words") }
    if text.utf8.contains(where: { $0 < 0x20 }) {
      return .malformed("`\(key)` has a line feed or a tab", "write it in one line, or fold it with >-")
    }
    return text.utf8.count > 1000 ? .malformed("`\(key)` has more than 1000 bytes", "shorten it") : nil
  }

  private static func maskProblem(_ text: String, isPlain: Bool, _ key: String) -> Problem? {
    let isOctal = (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
    if isPlain {
      let message = "an octal mode has to be quoted, or YAML readers disagree about it"
      return .malformed(message, "write \"\(isOctal ? text : "077")\"")
    }
    return isOctal && (UInt32(text, radix: 8) ?? .max) <= 0o777
      ? nil : .malformed("`\(key)` is an octal mode up to 0777", "for instance \"077\"")
  }

  private static func userProblem(_ text: String) -> Problem? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let isUser =
      parts.count == 2
      && parts.allSatisfy { part in
        guard let id = try? Quantity.integer(String(Substring(part))) else { return false }
        // (uid_t)-1 means "leave as it is" to setuid(2): the program would stay who started it.
        return id < Int64(UInt32.max)
      }
    let help = "write uid:gid, both numeric and below 4294967295, as in \"65534:65534\""
    return isUser ? nil : .malformed("\(text.quoted) is not a user", help)
  }

  private static func syscallProblem(_ text: String) -> Problem? {
    let isGroup = text.utf8.first == UInt8(ascii: "@")
    if isGroup ? SyscallGroup(named: text) != nil : SyscallTable.isKnown(text) { return nil }
    let near = Spelling.nearest(to: text, among: isGroup ? SyscallGroup.allNames : SyscallTable.allNames)
    let rest =
      isGroup
      ? "groups are \(SyscallGroup.allNames.joined(separator: " "))"
      : "names are the kernel's, in lower case, without numbers and wildcards"
    return Problem(
      PolicyRules.unknownSyscall,
      "there is no \(isGroup ? "group" : "system call") \(text.quoted)",
      rest,
      suggestion: near
    )
  }

  private static func constantProblem(_ text: String) -> Problem? {
    guard value(ofConstant: text) == nil else { return nil }
    let near = Spelling.nearest(to: text, among: SyscallConstant.allNames)
    return .malformed(
      "\(text.quoted) is neither a number of 64 bits nor a constant of the kernel's headers",
      "for instance 1, 0x10 or AF_UNIX",
      suggestion: near
    )
  }

  private static func capabilityProblem(_ text: String) -> Problem? {
    let bare = Resolver.bareCapability(text)
    // To `String` a Kelvin sign is a K.
    if text.utf8.allSatisfy({ $0 < 0x80 }), Capability(rawValue: bare) != nil { return nil }
    let near = Spelling.nearest(to: bare, among: Capability.allCases.map(\.rawValue))
    return .malformed(
      "\(text.quoted) is not a capability",
      "see capabilities(7); for instance NET_BIND_SERVICE",
      suggestion: near
    )
  }

  private static func controlProblem(_ text: String) -> Problem? {
    if Control(rawValue: text) != nil { return nil }
    let near = Spelling.nearest(to: text, among: Control.allCases.map(\.rawValue))
    return .malformed(
      "\(text.quoted) is not a control",
      "controls are keys, for instance resources.pids",
      suggestion: near
    )
  }

  private static func signalProblem(_ text: String) -> Problem? {
    // 32 and 33 are the C library's own (signal(7)).
    let names = (1...64).filter { $0 != 32 && $0 != 33 }.map { SignalName.of($0) }
    if names.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { return nil }
    let near = Spelling.nearest(to: text, among: names)
    return .malformed("\(text.quoted) is not a signal", "for instance SIGKILL", suggestion: near)
  }

  private static func isVariableName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !isDigit(first) else { return false }
    return isWord(text, with: "_") && text.utf8.count <= 255
  }

  /// Whether some reader of YAML takes the text for a number, a truth value, a date or nothing.
  private static func looksLikeSomethingElse(_ text: String) -> Bool {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".inf", "-.inf", "+.inf", ".nan"]
    if text.utf8.count <= 5, words.contains(text.lowercased()) { return true }
    guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else { return false }
    return text.utf8.contains(where: isDigit)
      && text.utf8.allSatisfy { isDigit($0) || "+-._:xXoOeEabcdefABCDEF".utf8.contains($0) }
  }

  /// A label of DNS (RFC 1123), in lower case.
  static func isLabel(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else { return false }
    return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
      && text.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  /// Whether a text is made of ASCII letters, digits and these other characters, and not empty.
  private static func isWord(_ text: String, with others: String) -> Bool {
    !text.utf8.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || others.utf8.contains($0) }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) }
  static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte) }
}
