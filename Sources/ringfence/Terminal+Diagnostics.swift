import Diagnostics

extension Terminal {
  /// Shows diagnostics as a person reads them, in the order of the text.
  func report(_ diagnostics: [Diagnostic], color: ColorMode = .auto) {
    write(HumanRenderer(style: style(color)).render(diagnostics.inReadingOrder))
  }

  /// How findings may look here. Links are for whoever is looking at them.
  func style(_ color: ColorMode) -> TerminalStyle {
    TerminalStyle(isColoured: usesColor(color), hasLinks: isTerminal && !isDumb)
  }

  /// Says how many there were, as in `2 errors, 1 warning`.
  func summarize(_ diagnostics: [Diagnostic], of subject: String) {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = diagnostics.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    line(counts.isEmpty ? "\(subject): no findings" : "\(subject): " + counts.joined(separator: ", "))
  }
}
