/// Constants of the C headers that conditions on arguments use (`AF_UNIX`, `CLONE_NEWUSER`), the same on every ABI that
/// this build knows. Values are at most 32 bits wide; `AT_FDCWD` is written as the kernel compares an `int`.
package enum SyscallConstant {
  /// Sorted as bytes.
  package static var allNames: [String] {
    TableParts(linesOf: SyscallConstants.constants).compactMap { line in
      var words = TableParts(wordsOf: line)
      return words.next().map { String(decoding: $0, as: UTF8.self) }
    }
  }

  package static func value(of name: String) -> UInt64? {
    var name = name
    return name.withUTF8 { name in
      for line in TableParts(linesOf: SyscallConstants.constants) {
        var words = TableParts(wordsOf: line)
        guard let word = words.next(), word.isText(name), let value = words.next() else { continue }
        return UInt64(String(decoding: value, as: UTF8.self))
      }
      return nil
    }
  }
}
