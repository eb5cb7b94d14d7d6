import TestSupport
import Testing

@testable import Engines

@Suite("Docker's stream of both outputs")
struct StreamFramesTests {
  private func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let size = UInt32(bytes.count)
    return [stream, 0, 0, 0, UInt8(size >> 24), UInt8(size >> 16 & 0xFF), UInt8(size >> 8 & 0xFF), UInt8(size & 0xFF)]
      + bytes
  }

  @Test("frames are taken apart however they are cut", arguments: 0..<200)
  func cut(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes =
      frame(1, "one") + frame(2, String(repeating: "e", count: 300)) + frame(1, "") + frame(1, "two") + frame(2, "x")
    var sink = OutputSink(limit: nil, forwards: false)
    var frames = StreamFrames()
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...40, using: &generator))
      rest = rest.dropFirst(part.count)
      #expect(frames.take(part, into: &sink))
    }
    #expect(sink.kept(.output) == Array("onetwo".utf8))
    #expect(sink.kept(.error) == Array((String(repeating: "e", count: 300) + "x").utf8))
    #expect(sink.end == nil)
  }

  @Test(
    "what is no frame is refused",
    arguments: [[0, 0, 0, 0, 0, 0, 0, 1, 65], [3, 0, 0, 0, 0, 0, 0, 1], [72, 84, 84, 80, 47, 49, 46, 49]] as [[UInt8]]
  )
  func garbage(bytes: [UInt8]) {
    var sink = OutputSink(limit: nil, forwards: false)
    var frames = StreamFrames()
    #expect(!frames.take(bytes[...], into: &sink))
    #expect(sink.kept(.output).isEmpty)
  }

  @Test("the limit is of both streams, to the byte", arguments: [0, 1, 5, 6, 7] as [Int64])
  func limit(bytes: Int64) {
    var sink = OutputSink(limit: bytes, forwards: false)
    sink.take(Array("abc".utf8)[...], from: .output)
    sink.take(Array("def".utf8)[...], from: .error)
    #expect(sink.kept(.output).count + sink.kept(.error).count == min(6, Int(bytes)))
    #expect((sink.end == .limit) == (bytes < 6))
  }
}
