import Diagnostics

/// Something that was read, with its place. The value is nil where only running the file would tell it.
struct Located<Value: Sendable>: Sendable {
  let value: Value?
  let range: SourceRange

  init(_ value: Value?, _ range: SourceRange) {
    self.value = value
    self.range = range
  }
}

/// What a file tells Docker about one container, in whatever words: a `docker run`, a create body or a Compose service.
/// Rules are about this, so that each of them holds for all three.
struct DockerSettings: Sendable {
  /// Whose words the file uses.
  enum Origin: Sendable {
    case command
    case createBody
    case compose
  }

  enum Namespace: String, Sendable, CaseIterable {
    case network
    case ipc
    case pid
    case uts
    case user
    case cgroup
  }

  struct Ulimit: Sendable {
    let name: String
    let soft: Int64
    let hard: Int64
  }

  struct Tmpfs: Sendable {
    let path: String
    /// nil where the form knows no options.
    let options: [String]
    let hasSize: Bool
  }

  struct Mount: Sendable {
    let type: String
    let source: String
    let target: String
    let isReadOnly: Bool
  }

  let origin: Origin
  /// Whether it is podman that reads them.
  var isPodman = false
  /// Where to point when something is missing.
  let place: SourceRange
  var image: Located<String>?
  var user: Located<String>?
  var privileged: Located<Bool>?
  var readOnlyRoot: Located<Bool>?
  var addedCapabilities: [Located<String>] = []
  var droppedCapabilities: [Located<String>] = []
  /// `name` or `name=value`; Compose's and the command's `:` is written `=`.
  var securityOptions: [Located<String>] = []
  var namespaces: [Namespace: Located<String>] = [:]
  var isNetworkDisabled: Located<Bool>?
  /// Bytes; -1 is unlimited where the engine says so.
  var memory: Located<Int64>?
  /// Memory and swap together.
  var memorySwap: Located<Int64>?
  var memoryReservation: Located<Int64>?
  var nanoCPUs: Located<Int64>?
  var cpuQuota: Located<Int64>?
  var cpuPeriod: Located<Int64>?
  var cpuCount: Located<Int64>?
  var pids: Located<Int64>?
  var ulimits: [Located<Ulimit>] = []
  var tmpfs: [Located<Tmpfs>] = []
  var mounts: [Located<Mount>] = []
  /// What mounts of other containers or the engine's socket give.
  var volumesFrom: [Located<String>] = []
  var usesAPISocket: Located<Bool>?
  var devices: [Located<String>] = []
  var sysctls: [Located<String>] = []
  var publishedPorts: [Located<String>] = []
  var groups: [Located<String>] = []
  var cgroupParent: Located<String>?
  var runtime: Located<String>?
  var logDriver: Located<String>?
  var hasLogSizeLimit = false
  var restart: Located<String>?
  var removesItself: Located<Bool>?
  var disablesOOMKiller: Located<Bool>?
  var scoreAdjustment: Located<Int64>?
  var usesInit: Located<Bool>?
  var hostname: Located<String>?
  var stopTimeout: Located<Int64>?
  var maskedPaths: Located<[String]>?
  var readOnlyPaths: Located<[String]>?
  /// `NAME=VALUE` or `NAME`.
  var environment: [Located<String>] = []

  init(origin: Origin, place: SourceRange) {
    self.origin = origin
    self.place = place
  }

  /// A setting in the words of the file, for help.
  func named(command: String, body: String, compose: String) -> String {
    switch origin {
    case .command: command
    case .createBody: body
    case .compose: compose
    }
  }

  func securityOption(_ name: String) -> Located<String>? {
    securityOptions.first { option in
      guard let text = option.value else { return false }
      return text == name || text.hasPrefix(name + "=")
    }
  }

  /// Whether every capability is dropped.
  var dropsAllCapabilities: Bool { droppedCapabilities.contains { $0.value?.uppercased() == "ALL" } }

  var usesGVisor: Bool { runtime?.value.map { $0.contains("runsc") || $0.contains("gvisor") } ?? false }
}

/// Numbers as Docker's command and Compose write them.
enum DockerQuantity {
  /// `64m`, `1.5g`, `512MiB`, `-1`: units of 1024 (go-units' RAMInBytes). nil for anything else.
  static func bytes(_ text: String) -> Int64? {
    if let plain = Int64(text) { return plain }
    let lowered = text.lowercased().filter { $0 != " " }
    let number = lowered.prefix { $0.isNumber || $0 == "." }
    let units: [String: Int64] = ["": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50]
    var unit = String(lowered.dropFirst(number.count))
    if unit.count > 1, unit.hasSuffix("b") { unit.removeLast() }
    if unit.count > 1, unit.hasSuffix("i") { unit.removeLast() }
    guard let size = units[unit], let thousandths = thousandths(String(number)) else { return nil }
    let (product, overflows) = thousandths.multipliedReportingOverflow(by: size)
    return overflows ? nil : product / 1000
  }

  /// A decimal number of processors, in billionths.
  static func nanoCPUs(_ text: String) -> Int64? {
    guard let value = thousandths(text) else { return nil }
    let (product, overflows) = value.multipliedReportingOverflow(by: 1_000_000)
    return overflows ? nil : product
  }

  /// The value of a decimal number without sign in thousandths; further digits are dropped.
  private static func thousandths(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, let whole = Int64(first.isEmpty ? "0" : first), whole >= 0,
      whole < 1 << 50
    else { return nil }
    guard parts.count == 2 else { return first.isEmpty ? nil : whole * 1000 }
    let digits = parts[1].prefix(3)
    guard parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), !(first.isEmpty && digits.isEmpty) else { return nil }
    let padded = digits + String(repeating: "0", count: 3 - digits.count)
    return Int64(padded).map { whole * 1000 + $0 }
  }

  /// `nofile=64`, `nofile=64:128`.
  static func ulimit(_ text: String) -> DockerSettings.Ulimit? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let limits = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard (1...2).contains(limits.count), let soft = limits[0], let hard = limits[limits.count - 1] else { return nil }
    return DockerSettings.Ulimit(name: String(parts[0]), soft: soft, hard: hard)
  }

  /// `/path:size=64m,noexec`.
  static func tmpfs(_ text: String) -> DockerSettings.Tmpfs {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let options = parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : []
    return DockerSettings.Tmpfs(
      path: String(parts.first ?? ""),
      options: options,
      hasSize: options.contains { $0.hasPrefix("size=") }
    )
  }

  /// `SOURCE:TARGET[:OPTIONS]`, or `TARGET` alone for an unnamed volume.
  static func volume(_ text: String) -> DockerSettings.Mount {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1 else {
      return DockerSettings.Mount(type: "volume", source: "", target: text, isReadOnly: false)
    }
    let isPath = ["/", ".", "~"].contains { parts[0].hasPrefix($0) }
    let options = parts.count > 2 ? parts[2].split(separator: ",") : []
    return DockerSettings.Mount(
      type: isPath ? "bind" : "volume",
      source: parts[0],
      target: parts[1],
      isReadOnly: options.contains("ro") || options.contains("readonly")
    )
  }
}
