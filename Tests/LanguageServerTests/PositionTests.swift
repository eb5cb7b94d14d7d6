import CanonicalJSON
import Diagnostics
import LanguageServer
import Testing

@Suite struct PositionTests {
  /// A character beyond U+FFFF is two units; lines end with LF, CR LF or CR.
  @Test(
    arguments: [
      ("ab\ncd", 1, 1, 4), ("é🦊x", 0, 1, 2), ("é🦊x", 0, 3, 6), ("é🦊x", 0, 4, 7), ("é🦊x", 0, 2, 2), ("a\r\nb", 1, 0, 3),
      ("a\r\nb", 0, 9, 1), ("a\rb", 1, 0, 2), ("a\n", 1, 0, 2), ("a\n", 7, 3, 2), ("", 0, 0, 0), ("€x", 0, 1, 3),
    ] as [(String, Int64, Int64, Int)]
  )
  func places(_ text: String, _ line: Int64, _ character: Int64, _ offset: Int) {
    let map = PositionMap(SourceText(name: "p", text: text))
    #expect(map.offset(line: line, character: character) == offset)
  }

  /// Every place of a text is where Swift's own UTF-16 view has it, and back.
  @Test func thereAndBack() {
    let text = "a é€🦊\n\u{301}x\r\n🦊🦊\rz\n"
    let source = SourceText(name: "p", text: text)
    let map = PositionMap(source)
    var line = 0
    var character = 0
    var offset = 0
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let isSecondOfTwo = scalar == "\n" && index > 0 && scalars[index - 1] == "\r"
      if !isSecondOfTwo {
        let position: JSON = ["line": .integer(line), "character": .integer(character)]
        #expect(map.position(at: offset) == position)
        #expect(map.offset(of: position) == offset)
      }
      offset += String(scalar).utf8.count
      character += UTF16.width(scalar)
      let isEnd = scalar == "\n" || scalar == "\r" && !(index + 1 < scalars.count && scalars[index + 1] == "\n")
      if isEnd { (line, character) = (line + 1, 0) }
    }
  }

  @Test(arguments: [
    "/a/b.yaml", "/with space/ü/🦊.yaml", "/percent%41.yaml", "/#?&=.yaml", "/a\nb.yaml", "/",
  ])
  func addresses(_ path: String) {
    let address = FileAddress.address(of: path)
    #expect(FileAddress.path(of: address) == path)
    #expect(address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
  }

  @Test(arguments: ["http://a/b", "file:relative", "file://host/a", "file:///%0", "file:///%zz", "file:///a%00b", ""])
  func noFiles(_ address: String) { #expect(FileAddress.path(of: address) == nil) }
}
