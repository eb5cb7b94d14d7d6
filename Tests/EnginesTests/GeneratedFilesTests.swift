import Diagnostics
import Engines
import Policy
import Sandbox
import Seccomp
import TestSupport
import Testing

/// What is compiled beforehand from the shipped policies, and committed.
@Suite struct GeneratedFilesTests {
  static let names = ShippedPolicies.all.map(\.name)
  private let loader = PolicyLoader(searchPath: [])

  // The filter is compiled for one ABI.
  #if arch(x86_64)
  /// Compiling at run time and compiling beforehand are the same.
  @Test(arguments: names) func aCompiledPolicyIsWhatItsTextMeans(_ name: String) throws {
    let resolved = try loader.load(reference: name)
    let compiled = try CompiledPolicy(resolved)
    let shipped = try #require(CompiledPolicy.shipped(name, loader: loader), "\(name) is not compiled")
    #expect(shipped == compiled, "record it with RINGFENCE_RECORD=1 swift test --filter GeneratedFilesTests")
    #expect(shipped.filter == compiled.filter)
  }
  #endif

  @Test(arguments: names) func nothingThatIsCompiledDependsOnTheDayOrOnAnotherFile(_ name: String) throws {
    let resolved = try loader.load(reference: name)
    #expect(resolved.accepted.allSatisfy { $0.expires == nil })
    #expect(resolved.acceptedControls(of: .native, on: .today()).isEmpty)
    #expect(resolved.origins["within"] == nil)
    let lineage = [resolved.source] + resolved.ancestors
    #expect(lineage.map { "<ringfence>/\($0.name)" }.count == lineage.count)
    #expect(CompiledPolicy.lineage(of: name)?.count == lineage.count)
  }

  @Test func theCompiledPoliciesAreCurrent() throws {
    var source = """
      // swift-format-ignore-file
      // Generated from the shipped policies: `RINGFENCE_RECORD=1 swift test --filter GeneratedFilesTests`. Do not edit.
      import Sandbox

      extension CompiledPolicy {
        #if arch(x86_64)

      """
    var lineages = "    package static func lineage(of name: String) -> [String]? {\n      switch name {\n"
    var cases = "    package static func compiled(_ name: String) -> CompiledPolicy? {\n      switch name {\n"
    var bodies = ""
    for name in Self.names {
      let resolved = try loader.load(reference: name)
      let compiled = try CompiledPolicy(resolved)
      let lineage = ([resolved.source] + resolved.ancestors).map {
        String($0.name.dropFirst("<ringfence>/".count).dropLast(".yaml".count))
      }
      #expect(lineage.first == name)
      lineages += "      case \(name.debugDescription): \(lineage)\n"
      cases += "      case \(name.debugDescription): \(Self.identifier(name))\n"
      bodies += "\n    private static var \(Self.identifier(name)): CompiledPolicy {\n"
      for line in SandboxSource(compiled.sandbox).text.split(separator: "\n") { bodies += "      \(line)\n" }
      bodies += "      return CompiledPolicy(sandbox: sandbox, digest: \(compiled.digest.debugDescription), "
      bodies += "leavesNothingBehind: \(compiled.leavesNothingBehind), filter: [\n"
      bodies += Self.words(compiled.filter).map { "        \($0),\n" }.joined()
      bodies += "      ])\n    }\n"
    }
    let end = "      default: nil\n      }\n    }\n"
    source += lineages + end + "\n" + cases + end + bodies
    source += """
        #else
          package static func lineage(of name: String) -> [String]? { nil }
          package static func compiled(_ name: String) -> CompiledPolicy? { nil }
        #endif
      }

      """
    let file = BuiltCommand.folder + "/Sources/Engines/CompiledPolicy+Generated.swift"
    if ChildProcess.inherited("RINGFENCE_RECORD") == "1" {
      try TestFile.write(Array(source.utf8), to: file)
    } else {
      #expect(TestFile.text(file) == source, "out of date; record it with RINGFENCE_RECORD=1")
    }
  }

  /// `buildOffline` for `build-offline`.
  private static func identifier(_ name: String) -> String {
    let words = name.split(separator: "-")
    return ([String(words[0])] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }).joined()
  }

  /// Four instructions a line.
  private static func words(_ filter: [UInt8]) -> [String] {
    let words = stride(from: 0, to: filter.count, by: 8).map { start in
      let word = filter[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let digits = String(word, radix: 16)
      return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }
    return stride(from: 0, to: words.count, by: 4).map { words[$0..<min($0 + 4, words.count)].joined(separator: ", ") }
  }
}

@Suite struct UnchangedPolicyTests {
  #if arch(x86_64)
  @Test func aFileWithTheSameTextIsTheShippedPolicy() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let loader = PolicyLoader(searchPath: [folder])
    for entry in ShippedPolicies.all {
      try TestFile.write(Array(entry.text.utf8), to: "\(folder)/\(entry.name).yaml")
    }
    #expect(CompiledPolicy.shipped("hardened", loader: loader) != nil)
    #expect(CompiledPolicy.shipped("\(folder)/python-untrusted.yaml", loader: loader) != nil)
    #expect(CompiledPolicy.shipped("python-untrusted", loader: loader) != nil)
  }

  /// Where most people run them: in a checkout.
  @Test func soAreTheFilesOfThisRepository() {
    let loader = PolicyLoader(searchPath: [BuiltCommand.folder + "/policies"])
    for entry in ShippedPolicies.all {
      #expect(CompiledPolicy.shipped(entry.name, loader: loader) != nil, "\(entry.name)")
    }
  }

  @Test func anotherTextIsNot() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let text = try #require(ShippedPolicies.all.first { $0.name == "hardened" }).text
    try TestFile.write(Array((text + "\n").utf8), to: "\(folder)/hardened.yaml")
    let loader = PolicyLoader(searchPath: [folder])
    #expect(CompiledPolicy.shipped("hardened", loader: loader) == nil)
    #expect(CompiledPolicy.shipped("\(folder)/hardened.yaml", loader: loader) == nil)
    // The parent counts, too: its name leads to the changed one.
    #expect(CompiledPolicy.shipped("python-untrusted", loader: loader) == nil)
    #expect(CompiledPolicy.shipped("nothing", loader: loader) == nil)
    #expect(CompiledPolicy.shipped("-", loader: loader) == nil)
    #expect(CompiledPolicy.shipped("", loader: loader) == nil)
    #expect(CompiledPolicy.shipped("/", loader: loader) == nil)
  }

  @Test func aLinkIsLeftToTheLoader() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let text = try #require(ShippedPolicies.all.first { $0.name == "hardened" }).text
    try TestFile.write(Array(text.utf8), to: "\(folder)/elsewhere/hardened.yaml")
    _ = try ChildProcess.run(["ln", "-s", "elsewhere/hardened.yaml", "\(folder)/hardened.yaml"])
    #expect(CompiledPolicy.shipped("hardened", loader: PolicyLoader(searchPath: [folder])) == nil)
  }
  #endif
}
