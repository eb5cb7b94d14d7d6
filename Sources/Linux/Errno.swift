import CLaunch
import Glibc

/// An error of the kernel, by its number (errno(3)).
package struct Errno: Error, Hashable, Sendable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  /// `EPERM`; `E999` for a number that has no name.
  package var name: String { rf_error_name(number).map { String(cString: $0) } ?? "E\(number)" }

  /// What it means, in English: `Operation not permitted`.
  package var text: String { String(cString: rf_error_text(number)) }

  package static let permission = Errno(1)
  package static let missing = Errno(2)
  package static let noSuchProcess = Errno(3)
  package static let interrupted = Errno(4)
  package static let ioError = Errno(5)
  package static let again = Errno(11)
  package static let noMemory = Errno(12)
  package static let access = Errno(13)
  package static let busy = Errno(16)
  package static let exists = Errno(17)
  package static let noDevice = Errno(19)
  package static let notDirectory = Errno(20)
  package static let invalid = Errno(22)
  package static let tooManyFiles = Errno(24)
  package static let tooManyReferences = Errno(109)
  package static let noSpace = Errno(28)
  package static let brokenPipe = Errno(32)
  package static let notImplemented = Errno(38)
  package static let loop = Errno(40)
  package static let connectionReset = Errno(104)
  package static let timedOut = Errno(110)
}

/// Turns the `-errno` of CLaunch's functions into an error.
@discardableResult
package func checked(_ result: Int32) throws(Errno) -> Int32 {
  guard result >= 0 else { throw Errno(-result) }
  return result
}

extension String {
  /// The bytes with a NUL at the end, for the kernel. A text with a NUL inside names something else there than here.
  func withKernelString<Result>(_ body: (UnsafePointer<CChar>) -> Result) throws(Errno) -> Result {
    let count = utf8.count
    let result: Result? = withCString { strlen($0) == count ? body($0) : nil }
    guard let result else { throw Errno.invalid }
    return result
  }
}
