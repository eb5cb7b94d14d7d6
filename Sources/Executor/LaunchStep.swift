import CLaunch
import Linux
import Sandbox

/// What process 1 of a sandbox says about a step that failed.
struct StepFailure {
  let step: rf_step
  let errno: Errno
  let detail: UInt32

  init(_ report: rf_report) {
    step = rf_step(rawValue: report.step)
    errno = Errno(report.error)
    detail = report.detail
  }

  /// In words. `entries` are what the new root was made of, by the index that `detail` is; `command` is the program that
  /// was to be run.
  func explained(entries: [RootEntry], sandbox: Sandbox, command: String) -> SetupFailure {
    switch step {
    case RF_STEP_ROOT:
      guard entries.indices.contains(Int(detail)) else { break }
      return rootFailure(entries[Int(detail)])
    case RF_STEP_WORKING_DIRECTORY:
      return SetupFailure(
        couldNot: "enter the working directory \(sandbox.process.workingDirectory)",
        errno,
        advice: "process.working_dir has to be a directory inside the sandbox that the user can enter"
      )
    case RF_STEP_EXEC:
      return commandFailure(command, sandbox)
    case RF_STEP_HOSTNAME:
      return SetupFailure(couldNot: "set the host name \(sandbox.process.hostname)", errno)
    case RF_STEP_SECCOMP:
      // With --explain-denials that takes a descriptor.
      return SetupFailure(couldNot: "install the system call filter", errno, advice: advice(sandbox))
    case RF_STEP_FORK:
      return SetupFailure(
        couldNot: "start the program's process",
        errno,
        advice: "resources.pids or resources.memory may be too small, or the host is out of processes"
      )
    default:
      break
    }
    return SetupFailure(couldNot: description, errno)
  }

  /// Of what is done when the program's own limits hold already.
  private func advice(_ sandbox: Sandbox) -> String? {
    guard errno == .tooManyFiles, let files = sandbox.resources.openFiles.value else { return nil }
    return "resources.open_files: \(files) is too small to start a program"
  }

  private func rootFailure(_ entry: RootEntry) -> SetupFailure {
    let place = entry.path.text
    if errno == .missing, entry.flags & UInt32(RF_ENTRY_FOREIGN.rawValue) != 0 {
      return SetupFailure(
        couldNot: "mount \(place)",
        errno,
        advice: "the place has to exist in the directory that is mounted around it"
      )
    }
    switch entry.kind {
    case .bind(let source, _, _):
      return SetupFailure(bind: source, of: entry, errno)
    case .mount("proc", _, _):
      let advice: String? =
        errno == .permission
        ? "inside a container the kernel shows no new /proc while parts of the old one are masked;"
          + " start the container with unmasked /proc, or set filesystem.proc: none" : nil
      return SetupFailure(couldNot: "mount /proc", errno, advice: advice)
    case .mount(let type, _, _):
      return SetupFailure(couldNot: "mount a \(type) at \(place)", errno)
    case .directory, .file, .symlink:
      return SetupFailure(couldNot: "make \(place) in the new root", errno)
    case .seal:
      return SetupFailure(couldNot: "make \(place) read-only", errno)
    }
  }

  private func commandFailure(_ command: String, _ sandbox: Sandbox) -> SetupFailure {
    switch errno {
    case .missing, .notDirectory:
      SetupFailure(
        "\(command): command not found in the sandbox; filesystem.read has to show it and its interpreter, and PATH has to"
          + " name its directory",
        exitCode: 127
      )
    case .access:
      SetupFailure("\(command): cannot be executed inside the sandbox (EACCES)", exitCode: 126)
    // The machine's fault, and not that of the file.
    case .noMemory, .again, .tooManyFiles:
      SetupFailure(couldNot: "execute \(command)", errno, advice: advice(sandbox))
    default:
      SetupFailure(couldNot: "execute \(command)", errno, exitCode: 126)
    }
  }

  /// Completes "could not".
  private var description: String {
    switch step {
    case RF_STEP_SESSION: "start a session"
    case RF_STEP_BLOCK: "read what to do"
    case RF_STEP_STREAMS: "connect the standard streams"
    case RF_STEP_DESCRIPTORS: "close inherited files"
    case RF_STEP_CONTROL_GROUPS: "join the control groups"
    case RF_STEP_PROCESSORS: "use all of the caller's processors"
    case RF_STEP_IDENTITY: "take the identity of process 1"
    case RF_STEP_PIPES: "make the pipes of standard output and error"
    case RF_STEP_PROCESSES: "show the sandbox's processes to the supervisor"
    case RF_STEP_PRIVATE_MOUNTS: "detach the mounts from the host's"
    case RF_STEP_PIVOT: "enter the new root"
    case RF_STEP_CGROUP_NAMESPACE: "make a control group namespace"
    case RF_STEP_LOOPBACK: "bring the loopback interface up"
    case RF_STEP_RLIMITS: "set the resource limit \(detail)"
    case RF_STEP_CAPABILITIES: "reduce the capabilities"
    case RF_STEP_USER: "become the sandbox's user"
    case RF_STEP_NO_NEW_PRIVILEGES: "set no_new_privs"
    case RF_STEP_LANDLOCK: "restrict paths with Landlock"
    default: "take step \(step.rawValue) of the launch"
    }
  }
}
