package import Diagnostics

/// What a text is, as far as its problems are worded by it.
package enum YAMLDocumentKind: Sendable {
  case policy
  /// A file of somebody else's format, of which only the plain part of YAML is checked.
  case foreign

  var plural: String {
    switch self {
    case .policy: "policies"
    case .foreign: "files that are checked"
    }
  }

  var sharing: String {
    switch self {
    case .policy: "write the value out, or use `extends` for what policies share"
    case .foreign: "write the value out, as `docker compose config` does"
    }
  }

  var beginning: String {
    switch self {
    case .policy: "begin with `version: 1`"
    case .foreign: "is it the right file?"
    }
  }
}

/// Reads the strict subset of YAML that policies are written in.
package struct YAMLReader: ~Copyable {
  /// What came of a text: the tree if there is one, and everything that is wrong with it.
  package struct Outcome: Sendable {
    /// Nothing to rely on while a diagnostic is an error, but enough to find out what else is wrong.
    package let root: YAMLNode?
    package let diagnostics: [Diagnostic]
  }

  private let source: SourceText
  private let limits: YAMLLimits
  private let kind: YAMLDocumentKind
  private let events: EventStream
  private var diagnostics: [Diagnostic]
  private var nodeCount = 0

  package static func read(
    _ source: SourceText,
    limits: YAMLLimits = .standard,
    as kind: YAMLDocumentKind = .policy
  ) -> Outcome {
    let inspection = TextInspection(source, limits: limits)
    guard inspection.isReadable else { return Outcome(root: nil, diagnostics: inspection.diagnostics) }
    do throws(SyntaxProblem) {
      var reader = YAMLReader(source, limits, kind, try EventStream(source), inspection.diagnostics)
      let root = reader.readStream()
      return Outcome(root: root, diagnostics: reader.diagnostics)
    } catch {
      return Outcome(root: nil, diagnostics: inspection.diagnostics + [error.diagnostic])
    }
  }

  private init(
    _ source: SourceText,
    _ limits: YAMLLimits,
    _ kind: YAMLDocumentKind,
    _ events: consuming EventStream,
    _ diagnostics: [Diagnostic]
  ) {
    self.source = source
    self.limits = limits
    self.kind = kind
    self.events = events
    self.diagnostics = diagnostics
  }

  /// Thrown to leave the recursion once the diagnostics say why.
  private struct Abandoned: Error {}

  private mutating func readStream() -> YAMLNode? {
    do throws(Abandoned) { return try document() } catch { return nil }
  }

  private mutating func document() throws(Abandoned) -> YAMLNode? {
    var root: YAMLNode?
    var documents = 0
    while true {
      let event = try next()
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .streamEnd:
        if root == nil {
          try report(YAMLRules.syntax, "the text holds nothing", event.range, help: kind.beginning)
        }
        return root
      case .documentStart(let hasDirectives):
        documents += 1
        if documents > 1 {
          try report(YAMLRules.plainYAML, "a second document begins here", event.range, help: "one document a file")
          // What is wrong with the first is said all the same; of the others there is no end.
          return root
        }
        if hasDirectives {
          try report(YAMLRules.plainYAML, "\(kind.plural) have no directives", event.range, help: "leave the line out")
        }
      default: root = try node(event, depth: 1)
      }
    }
  }

  private mutating func node(_ event: EventStream.Event, depth: Int) throws(Abandoned) -> YAMLNode {
    nodeCount += 1
    if depth > limits.depth {
      try report(YAMLRules.limits, "nested deeper than \(limits.depth) levels", event.range, help: "no policy is")
      throw Abandoned()
    }
    if nodeCount > limits.nodes {
      try report(
        YAMLRules.limits,
        "more than \(limits.nodes) keys and values",
        event.range,
        help: "no policy has as many"
      )
      throw Abandoned()
    }
    try checkProperties(of: event)
    switch event.kind {
    case .scalar(let text, let isPlain):
      // Escapes in double quotes can spell what the text itself may not contain.
      if let name = HiddenCharacter.name(in: text) {
        try report(YAMLRules.hiddenText, "\(name) in a value", event.range, help: "leave it out")
        return YAMLNode(content: .refused, range: event.range)
      }
      return YAMLNode(content: .scalar(text, isPlain: isPlain), range: event.range)
    case .alias:
      let help = kind.sharing
      try report(YAMLRules.plainYAML, "\(kind.plural) have no aliases", event.range, help: help)
      return YAMLNode(content: .refused, range: event.range)
    case .sequenceStart(let isFlow): return try sequence(event, isFlow: isFlow, depth: depth)
    case .mappingStart(let isFlow): return try mapping(event, isFlow: isFlow, depth: depth)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .collectionEnd:
      try report(YAMLRules.syntax, "unexpected end of the text", event.range, help: "finish what is open")
      throw Abandoned()
    }
  }

  private mutating func sequence(
    _ start: EventStream.Event,
    isFlow: Bool,
    depth: Int
  ) throws(Abandoned) -> YAMLNode {
    var items: [YAMLNode] = []
    while true {
      let event = try next()
      if case .collectionEnd = event.kind {
        let range = collectionRange(start, event, isFlow: isFlow, lastEnd: items.last?.range.end)
        return YAMLNode(content: .sequence(items), range: range)
      }
      items.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func mapping(
    _ start: EventStream.Event,
    isFlow: Bool,
    depth: Int
  ) throws(Abandoned) -> YAMLNode {
    var entries: [YAMLNode.Entry] = []
    // Swift compares strings by canonical equivalence: keys that only differ in normalisation are the same key.
    var places: [String: SourceRange] = [:]
    var lastEnd: Int?
    while true {
      let event = try next()
      if case .collectionEnd = event.kind {
        let range = collectionRange(start, event, isFlow: isFlow, lastEnd: lastEnd)
        return YAMLNode(content: .mapping(entries), range: range)
      }
      let key = try node(event, depth: depth + 1)
      let value = try node(try next(), depth: depth + 1)
      lastEnd = max(key.range.end, value.range.end)
      guard let name = try checkedKey(key, earlier: &places) else { continue }
      entries.append(YAMLNode.Entry(key: name, keyRange: key.range, value: value))
    }
  }

  /// The name that a key gives, if it is one that a map can have and has not had yet.
  private mutating func checkedKey(
    _ key: YAMLNode,
    earlier: inout [String: SourceRange]
  ) throws(Abandoned) -> String? {
    guard case .scalar(let name, let isPlain) = key.content else {
      if case .refused = key.content { return nil }
      let help = "name the key; quote it if it begins with a bracket or a brace"
      try report(YAMLRules.plainYAML, "a key has to be a word, not \(key.kind)", key.range, help: help)
      return nil
    }
    if name == "<<", isPlain {
      try report(YAMLRules.plainYAML, "\(kind.plural) have no merge keys", key.range, help: kind.sharing)
      return nil
    }
    if let first = earlier[name] {
      try append(
        YAMLRules.duplicateKey.finding(
          "the key is given twice",
          at: key.range,
          label: "again here",
          secondary: [Diagnostic.Label(first, "first here")],
          help: ["keep one of them"]
        )
      )
      return nil
    }
    earlier[name] = key.range
    return name
  }

  /// libyaml puts the end of a block collection at the next token, often lines further down.
  private func collectionRange(
    _ start: EventStream.Event,
    _ end: EventStream.Event,
    isFlow: Bool,
    lastEnd: Int?
  ) -> SourceRange {
    let stop = isFlow ? end.range.end : lastEnd ?? start.range.end
    return SourceRange(source: source, start: start.range.start, end: stop)
  }

  /// Anchors and tags stand before the value, in either order.
  private mutating func checkProperties(of event: EventStream.Event) throws(Abandoned) {
    guard event.hasAnchor || event.hasTag else { return }
    if case .alias = event.kind { return }
    var offset = event.range.start
    for _ in 0..<2 {
      let word = source.bytes[min(offset, source.bytes.count)...].prefix { $0 > 0x20 && $0 != UInt8(ascii: ",") }
      let range = SourceRange(source: source, start: word.startIndex, end: word.endIndex)
      if event.hasAnchor, word.first == UInt8(ascii: "&") {
        try report(
          YAMLRules.plainYAML,
          "\(kind.plural) have no anchors",
          range,
          help: kind.sharing
        )
      } else if event.hasTag, word.first == UInt8(ascii: "!") {
        try report(YAMLRules.plainYAML, "\(kind.plural) have no tags", range, help: "quote the value if it is text")
      } else {
        break
      }
      offset = word.endIndex
      while offset < source.bytes.count, source.bytes[offset] <= 0x20 { offset += 1 }
    }
  }

  private mutating func next() throws(Abandoned) -> EventStream.Event {
    do throws(SyntaxProblem) {
      return try events.next()
    } catch {
      diagnostics.append(error.diagnostic)
      throw Abandoned()
    }
  }

  private mutating func report(
    _ rule: RuleDescription,
    _ message: String,
    _ range: SourceRange,
    help: String? = nil
  ) throws(Abandoned) {
    try append(rule.finding(message, at: range, help: help.map { [$0] } ?? []))
  }

  private mutating func append(_ diagnostic: Diagnostic) throws(Abandoned) {
    diagnostics.append(diagnostic)
    if diagnostics.count >= limits.diagnostics { throw Abandoned() }
  }
}
