import CanonicalJSON
import Linux
import Policy
package import Sandbox
import Targets

/// Docker, over the Engine API of this host: a container of its own for each run, gone when the run is.
package struct DockerEngine: Engine {
  package static let name = "docker"

  package init() {}

  package var name: String { Self.name }
  package var target: TargetName { .docker }

  package var obstacle: String? {
    do throws(EngineFailure) {
      _ = try DockerAPI()
      return nil
    } catch {
      return error.message
    }
  }

  package func run(_ job: Job) -> RunResult {
    let judgement = ContainerJudgement(job: job, engine: Self.name)
    do throws(EngineFailure) {
      return try run(job, judgement)
    } catch {
      return judgement.result(of: error)
    }
  }

  private func run(_ job: Job, _ judgement: ContainerJudgement) throws(EngineFailure) -> RunResult {
    let signals = try EngineSignals.watch()
    let api = try DockerAPI()
    let info = try api.info()
    let isLocal = Self.isThisHost(info)
    if let version = job.policy.sandbox.targets.docker.version {
      let said = info["ServerVersion"]?.string ?? ""
      try InstalledVersion.check(
        version,
        "targets.docker.version",
        of: "Docker",
        said: said,
        InstalledVersion.version(in:)
      )
    }
    let losses = try EngineLosses(
      of: job,
      target: DockerTarget(),
      // The supervisor of the run does what the engine cannot.
      held: isLocal ? [.wallTime, .output, .cpuTime] : [.wallTime, .output]
    )
    let body: JSON
    do throws(LoweringError) {
      let sandbox = job.policy.sandbox.prepared(for: job.command)
      let supervised = isLocal ? sandbox.withCPUTimeSupervised() : sandbox
      body = try DockerTarget().createBody(for: supervised, digest: PolicyDigest(value: job.policy.digest))
    } catch {
      throw EngineFailure("the policy cannot be given to Docker: \(error.message)")
    }
    // A name of our own finds the container again even when the engine's answer is lost.
    let container = RunName.make()
    for abandoned in api.containers(named: "ringfence-") where RunName.isAbandoned(abandoned) {
      try? api.remove(abandoned)
    }
    let result: RunResult
    do throws(EngineFailure) {
      _ = try api.create(name: container, body: body)
      result = try supervise(container, body, api, signals, job, judgement, losses, isLocal: isLocal)
    } catch {
      // What is left is worse than what went wrong.
      do throws(EngineFailure) {
        try api.remove(container)
      } catch let second {
        throw EngineFailure("\(error.message); and \(second.message)")
      }
      throw error
    }
    try api.remove(container)
    return result
  }

  private func supervise(
    _ container: String,
    _ body: JSON,
    _ api: DockerAPI,
    _ signals: consuming TerminationSignals,
    _ job: Job,
    _ judgement: ContainerJudgement,
    _ losses: EngineLosses,
    isLocal: Bool
  ) throws(EngineFailure) -> RunResult {
    let created = try api.inspect(container)
    if let objection = InspectComparison(asked: body, inspected: created.json).objection {
      throw EngineFailure(objection)
    }
    let filesystem = job.policy.sandbox.filesystem
    let binds = filesystem.write.count + filesystem.read.count { if case .bind = $0 { true } else { false } }
    guard created["Mounts"]?.items.count ?? 0 == binds else {
      throw EngineFailure("the image declares volumes, which could be written to; the policy names none")
    }
    let stream = try api.attach(container)
    let end = try api.wait(container)
    try api.start(container)
    let start = Instant.now
    let process = try api.inspect(container)["State"]?["Pid"]?.integer.flatMap { Int32(exactly: $0) } ?? 0
    let groups = isLocal && process > 0 ? ProcessGroups.of(process) : nil
    var supervisor = ContainerSupervisor(
      DockerConnection(api: api, container: container, stream: stream, end: end),
      signals: signals,
      groups: groups,
      job: job,
      process: isLocal && process > 0 ? process : nil,
      start: start
    )
    try supervisor.watch()
    let state = try api.inspect(container)["State"]
    if let message = state?["Error"]?.string, !message.isEmpty {
      throw EngineFailure("the engine could not run the container: \(message)")
    }
    return judgement.result(
      of: supervisor,
      outOfMemory: state?["OOMKilled"]?.bool ?? false,
      notEnforced: losses.accepted,
      notMeasured: []
    )
  }

  /// Whether the engine's processes are processes of this host: by name and kernel, which a virtual machine's engine
  /// does not have both of.
  private static func isThisHost(_ info: JSONNode) -> Bool {
    guard let name = try? KernelFile.read("/proc/sys/kernel/hostname"),
      let release = try? KernelFile.read("/proc/sys/kernel/osrelease")
    else { return false }
    func line(_ text: String) -> Substring { text.split(separator: "\n").first ?? "" }
    return info["Name"]?.string.map { $0 == line(name) } ?? false
      && info["KernelVersion"]?.string.map { $0 == line(release) } ?? false
  }
}
