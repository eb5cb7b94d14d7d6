import CanonicalJSON

/// What an engine says that a container of its is, beside what it was asked to make: each value of a create body with the
/// value that `docker inspect` shows in its place. An engine that drops, rounds or replaces a value without a warning is
/// found out before anything runs.
struct InspectComparison: Sendable {
  struct Line: Sendable {
    /// Where inspect shows it: `HostConfig.PidsLimit`.
    let key: String
    let asked: JSON
    /// Nil when it is not shown.
    let shown: JSON?
    let isSame: Bool
  }

  /// In the order of the body.
  let lines: [Line]

  var differences: [Line] { lines.filter { !$0.isSame } }

  init(asked body: JSON, inspected container: JSON) {
    var lines: [Line] = []
    for member in body.object?.members ?? [] {
      let isHost = member.name == "HostConfig"
      let asked = isHost ? member.value.object?.members ?? [] : [member]
      let shown = container[isHost ? "HostConfig" : "Config"]
      for member in asked {
        let key = (isHost ? "HostConfig." : "Config.") + member.name
        let value = shown?[member.name]
        lines.append(
          Line(key: key, asked: member.value, shown: value, isSame: Self.isSame(key, member.value, value))
        )
      }
    }
    self.lines = lines
  }

  private static func isSame(_ key: String, _ asked: JSON, _ shown: JSON?) -> Bool {
    switch key {
    // One empty string resets the image's, and leaves nothing.
    case "Config.Entrypoint" where asked == [""]: isEmpty(shown ?? .null) || shown == asked
    // The engine adds the image's own, which `enforcement` tells of.
    case "Config.Env":
      (asked.array ?? []).allSatisfy { (shown?.array ?? []).contains($0) }
    case "Config.Labels":
      (asked.object?.members ?? []).allSatisfy { shown?[$0.name] == $0.value }
    case "HostConfig.CapAdd", "HostConfig.CapDrop": capabilities(asked) == capabilities(shown)
    // Versions differ in which of the two they show.
    case "HostConfig.RestartPolicy": ["", "no"].contains(shown?["Name"]?.string ?? "") && asked["Name"] == ""
    default: matches(asked, shown ?? .null)
    }
  }

  private static func capabilities(_ value: JSON?) -> Set<String> {
    Set((value?.array ?? []).compactMap(\.string).map { $0.hasPrefix("CAP_") ? String($0.dropFirst(4)) : $0 })
  }

  /// Whether two values say the same to a program in Go, whose encoder leaves out what is empty.
  private static func matches(_ asked: JSON, _ shown: JSON) -> Bool {
    if isEmpty(asked) || isEmpty(shown) { return isEmpty(asked) && isEmpty(shown) }
    switch (asked, shown) {
    case (.array(let asked), .array(let shown)):
      return asked.count == shown.count && zip(asked, shown).allSatisfy(matches)
    case (.object(let asked), .object(let shown)):
      // Since version 25 the engine says in a word of its own what older ones always did.
      let names = Set(asked.names + shown.names).subtracting(["ReadOnlyNonRecursive"])
      return names.allSatisfy { matches(asked[$0] ?? .null, shown[$0] ?? .null) }
    default: return asked == shown
    }
  }

  private static func isEmpty(_ value: JSON) -> Bool {
    switch value {
    case .null: true
    case .bool(let value): !value
    case .number(let number): number.lexeme == "0"
    case .string(let text): text.isEmpty
    case .array(let items): items.isEmpty
    case .object(let object): object.members.allSatisfy { isEmpty($0.value) }
    }
  }
}

extension InspectComparison {
  /// Nil when the engine has made what it was asked for.
  var objection: String? {
    if differences.isEmpty { return nil }
    let lines = differences.map { "\($0.key) is \(Self.brief($0.shown ?? .null)), not \(Self.brief($0.asked))" }
    return "the engine has not made what it was asked for: \(lines.joined(separator: "; "))"
  }

  /// A value in a line of text: a filter is pages long.
  static func brief(_ value: JSON) -> String {
    let text = value.text(.compact)
    return text.utf8.count <= 200 ? text : String(text.prefix(160)) + "… (\(text.utf8.count) bytes)"
  }
}
