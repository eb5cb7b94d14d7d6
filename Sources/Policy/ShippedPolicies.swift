package import Diagnostics

/// The policies that come with Ringfence, so that the one executable needs no file beside it.
package enum ShippedPolicies {
  package struct Entry: Sendable {
    package let name: String
    package let text: String
  }

  package static func source(of name: String) -> SourceText? {
    all.first { $0.name.utf8.elementsEqual(name.utf8) }.map {
      SourceText(name: "<ringfence>/\($0.name).yaml", text: $0.text)
    }
  }
}
