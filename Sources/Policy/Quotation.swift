extension String {
  /// The text as a message names it: between backticks, and no longer than a reader wants to see.
  var quoted: String {
    let limit = 60
    // Not by characters: one character can have any number of combining marks.
    guard unicodeScalars.count > limit else { return "`\(self)`" }
    var head = String.UnicodeScalarView()
    head.append(contentsOf: unicodeScalars.prefix(limit))
    return "`\(String(head))…`"
  }
}
