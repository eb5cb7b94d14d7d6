import CLibYAML
import Diagnostics

/// libyaml's parser over one text: its events, with their places in bytes.
struct EventStream: ~Copyable {
  struct Event {
    enum Kind {
      case streamStart
      case streamEnd
      case documentStart(hasDirectives: Bool)
      case documentEnd
      case alias
      case scalar(String, isPlain: Bool)
      case sequenceStart(isFlow: Bool)
      case mappingStart(isFlow: Bool)
      case collectionEnd
    }

    let kind: Kind
    let range: SourceRange
    var hasAnchor = false
    var hasTag = false
  }

  private let source: SourceText
  private let offsets: CodePointOffsets
  /// On the heap, and the input with it: the parser keeps pointers to both.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ source: SourceText) throws(SyntaxProblem) {
    self.source = source
    offsets = CodePointOffsets(source.bytes)
    input = .allocate(capacity: source.bytes.count)
    _ = input.initialize(from: source.bytes)
    parser = .allocate(capacity: 1)
    // On failure the parser is left zeroed, which is as good as initialised for deinit.
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      throw SyntaxProblem("there is no memory to parse the text", at: SourceRange(source: source, start: 0, end: 0))
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event, up to `streamEnd`.
  func next() throws(SyntaxProblem) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw syntaxProblem() }
    defer { yaml_event_delete(&raw) }
    let range = SourceRange(
      source: source,
      start: offsets.byteOffset(ofCodePoint: raw.start_mark.index),
      end: offsets.byteOffset(ofCodePoint: raw.end_mark.index)
    )
    switch raw.type {
    case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, range: range)
    case YAML_DOCUMENT_START_EVENT:
      let start = raw.data.document_start
      let hasDirectives = start.version_directive != nil || start.tag_directives.start != start.tag_directives.end
      return Event(kind: .documentStart(hasDirectives: hasDirectives), range: range)
    case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, range: range)
    case YAML_ALIAS_EVENT: return Event(kind: .alias, range: range)
    case YAML_SCALAR_EVENT: return scalar(raw.data.scalar, range)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = raw.data.sequence_start
      return Event(
        kind: .sequenceStart(isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE),
        range: range,
        hasAnchor: sequence.anchor != nil,
        hasTag: sequence.tag != nil
      )
    case YAML_MAPPING_START_EVENT:
      let mapping = raw.data.mapping_start
      return Event(
        kind: .mappingStart(isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE),
        range: range,
        hasAnchor: mapping.anchor != nil,
        hasTag: mapping.tag != nil
      )
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .collectionEnd, range: range)
    default: return Event(kind: .streamEnd, range: range)
    }
  }

  private func scalar(
    _ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar,
    _ range: SourceRange
  ) -> Event {
    let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    let isBlock = scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE
    return Event(
      kind: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
      range: isBlock ? trimmed(range) : range,
      hasAnchor: scalar.anchor != nil,
      hasTag: scalar.tag != nil
    )
  }

  /// A block scalar ends, for libyaml, where the next token begins.
  private func trimmed(_ range: SourceRange) -> SourceRange {
    var end = min(range.end, source.bytes.count)
    while end > range.start, [0x20, 0x0A, 0x0D, 0x09].contains(source.bytes[end - 1]) { end -= 1 }
    return SourceRange(source: source, start: range.start, end: end)
  }

  private func syntaxProblem() -> SyntaxProblem {
    let error = parser.pointee
    let place = character(at: error.problem_mark.index)
    let problem = error.problem.map { String(cString: $0) } ?? "this is not YAML"
    let context = error.context.map { Diagnostic.Label(character(at: error.context_mark.index), String(cString: $0)) }
    return SyntaxProblem(libyaml: problem, at: place, context: context)
  }

  private func character(at index: Int) -> SourceRange {
    let start = offsets.byteOffset(ofCodePoint: index)
    return SourceRange(source: source, start: start, end: offsets.byteOffset(ofCodePoint: index + 1))
  }
}

/// libyaml counts code points; ranges count bytes.
private struct CodePointOffsets {
  /// The byte offset of every code point; empty where the two counts are the same.
  private let starts: [Int32]
  private let end: Int

  init(_ bytes: [UInt8]) {
    end = bytes.count
    if bytes.allSatisfy({ $0 < 0x80 }) {
      starts = []
    } else {
      starts = bytes.indices.compactMap { bytes[$0] & 0xC0 == 0x80 ? nil : Int32(clamping: $0) }
    }
  }

  func byteOffset(ofCodePoint index: Int) -> Int {
    if starts.isEmpty { return min(index, end) }
    return index < starts.count ? Int(starts[index]) : end
  }
}
