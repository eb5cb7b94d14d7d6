import CLaunch

/// What this process was started with. The standard library reads it from /proc/self/cmdline when it is first asked, and
/// takes a failure for no arguments at all.
package enum ProcessArguments {
  /// With the name of the program first.
  package static var all: [String] {
    // No `map`: it looks types up by name at run time.
    var arguments: [String] = []
    for index in 0..<rf_argument_count() { arguments.append(String(cString: rf_argument(index))) }
    return arguments
  }
}
