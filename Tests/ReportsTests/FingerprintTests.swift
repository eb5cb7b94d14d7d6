import CanonicalJSON
import Diagnostics
import Reports
import TestSupport
import Testing

@Suite struct FingerprintTests {
  private func fingerprints(
    _ text: String,
    name: String = "p.yaml",
    subject: String? = nil,
    root: String = "/r"
  ) -> [String] {
    let marked = MarkedText(text, name: name)
    let found = marked.primary.map { range in
      Diagnostic(rule: "RF5001", severity: .error, "m", at: .init(range), subject: subject)
    }
    return Fingerprint.of(found, root: root)
  }

  private let base = "a:\n  b: «c»\n"

  @Test func survivesWhatChangesNothing() {
    let expected = fingerprints(base)
    #expect(fingerprints("# new\n\n" + base) == expected)
    #expect(fingerprints("a:\n      b:   «c»\r\n") == expected)
    #expect(fingerprints(base, name: "./p.yaml") == expected)
    #expect(fingerprints(base, name: "/r/p.yaml") == expected)
    #expect(fingerprints(base, name: "/r/x/../p.yaml") == expected)
    #expect(expected.allSatisfy { $0.utf8.count == 32 })
  }

  @Test func changesWithWhatMatters() {
    let all = [
      fingerprints(base), fingerprints("a:\n  b: «d»\n"), fingerprints("a:\n  e: «c»\n"),
      fingerprints(base, name: "q.yaml"), fingerprints(base, name: "/p.yaml"), fingerprints(base, subject: "a.b"),
    ]
    #expect(Set(all).count == all.count)
  }

  /// A line that is copied is a new finding, not the old one again.
  @Test func likeFindingsAreToldApart() {
    let twice = fingerprints("b: «c»\nb: «c»\n")
    #expect(Set(twice).count == 2)
    #expect(fingerprints("b: «c»\n").first == twice.first)
  }

  @Test func aSubjectStandsForTheLine() {
    #expect(fingerprints("x: {b: «c»}\n", subject: "x.b") == fingerprints("x:\n  b: «c»\n", subject: "x.b"))
  }
}

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4 and the lengths at which padding takes another block.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ("a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    ("a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
    ("a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
  ])
  func digests(_ text: String, _ count: Int, _ digest: String) {
    #expect(SHA256.digest(of: Array(repeating: Array(text.utf8), count: count).flatMap(\.self)) == "sha256:" + digest)
  }
}
