import Glibc

/// The `ringfence` that end-to-end tests run: the one that `RINGFENCE` names (`make test` sets it to the release build),
/// else the one beside the tests.
package enum BuiltCommand {
  package static var path: String {
    if let path = ChildProcess.inherited("RINGFENCE") { return path }
    // The tests are started from the package's folder, by SwiftPM and by `make test` alike.
    return folder + "/.build/debug/ringfence"
  }

  /// The package's folder, absolute.
  package static var folder: String {
    // This file is Tests/TestSupport/BuiltCommand.swift.
    #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
  }
}
