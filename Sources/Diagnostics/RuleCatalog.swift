/// All rules of the program, from every module that has some.
package struct RuleCatalog: Sendable {
  /// By id.
  package let rules: [RuleDescription]

  /// A rule that several modules report is one rule.
  package init(_ families: [RuleDescription]...) {
    rules = Set(families.flatMap(\.self)).sorted { ($0.id, $0.title) < ($1.id, $1.title) }
  }

  package subscript(id: String) -> RuleDescription? { rules.first { $0.id == id } }

  /// Ids that more than one rule has: a mistake of ours that a test looks for.
  package var duplicateIDs: [String] {
    zip(rules, rules.dropFirst()).filter { $0.id == $1.id }.map(\.0.id)
  }

  /// The reference page: a table of all rules, then the page of each. The first digit of an id is its family.
  package func markdown(families: [(prefix: String, title: String)]) -> String {
    var text = """
      # Rules

      Generated from the code by `ringfence explain --all`; a test compares the two. `ringfence explain RFnnnn` prints a
      page in the terminal. A finding is suppressed in the policy itself, by rule and key, with a reason.

      | id | rule | severity | confidence |
      |---|---|---|---|

      """
    for rule in rules {
      text +=
        "| [\(rule.id)](#\(rule.id.lowercased())) | \(rule.title) | \(rule.severity.rawValue) | \(rule.confidence.rawValue) |\n"
    }
    for family in families {
      let members = rules.filter { $0.id.hasPrefix(family.prefix) }
      if members.isEmpty { continue }
      text += "\n## \(family.title)\n"
      for rule in members { text += "\n### \(rule.id)\n\n\(rule.markdown)" }
    }
    return text
  }
}

extension RuleDescription {
  /// The page as Markdown, without its heading.
  package var markdown: String {
    var text = "**\(title)** (\(severity.rawValue), confidence \(confidence.rawValue))\n\n\(explanation)\n"
    if !effects.isEmpty { text += "\n\(effectLines.joined(separator: " "))\n" }
    if let example {
      let fence = "```\(example.language)\n"
      text += "\nBefore:\n\n\(fence)\(example.before)\n```\n\nAfter:\n\n\(fence)\(example.after)\n```\n"
    }
    if !references.isEmpty { text += "\nReferences: \(references.joined(separator: "; ")).\n" }
    return text
  }

  /// The page as plain text, for a terminal.
  package var page: String {
    var text = "\(id): \(title)\nseverity \(severity.rawValue), confidence \(confidence.rawValue)\n\n"
    text += Self.wrapped(explanation, to: 80) + "\n"
    if !effects.isEmpty { text += "\n" + effectLines.map { Self.wrapped($0, to: 80) + "\n" }.joined() }
    if let example {
      text += "\nBefore:\n\n\(Self.indented(example.before))\n\nAfter:\n\n\(Self.indented(example.after))\n"
    }
    if !references.isEmpty { text += "\nReferences:\n" + references.map { "  \($0)\n" }.joined() }
    return text
  }

  private var effectLines: [String] {
    effects.map { effect in
      let engines = effect.engines.joined(separator: ", ")
      return switch effect.outcome {
      case .doesNotStart: "Does not start with \(engines)."
      case .insecure: "Insecure with \(engines)."
      case .ignored: "Ignored in silence by \(engines)."
      }
    }
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }
      .joined(separator: "\n")
  }

  private static func wrapped(_ text: String, to width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(separator: " ") {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      return (lines + [line]).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
