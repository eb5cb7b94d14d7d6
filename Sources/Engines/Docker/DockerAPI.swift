import CanonicalJSON
import Diagnostics
import Glibc
import Linux

/// The Engine API over its socket.
struct DockerAPI: Sendable {
  private let socket: String
  /// `/v1.41`.
  private let prefix: String

  private struct Version: Comparable {
    let major: Int
    let minor: Int

    static func < (left: Version, right: Version) -> Bool {
      (left.major, left.minor) < (right.major, right.minor)
    }
  }

  /// What the bodies are written for; an engine that has dropped it is asked in the oldest version that it knows.
  private static let version = Version(major: 1, minor: 41)
  /// In milliseconds, for what an engine answers at once.
  private static let timeout: Int64 = 30_000
  /// In milliseconds, for starting a container on a busy host.
  private static let startTimeout: Int64 = 120_000
  /// In milliseconds: a program may run as long as its policy lets it, and the supervisor knows how long that is.
  private static let waitTimeout: Int64 = 1 << 50

  /// Finds the engine as the `docker` command does: `DOCKER_HOST`, or its usual socket.
  init() throws(EngineFailure) {
    try self.init(host: getenv("DOCKER_HOST").map { String(cString: $0) } ?? "")
  }

  /// The engine at an address as `DOCKER_HOST` has it; empty is the usual socket.
  init(host: String) throws(EngineFailure) {
    guard host.isEmpty || host.hasPrefix("unix://") else {
      throw EngineFailure("DOCKER_HOST is \(host); ringfence talks to an engine of this host, by unix:// alone")
    }
    socket = host.isEmpty ? "/var/run/docker.sock" : String(host.dropFirst("unix://".count))
    let exchange = try HTTPExchange.begin("GET", "/version", socket: socket, timeout: Self.timeout)
    guard exchange.status == 200 else { throw EngineFailure("the engine does not tell its version") }
    let answer = try Self.json(try exchange.body())
    guard let newest = Self.number(answer["ApiVersion"]), let oldest = Self.number(answer["MinAPIVersion"]) else {
      throw EngineFailure("the engine does not tell the versions of its API")
    }
    guard newest >= Self.version else {
      throw EngineFailure("the engine's API is \(newest.major).\(newest.minor); 1.41 (Docker 20.10) is needed")
    }
    let chosen = max(Self.version, oldest)
    prefix = "/v\(chosen.major).\(chosen.minor)"
  }

  private static func number(_ node: JSONNode?) -> Version? {
    let parts = (node?.string ?? "").split(separator: ".").map { Int($0) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
    return Version(major: major, minor: minor)
  }

  static func json(_ bytes: [UInt8]) throws(EngineFailure) -> JSONNode {
    do throws(InvalidInput) {
      return try JSONNode(reading: SourceText(name: "the engine's answer", bytes: bytes))
    } catch {
      throw EngineFailure("the engine's answer is not JSON")
    }
  }

  /// What an engine says of a request that it refuses, in one line.
  static func message(in body: [UInt8], status: Int) -> String {
    let text = (try? json(body))?["message"]?.string ?? "HTTP status \(status)"
    return text.split(separator: "\n").joined(separator: " ")
  }

  private func call(
    _ method: String,
    _ path: String,
    body: [UInt8]? = nil,
    timeout: Int64 = Self.timeout
  ) throws(EngineFailure) -> (status: Int, body: [UInt8]) {
    let exchange = try HTTPExchange.begin(method, prefix + path, body: body, socket: socket, timeout: timeout)
    let status = exchange.status
    return (status, try exchange.body())
  }

  func info() throws(EngineFailure) -> JSONNode { try Self.json(try call("GET", "/info").body) }

  /// Creates a container; nothing runs yet. What an engine warns of, it does not do.
  ///
  /// - Returns: The container's id.
  func create(name: String, body: JSON) throws(EngineFailure) -> String {
    let (status, answer) = try call("POST", "/containers/create?name=\(name)", body: body.encoded(.compact))
    guard status == 201 else {
      let message = Self.message(in: answer, status: status)
      throw EngineFailure(
        status == 404
          ? "the engine has no such image: \(message); docker pull it first"
          : "the engine does not create the container: \(message)"
      )
    }
    let node = try Self.json(answer)
    let warnings = (node["Warnings"]?.items ?? []).compactMap(\.string)
    guard warnings.isEmpty else {
      throw EngineFailure("the engine does not do all that the policy says: \(warnings.joined(separator: "; "))")
    }
    guard let id = node["Id"]?.string, !id.isEmpty, id.allSatisfy(\.isHexDigit) else {
      throw EngineFailure("the engine does not name the container that it created")
    }
    return id
  }

  /// The names of all containers, running or not, that hold a text of letters and dashes; none when the engine does not
  /// tell.
  func containers(named text: String) -> [String] {
    let filters = "%7B%22name%22%3A%5B%22\(text)%22%5D%7D"
    guard let (status, body) = try? call("GET", "/containers/json?all=1&filters=\(filters)"), status == 200,
      let containers = try? Self.json(body)
    else { return [] }
    return containers.items.flatMap { $0["Names"]?.items ?? [] }.compactMap(\.string).map { name in
      name.hasPrefix("/") ? String(name.dropFirst()) : name
    }
  }

  func inspect(_ container: String) throws(EngineFailure) -> JSONNode {
    let (status, body) = try call("GET", "/containers/\(container)/json")
    guard status == 200 else { throw EngineFailure("the container is gone: \(Self.message(in: body, status: status))") }
    return try Self.json(body)
  }

  func attach(_ container: String) throws(EngineFailure) -> UnixStream {
    try HTTPExchange.begin(
      "POST",
      prefix + "/containers/\(container)/attach?stream=1&stdin=1&stdout=1&stderr=1",
      upgrades: true,
      socket: socket,
      timeout: Self.timeout
    ).upgraded()
  }

  /// Begins to wait for the end of a container that has yet to start.
  func wait(_ container: String) throws(EngineFailure) -> HTTPExchange {
    try HTTPExchange.begin(
      "POST",
      prefix + "/containers/\(container)/wait?condition=next-exit",
      socket: socket,
      timeout: Self.waitTimeout
    )
  }

  func start(_ container: String) throws(EngineFailure) {
    let (status, body) = try call("POST", "/containers/\(container)/start", timeout: Self.startTimeout)
    guard status == 204 else {
      let message = Self.message(in: body, status: status)
      // runc's words for what execve(2) says, as shells number it.
      let isMissing = message.contains("executable file not found") || message.contains("no such file or directory")
      let exitCode: Int32? = isMissing ? 127 : message.contains("permission denied") ? 126 : nil
      throw EngineFailure("the engine does not start the container: \(message)", exitCode: exitCode)
    }
  }

  /// Asks for a container to be killed, without waiting for the answer: an engine gives it only when the container has
  /// ended and its output is handed over, which the caller has to take meanwhile.
  func kill(_ container: String) throws(EngineFailure) -> UnixStream {
    try HTTPExchange.send(
      "POST",
      prefix + "/containers/\(container)/kill?signal=KILL",
      socket: socket,
      until: Instant.now.advanced(milliseconds: Self.timeout)
    )
  }

  /// Removes a container, whatever it does, and its volumes. One that is not there is as good as removed.
  func remove(_ container: String) throws(EngineFailure) {
    let (status, body) = try call("DELETE", "/containers/\(container)?force=1&v=1")
    guard status == 204 || status == 404 else {
      throw EngineFailure(
        "the engine does not remove the container \(container): \(Self.message(in: body, status: status))"
      )
    }
  }
}
