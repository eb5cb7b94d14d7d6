import TestSupport
import Testing

/// Words on the command line that could steer a terminal, or begin a line that a CI system takes for a command: none of our
/// messages repeats them as they are.
@Suite struct HostileWordsTests {
  private static let word = "x\u{1B}[31m\n::error::pwned\r\u{7}\u{202E}"

  private static let commands: [[String]] = [
    ["validate", "%.json"], ["validate", "--as", "%", "x"], ["validate", "--against", "%", "x"],
    ["explain", "%"], ["explain", "@%"], ["lint", "%"], ["lint", "%.yaml"], ["lint", "--format", "%"],
    ["lint", "--output", "%=x"], ["lint", "--output", "json=/nonexistent/%"], ["lint", "--%"],
    ["lint", "--baseline", "%"], ["lint", "--rules-page", "%"], ["lint", "-", "--stdin-name", "%"],
    ["compile", "%"], ["compile", "--target", "%"], ["show", "%"], ["show", "hardened", "--target", "%"],
    ["diff", "%", "hardened"], ["diff", "git:%"], ["test", "--engine", "%"], ["test", "%"], ["run", "%"],
    ["run", "--engine", "%", "hardened"], ["run", "--%", "hardened"], ["init", "%"], ["init", "a", "--from", "%"],
    ["%"],
    ["help", "%"], ["schema", "%"],
  ]

  @Test(arguments: commands) func areEscaped(_ command: [String]) throws {
    let place = try CommandTests.Workplace()
    let arguments = command.map { $0.replacing("%", with: Self.word) }
    let result = try ChildProcess.run([BuiltCommand.path] + arguments, in: place.path)
    let text = result.outputText + result.errorText
    // The help of what is no command is that of all commands.
    if command.first != "help" { #expect(result.exitCode != 0, "\(command)") }
    #expect(!text.isEmpty)
    let hostile = text.unicodeScalars.filter {
      $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E)
    }
    #expect(hostile.isEmpty, "\(command): \(text)")
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("::") }, "\(command): \(text)")
  }
}
