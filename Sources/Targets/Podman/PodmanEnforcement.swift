package import Sandbox

extension PodmanTarget {
  package func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    switch control {
    case .umask: return .exact(by: "--umask")
    case .noNewPrivileges:
      return .exact(by: sandbox.process.noNewPrivileges ? "--security-opt no-new-privileges" : "the engine's default")
    case .environment:
      return .weaker(
        by: "--unsetenv-all and --env",
        because: "Podman adds HOSTNAME, and HOME where the policy does not set it"
      )
    case .tmpfs:
      if sandbox.filesystem.tmpfs.isEmpty { return .exact(by: "no tmpfs that can be written to") }
      return .weaker(
        by: "--tmpfs with size and noexec",
        because:
          "Podman has no option for the number of files; files without content count as memory of the sandbox only"
      )
    case .dev:
      return .weaker(
        by: "the engine's own /dev",
        because: "it also has tty, ptmx, pts, mqueue and links to the standard streams"
      )
    case .wallTime:
      if sandbox.resources.wallTime == .unlimited { return .exact(by: "no limit asked for") }
      return .exact(by: "run.sh, which removes the container when its time is up; --timeout behind it")
    case .pids: return .exact(by: "--pids-limit")
    case .networkAllow, .networkMode, .socketFamilies, .syscalls:
      // Only Docker can be told to start gVisor by the policy.
      return DockerTarget().enforcement(of: control, in: withDefaultRuntime(sandbox))
    case .user, .workingDirectory, .hostname, .root, .read, .write, .proc, .memory, .swap, .cpus, .cpuTime, .openFiles,
      .fileSize, .stack, .core, .output, .capabilities:
      return DockerTarget().enforcement(of: control, in: sandbox)
    }
  }

  private func withDefaultRuntime(_ sandbox: Sandbox) -> Sandbox {
    var sandbox = sandbox
    sandbox.targets.docker.runtime = nil
    return sandbox
  }
}
