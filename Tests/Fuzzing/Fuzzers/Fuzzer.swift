import Diagnostics

/// A part of the program that reads what others wrote, and what has to hold whatever that is.
package enum Fuzzer: String, CaseIterable, Sendable {
  case yaml
  case json
  case script
  case bpf
  case policy

  /// Something that did not hold. Crashes and traps show themselves.
  package struct Violation: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
  }

  package func run(_ bytes: [UInt8]) throws(Violation) {
    switch self {
    case .yaml: try YAMLFuzzer.run(bytes)
    case .json: try JSONFuzzer.run(bytes)
    case .script: try ScriptFuzzer.run(bytes)
    case .bpf: try FilterFuzzer.run(bytes)
    case .policy: try PolicyFuzzer.run(bytes)
    }
  }
}

func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(Fuzzer.Violation) {
  guard condition else { throw Fuzzer.Violation(description()) }
}

/// What holds for every finding: it has words, lies within its text, and can be drawn.
func requireSound(_ diagnostics: [Diagnostic]) throws(Fuzzer.Violation) {
  for diagnostic in diagnostics {
    try require(!diagnostic.message.isEmpty, "\(diagnostic.rule) says nothing")
    try require(diagnostic.message.utf8.count < 4096, "\(diagnostic.rule) says too much")
    for label in (diagnostic.primary.map { [$0] } ?? []) + diagnostic.secondary {
      try requireInside(label.range)
    }
    for edit in diagnostic.fix?.edits ?? [] { try requireInside(edit.range) }
  }
  let drawn = HumanRenderer(style: .plain).render(Array(diagnostics.prefix(8)))
  let hasControls = drawn.utf8.contains { $0 < 0x20 && $0 != UInt8(ascii: "\n") || $0 == 0x7F }
  try require(!hasControls, "a control character got through")
}

func requireInside(_ range: SourceRange) throws(Fuzzer.Violation) {
  let isInside = 0 <= range.start && range.start <= range.end && range.end <= range.source.bytes.count
  try require(isInside, "a range lies outside of its text")
}
