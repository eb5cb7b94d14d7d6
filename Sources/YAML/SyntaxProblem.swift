import Diagnostics

/// Why a text is not YAML, in words that a writer of policies can act on.
struct SyntaxProblem: Error {
  let message: String
  let range: SourceRange
  var context: Diagnostic.Label?
  var help = "quote text that holds : # [ ] { } or begins with @ ` & * ! | > %"

  init(_ message: String, at range: SourceRange) {
    self.message = message
    self.range = range
  }

  /// - Parameters:
  ///   - problem: What libyaml says (scanner.c, parser.c), which is about tokens and not about what people write.
  ///   - range: The character that it could not take.
  ///   - context: Where what it was reading began.
  init(libyaml problem: String, at range: SourceRange, context: Diagnostic.Label?) {
    self.range = range
    self.context = context
    switch problem {
    case "found character that cannot start any token" where range.text == "\t",
      "found a tab character where an indentation space is expected",
      "found a tab character that violates indentation", "found a tab character that violates intendation":
      message = "a tab where YAML wants spaces"
      help = "indent with spaces"
    case "found character that cannot start any token":
      message = "`\(range.text)` cannot begin a value"
      help = "quote the value"
    case "mapping values are not allowed in this context":
      message = "a `:` where no key can be"
      help = "quote the value if the colon belongs to it, or indent the line like its neighbours"
    case "found unexpected ':'":
      message = "a `:` without a space behind it"
      help = "write `key: value`, or quote the text that it belongs to"
    case "could not find expected ':'":
      message = "a key without its `:`"
      help = "write `key: value`, with a space after the colon"
    case "did not find expected key":
      message = "neither a key of this map nor its end"
      help = "indent the line like its neighbours, and quote values that hold : # [ ] { }"
    case "did not find expected '-' indicator":
      message = "neither an item of this list nor its end"
      help = "begin each item with `- `, indented like the first"
    case "did not find expected ',' or ']'":
      message = "the list is not closed"
      help = "add the missing `]` or `,`"
    case "did not find expected ',' or '}'":
      message = "the map is not closed"
      help = "add the missing `}` or `,`"
    case "found unexpected end of stream":
      message = "the quoted text is not closed"
      help = "add the missing quote"
    case "found unknown escape character":
      message = "double quotes have no such escape"
      help = "write \\\\ for a backslash, or use single quotes"
    case "did not find expected <document start>":
      message = "text after the end of the policy"
      help = "indent the line like its neighbours"
    case "did not find expected node content":
      message = "a value is missing here"
      help = "write it, or take the comma or the bracket out"
    case "block sequence entries are not allowed in this context":
      message = "a list of `- ` cannot begin on this line"
      help = "begin it on the next line, or write [a, b]"
    case "found unknown directive name", "found incompatible YAML document", "found duplicate %YAML directive":
      message = "policies have no directives"
      help = "leave the line out"
    default: message = problem
    }
  }

  var diagnostic: Diagnostic {
    YAMLRules.syntax.finding(message, at: range, secondary: context.map { [$0] } ?? [], help: [help])
  }
}
