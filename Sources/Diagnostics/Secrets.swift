extension [Diagnostic] {
  /// The same, pointing into texts in which each secret is struck out: findings of other rules show the same lines. Reports
  /// are kept by CI systems for more eyes than the repository has.
  package var withoutSecrets: [Diagnostic] {
    var struck: [ObjectIdentifier: [UInt8]] = [:]
    var sources: [ObjectIdentifier: SourceText] = [:]
    for range in flatMap(\.secrets) {
      let key = ObjectIdentifier(range.source)
      sources[key] = range.source
      var bytes = struck[key] ?? range.source.bytes
      for index in range.start..<Swift.min(range.end, bytes.count) where bytes[index] >= 0x20 {
        bytes[index] = UInt8(ascii: "*")
      }
      struck[key] = bytes
    }
    guard !struck.isEmpty else { return self }
    let texts = struck.reduce(into: [ObjectIdentifier: SourceText]()) { texts, entry in
      guard let source = sources[entry.key] else { return }
      texts[entry.key] = SourceText(name: source.name, bytes: entry.value)
    }
    return map { $0.pointing { texts[ObjectIdentifier($0)] ?? $0 } }
  }
}

extension Diagnostic {
  fileprivate func pointing(into text: (SourceText) -> SourceText) -> Diagnostic {
    func moved(_ range: SourceRange) -> SourceRange {
      SourceRange(source: text(range.source), start: range.start, end: range.end)
    }
    return Diagnostic(
      rule: rule,
      severity: severity,
      message,
      at: primary.map { Label(moved($0.range), $0.message) },
      secondary: secondary.map { Label(moved($0.range), $0.message) },
      notes: notes,
      help: help,
      fix: fix.map { fix in
        Fix(
          summary: fix.summary,
          edits: fix.edits.map { .init(moved($0.range), replacement: $0.replacement) },
          isSafe: fix.isSafe
        )
      },
      subject: subject
    )
  }
}
