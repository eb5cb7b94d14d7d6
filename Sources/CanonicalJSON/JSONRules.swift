package import Diagnostics

/// The rules of a JSON text that everything else rests on.
package enum JSONRules {
  package static let syntax = RuleDescription(
    "RF8001",
    "not JSON",
    .error,
    """
    The text is not JSON by RFC 8259. Comments, trailing commas, single quotes, NaN and leading zeros are extensions \
    that container engines refuse too.
    """
  )
  package static let duplicateName = RuleDescription(
    "RF8002",
    "duplicate name",
    .error,
    """
    Two members of one object have the same name. Engines take the last one in silence, while a reader sees the first: \
    remove one of them.
    """
  )
  package static let encoding = RuleDescription(
    "RF8003",
    "not UTF-8",
    .error,
    """
    JSON between programs is UTF-8 without a byte order mark (RFC 8259, section 8.1), and an escape of half a surrogate \
    pair stands for no character. Programs replace what they cannot read, each in its own way.
    """
  )
  package static let limit = RuleDescription(
    "RF8004",
    "too large or too deep",
    .error,
    "The text is larger, or nests deeper, than any real file of this kind. It was not read."
  )
  package static let trailingText = RuleDescription(
    "RF8005",
    "text after the value",
    .error,
    "A JSON text is one value. What follows it is ignored by some programs and refused by others."
  )

  package static let all = [syntax, duplicateName, encoding, limit, trailingText]
}
