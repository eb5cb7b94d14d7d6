/// A published copy of `docs/rules.md`, which findings link to.
package struct RulesPage: Sendable {
  private let address: String

  /// nil for what is no address of a page: another scheme, or a character that could end the link in a terminal.
  package init?(_ address: String) {
    let schemes = ["https://", "http://", "file://"]
    guard let scheme = schemes.first(where: address.hasPrefix), address.utf8.count > scheme.utf8.count,
      address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "#") })
    else { return nil }
    self.address = address
  }

  /// Where a rule is explained: its heading's anchor, as Markdown's renderers make it.
  package func address(of rule: String) -> String { address + "#" + rule.lowercased() }
}
