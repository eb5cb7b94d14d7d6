import Diagnostics
import Policy
import TestSupport
import Testing

/// Seeded mutations of real policies and of parts that have been trouble: whatever comes of them, the loader answers, and
/// what it says can be drawn. `RINGFENCE_FUZZ=N` does N rounds of a seed that `RINGFENCE_SEED` names.
@Suite struct FuzzTests {
  private static func number(_ variable: String) -> Int? { ChildProcess.inherited(variable).flatMap { Int($0) } }

  private static let seeds = ShippedPolicies.all.map { Array($0.text.utf8) }

  private static let parts: [[UInt8]] =
    [
      "\n", " ", "  ", "\t", "\r", "\r\n", ": ", "- ", "? ", "# ", "{", "}", "[", "]", ",", "\"", "'", "\\", "|\n",
      ">-\n",
      "&a ", "*a", "!!str ", "<<: ", "---\n", "...\n", "%YAML 1.2\n", "null", "~", "yes", "0", "-1", "010", "0x10",
      "1e3",
      ".5", "256Mi", "256m", "9223372036854775807", "18446744073709551616", "30s", "unlimited", "\u{202E}", "\u{200B}",
      "\u{FEFF}", "\u{301}", "\u{2028}", "é", "/..", "../", "$HOME", "@io_uring", "ptrace", "CAP_SYS_ADMIN", "\0",
      "\u{1B}",
      "extends: hardened\n", "within: hardened\n", "extends: p\n", "network: {mode: host}\n", "args: []", "not: ",
      "{index: 0, equals: AF_ALG}", "masked: {mask: 1, equals: 2}", "range: [1, 0]", "169.254.169.254", "::/0", "0:0",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]

  @Test func mutationsAreAnswered() {
    let rounds = Self.number("RINGFENCE_FUZZ") ?? 1000
    let seed = UInt64(Self.number("RINGFENCE_SEED") ?? 1)
    for round in 0..<rounds {
      // Each round is reproducible by itself.
      var generator = SeededGenerator(seed: seed &* 0x1_0000_0000 &+ UInt64(round))
      let bytes = Self.mutated(&generator)
      let source = SourceText(name: "p.yaml", bytes: bytes)
      switch Loading.result(of: source) {
      case .success(let policy):
        Loading.expectSound(policy.warnings)
        #expect(policy.warnings.allSatisfy { $0.severity < .error }, "round \(round)")
        let isInside = policy.origins.values.allSatisfy { $0.end <= $0.source.bytes.count }
        #expect(isInside, "round \(round)")
      case .failure(let error):
        Loading.expectSound(error.diagnostics)
        #expect(error.diagnostics.contains { $0.severity == .error }, "round \(round)")
        #expect(error.diagnostics.count <= 202, "round \(round)")
        if round.isMultiple(of: 8) {
          #expect(!HumanRenderer(style: .plain).render(error.diagnostics).isEmpty, "round \(round)")
        }
      }
    }
  }

  private static func mutated(_ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = seeds.randomElement(using: &generator) ?? []
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let start = Int.random(in: 0...bytes.count, using: &generator)
      let length = min(Int.random(in: 0...24, using: &generator), bytes.count - start)
      let part = parts.randomElement(using: &generator) ?? []
      switch Int.random(in: 0..<7, using: &generator) {
      case 0: bytes.removeSubrange(start..<start + length)
      case 1: bytes.insert(contentsOf: part, at: start)
      case 2: bytes.replaceSubrange(start..<start + length, with: part)
      case 3: bytes.insert(contentsOf: Array(bytes[start..<start + length]), at: start)
      case 4 where start < bytes.count: bytes[start] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
      case 5: bytes.insert(contentsOf: repeatElement(part, count: 40).joined(), at: start)
      default:
        let other = seeds.randomElement(using: &generator) ?? []
        let from = Int.random(in: 0...other.count, using: &generator)
        bytes.replaceSubrange(start..., with: other[from...])
      }
    }
    return bytes
  }
}
