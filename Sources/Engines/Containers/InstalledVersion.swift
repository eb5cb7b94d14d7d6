import Sandbox
import Targets

/// What an engine says of its version, against the one that the policy is for: a policy for a newer one may count on what
/// an older one does not do.
enum InstalledVersion {
  /// Asks a runtime, if the policy names a version.
  static func check(_ runtime: OCIRuntime, at path: String, for targets: TargetOptions) throws(EngineFailure) {
    switch runtime {
    case .runc: try check(targets.runc.version, "targets.runc.version", path, version(in:))
    case .crun: try check(targets.crun.version, "targets.crun.version", path, version(in:))
    case .gvisor: try check(targets.gvisor.release, "targets.gvisor.release", path, release(in:))
    }
  }

  /// Compares what the policy names with `said`, what the engine says of itself.
  static func check<Version: Comparable & CustomStringConvertible>(
    _ named: Version,
    _ key: String,
    of engine: String,
    said: String,
    _ read: (String) -> Version?
  ) throws(EngineFailure) {
    guard let installed = read(said) else {
      throw EngineFailure("\(engine) does not say which version it is, and \(key) is \(named): leave it out")
    }
    guard installed >= named else {
      throw EngineFailure(
        "\(engine) is \(installed), and \(key) is \(named): an older one may not do all that is said of it; name the version "
          + "that is installed, or none"
      )
    }
  }

  private static func check<Version: Comparable & CustomStringConvertible>(
    _ named: Version?,
    _ key: String,
    _ path: String,
    _ read: (String) -> Version?
  ) throws(EngineFailure) {
    guard let named else { return }
    let pipes = try EnginePipes()
    let streams = RuntimeCommand.Streams(output: pipes.childStreams.error)
    _ = try RuntimeCommand(prefix: [path]).call(["--version"], streams: streams)
    try check(named, key, of: path, said: pipes.said(), read)
  }

  /// The first word that begins with a digit: `1.1.5` of `runc version 1.1.5+ds1`.
  static func version(in text: String) -> EngineVersion? {
    let words = text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    guard let word = words.first(where: { $0.first.map(isDigit) ?? false }) else { return nil }
    let numbers = word.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }.split(separator: UInt8(ascii: "."))
    return EngineVersion(numbers.prefix(3).map { String(Substring($0)) }.joined(separator: "."))
  }

  /// The first eight digits in a row: `20221219` of `runsc version 0.0~20221219.0`.
  static func release(in text: String) -> EngineRelease? {
    text.utf8.split { !isDigit($0) }.first { $0.count == 8 }.flatMap { EngineRelease(String(Substring($0))) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
