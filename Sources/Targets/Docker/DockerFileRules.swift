import CanonicalJSON
import Diagnostics

/// The root file system and mounts.
enum DockerFileRules {
  static let all: [DockerRules.Rule] = [
    root, source, engineSocket, relativeSource, target, writable, tmpfsSize, tmpfsOption, tmpfsExec, volumesFrom,
  ]

  private static let root = DockerRules.Rule(
    "RF8240",
    "writable root",
    .warning,
    "A writable root lets the program fill the host's disk: no limit counts it."
  ) { settings, rule in
    if let setting = settings.readOnlyRoot, setting.value != false { return [] }
    let option = settings.named(command: "--read-only", body: "\"ReadonlyRootfs\": true", compose: "read_only: true")
    return [
      rule.finding(
        "the root file system is writable",
        at: settings.readOnlyRoot?.range ?? settings.place,
        help: ["add \(option), and a tmpfs where the program has to write"]
      )
    ]
  }

  private static let source = DockerRules.Rule(
    "RF8241",
    "sensitive mount",
    .warning,
    "Some directories and sockets of the host give whoever sees them its secrets, or the host itself."
  ) { settings, rule in
    settings.mounts.compactMap { mount in
      guard let value = mount.value, value.type == "bind", let danger = ContainerPath.danger(of: value.source) else {
        return nil
      }
      return rule.finding(
        "\(JSON.string(value.source).text(.compact)) of the host is mounted: \(danger)",
        at: mount.range,
        severity: value.source == "/" || value.source.hasSuffix("docker.sock") ? .error : .warning
      )
    }
  }

  private static let engineSocket = DockerRules.Rule(
    "RF8242",
    "engine's socket",
    .error,
    "Whoever can talk to the engine is root on the host."
  ) { settings, rule in
    guard let setting = settings.usesAPISocket, setting.value == true else { return [] }
    return [rule.finding("the program can tell the engine to do anything on the host", at: setting.range)]
  }

  private static let relativeSource = DockerRules.Rule(
    "RF8243",
    "bind mount without a source",
    .error,
    "The API wants an absolute source; an empty one is refused. A name without a slash is a volume, not a directory."
  ) { settings, rule in
    settings.mounts.compactMap { mount in
      guard let value = mount.value, value.type == "bind" else { return nil }
      if value.source.isEmpty { return rule.finding("a bind mount needs a source", at: mount.range) }
      if settings.origin == .createBody, !value.source.hasPrefix("/") {
        return rule.finding("the API wants an absolute path", at: mount.range)
      }
      return nil
    }
  }

  private static let target = DockerRules.Rule(
    "RF8244",
    "mount target",
    .error,
    "A target is an absolute path below the root; /proc and /sys are the engine's own."
  ) { settings, rule in
    let targets =
      settings.mounts.map { Located($0.value?.target, $0.range) }
      + settings.tmpfs.map { Located($0.value?.path, $0.range) }
    return targets.compactMap { target in
      guard let path = target.value else { return nil }
      if path.isEmpty { return rule.finding("the mount has no target", at: target.range) }
      if path == "/" { return rule.finding("a mount cannot hide the root", at: target.range) }
      if !path.hasPrefix("/") { return rule.finding("the target is not absolute", at: target.range) }
      if path.split(separator: "/").contains("..") {
        return rule.finding("the target has \"..\" in it", at: target.range)
      }
      if ContainerPath.isAt(path, orBelow: "/proc") || ContainerPath.isAt(path, orBelow: "/sys") {
        return rule.finding("a mount over the kernel's own files", at: target.range)
      }
      return nil
    }
  }

  private static let writable = DockerRules.Rule(
    "RF8245",
    "writable mount",
    .note,
    "What the program writes to a mount of the host stays there, and nothing limits how much it is."
  ) { settings, rule in
    settings.mounts.compactMap { mount in
      guard let value = mount.value, value.type == "bind" || value.type == "volume", !value.isReadOnly else {
        return nil
      }
      // A destination that the policy asks for by name is what the labels of our own files say.
      return rule.finding(
        "the program can write to \(value.type == "bind" ? "a directory of the host" : "a volume")",
        at: mount.range,
        help: ["make it read-only unless results are collected there"]
      )
    }
  }

  private static let tmpfsSize = DockerRules.Rule(
    "RF8246",
    "tmpfs without a size",
    .warning,
    "A tmpfs without a size takes half of the host's memory; filling it ends the program by the memory limit."
  ) { settings, rule in
    settings.tmpfs.compactMap { mount in
      guard let value = mount.value, !value.hasSize else { return nil }
      return rule.finding("the tmpfs has no size", at: mount.range, help: ["add size=64m"])
    }
  }

  private static let tmpfsOption = DockerRules.Rule(
    "RF8247",
    "unknown tmpfs option",
    .error,
    """
    Docker passes on options that it does not know, and the container does not start. Podman refuses them, and among them \
    options of the kernel's that Docker has: uid, gid and nr_inodes.
    """
  ) { settings, rule in
    settings.tmpfs.flatMap { mount -> [Diagnostic] in
      (mount.value?.options ?? []).compactMap { option in
        let isKnown =
          settings.isPodman ? MountOptions.podmanKnows(option) : MountOptions.isKnown(option, for: "tmpfs")
        if isKnown { return nil }
        let names = MountOptions.flags + ["size", "mode"] + (settings.isPodman ? [] : ["uid", "gid", "nr_inodes"])
        let near = Spelling.nearest(to: String(option.prefix { $0 != "=" }), among: names)
        return rule.finding(
          "\(JSON.string(option).text(.compact)) is no option of a tmpfs",
          at: mount.range,
          help: near.map { ["did you mean \($0)?"] } ?? []
        )
      }
    }
  }

  private static let tmpfsExec = DockerRules.Rule(
    "RF8248",
    "programs in a tmpfs",
    .note,
    "`exec` lets the program write programs and start them; Docker's own default is noexec, Podman's is not."
  ) { settings, rule in
    settings.tmpfs.compactMap { mount in
      guard let value = mount.value, value.options.contains("exec") else { return nil }
      return rule.finding("programs can be started from this tmpfs", at: mount.range)
    }
  }

  private static let volumesFrom = DockerRules.Rule(
    "RF8249",
    "volumes of another container",
    .warning,
    "All volumes of another container appear, writable unless `:ro` is added; the file does not say what they are."
  ) { settings, rule in
    settings.volumesFrom.map { rule.finding("the volumes of another container appear inside", at: $0.range) }
  }
}

/// How the container is run.
enum DockerRunRules {
  static let all: [DockerRules.Rule] = [image, logs, restart, removal, stopTimeout, cgroupParent, secrets]

  private static let image = DockerRules.Rule(
    "RF8260",
    "image that can change",
    .note,
    "A tag names what its owner last pushed. A digest (`@sha256:…`) names the same bytes for ever."
  ) { settings, rule in
    guard let image = settings.image, let name = image.value, !name.isEmpty, !name.contains("@sha256:") else {
      return []
    }
    let last = name.split(separator: "/").last ?? ""
    let isLatest = !last.contains(":") || last.hasSuffix(":latest")
    guard isLatest else { return [] }
    return [
      rule.finding(
        "the image is whatever was pushed or built last",
        at: image.range,
        help: ["name a version, better a digest"]
      )
    ]
  }

  private static let logs = DockerRules.Rule(
    "RF8261",
    "unlimited log",
    .warning,
    """
    Docker's default log driver keeps all output on the host's disk for as long as the container lives. Give it a \
    `max-size`, or use `none` and read the output while it comes.
    """
  ) { settings, rule in
    if let driver = settings.logDriver {
      guard driver.value == "json-file", !settings.hasLogSizeLimit else { return [] }
      return [rule.finding("the log has no size limit", at: driver.range, help: ["add max-size"])]
    }
    if settings.hasLogSizeLimit { return [] }
    let option = settings.named(
      command: "--log-driver none",
      body: "\"LogConfig\": {\"Type\": \"none\"}",
      compose: "logging: {driver: none}"
    )
    return [
      rule.finding(
        "all output goes to the host's disk without a limit",
        at: settings.place,
        severity: .note,
        help: ["add \(option)"]
      )
    ]
  }

  private static let restart = DockerRules.Rule(
    "RF8262",
    "restarts",
    .warning,
    "A program that is started again after every crash has its limits anew each time."
  ) { settings, rule in
    guard let restart = settings.restart, let text = restart.value, !text.isEmpty, text != "no" else { return [] }
    let known = ["always", "unless-stopped", "on-failure"]
    if !known.contains(where: text.hasPrefix) {
      return [rule.finding("there is no such restart policy", at: restart.range, severity: .error)]
    }
    return [rule.finding("the engine starts the program again when it ends", at: restart.range)]
  }

  private static let removal = DockerRules.Rule(
    "RF8263",
    "removal",
    .error,
    """
    The engine refuses a container that both restarts and removes itself. One that removes itself may be gone before \
    anybody has asked for its result: over the API remove it yourself.
    """
  ) { settings, rule in
    guard let removal = settings.removesItself, removal.value == true else { return [] }
    if let restart = settings.restart?.value, !restart.isEmpty, restart != "no" {
      return [rule.finding("a container that restarts cannot remove itself", at: removal.range)]
    }
    guard settings.origin == .createBody else { return [] }
    return [rule.finding("its result may be gone before it is asked for", at: removal.range, severity: .warning)]
  }

  private static let stopTimeout = DockerRules.Rule(
    "RF8264",
    "stop timeout",
    .note,
    "The stop timeout is how long `docker stop` waits before it kills. It does not end a program that runs too long."
  ) { settings, rule in
    guard let timeout = settings.stopTimeout, timeout.value != 0 else { return [] }
    return [rule.finding("this does not limit how long the program runs", at: timeout.range)]
  }

  private static let cgroupParent = DockerRules.Rule(
    "RF8265",
    "place in the cgroup tree",
    .warning,
    "Another parent group has other limits, or none."
  ) { settings, rule in
    guard let parent = settings.cgroupParent, parent.value != "" else { return [] }
    return [rule.finding("the container is put under another group's limits", at: parent.range)]
  }

  private static let secrets = DockerRules.Rule(
    "RF8266",
    "secret in the environment",
    .warning,
    "Whoever can inspect the container, and every program inside, reads its environment."
  ) { settings, rule in
    let words = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"]
    return settings.environment.compactMap { variable in
      guard let text = variable.value else { return nil }
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts[0].uppercased()
      guard parts.count == 2, !parts[1].isEmpty, words.contains(where: name.contains) else { return nil }
      return rule.finding("a secret is written into the file", at: variable.range)
    }
  }
}
