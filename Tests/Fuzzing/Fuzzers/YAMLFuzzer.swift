import Diagnostics
import Targets
import YAML

enum YAMLFuzzer {
  static func run(_ bytes: [UInt8]) throws(Fuzzer.Violation) {
    let source = SourceText(name: "input.yaml", bytes: bytes)
    let outcome = YAMLReader.read(source)
    try requireSound(outcome.diagnostics)
    let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
    try require(outcome.root != nil || hasErrors, "no document, and no word why")
    if let root = outcome.root { try requireInside(root) }
    if let target = TargetRegistry.validator(for: .compose) {
      try requireSound(target.validate(source, as: .compose))
    }
  }

  private static func requireInside(_ node: YAMLNode) throws(Fuzzer.Violation) {
    try Fuzzers.requireInside(node.range)
    switch node.content {
    case .mapping(let entries):
      for entry in entries {
        try Fuzzers.requireInside(entry.keyRange)
        try requireInside(entry.value)
      }
    case .sequence(let items): for item in items { try requireInside(item) }
    case .scalar, .refused: break
    }
  }
}
