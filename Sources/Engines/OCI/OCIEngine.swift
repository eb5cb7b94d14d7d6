import CLaunch
import CanonicalJSON
import Glibc
import Linux
import Policy
package import Sandbox
package import Targets

/// A runtime for OCI bundles, called without an engine above it: a bundle in a private directory for each run.
///
/// The root file system is what the policy reads of the host, or the directory that `filesystem.rootfs` names, such as
/// an unpacked image.
package struct OCIEngine: Engine {
  private let runtime: OCIRuntime

  package init(_ runtime: OCIRuntime) { self.runtime = runtime }

  package var name: String { runtime.rawValue }

  package var obstacle: String? {
    do throws(EngineFailure) {
      _ = try findProgram()
      return nil
    } catch {
      return error.message
    }
  }

  private func findProgram() throws(EngineFailure) -> String {
    guard let program = RuntimeCommand.find(runtime.program) else {
      throw EngineFailure("\(runtime.program) is not installed, or not in PATH")
    }
    guard geteuid() == 0 else {
      throw EngineFailure("\(runtime.program) needs root here: it makes control groups; the native engine does not")
    }
    return program
  }

  package var target: TargetName {
    switch runtime {
    case .runc: .runc
    case .crun: .crun
    case .gvisor: .gvisor
    }
  }

  package func run(_ job: Job) -> RunResult {
    let judgement = ContainerJudgement(job: job, engine: name)
    do throws(EngineFailure) {
      return try run(job, judgement)
    } catch {
      return judgement.result(of: error)
    }
  }

  private func run(_ job: Job, _ judgement: ContainerJudgement) throws(EngineFailure) -> RunResult {
    let program = try findProgram()
    let signals = try EngineSignals.watch()
    guard rf_adopt_orphans() == 0 else {
      throw EngineFailure("this kernel has no child subreapers: Linux 3.4 is needed")
    }
    try InstalledVersion.check(runtime, at: program, for: job.policy.sandbox.targets)
    let losses = try EngineLosses(of: job, runtime: runtime)
    let sandbox = job.policy.sandbox.prepared(for: job.command).withCPUTimeSupervised()
    try checkPlatform(of: sandbox)
    let identifier = RunName.make()
    removeAbandoned()
    let bundle: RuntimeBundle
    do throws(LoweringError) {
      bundle = try RuntimeBundle(sandbox, for: runtime, digest: PolicyDigest(value: job.policy.digest))
        .replacing(cgroupsPath: "/" + identifier)
    } catch {
      throw EngineFailure("the policy cannot be given to \(runtime.program): \(error.message)")
    }
    let directory = try BundleDirectory.make(bundle)
    try directory.sign(identifier, of: runtime)
    let command = self.command(program, state: directory.path + "/state", options: bundle.options)
    let result: RunResult
    do throws(EngineFailure) {
      result = try supervise(identifier, directory.path, command, signals, job, judgement, losses)
    } catch {
      remove(identifier, command)
      throw error
    }
    remove(identifier, command)
    return result
  }

  private func command(_ program: String, state: String, options: [String] = []) -> RuntimeCommand {
    RuntimeCommand(prefix: wrapper + [program, "--root", state] + options)
  }

  /// Removes what runs have left behind that were killed before they could.
  private func removeAbandoned() {
    for run in BundleDirectory.abandoned() {
      guard let program = RuntimeCommand.find(run.runtime.program) else { continue }
      let command = OCIEngine(run.runtime).command(program, state: run.state)
      guard (try? command.call(["delete", "--force", run.container])) == .exited(0) else { continue }
      removeGroups(run.container)
      run.remove()
    }
  }

  /// What runsc does with kvm where it cannot have it is to wait for ever.
  private func checkPlatform(of sandbox: Sandbox) throws(EngineFailure) {
    guard runtime == .gvisor, sandbox.targets.gvisor.platform == .kvm else { return }
    let device = "/dev/kvm"
    guard access(device, R_OK | W_OK) == 0 else {
      throw EngineFailure(
        "targets.gvisor.platform is kvm, and \(device) cannot be used here: \(Errno(errno).text); take another platform,"
          + " or leave the key out for runsc's own"
      )
    }
  }

  /// crun refuses a host with control groups of both versions. Where it is such a host, it is given a view without
  /// version 2: a mount namespace of its own, in which nothing that it does reaches the host's mounts.
  private var wrapper: [String] {
    let unified = "/sys/fs/cgroup/unified"
    guard runtime == .crun, access(unified + "/cgroup.procs", F_OK) == 0,
      let unshare = RuntimeCommand.find("unshare")
    else { return [] }
    return [unshare, "--mount", "--propagation", "private", "sh", "-c", "umount \(unified) && exec \"$@\"", "sh"]
  }

  private func supervise(
    _ identifier: String,
    _ directory: String,
    _ command: RuntimeCommand,
    _ signals: consuming TerminationSignals,
    _ job: Job,
    _ judgement: ContainerJudgement,
    _ losses: EngineLosses
  ) throws(EngineFailure) -> RunResult {
    let pipes = try EnginePipes()
    let log = directory + "/messages"
    try create(identifier, directory, logged(command, log), pipes, log: log, job.policy.sandbox)
    guard let process = Self.number(in: directory + "/pid") else {
      throw EngineFailure("\(runtime.program) does not say which process the container is")
    }
    let descriptor = rf_pidfd_open(process)
    guard descriptor >= 0 else { throw EngineFailure("the container's process is gone: \(Errno(-descriptor).text)") }
    guard let groups = ProcessGroups.of(process) else {
      throw EngineFailure("\(runtime.program) has put the container into no control group of its own")
    }
    let connection = try pipes.connection(
      process: process,
      encodesSignals: runtime == .gvisor,
      descriptor: FileDescriptor(owning: descriptor)
    )
    let start = Instant.now
    guard try logged(command, log).call(["start", identifier]) == .exited(0) else { throw failure(log) }
    try checkMessages(log)
    var supervisor = ContainerSupervisor(
      connection,
      signals: signals,
      groups: groups,
      job: job,
      process: process,
      start: start
    )
    try supervisor.watch()
    return judgement.result(
      of: supervisor,
      outOfMemory: false,
      notEnforced: losses.accepted,
      // gVisor's own kernel refuses forks, and the host's never hears of it.
      notMeasured: runtime == .gvisor ? [.pids] : []
    )
  }

  /// Everything up to a container that waits to be started.
  private func create(
    _ identifier: String,
    _ directory: String,
    _ command: RuntimeCommand,
    _ pipes: borrowing EnginePipes,
    log: String,
    _ sandbox: Sandbox
  ) throws(EngineFailure) {
    do throws(EngineFailure) {
      let child = try command.start(
        ["create", "--bundle", directory, "--pid-file", directory + "/pid", identifier],
        streams: pipes.childStreams
      )
      guard try command.wait(for: child) == .exited(0) else { throw failure(log, said: pipes.said()) }
    } catch {
      throw runtime == .gvisor ? Self.explained(error, by: sandbox) : error
    }
    try checkMessages(log)
  }

  /// What a runtime says would go where the program's own errors do, unless it is told otherwise.
  private func logged(_ command: RuntimeCommand, _ log: String) -> RuntimeCommand {
    RuntimeCommand(prefix: command.prefix + ["--log", log, "--log-format", "json"])
  }

  /// A runtime that warns starts the container all the same, without something that was asked for.
  private func checkMessages(_ log: String) throws(EngineFailure) {
    let objections = RuntimeLog(at: log).objections(of: runtime)
    guard !objections.isEmpty else { return }
    throw EngineFailure(
      "\(runtime.program) warns, and what it warns of is not in force: \(objections.joined(separator: "; "))"
    )
  }

  /// What a runtime wrote of its failure.
  private func failure(_ log: String, said: String = "") -> EngineFailure {
    let logged = RuntimeLog(at: log).messages.map(\.text)
    let lines = logged.isEmpty ? said.split(separator: "\n").map(String.init) : logged
    let message = lines.suffix(2).joined(separator: "; ")
    let isMissing =
      message.contains("executable file not found") || message.contains("no such file or directory")
      || message.contains("No such file or directory")
    let isForbidden = message.contains("permission denied") || message.contains("Permission denied")
    return EngineFailure(
      "\(runtime.program) does not start the container: \(message.isEmpty ? "it does not say why" : message)",
      exitCode: isMissing ? 127 : isForbidden ? 126 : nil
    )
  }

  /// A failure with the setting that it may come from: not every runsc can do every platform.
  private static func explained(_ failure: EngineFailure, by sandbox: Sandbox) -> EngineFailure {
    guard let platform = sandbox.targets.gvisor.platform, failure.message.contains("platform") || platform == .kvm
    else {
      return failure
    }
    return EngineFailure(
      "\(failure.message). targets.gvisor.platform is \(platform.rawValue), which this runsc or this host cannot do; take "
        + "another, or leave the key out for runsc's own"
    )
  }

  private static func number(in path: String) -> Int32? {
    (try? KernelFile.read(path)).flatMap { KernelFile.number(in: $0) }.flatMap { Int32(exactly: $0) }
  }

  /// Removes the container, whatever it does, and waits for the processes that the runtime left to us.
  private func remove(_ identifier: String, _ command: RuntimeCommand) {
    let deletion = try? command.start(["delete", "--force", identifier])
    // What the runtime left to us is reaped while it deletes: runsc waits five seconds for a process to be gone that is
    // dead already.
    var deadline = Instant.now.advanced(milliseconds: 10_000)
    var status: Int32 = 0
    while Instant.now < deadline {
      let waited = waitpid(-1, &status, WNOHANG)
      // Whoever is still there then was no process of the container, or is about to end.
      if waited > 0, waited == deletion { deadline = min(deadline, Instant.now.advanced(milliseconds: 1000)) }
      if waited < 0, errno == ECHILD { break }
      if waited == 0 { usleep(500) }
    }
    removeGroups(identifier)
  }

  /// Removes what a runtime has left of the container's control groups: runsc leaves all of them.
  private func removeGroups(_ identifier: String) {
    let mountPoint = "/sys/fs/cgroup"
    guard let directory = opendir(mountPoint) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".." { rmdir("\(mountPoint)/\(name)/\(identifier)") }
    }
  }
}
