import Glibc
import TestSupport
import Testing

/// What `make install` puts beside the program: a manual that is current, and completions that know policies.
@Suite struct InstallationTests {
  private static let generator = BuiltCommand.folder + "/.build/debug/generate-manual-tool"

  /// The argument parser's own tool writes the page; `RINGFENCE_RECORD=1` records it.
  /// `swift package generate-manual` builds the tool, which no other build does; `make test` asks for it.
  @Test(.requires(generator)) func theManualIsCurrent() throws {
    func withoutDate(_ page: String) -> [Substring] {
      page.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix(".Dd ") }
    }
    let generated = try ChildProcess.run([Self.generator, BuiltCommand.path, "--output-directory", "-"])
    #expect(generated.exitCode == 0, "\(generated.errorText)")
    let path = BuiltCommand.folder + "/docs/ringfence.1"
    let isCurrent = withoutDate(TestFile.text(path) ?? "") == withoutDate(generated.outputText)
    if !isCurrent, ChildProcess.inherited("RINGFENCE_RECORD") == "1" {
      try TestFile.write(generated.standardOutput, to: path)
    }
    #expect(isCurrent, "docs/ringfence.1 is out of date; record it with RINGFENCE_RECORD=1")
  }

  @Test(.requires("groff")) func theManualIsSound() throws {
    let path = BuiltCommand.folder + "/docs/ringfence.1"
    let result = try ChildProcess.run(["groff", "-man", "-Tutf8", "-ww", path])
    // The generator sets paragraphs apart by empty lines, which mdoc takes amiss and shows all the same.
    let complaints = result.errorText.split(separator: "\n").filter { !$0.hasPrefix("mdoc warning: Empty input line") }
    #expect(result.exitCode == 0 && complaints.isEmpty, "\(result.errorText)")
    // Once bold is taken out.
    let text = try ChildProcess.run(["col", "-b", "-x"], input: result.standardOutput).outputText
    for part in ["--explain-denials", #""b\na\n""#, "137 the memory limit"] { #expect(text.contains(part)) }
  }

  @Test(.requires("make")) func everythingIsInstalled() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    // The program is there; what would build it is not asked.
    let result = try ChildProcess.run(
      [
        "make", "install", "-o", BuiltCommand.path, "RINGFENCE=\(BuiltCommand.path)", "DESTDIR=\(folder)",
        "PREFIX=/usr",
      ],
      in: BuiltCommand.folder
    )
    #expect(result.exitCode == 0, "\(result.errorText)")
    let found = try ChildProcess.run(["find", ".", "-type", "f", "-printf", "%m %P\n"], in: folder).outputText
    #expect(
      found.split(separator: "\n").sorted() == [
        "644 usr/share/bash-completion/completions/ringfence", "644 usr/share/fish/vendor_completions.d/ringfence.fish",
        "644 usr/share/man/man1/ringfence.1", "644 usr/share/zsh/site-functions/_ringfence", "755 usr/bin/ringfence",
      ]
    )
    #expect(TestFile.text(folder + "/usr/share/zsh/site-functions/_ringfence")?.hasPrefix("#compdef ringfence") == true)
    #expect(try ChildProcess.run([folder + "/usr/bin/ringfence", "--version"]).exitCode == 0)
  }

  static let completions: [(words: [String], expected: [String])] = [
    (["r"], ["run"]),
    (["run", "mi"], ["mine"]),
    (["run", "python-"], ["python-untrusted"]),
    (["show", "policies/"], ["policies/mine.yaml"]),
    (["init", "--from", "cpp"], ["cpp-judge"]),
    (["run", "--engine", "g"], ["gvisor"]),
    (["test", "--engine", "cr"], ["crun"]),
    (["compile", "--target", "nat"], ["native"]),
    (["show", "--target", "doc"], ["docker"]),
    (["lint", "--format", "sa"], ["sarif"]),
    (["validate", "--as", "seccomp"], ["seccomp"]),
    (["diff", "hardened", "--fail-on", "l"], ["looser"]),
    (["explain", "resources.pi"], ["resources.pids"]),
    (["explain", "RF3003"], ["RF3003"]),
  ]

  @Test(.requires("bash"), arguments: completions.indices) func bashCompletes(_ row: Int) throws {
    let (words, expected) = Self.completions[row]
    let place = try CommandTests.Workplace()
    try place.write("version: 1\nname: mine\nextends: hardened\n", to: "policies/mine.yaml")
    let script = try ChildProcess.run([BuiltCommand.path, "--generate-completion-script", "bash"])
    try place.write(script.outputText, to: "completion")
    try place.write(
      """
      . ./completion
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_TYPE=9
      COMP_POINT=${#COMP_LINE}
      _ringfence ringfence "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """,
      to: "complete"
    )
    // The script calls the program by its name.
    let folder = TestFile.folder(of: BuiltCommand.path)
    let result = try ChildProcess.run(
      ["bash", "complete", "ringfence"] + words,
      in: place.path,
      environment: ["PATH": folder + ":" + (ChildProcess.inherited("PATH") ?? "/usr/bin:/bin")]
    )
    let found = result.outputText.split(separator: "\n").map { $0.trimmingPrefix(" ") }
    #expect(found.map(String.init) == expected, "\(words): \(result.outputText)\(result.errorText)")
  }
}
