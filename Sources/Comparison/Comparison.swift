package import Sandbox

/// The order of sandboxes: which of two lets a program do more, control by control.
///
/// A sandbox is *no looser* than another when `loosened` is empty. That relation is reflexive and transitive, and two
/// sandboxes that are no looser than each other differ only in what changes nothing for the program. Where two values
/// cannot be compared exactly, the answer errs on the side of *looser*.
package enum Comparison {
  /// Everything that differs, in the order of the controls; a control that gained and lost something has two entries.
  package static func differences(from old: Sandbox, to new: Sandbox) -> [Difference] {
    Control.allCases.flatMap { differences(in: $0, from: old, to: new) } + Uncontrolled.differences(from: old, to: new)
  }

  /// What differs in one control.
  package static func differences(in control: Control, from old: Sandbox, to new: Sandbox) -> [Difference] {
    let values = [old, new].map { ControlValue.text(of: control, in: $0) }
    return compare(
      key: control.rawValue,
      control: control,
      old: ControlValue.text(of: control, in: old.withoutSecrets),
      new: ControlValue.text(of: control, in: new.withoutSecrets),
      isSame: values[0].utf8.elementsEqual(values[1].utf8),
      gained: gain(of: control, from: old, to: new),
      lost: gain(of: control, from: new, to: old)
    )
  }

  /// What `new` lets the program do that `old` does not; empty when `new` is no looser than `old`.
  package static func loosened(from old: Sandbox, to new: Sandbox) -> [Difference] {
    differences(from: old, to: new).filter { $0.direction == .looser }
  }

  static func compare(
    key: String,
    control: Control?,
    old: String,
    new: String,
    isSame: Bool,
    gained: String?,
    lost: String?
  ) -> [Difference] {
    func difference(_ direction: Difference.Direction, _ witness: String?) -> Difference {
      Difference(key: key, control: control, direction: direction, old: old, new: new, witness: witness)
    }
    let directed = [gained.map { difference(.looser, $0) }, lost.map { difference(.stricter, $0) }].compactMap(\.self)
    if !directed.isEmpty || isSame { return directed }
    return [difference(.neutral, nil)]
  }

  /// Something that `new` lets the program do through this control and `old` does not.
  private static func gain(of control: Control, from old: Sandbox, to new: Sandbox) -> String? {
    switch control {
    case .user: ProcessOrder.gainedIdentity(from: old.process.user, to: new.process.user)
    case .umask: ProcessOrder.gainedMode(from: old.process.umask, to: new.process.umask)
    case .noNewPrivileges:
      old.process.noNewPrivileges && !new.process.noNewPrivileges
        ? "gain privileges by starting a set-user-ID program" : nil
    case .environment: ProcessOrder.gainedVariables(from: old.environment, to: new.environment).first
    case .capabilities:
      new.capabilities.subtracting(old.capabilities).min().map { "use \($0.prefixedName)" }
    case .workingDirectory, .hostname: nil

    case .root: FilesystemOrder.gainedRoot(from: old.filesystem, to: new.filesystem)
    case .read: FilesystemOrder.gainedRead(from: old.filesystem, to: new.filesystem)
    case .write: FilesystemOrder.gainedWrite(from: old.filesystem, to: new.filesystem)
    case .tmpfs: FilesystemOrder.gainedTmpfs(from: old.filesystem, to: new.filesystem)
    case .proc: FilesystemOrder.gainedProc(from: old.filesystem.proc, to: new.filesystem.proc)
    case .dev: FilesystemOrder.gainedDev(from: old.filesystem.dev, to: new.filesystem.dev)

    case .networkMode: NetworkOrder.gainedMode(from: old.network, to: new.network)
    case .networkAllow: NetworkOrder.gainedPeer(from: old.network, to: new.network)
    case .socketFamilies: NetworkOrder.gainedFamilies(from: old.network, to: new.network).first

    case .memory: LimitOrder.bytes("use", "of memory", old.resources.memory, new.resources.memory)
    case .swap: LimitOrder.bytes("use", "of swap", old.resources.swap, new.resources.swap)
    case .cpus: LimitOrder.cpus(old.resources.cpus, new.resources.cpus)
    case .cpuTime: LimitOrder.time("use", "of processor time", old.resources.cpuTime, new.resources.cpuTime)
    case .wallTime: LimitOrder.time("run for", "", old.resources.wallTime, new.resources.wallTime)
    case .pids: LimitOrder.count("have", "processes and threads", old.resources.pids, new.resources.pids)
    case .openFiles: LimitOrder.count("open", "files at once", old.resources.openFiles, new.resources.openFiles)
    case .fileSize: LimitOrder.bytes("write a file of", "", old.resources.fileSize, new.resources.fileSize)
    case .stack: LimitOrder.bytes("use", "of stack", old.resources.stack, new.resources.stack)
    case .core: LimitOrder.bytes("leave a core dump of", "", old.resources.core, new.resources.core)
    case .output: LimitOrder.bytes("write", "of output", old.resources.output, new.resources.output)

    case .syscalls: SyscallOrder.gain(from: old, to: new)
    }
  }
}

/// Values of a policy that say how a program is started or watched, not what it may do: a change is worth a reader's eye
/// and never looser.
enum Uncontrolled {
  static func differences(from old: Sandbox, to new: Sandbox) -> [Difference] {
    zip(values(of: old), values(of: new)).flatMap { before, after in
      Comparison.compare(
        key: before.key,
        control: nil,
        old: before.value,
        new: after.value,
        isSame: before.value.utf8.elementsEqual(after.value.utf8),
        gained: nil,
        lost: nil
      )
    }
  }

  private static func values(of sandbox: Sandbox) -> [(key: String, value: String)] {
    let targets = sandbox.targets
    let alerts = sandbox.alerts
    return [
      ("process.command", ControlValue.list(sandbox.process.command)),
      ("filesystem.image", sandbox.filesystem.image?.reference ?? "none"),
      ("targets.docker.runtime", targets.docker.runtime ?? "default"),
      ("targets.docker.version", targets.docker.version?.description ?? "any"),
      ("targets.podman.version", targets.podman.version?.description ?? "any"),
      ("targets.gvisor.platform", targets.gvisor.platform?.rawValue ?? "default"),
      ("targets.gvisor.release", targets.gvisor.release?.description ?? "any"),
      ("targets.runc.version", targets.runc.version?.description ?? "any"),
      ("targets.crun.version", targets.crun.version?.description ?? "any"),
      ("targets.kubernetes.namespace", targets.kubernetes.namespace ?? "default"),
      ("targets.kubernetes.runtime_class", targets.kubernetes.runtimeClass ?? "default"),
      ("alerts.memory", alerts.memory?.description ?? "none"),
      ("alerts.wall_time", alerts.wallTime?.description ?? "none"),
      ("alerts.cpu_time", alerts.cpuTime?.description ?? "none"),
      ("alerts.pids", alerts.pids.map(String.init) ?? "none"),
    ]
  }
}
