/// What a terminal can show. The caller decides: colour and links are only for terminals, and a user may refuse colour.
package struct TerminalStyle: Sendable {
  package let isColoured: Bool
  /// Whether the terminal understands OSC 8 hyperlinks.
  package let hasLinks: Bool

  package static let plain = TerminalStyle(isColoured: false, hasLinks: false)

  package init(isColoured: Bool, hasLinks: Bool) {
    self.isColoured = isColoured
    self.hasLinks = hasLinks
  }

  /// What a piece of a report is, for choosing its colour.
  package enum Ink: Sendable {
    case error
    case warning
    case note
    case help
    case strong
    case gutter
    case removed
    case added

    /// The parameters of SGR (ECMA-48, section 8.3.117). Only the sixteen colours, so that a user's theme decides.
    fileprivate var parameters: String {
      switch self {
      case .error: "1;31"
      case .warning: "1;33"
      case .note: "1;36"
      case .help: "1;32"
      case .strong: "1"
      case .gutter: "1;34"
      case .removed: "31"
      case .added: "32"
      }
    }
  }

  /// The text in a colour. The text has to be free of control characters already.
  package func paint(_ text: String, _ ink: Ink) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(ink.parameters)m\(text)\u{1B}[0m" : text
  }

  /// The text as a link. An address with anything but printable ASCII in it makes no link: it could end the sequence.
  package func link(_ text: String, to address: String?) -> String {
    guard hasLinks, let address, !address.isEmpty, address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return text
    }
    return "\u{1B}]8;;\(address)\u{1B}\\\(text)\u{1B}]8;;\u{1B}\\"
  }
}

extension Severity {
  var ink: TerminalStyle.Ink {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }
}
