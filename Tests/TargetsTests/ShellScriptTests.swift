import Diagnostics
import TestSupport
import Testing

@testable import Targets

@Suite("Shell scripts")
struct ShellScriptTests {
  private func commands(_ text: String) throws -> [[String]] {
    try ShellScript.read(SourceText(name: "script", text: text)).commands.map { $0.words.map(\.text) }
  }

  @Test(
    "words as the shell makes them",
    arguments: [
      ("a b\tc\n", [["a", "b", "c"]]),
      ("a 'b c' \"d \\\" \\x\" e\\ f", [["a", "b c", "d \" \\x", "e f"]]),
      ("a''b\"\"", [["ab"]]),
      ("a; b & c | d && e || f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
      ("a \\\n  b", [["a", "b"]]),
      ("# x\na # b\nc#d", [["a"], ["c#d"]]),
      ("a >b 2>&1 <c d", [["a", "d"]]),
      ("cat <<E x\nnot 'closed\nE\nb", [["cat", "x"], ["b"]]),
      ("cat <<-'E'\n\tx\n\tE\nb", [["cat"], ["b"]]),
      ("if a; then b; else c; fi", [["a"], ["b"], ["c"]]),
      ("a $(b 'c)' $(d)) e", [["d"], ["b", "c)", ""], ["a", "", "e"]]),
      ("a `b c` d", [["b", "c"], ["a", "", "d"]]),
      ("a \"$(b \"c d\")x\"", [["b", "c d"], ["a", "x"]]),
      ("a ${b:-'}'}c $d \"$e\"", [["a", "c", "", ""]]),
      ("f() { a; }", [["f"], ["a"]]),
      ("a $ b", [["a", "$", "b"]]),
      ("", []),
    ] as [(String, [[String]])]
  )
  func words(text: String, expected: [[String]]) throws {
    #expect(try commands(text) == expected)
  }

  @Test("what is not closed is an error", arguments: ["'a", "\"a", "$(a", "`a", "${a", "\"$(a\"", "a \"${b'}\""])
  func unclosed(text: String) {
    #expect(throws: InvalidInput.self) { try commands(text) }
  }

  @Test("deep nesting is refused, and random text never crashes")
  func hostile() throws {
    #expect(throws: InvalidInput.self) { try commands(String(repeating: "$(", count: 100_000)) }
    #expect(throws: InvalidInput.self) { try commands(String(repeating: "${a", count: 100_000)) }
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("a '\"$(){}`\\\n;|&<>#*=-".utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? 0
      }
      _ = try? ShellScript.read(SourceText(name: "script", bytes: bytes))
    }
  }

  /// The quoting of what we write is what the real shell takes back.
  @Test(
    "quoted words arrive unchanged at a real shell",
    .requires("sh"),
    arguments: [
      "", "a", "a b", "'", "''", "a'b'c", "$HOME", "`id`", "$(id)", "\\", "\"", "\n", "a\nb\n", "*", "~", "!", "#",
      "-n",
      "é😀", Samples.hostileText,
    ]
  )
  func quoting(text: String) throws {
    let shell = try ChildProcess.run(["sh", "-c", "printf %s " + ShellWord.quoted(text)])
    #expect(shell.outputText == text)
    #expect(try commands("x " + ShellWord.quoted(text)) == [["x", text]])
  }
}
