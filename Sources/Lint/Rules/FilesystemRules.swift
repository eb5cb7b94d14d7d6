import Diagnostics
import Sandbox

/// The root, the mounts and the image.
enum FilesystemRules {
  static let all = [
    writableRoot, writableAndExecutable, writableHole, fullProc, memoryOfTmpfs, unpinnedImage, floatingTag,
    noPlaceToWork,
  ]

  static let writableRoot = LintRule(
    RuleDescription(
      "RF3003",
      "writable root",
      .warning,
      """
      With a writable root the program can replace the programs and libraries that the rest of the run starts, and fill \
      the disk of the engine. Keep it read-only and give the program the few places that it writes: tmpfs for scratch, \
      write for results.
      """,
      references: [
        "CIS Docker Benchmark 1.6.0, 5.13", "NSA/CISA Kubernetes Hardening Guide 1.2, immutable container file systems",
      ],
      example: .init(before: "filesystem:\n  root: writable", after: "filesystem:\n  root: read-only")
    )
  ) { input in
    guard input.sandbox.filesystem.root == .writable else { return [] }
    return [
      input.objection(
        to: "filesystem.root",
        "the program can write to its root file system",
        remedy: .replace(with: "read-only", summary: "make the root read-only", isSafe: true)
      )
    ]
  }

  static let writableAndExecutable = LintRule(
    RuleDescription(
      "RF3004",
      "writable and executable",
      .warning,
      """
      A place where the program can both write and start programs is where an attacker drops tools that the sandbox does \
      not have. Compilers and judges need one; interpreters do not.
      """,
      references: ["mount(8), noexec", "NIST SP 800-190, 4.4.3"],
      example: .init(
        before: "filesystem:\n  tmpfs: [{path: /tmp, size: 16Mi, exec: true}]",
        after: "filesystem:\n  tmpfs: [{path: /tmp, size: 16Mi}]"
      )
    )
  ) { input in
    input.sandbox.filesystem.tmpfs.enumerated().filter(\.element.executable).map { index, mount in
      LintInput.Objection(
        key: "filesystem.tmpfs[\(index)].exec",
        subject: "filesystem.tmpfs[\(mount.path)]",
        message: "programs written to `\(mount.path)` can be started",
        remedy: .replace(with: "false", summary: "start no programs from `\(mount.path)`", isSafe: true)
      )
    }
  }

  static let writableHole = LintRule(
    RuleDescription(
      "RF3007",
      "writable place in a read-only one",
      .warning,
      """
      Below a path that is otherwise read-only the program can write: programs that trust that tree may load what it left \
      there. Scratch space belongs beside the system, not in it.
      """,
      references: ["CWE-427", "file-hierarchy(7)"],
      example: .init(
        before: "filesystem:\n  read: [/usr]\n  tmpfs: [{path: /usr/local/lib, size: 16Mi}]",
        after: "filesystem:\n  read: [/usr]\n  tmpfs: [{path: /tmp, size: 16Mi}]"
      )
    )
  ) { input in
    let filesystem = input.sandbox.filesystem
    let readOnly = filesystem.read.map(\.destination)
    let writable =
      filesystem.write.enumerated().map { ("filesystem.write", $0.offset, $0.element.destination) }
      + filesystem.tmpfs.enumerated().map { ("filesystem.tmpfs", $0.offset, $0.element.path) }
    return writable.compactMap { list, index, path in
      guard let around = readOnly.first(where: { HostPath($0).contains(HostPath(path)) }) else { return nil }
      return input.objection(
        toEntry: index,
        of: list,
        named: path,
        "`\(path)` can be written, inside of `\(around)`, which is otherwise read-only"
      )
    }
  }

  static let fullProc = LintRule(
    RuleDescription(
      "RF3008",
      "full /proc",
      .warning,
      """
      The full /proc tells about the machine (its processors, memory, load, command line and interrupts), has been the \
      way out of several runtimes, and needs masked paths that each engine keeps in its own list. The minimal one shows \
      the program its own processes.
      """,
      references: ["proc(5), subset=pid", "CVE-2025-31133 (masked paths of runc)", "CVE-2019-5736 (/proc/self/exe)"],
      example: .init(before: "filesystem:\n  proc: full", after: "filesystem:\n  proc: minimal")
    )
  ) { input in
    guard input.sandbox.filesystem.proc == .full else { return [] }
    return [
      input.objection(
        to: "filesystem.proc",
        "the full /proc tells about the host",
        remedy: .replace(with: "minimal", summary: "show only the program's own processes", isSafe: true)
      )
    ]
  }

  static let memoryOfTmpfs = LintRule(
    RuleDescription(
      "RF3009",
      "tmpfs larger than the memory",
      .warning,
      """
      What is written to a tmpfs counts as memory of the sandbox. A program that fills this one is killed for its memory \
      before it is told that there is no space left, so that the size says nothing.
      """,
      references: ["Linux kernel documentation, cgroup v2, memory: shmem"],
      example: .init(
        before: "resources:\n  memory: 64Mi\nfilesystem:\n  tmpfs: [{path: /tmp, size: 128Mi}]",
        after: "resources:\n  memory: 64Mi\nfilesystem:\n  tmpfs: [{path: /tmp, size: 32Mi}]"
      )
    )
  ) { input in
    guard let memory = input.sandbox.resources.memory.value else { return [] }
    return input.sandbox.filesystem.tmpfs.enumerated().filter { $0.element.size > memory }.map { index, mount in
      LintInput.Objection(
        key: "filesystem.tmpfs[\(index)].size",
        subject: "filesystem.tmpfs[\(mount.path)]",
        message: "`\(mount.path)` may hold \(mount.size.description), the program's memory is \(memory.description)"
      )
    }
  }

  static let unpinnedImage = LintRule(
    RuleDescription(
      "RF3010",
      "image without a digest",
      .warning,
      """
      A tag is a name that its owner moves: the same policy starts other files tomorrow, and whoever can push to the \
      registry chooses them. With a digest the engine checks that it got what was reviewed.
      """,
      references: [
        "OCI image specification, descriptors", "SLSA 1.0, dependencies", "CIS Docker Benchmark 1.6.0, 4.2",
      ],
      example: .init(
        before: "filesystem:\n  image: python:3.12-slim",
        after: "filesystem:\n  image: \"python:3.12-slim@sha256:\(String(repeating: "0", count: 64))\""
      )
    )
  ) { input in
    guard let image = input.sandbox.filesystem.image, !image.isPinned else { return [] }
    return [
      input.objection(
        to: "filesystem.image",
        "`\(image.reference)` can be another image tomorrow",
        help: ["add the digest that `docker image inspect --format '{{index .RepoDigests 0}}'` prints"]
      )
    ]
  }

  static let floatingTag = LintRule(
    RuleDescription(
      "RF3011",
      "image by its latest tag",
      .warning,
      """
      Without a tag, or with latest, not even the major version of what is run is written down. Nobody can say later what \
      a run was made with.
      """,
      references: ["Docker documentation, best practices for building images"],
      example: .init(
        before: "filesystem:\n  image: python",
        after: "filesystem:\n  image: \"python:3.12-slim@sha256:\(String(repeating: "0", count: 64))\""
      )
    )
  ) { input in
    guard let image = input.sandbox.filesystem.image, !image.isPinned else { return [] }
    let name = image.reference.split(separator: "/").last ?? ""
    let tag = name.split(separator: ":", maxSplits: 1).dropFirst().first
    guard tag == nil || tag == "latest" else { return [] }
    return [input.objection(to: "filesystem.image", "`\(image.reference)` names no version of the image")]
  }

  static let noPlaceToWork = LintRule(
    RuleDescription(
      "RF3012",
      "working directory that is not there",
      .warning,
      """
      Nothing of the sandbox's root exists but what the policy names, so that the run fails before the program starts. \
      Mount something there, or start somewhere else.
      """,
      confidence: .medium,
      references: ["chdir(2), ENOENT"],
      example: .init(
        before: "process:\n  working_dir: /work",
        after: "process:\n  working_dir: /work\nfilesystem:\n  tmpfs: [{path: /work, size: 16Mi}]"
      )
    )
  ) { input in
    let filesystem = input.sandbox.filesystem
    guard filesystem.image == nil, filesystem.rootfs == nil else { return [] }
    let directory = HostPath(input.sandbox.process.workingDirectory)
    let places = filesystem.read.map(\.destination) + filesystem.write.map(\.destination) + filesystem.tmpfs.map(\.path)
    // Directories on the way to a mount exist too.
    let exists =
      directory.isTop
      || places.map(HostPath.init).contains { $0.contains(directory) || directory.contains($0) }
    guard !exists else { return [] }
    let path = input.sandbox.process.workingDirectory
    return [input.objection(to: "process.working_dir", "nothing is mounted at or above `\(path)`")]
  }
}
