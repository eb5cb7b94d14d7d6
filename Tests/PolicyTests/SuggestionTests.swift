import Diagnostics
import Policy
import TestSupport
import Testing

/// What was probably meant: help for the reader, and a fix that is never applied unasked.
@Suite struct SuggestionTests {
  @Test(arguments: [
    ("resources: {memroy: 64Mi}", "resources: {memory: 64Mi}"),
    ("resources: {\"memroy\": 64Mi}", "resources: {memory: 64Mi}"),
    ("limits: {memory: 64Mi}", "resources: {memory: 64Mi}"),
    ("resources: {memorySwap: 0}", "resources: {swap: 0}"),
    ("resources: {memswap_limit: 0}", "resources: {swap: 0}"),
    ("filesystem: {binds: []}", "filesystem: {write: []}"),
    ("filesystem: {readOnlyRootFilesystem: read-only}", "filesystem: {root: read-only}"),
    ("capAdd: []", "capabilities: []"),
    ("cap-add: []", "capabilities: []"),
    ("process: {allowPrivilegeEscalation: true}", "process: {no_new_privileges: true}"),
    ("network: {mode: nome}", "network: {mode: none}"),
    ("network: {mode: 'nome'}", "network: {mode: \"none\"}"),
    ("capabilities: [SYS_ADMN]", "capabilities: [SYS_ADMIN]"),
    ("syscalls: {deny: [unshere]}", "syscalls: {deny: [unshare]}"),
    ("syscalls: {deny: [{name: unshere}]}", "syscalls: {deny: [{name: unshare}]}"),
    ("syscalls: {deny: [\"@netwrk\"]}", "syscalls: {deny: [\"@network\"]}"),
    (
      "accept: [{target: docker, control: resources.pid, reason: x}]",
      "accept: [{target: docker, control: resources.pids, reason: x}]"
    ),
  ])
  func fixesWriteWhatIsNear(_ written: String, _ meant: String) throws {
    let source = SourceText(name: "p.yaml", text: PolicyCase.header + written + "\n")
    let found = Loading.diagnostics(of: source).filter { $0.fix != nil }
    let fix = try #require(found.first?.fix)
    #expect(!fix.isSafe)
    let (bytes, count) = [fix].applied(to: source)
    #expect(count == 1)
    #expect(String(decoding: bytes, as: UTF8.self) == PolicyCase.header + meant + "\n")
    #expect(Loading.diagnostics(of: SourceText(name: "p.yaml", bytes: bytes)).allSatisfy { $0.severity < .error })
  }

  /// A key of another map is named with its map, and nothing is moved there.
  @Test(arguments: [
    ("user: \"1:1\"", "process.user"), ("image: debian", "filesystem.image"), ("memory: 64Mi", "resources.memory"),
    ("binds: []", "filesystem.write"), ("runAsUser: 1", "process.user"), ("pidsLimit: 3", "resources.pids"),
    ("process: {memory: 64Mi}", "resources.memory"), ("readOnlyRootFilesystem: true", "filesystem.root"),
  ])
  func keysOfOtherMapsAreNamed(_ written: String, _ path: String) {
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: PolicyCase.header + written + "\n"))
    #expect(found.map(\.rule) == ["RF1011"])
    #expect(found.first?.help == ["did you mean `\(path)`?"])
    #expect(found.first?.fix == nil)
  }

  @Test func whatNobodyMeansHasNoFix() {
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: PolicyCase.header + "zzzzzzzzzz: 1\n"))
    #expect(found.map(\.rule) == ["RF1011"])
    #expect(found.first?.fix == nil)
  }
}
