import Foundation
import TestSupport
import Testing

/// Every command in the README and in `docs/` runs as it stands there.
///
/// A fenced block of kind `console` is a session: lines that begin with `$ ` are commands, run by a shell in one
/// directory from the top of a page to its end; `# exits N` at the end of a command says how it exits (0 otherwise). The
/// lines below a command must appear in its output in that order; `…` or `...` stands for what is left out. A block of
/// kind `yaml title=PATH` is a file that the session has. `console norun` marks what takes a machine apart, such as
/// installing packages; another test holds it to what exists.
@Suite struct DocumentationTests {
  struct Page: CustomTestStringConvertible, Sendable {
    let path: String
    var testDescription: String { path }
  }

  static let pages: [Page] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: BuiltCommand.folder + "/docs")) ?? []
    return (["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }).map(Page.init)
  }()

  @Test(arguments: pages) func everyCommandRuns(_ page: Page) throws {
    let folder = "/tmp/ringfence-docs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/bin/ringfence",
      withDestinationPath: BuiltCommand.path
    )
    for name in ["policies", "generated", "docs"] {
      try? FileManager.default.copyItem(atPath: BuiltCommand.folder + "/" + name, toPath: folder + "/" + name)
    }
    let path = folder + "/bin:" + (ChildProcess.inherited("PATH") ?? "/usr/bin:/bin")

    for step in DocumentedSession.steps(
      in: try String(contentsOfFile: BuiltCommand.folder + "/" + page.path, encoding: .utf8)
    ) {
      switch step {
      case .file(let name, let text):
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
      case .command(let command, let exitCode, let output):
        let result = try ChildProcess.run(["sh", "-c", command], in: folder, environment: ["PATH": path])
        let all = result.outputText + result.errorText
        #expect(result.exitCode == exitCode, "\(page.path): \(command)\n\(all)")
        var rest = all[...]
        for line in output where line != "…" && line != "..." {
          let found = rest.range(of: line)
          #expect(found != nil, "\(page.path): \(command)\nhas no line: \(line)\nin:\n\(all)")
          if let found { rest = rest[found.upperBound...] }
        }
      }
    }
  }

  @Test func theReadmeHasASession() throws {
    let readme = try String(contentsOfFile: BuiltCommand.folder + "/README.md", encoding: .utf8)
    #expect(DocumentedSession.steps(in: readme).count >= 5)
  }
}

/// The commands of a page of documentation.
enum DocumentedSession {
  enum Step {
    case command(String, exitCode: Int32, output: [String])
    case file(String, String)
  }

  static func steps(in page: String) -> [Step] {
    var steps: [Step] = []
    var block: (kind: Substring, lines: [Substring])?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if let open = block {
        if line == "```" {
          steps += Self.steps(ofKind: open.kind, lines: open.lines)
          block = nil
        } else {
          block?.lines.append(line)
        }
      } else if line.hasPrefix("```") {
        block = (line.dropFirst(3), [])
      }
    }
    return steps
  }

  private static func steps(ofKind kind: Substring, lines: [Substring]) -> [Step] {
    if let title = kind.firstRange(of: " title=") {
      return [.file(String(kind[title.upperBound...]), lines.joined(separator: "\n") + "\n")]
    }
    guard kind == "console" else { return [] }
    var steps: [Step] = []
    var command: (text: String, exitCode: Int32, output: [String])?
    for line in lines {
      if line.hasPrefix("$ ") {
        if let command { steps.append(.command(command.text, exitCode: command.exitCode, output: command.output)) }
        let parts = line.dropFirst(2).components(separatedBy: "  # exits ")
        command = (parts[0], parts.count > 1 ? Int32(parts[1].trimmingCharacters(in: .whitespaces)) ?? -1 : 0, [])
      } else if command?.text.hasSuffix("\\") == true {
        command?.text += "\n" + line
      } else if !line.isEmpty {
        command?.output.append(String(line))
      }
    }
    if let command { steps.append(.command(command.text, exitCode: command.exitCode, output: command.output)) }
    return steps
  }
}
