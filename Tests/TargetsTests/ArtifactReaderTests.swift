import Diagnostics
import Targets
import TestSupport
import Testing

@Suite("Files by who reads them")
struct ArtifactReaderTests {
  /// A file, who reads it, a rule, and whether it has something to say to that reader.
  @Test(
    "what matters to others alone is left out, and what one ignores is found for it",
    arguments: [
      (#"{"mounts":[]}"#, ArtifactReader.runc, "RF8149", true),
      (#"{"mounts":[]}"#, .crun, "RF8149", false),
      (#"{"mounts":[{"destination":"/a","type":"overlay"}]}"#, .gvisor, "RF8148", true),
      (#"{"mounts":[{"destination":"/a","type":"overlay"}]}"#, .runc, "RF8148", false),
      (#"{"linux":{"seccomp":{}}}"#, .gvisor, "RF8184", true),
      (#"{"linux":{"seccomp":{}}}"#, .runc, "RF8184", false),
      (#"{"annotations":{"dev.gvisor.x":"y"},"linux":{"resources":{"pids":{"limit":20}}}}"#, .gvisor, "RF8179", true),
      (#"{"annotations":{"dev.gvisor.x":"y"},"linux":{"resources":{"pids":{"limit":20}}}}"#, .crun, "RF8179", false),
      (#"{"ociVersion":"banana"}"#, .crun, "RF8105", true),
      (#"{"ociVersion":"1.0.2","hostnam":"x"}"#, .crun, "RF8101", true),
      (#"{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_KILL_PROCESS"}}}"#, .gvisor, "RF8416", true),
      (#"{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_KILL_PROCESS"}}}"#, .runc, "RF8416", false),
    ]
  )
  func bundle(text: String, reader: ArtifactReader, rule: String, isFound: Bool) {
    let found = reader.findings(in: SourceText(name: "config.json", text: text), as: .ociConfig)
    #expect(found.contains { $0.rule == rule } == isFound, "\(found.map(\.rule))")
  }

  @Test(
    "nothing is left out that nobody in particular reads, and no reader sees nothing",
    arguments: ArtifactReader.allCases
  )
  func everyone(reader: ArtifactReader) {
    for kind in ArtifactKind.allCases where reader.reads(kind) {
      #expect(reader.findings(in: SourceText(name: "x", text: "{"), as: kind).isEmpty == false, "\(kind)")
    }
    #expect(reader.reads(.seccompProfile) && !reader.reads(.nativeProfile))
    #expect(reader.reads(.ociConfig) != reader.reads(.compose))
  }

  @Test(
    "profiles",
    arguments: [
      ("name", ArtifactReader.docker, "RF8404", true), ("name", .crun, "RF8404", false),
    ]
  )
  func profile(word: String, reader: ArtifactReader, rule: String, isFound: Bool) {
    let text =
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],""# + word
      + #"":"write","action":"SCMP_ACT_ALLOW"}]}"#
    let found = reader.findings(in: SourceText(name: "profile.json", text: text), as: .seccompProfile)
    #expect(found.contains { $0.rule == rule } == isFound, "\(found.map(\.rule))")
  }
}
