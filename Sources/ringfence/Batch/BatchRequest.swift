import CanonicalJSON
import Diagnostics
import Sandbox

/// One line of a batch's input.
struct BatchRequest {
  /// A string or a whole number, as it was written.
  let id: JSON
  let policy: String
  /// Empty for the policy's own.
  let command: [String]
  let input: [UInt8]
  /// Values of variables that the policy inherits.
  let environment: [(name: String, value: String)]

  /// Why a line is no request, for people, with its id where it has one.
  struct Problem: Error {
    let id: JSON
    let message: String
  }

  private static let fields = ["id", "policy", "command", "stdin", "stdin_encoding", "env"]

  init(line: [UInt8]) throws(Problem) {
    let document: JSONNode
    do throws(InvalidInput) {
      document = try JSONNode(reading: SourceText(name: "request", bytes: line))
    } catch {
      throw Problem(id: .null, message: Self.text(error.diagnostics))
    }
    guard case .object(let members) = document.value else {
      throw Problem(id: .null, message: "a request is a JSON object, not \(document.kind)")
    }
    var id = JSON.null
    if let node = document["id"] {
      guard node.string != nil || node.integer != nil else {
        let found = node.number.map { "the number \($0.lexeme)" } ?? node.kind
        throw Problem(
          id: .null,
          message: "`id` is a string, or a whole number of at most 64 bits without fraction or exponent, not \(found)"
        )
      }
      id = node.json
    }
    func problem(_ message: String) -> Problem { Problem(id: id, message: message) }

    for member in members where !Self.fields.contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) {
      let near = Spelling.nearest(to: member.name, among: Self.fields).map { "did you mean `\($0)`?" }
      throw problem("a request has no `\(member.name)`; \(near ?? "there are \(Self.fields.joined(separator: ", "))")")
    }
    guard id != .null else { throw problem("a request needs an `id`, to tell its result by") }
    guard let policy = document["policy"]?.string else { throw problem("a request needs a `policy`: a path or a name") }
    guard !policy.utf8.elementsEqual("-".utf8) else {
      throw problem("a policy cannot be read from standard input, which holds the requests")
    }

    var command: [String] = []
    if let node = document["command"] {
      let words = node.items.compactMap(\.string)
      guard let items = node.array, !items.isEmpty, words.count == items.count else {
        throw problem("`command` is a list of strings, the program first")
      }
      command = words
    }
    var environment: [(name: String, value: String)] = []
    if let node = document["env"] {
      guard let members = node.object else { throw problem("`env` is an object of strings, not \(node.kind)") }
      for member in members {
        guard let value = member.value.string else {
          throw problem("`env.\(member.name)` is a string, not \(member.value.kind)")
        }
        environment.append((member.name, value))
      }
    }
    guard (command + environment.map(\.value)).allSatisfy({ !$0.utf8.contains(0) }) else {
      throw problem("an argument or a variable contains a NUL character, which no program can be given")
    }
    self.id = id
    self.policy = policy
    self.command = command
    self.environment = environment
    input = try Self.input(of: document, problem)
  }

  private static func input(of document: JSONNode, _ problem: (String) -> Problem) throws(Problem) -> [UInt8] {
    let encoding: String
    switch document["stdin_encoding"] {
    case nil: encoding = "utf-8"
    case let node?: encoding = node.string ?? ""
    }
    guard ["utf-8", "base64"].contains(encoding) else {
      throw problem("`stdin_encoding` is utf-8 or base64")
    }
    guard let node = document["stdin"] else { return [] }
    guard let text = node.string else { throw problem("`stdin` is a string, not \(node.kind)") }
    guard encoding == "base64" else { return Array(text.utf8) }
    guard let bytes = Base64.decoded(text) else { throw problem("`stdin` is not base64 (RFC 4648, section 4)") }
    return bytes
  }

  /// The first few things that are wrong with an input, in one line each.
  static func text(_ diagnostics: [Diagnostic]) -> String {
    let lines = diagnostics.prefix(5).map { diagnostic in
      (diagnostic.primary.map { $0.range.location + ": " } ?? "") + diagnostic.message
        + diagnostic.help.prefix(1).map { "; " + $0 }.joined()
    }
    return lines.joined(separator: "\n")
  }
}

enum Base64 {
  /// The bytes of a text in base64 with its padding; nil when it is not that.
  static func decoded(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 4 == 0 else { return nil }
    let padding = digits.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3)
    var bits: UInt32 = 0
    for (index, digit) in digits.enumerated() {
      guard let value = index < digits.count - padding ? value(of: digit) : 0 else { return nil }
      bits = bits << 6 | value
      guard index % 4 == 3 else { continue }
      // One by one: an array of them would be made for every four digits.
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits = 0
    }
    // Bits of the padding that say something would be lost.
    guard bytes.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
    bytes.removeLast(padding)
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a") + 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0") + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
