import Diagnostics
import Glibc
package import Testing

/// A file beside the tests that holds what some output has to be, byte for byte.
///
/// With `RINGFENCE_RECORD=1` in the environment the files are written instead of compared; a test that records fails, so
/// that nobody records in CI by mistake and calls it green.
package enum Snapshot {
  /// Compares with `Snapshots/NAME` in the folder of the test's file. Names may have folders.
  package static func expect(
    _ output: String,
    matches name: String,
    file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(Array(output.utf8), matches: name, file: file, sourceLocation: sourceLocation)
  }

  package static func expect(
    _ output: [UInt8],
    matches name: String,
    file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let path = path(of: name, beside: file)
    if ChildProcess.inherited("RINGFENCE_RECORD") == "1" {
      if TestFile.read(path) == output { return }
      do {
        try TestFile.write(output, to: path)
        Issue.record("recorded \(name); run again without RINGFENCE_RECORD", sourceLocation: sourceLocation)
      } catch {
        Issue.record("cannot record \(path): \(error)", sourceLocation: sourceLocation)
      }
      return
    }
    guard let expected = TestFile.read(path) else {
      Issue.record("no snapshot \(name) yet; run with RINGFENCE_RECORD=1", sourceLocation: sourceLocation)
      return
    }
    if expected != output {
      let diff = LineDifference(from: expected, to: output).text
      Issue.record("\(name) differs; RINGFENCE_RECORD=1 records it anew\n\(diff)", sourceLocation: sourceLocation)
    }
  }

  /// A name can lead out of the folder of snapshots, which then need not exist.
  private static func path(of name: String, beside file: String) -> String {
    var folder = TestFile.folder(of: file) + "/Snapshots"
    var rest = name[...]
    while rest.hasPrefix("../") {
      folder = TestFile.folder(of: folder)
      rest = rest.dropFirst(3)
    }
    return "\(folder)/\(rest)"
  }
}

/// Files of tests, through the C library: tests of a program without Foundation need none either.
package enum TestFile {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Up to 64 MiB; nil when the file cannot be read.
  package static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.count < 64 << 20 {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  package static func text(_ path: String) -> String? { read(path).map { String(decoding: $0, as: UTF8.self) } }

  /// Creates the folders on the way.
  package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    makeFolders(folder(of: path))
    guard let file = fopen(path, "wb") else {
      throw Failure(description: "\(path): \(String(cString: strerror(errno)))")
    }
    let written = bytes.isEmpty ? 0 : fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw Failure(description: "\(path): a short write") }
  }

  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return String(path[..<slash])
  }

  /// A new empty folder under `$TMPDIR` or `/tmp`; the caller removes it.
  package static func temporaryFolder() throws(Failure) -> String {
    let root = ChildProcess.inherited("TMPDIR") ?? "/tmp"
    var template = Array("\(root)/ringfence-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp: \(String(cString: strerror(errno)))") }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Removes a folder that `temporaryFolder` made, with all that is in it. Links are removed, never followed.
  package static func removeFolder(_ path: String) {
    _ = try? ChildProcess.run(["rm", "-rf", "--", path])
  }

  private static func makeFolders(_ path: String) {
    guard !path.isEmpty, path != ".", path != "/", access(path, F_OK) != 0 else { return }
    makeFolders(folder(of: path))
    mkdir(path, 0o755)
  }
}
