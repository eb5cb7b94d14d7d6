import CanonicalJSON
import Diagnostics
import Linux
import Targets

/// What a runtime wrote to its log, which it is asked for as JSON: an object for each message, with nothing, or a line
/// feed, between them.
struct RuntimeLog {
  struct Message: Equatable {
    let text: String
    /// Whether something is not as it was asked for: a warning and everything above, or what cannot be read.
    let isObjection: Bool
  }

  let messages: [Message]

  /// Nothing was written where there is no such file.
  init(at path: String) { self.init((try? KernelFile.read(path, limit: 65536)) ?? "") }

  init(_ text: String) {
    messages = Self.objects(in: Array(text.utf8)).map { bytes in
      let source = SourceText(name: "log", bytes: Array(bytes))
      guard let object = try? JSONNode(reading: source, limits: JSONLimits(size: 65536, depth: 8, nodes: 100)),
        let message = object["msg"]?.string,
        let level = object["level"]?.string
      else { return Message(text: String(decoding: bytes, as: UTF8.self), isObjection: true) }
      return Message(text: message, isObjection: !["trace", "debug", "info"].contains(level))
    }
  }

  /// What it objected to, but for what it says of every container.
  func objections(of runtime: OCIRuntime) -> [String] {
    messages.filter(\.isObjection).map(\.text).filter { text in
      !Self.constant(runtime).contains { text.hasPrefix($0.prefix) }
    }
  }

  /// How messages begin that a runtime has for every container, and why they take nothing from a policy.
  private static func constant(_ runtime: OCIRuntime) -> [(prefix: String, reason: String)] {
    switch runtime {
    // runc 1.3 and later on a host with control groups of version 1. They hold all that we ask for.
    case .runc: [("cgroup v1 is deprecated", "a wish of its authors")]
    case .crun, .gvisor: []
    }
  }

  /// The text cut between objects; what is none runs to the next line.
  private static func objects(in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var objects: [ArraySlice<UInt8>] = []
    var start = 0
    var depth = 0
    var isString = false
    var isEscaped = false
    for (index, byte) in bytes.enumerated() {
      var isEnd = byte == UInt8(ascii: "\n") && depth == 0
      if isEscaped {
        isEscaped = false
      } else if isString {
        isEscaped = byte == UInt8(ascii: "\\")
        isString = byte != UInt8(ascii: "\"")
      } else if byte == UInt8(ascii: "\"") {
        isString = depth > 0
      } else if byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "}"), depth > 0 {
        depth -= 1
        isEnd = depth == 0
      }
      guard isEnd else { continue }
      objects.append(bytes[start...index])
      start = index + 1
    }
    objects.append(bytes[start...])
    return objects.filter { !$0.allSatisfy { $0 <= 0x20 } }
  }
}
