/// What changed between two texts, by line, in the unified format that reviewers read. Lines are as a terminal may show
/// them: what could steer it is escaped.
package struct LineDifference: Sendable {
  package enum Line: Sendable, Equatable {
    case kept(String)
    case removed(String)
    case added(String)
  }

  /// A run of changed lines with the unchanged ones around it. Line numbers count from 1.
  package struct Hunk: Sendable {
    package let oldStart: Int
    package let newStart: Int
    package let lines: [Line]
  }

  package let hunks: [Hunk]

  package var isEmpty: Bool { hunks.isEmpty }

  /// Compares two texts; bytes that are not UTF-8 are shown as `\xff` but still compare as they are.
  ///
  /// - Parameters:
  ///   - old: The text before.
  ///   - new: The text after.
  ///   - context: How many unchanged lines to show around a change.
  package init(from old: [UInt8], to new: [UInt8], context: Int = 3) {
    let edits = Self.edits(from: Self.lines(of: old), to: Self.lines(of: new))
    hunks = Self.hunks(of: edits, context: context)
  }

  /// The hunks as `diff -u` prints them, without the header.
  package var text: String {
    var text = ""
    for hunk in hunks {
      let oldCount = hunk.lines.count { if case .added = $0 { false } else { true } }
      let newCount = hunk.lines.count { if case .removed = $0 { false } else { true } }
      // Of a side without lines, the number is that of the line before (diff(1), "Detailed Unified").
      let oldStart = hunk.oldStart - (oldCount == 0 ? 1 : 0)
      let newStart = hunk.newStart - (newCount == 0 ? 1 : 0)
      text += "@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n"
      for line in hunk.lines {
        switch line {
        case .kept(let line): text += " \(line)\n"
        case .removed(let line): text += "-\(line)\n"
        case .added(let line): text += "+\(line)\n"
        }
      }
    }
    return text
  }

  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// The longest common subsequence over what is left between the common beginning and the common end. Where that
  /// middle is too large for a table (a rewritten file), it counts as replaced as a whole.
  private static func edits(from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]) -> [Line] {
    let largestTable = 4_000_000
    let limit = min(old.count, new.count)
    var head = 0
    while head < limit, old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < limit - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    let removed = old[head..<(old.count - tail)]
    let added = new[head..<(new.count - tail)]

    var edits = old[..<head].map { Line.kept(show($0)) }
    if removed.count * added.count > largestTable {
      edits += removed.map { .removed(show($0)) } + added.map { .added(show($0)) }
    } else {
      edits += middle(from: Array(removed), to: Array(added))
    }
    return edits + old[(old.count - tail)...].map { .kept(show($0)) }
  }

  private static func middle(from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]) -> [Line] {
    let width = new.count + 1
    var common = [Int32](repeating: 0, count: (old.count + 1) * width)
    for i in old.indices.reversed() {
      for j in new.indices.reversed() {
        common[i * width + j] =
          old[i] == new[j]
          ? common[(i + 1) * width + j + 1] + 1
          : max(common[(i + 1) * width + j], common[i * width + j + 1])
      }
    }
    var edits: [Line] = []
    var i = 0
    var j = 0
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, old[i] == new[j] {
        edits.append(.kept(show(old[i])))
        i += 1
        j += 1
      } else if i < old.count, j == new.count || common[(i + 1) * width + j] >= common[i * width + j + 1] {
        edits.append(.removed(show(old[i])))
        i += 1
      } else {
        edits.append(.added(show(new[j])))
        j += 1
      }
    }
    return edits
  }

  private static func hunks(of edits: [Line], context: Int) -> [Hunk] {
    let changed = edits.indices.filter { if case .kept = edits[$0] { false } else { true } }
    var hunks: [Hunk] = []
    var oldLine = 1
    var newLine = 1
    var cursor = 0
    var next = 0
    while next < changed.count {
      let start = max(cursor, changed[next] - context)
      var end = changed[next] + 1
      while next < changed.count, changed[next] <= end + 2 * context {
        end = changed[next] + 1
        next += 1
      }
      end = min(edits.count, end + context)
      count(edits[cursor..<start], &oldLine, &newLine)
      hunks.append(Hunk(oldStart: oldLine, newStart: newLine, lines: Array(edits[start..<end])))
      count(edits[start..<end], &oldLine, &newLine)
      cursor = end
    }
    return hunks
  }

  private static func count(_ lines: ArraySlice<Line>, _ oldLine: inout Int, _ newLine: inout Int) {
    for line in lines {
      switch line {
      case .kept:
        oldLine += 1
        newLine += 1
      case .removed: oldLine += 1
      case .added: newLine += 1
      }
    }
  }

  private static func show(_ line: ArraySlice<UInt8>) -> String { DisplayText.escaped(line) }
}
