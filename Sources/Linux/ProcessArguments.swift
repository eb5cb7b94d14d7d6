import CLaunch

/// What this process was started with. The standard library reads it from /proc/self/cmdline when it is first asked, and
/// takes a failure for no arguments at all.
package enum ProcessArguments {
  /// With the name of the program first.
  package static var all: [String] { (0..<rf_argument_count()).map { String(cString: rf_argument($0)) } }
}
