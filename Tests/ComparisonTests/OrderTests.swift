import Comparison
import Sandbox
import TestSupport
import Testing

/// The laws of an order, over random sandboxes.
@Suite struct OrderTests {
  private func looserKeys(_ old: Sandbox, _ new: Sandbox) -> Set<String> {
    Set(Comparison.loosened(from: old, to: new).map(\.key))
  }

  @Test func everySandboxIsNoLooserThanItself() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      let sandbox = RandomSandbox.make(&random)
      #expect(Comparison.differences(from: sandbox, to: sandbox).isEmpty)
    }
  }

  /// What one direction calls looser, the other calls stricter, with the same witness.
  @Test func theOtherDirectionSaysTheOpposite() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<200 {
      let (old, new) = (RandomSandbox.make(&random), RandomSandbox.make(&random))
      let forward = Comparison.differences(from: old, to: new)
      let backward = Comparison.differences(from: new, to: old)
      #expect(
        forward.filter { $0.direction == .looser }.map { [$0.key, $0.witness] }
          == backward.filter { $0.direction == .stricter }.map { [$0.key, $0.witness] }
      )
      #expect(
        forward.filter { $0.direction == .neutral }.map(\.key)
          == backward.filter { $0.direction == .neutral }.map(\.key)
      )
    }
  }

  /// No looser and again no looser is no looser: control by control, but for those that are judged together.
  @Test func theOrderIsTransitive() {
    var random = SeededGenerator(seed: 3)
    var compared = 0
    let keys = Set(Control.allCases.map(\.rawValue))
    // `write` also lets read, the mode of the network decides whether its list says anything, and a filter also depends
    // on capabilities and families.
    let files = keys.filter { $0.hasPrefix("filesystem.") }
    let calls: Set<String> = ["network.mode", "network.allow", "network.socket_families", "capabilities", "syscalls"]
    let joint = [files, calls]
    let groups = joint + keys.subtracting(joint.flatMap(\.self)).map { [$0] }
    for _ in 0..<400 {
      let first = RandomSandbox.make(&random)
      let (second, third) = (loosen(first, &random), loosen(first, &random))
      for (a, b, c) in [(third, second, first), (first, second, third), (second, first, third)] {
        let (ab, bc, ac) = (looserKeys(a, b), looserKeys(b, c), looserKeys(a, c))
        for group in groups where !ab.contains(where: group.contains) && !bc.contains(where: group.contains) {
          if group.count > 1 { compared += 1 }
          let broken = ac.filter(group.contains)
          if !broken.isEmpty { Issue.record("\(broken)") }
        }
      }
    }
    #expect(compared > 400, "too few comparable sandboxes to mean anything: \(compared)")
  }

  /// Changing one more value in the looser direction never makes an earlier loosening vanish.
  @Test func theOrderIsMonotone() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<400 {
      let (old, new) = (RandomSandbox.make(&random), RandomSandbox.make(&random))
      var looser = new
      looser.capabilities.insert(.sysPtrace)
      looser.resources.memory = .unlimited
      looser.resources.wallTime = .unlimited
      looser.network.socketFamilies.formUnion(SocketFamily.allCases)
      looser.syscalls.deny = []
      looser.filesystem.root = .writable
      looser.environment.inherit.append("Z")
      #expect(looserKeys(old, new).isSubset(of: looserKeys(old, looser)))
      #expect(looserKeys(new, looser).contains("capabilities"))
    }
  }

  /// A neighbour: the same sandbox with a few values taken from another.
  private func loosen(_ sandbox: Sandbox, _ random: inout SeededGenerator) -> Sandbox {
    let other = RandomSandbox.make(&random)
    var result = sandbox
    switch Int.random(in: 0..<6, using: &random) {
    case 0: result.filesystem.read = other.filesystem.read
    case 1: result.filesystem.write = other.filesystem.write
    case 2: result.filesystem.tmpfs = other.filesystem.tmpfs
    case 3: result.network = other.network
    case 4: result.capabilities = other.capabilities
    default: result = other
    }
    return result
  }
}
