import ArgumentParser
import Diagnostics
import Reports

/// A file that `lint` is asked to write findings to: `sarif=lint.sarif`.
struct OutputRequest {
  let format: OutputFormat
  let path: String

  /// - Throws: What is wrong with the words, or with the place.
  init(_ written: String) throws {
    let parts = written.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let format = OutputFormat(rawValue: String(parts[0])) else {
      let formats = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "--output takes FORMAT=FILE, not '\(DisplayText.escaped(written))'; the formats are \(formats)"
      )
    }
    self.format = format
    path = String(parts[1])
    try OutputFile.check(path)
  }
}

extension OutputFormat: ExpressibleByArgument {}

extension OutputFormat {
  /// Whether standard output is a document for a program, beside which nothing else may stand.
  var isDocument: Bool {
    switch self {
    case .human, .concise: false
    case .json, .sarif, .github, .gitlab, .junit: true
    }
  }
}
