import CLaunch

/// What this process was started with. The standard library reads it from /proc/self/cmdline when it is first asked, and
/// takes a failure for no arguments at all.
package enum ProcessArguments {
  /// An argument that is not UTF-8. To mend it would be to name another file.
  package struct NotText: Error {
    /// From 1, the program's name being 0.
    package let index: Int
    /// With what is wrong replaced.
    package let shown: String
  }

  /// With the name of the program first.
  package static func all() throws(NotText) -> [String] {
    // No `map`: it looks types up by name at run time.
    var arguments: [String] = []
    for index in 0..<rf_argument_count() {
      guard let argument = String(validatingCString: rf_argument(index)) else {
        throw NotText(index: Int(index), shown: String(cString: rf_argument(index)))
      }
      arguments.append(argument)
    }
    return arguments
  }
}
