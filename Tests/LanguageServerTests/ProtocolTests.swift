import CanonicalJSON
import Diagnostics
import TestSupport
import Testing

/// The server as a process: what it answers to clients that do not keep to the protocol.
@Suite struct ProtocolTests {
  /// What the server says to some bytes, and how it ends.
  private func session(_ input: [UInt8]) throws -> (messages: [JSON], exitCode: Int32) {
    let result = try ChildProcess.run([BuiltCommand.path, "lsp"], input: input)
    #expect(result.errorText.isEmpty, "\(result.errorText.prefix(500))")
    return (try Self.messages(result.standardOutput), result.exitCode)
  }

  private static func messages(_ bytes: [UInt8]) throws -> [JSON] {
    var messages: [JSON] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let text = String(decoding: rest.prefix(40), as: UTF8.self)
      let prefix = "Content-Length: "
      #expect(text.hasPrefix(prefix))
      let digits = text.utf8.dropFirst(prefix.utf8.count).prefix { (0x30...0x39).contains($0) }
      guard let length = Int(String(Substring(digits))) else { break }
      rest = rest.dropFirst(prefix.utf8.count + digits.count + 4)
      let source = SourceText(name: "message", bytes: Array(rest.prefix(length)))
      messages.append(try JSONNode(reading: source).json)
      rest = rest.dropFirst(length)
    }
    return messages
  }

  private static func framed(_ content: String) -> [UInt8] {
    Array("Content-Length: \(content.utf8.count)\r\n\r\n\(content)".utf8)
  }

  private static func request(_ id: Int, _ method: String, _ parameters: String = "{}") -> [UInt8] {
    framed(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(parameters)}"#)
  }

  private static func notification(_ method: String, _ parameters: String = "{}") -> [UInt8] {
    framed(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(parameters)}"#)
  }

  private static let ending = request(99, "shutdown") + notification("exit")

  @Test func lifecycle() throws {
    let (messages, exitCode) = try session(
      Self.request(1, "textDocument/hover") + Self.request(2, "initialize") + Self.notification("initialized")
        + Self.request(3, "initialize") + Self.request(4, "no/such") + Self.notification("no/such")
        + Self.request(5, "shutdown") + Self.request(6, "textDocument/hover") + Self.notification("exit")
    )
    #expect(exitCode == 0)
    #expect(messages.map { $0["id"]?.integer } == [1, 2, 3, 4, 5, 6])
    #expect(messages.map { $0["error"]?["code"]?.integer } == [-32002, nil, -32600, -32601, nil, -32600])
    #expect(try session(Self.request(1, "initialize") + Self.notification("exit")).exitCode == 1)
    #expect(try session(Self.request(1, "initialize")).exitCode == 1, "the client has gone away")
    #expect(try session([]).exitCode == 1)
  }

  /// A slip of the finger is a quick fix, and a guess: never one that an editor applies on saving.
  @Test func whatWasMeantIsAQuickFix() throws {
    let document =
      #"{"uri":"untitled:a","version":1,"text":"version: 1\nname: a\nresources: {memroy: 64Mi}\nsyscalls: {deny: [openat]}\n"}"#
    let range = #"{"start":{"line":2,"character":14},"end":{"line":2,"character":14}}"#
    let (messages, exitCode) = try session(
      Self.request(1, "initialize") + Self.notification("textDocument/didOpen", #"{"textDocument":\#(document)}"#)
        + Self.request(
          2,
          "textDocument/codeAction",
          #"{"textDocument":{"uri":"untitled:a"},"range":\#(range),"context":{"diagnostics":[]}}"#
        )
        + Self.request(
          3,
          "textDocument/hover",
          #"{"textDocument":{"uri":"untitled:a"},"position":{"line":3,"character":20}}"#
        ) + Self.ending
    )
    #expect(exitCode == 0)
    let actions = messages.first { $0["id"]?.integer == 2 }?["result"]?.array ?? []
    #expect(actions.count == 1)
    #expect(actions.first?["kind"]?.string == "quickfix")
    #expect(actions.first?["isPreferred"] == .bool(false))
    #expect(actions.first?.text(.compact).contains(#""newText":"memory""#) == true)
    let hover = messages.first { $0["id"]?.integer == 3 }?["result"]?.text(.compact) ?? ""
    #expect(hover.contains("openat(int dfd, const char *filename, int flags, umode_t mode)"), "\(hover)")
    #expect(hover.contains("Since Linux 2.6.16"))
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static func header(_ field: String) -> [UInt8] { bytes(field + "\r\n\r\n") }

  struct Oddity: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]

    init(_ what: String, _ bytes: [UInt8]) {
      testDescription = what
      self.bytes = bytes
    }
  }

  static let oddities: [Oddity] = [
    Oddity("no length", header("Content-Type: x")),
    Oddity("no number", header("Content-Length: x")),
    Oddity("negative", header("Content-Length: -5")),
    Oddity("two lengths", header("Content-Length: 5\r\ncontent-length: 6")),
    Oddity("beyond numbers", header("Content-Length: 99999999999999999999999999")),
    Oddity("no field", header("hello")),
    Oddity("bytes", [0xFF, 0xFE, 0, 13, 10, 13, 10]),
    Oddity("a huge header", header(String(repeating: "a", count: 3 << 20))),
    Oddity("a huge message", header("Content-Length: 40000000") + bytes(String(repeating: " ", count: 40_000_000))),
    Oddity("no JSON", framed("{")),
    Oddity("no object", framed("[1]")),
    Oddity("no text", framed("\u{0}")),
    Oddity("empty", framed("")),
    Oddity("an id that is none", framed(#"{"jsonrpc":"2.0","id":{},"method":"x"}"#)),
    Oddity("no method", framed(#"{"jsonrpc":"2.0","id":1}"#)),
    Oddity("another version", framed(#"{"id":1,"method":"shutdown"}"#)),
    Oddity("deep", framed(String(repeating: "[", count: 100_000))),
    Oddity("a name twice", framed(#"{"id":1,"id":2}"#)),
  ]

  /// Whatever stands before it, the next message is read and answered.
  @Test(arguments: oddities) func whatIsNoMessage(_ oddity: Oddity) throws {
    let (messages, exitCode) = try session(Self.request(1, "initialize") + oddity.bytes + Self.ending)
    #expect(exitCode == 0)
    #expect(messages.count == 3)
    let code = messages.dropFirst().first?["error"]?["code"]?.integer
    #expect(code == -32700 || code == -32600)
    #expect(messages.last?["id"]?.integer == 99)
  }

  /// Parameters of any shape are refused or passed over, never the end of the server.
  @Test func parametersOfNoShape() throws {
    var input = Self.request(1, "initialize", "null")
    let document = #"{"uri":"untitled:a","version":1,"text":"version: 1\nname: é🦊\n"}"#
    input += Self.notification("textDocument/didOpen", #"{"textDocument":\#(document)}"#)
    let values = [
      "null", "[]", "0", "\"x\"", "{}", #"{"textDocument":null}"#, #"{"textDocument":{"uri":7}}"#,
      #"{"textDocument":{"uri":"untitled:a"}}"#, #"{"textDocument":{"uri":"file:///%zz"}}"#,
      #"{"textDocument":{"uri":"untitled:a"},"position":{"line":-1,"character":-9223372036854775808}}"#,
      #"{"textDocument":{"uri":"untitled:a"},"position":{"line":9223372036854775807,"character":1e9}}"#,
      #"{"textDocument":{"uri":"untitled:a"},"position":{"line":1,"character":7}}"#,
      #"{"textDocument":{"uri":"untitled:a"},"position":{"line":9,"character":99}}"#,
      #"{"textDocument":{"uri":"untitled:a"},"contentChanges":[{"text":"x","range":{}}]}"#,
      #"{"textDocument":{"uri":"untitled:a"},"contentChanges":[7]}"#,
      #"{"textDocument":{"uri":"untitled:a","version":3},"contentChanges":[{"text":"\u0000\ud800","range":{"start":{"line":1,"character":7},"end":{"line":0,"character":0}}}]}"#,
      #"{"textDocument":{"uri":"untitled:a","version":3},"contentChanges":[{"text":"\u0000[","range":{"start":{"line":1,"character":7},"end":{"line":9,"character":0}}}]}"#,
      #"{"textDocument":{"uri":"untitled:a"},"range":{"start":{"line":5,"character":0},"end":{"line":0,"character":0}}}"#,
    ]
    let methods = [
      "textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/codeAction",
      "textDocument/didChange", "textDocument/didOpen", "textDocument/didClose", "textDocument/didSave",
      "workspace/didChangeWatchedFiles", "$/cancelRequest", "initialized",
    ]
    var requests = 0
    for value in values {
      for method in methods {
        input += Self.notification(method, value)
        requests += 1
        input += Self.request(1000 + requests, method, value)
      }
    }
    let (messages, exitCode) = try session(input + Self.ending)
    #expect(exitCode == 0)
    let answered = messages.compactMap { $0["id"]?.integer }.filter { $0 > 1000 }
    // A text with a lone surrogate is no JSON, so that its requests have no id that could be answered.
    #expect(answered.count == requests - methods.count)
    #expect(messages.last?["id"]?.integer == 99)
  }

  /// Texts cut and mixed at random, asked about at every kind of place.
  @Test func anyTextAtAnyPlace() throws {
    var random = SeededGenerator(seed: 11)
    let pieces = [
      "version: 1\n", "name: p\n", "resources:\n", "  memory: 64Mi\n", "{", "}", "[", "]", "- ", "\"", "'", "#", ": ",
      ",", "\r\n",
      "\r", "\u{1F98A}", "é", "|\n", "  text\n", "syscalls: {allow: [\"@io_uring\", ", "extends: ", "hardened", "\t",
      "\\", "&a", "*a",
      "capabilities:\n", "tests:\n", "? ", "%YAML", "---\n", "args: [{index: 0", "lint: {suppress: [{rule: ",
    ]
    var input = Self.request(1, "initialize")
    var count = 0
    for round in 0..<300 {
      let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let document: JSON = ["uri": "file:///nonexistent/p.yaml", "version": .integer(round), "text": .string(text)]
      input += Self.notification(
        "textDocument/didOpen",
        JSON.object(JSONObject([("textDocument", document)])).text(.compact)
      )
      for method in ["hover", "completion", "definition"] {
        let line = Int.random(in: 0...6, using: &random)
        let character = Int.random(in: 0...30, using: &random)
        count += 1
        let uri = #""textDocument":{"uri":"file:///nonexistent/p.yaml"}"#
        input += Self.request(
          1000 + count,
          "textDocument/\(method)",
          #"{\#(uri),"position":{"line":\#(line),"character":\#(character)}}"#
        )
      }
    }
    let (messages, exitCode) = try session(input + Self.ending)
    #expect(exitCode == 0)
    #expect(messages.count { ($0["id"]?.integer ?? 0) > 1000 && $0["error"] == nil } == count)
  }
}
