import ArgumentParser
import Diagnostics
import Sandbox
import Targets

extension TargetRegistry {
  static var words: [String] { all.map { type(of: $0).name.rawValue } }

  static var names: String { words.joined(separator: ", ") }

  /// Targets as a user names them, also separated by commas; all of them if none is named.
  static func targets(named names: [String]) throws -> [any Target] {
    let words = names.flatMap { $0.split(separator: ",").map(String.init) }
    guard names.isEmpty || !words.isEmpty else { throw ValidationError("--target names no target") }
    return words.isEmpty ? all : try words.map(target(named:))
  }

  static func target(named word: String) throws -> any Target {
    guard let name = TargetName(rawValue: word), let target = target(named: name) else {
      throw ValidationError("there is no target '\(DisplayText.escaped(word))'; there are \(names)")
    }
    return target
  }
}
