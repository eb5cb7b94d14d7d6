/// What a policy gives for an exception that it makes.
enum Reason {
  /// Whether a text says anything: a few words, not what people write to be asked no more.
  static func isGiven(by text: String) -> Bool {
    let letters = text.lowercased().unicodeScalars.filter(\.properties.isAlphabetic)
    let words = letters.reduce(into: "") { $0.unicodeScalars.append($1) }
    return letters.count >= 6
      && !["ignore", "ignored", "suppress", "suppressed", "because", "temporary"].contains(words)
  }
}
