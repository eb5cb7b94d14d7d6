import TestSupport
import Testing

@testable import Executor

/// Paths as one array of bytes mean what they mean as lists of names.
@Suite struct RootPathTests {
  /// Short ones of few names, so that many have something in common; `-` and `.` sort before the slash.
  private static func path(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...7, using: &random)).map { _ in
      ["/", "/", "a", "b", "-", ".", "\u{301}"].randomElement(using: &random) ?? ""
    }.joined()
  }

  private static func names(_ path: String) -> [[UInt8]] {
    path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
  }

  private static func joined(_ names: some Sequence<[UInt8]>) -> [UInt8] {
    Array(names.joined(separator: [UInt8(ascii: "/")]))
  }

  @Test func comparingAndSplittingGoByNames() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let (one, other) = (Self.path(&random), Self.path(&random))
      let (left, right) = (Self.names(one), Self.names(other))
      let (path, otherPath) = (RootPath(one), RootPath(other))
      let label = "\(one) and \(other)"
      #expect(path.relative == Self.joined(left), "\(one)")
      #expect(path.isRoot == left.isEmpty, "\(one)")
      #expect(path.parent.relative == Self.joined(left.dropLast()), "\(one)")
      #expect(path.ancestry.map(\.relative) == left.indices.map { Self.joined(left[...$0]) }, "\(one)")
      #expect((path == otherPath) == (left == right), "\(label)")
      #expect(path != otherPath || path.hashValue == otherPath.hashValue, "\(label)")
      #expect(path.isWithin(otherPath) == left.starts(with: right), "\(label)")
      let precedes = left.lexicographicallyPrecedes(right) { $0.lexicographicallyPrecedes($1) }
      #expect((path < otherPath) == precedes, "\(label)")
    }
  }

  /// What lists of names come to, with at most so many links followed.
  private static func resolved(_ path: String, _ links: [(place: String, target: String)], atMost: Int) -> [[UInt8]] {
    var place: [[UInt8]] = []
    var rest = Array(names(path).reversed())
    var followed = 0
    while let name = rest.popLast() {
      switch String(decoding: name, as: UTF8.self) {
      case ".": continue
      case "..": place = place.dropLast()
      default:
        let next = place + [name]
        guard followed < atMost, let link = links.first(where: { names($0.place) == next }) else {
          place = next
          continue
        }
        followed += 1
        if link.target.utf8.first == UInt8(ascii: "/") { place = [] }
        rest += names(link.target).reversed()
      }
    }
    return place
  }

  @Test func linksLeadWhereTheyWouldByNames() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20_000 {
      let links = (0..<3).map { _ in (place: Self.path(&random), target: Self.path(&random)) }
      let path = Self.path(&random) + "/" + Self.path(&random)
      var followed = 0
      let result = RootPath.resolving(RootPath(path)) { place in
        guard followed < 5, let link = links.first(where: { RootPath($0.place) == place }) else { return nil }
        followed += 1
        return Array(link.target.utf8)
      }
      #expect(result.relative == Self.joined(Self.resolved(path, links, atMost: 5)), "\(path) with \(links)")
    }
  }
}
