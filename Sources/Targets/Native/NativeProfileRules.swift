import CanonicalJSON
import Diagnostics
import Sandbox
import Seccomp

/// What can be said about a native profile.
enum NativeProfileRules {
  typealias Rule = ValidationRule<JSONNode>

  static let all: [Rule] = [
    schema, digest, control, notEnforced, user, newPrivileges, rootMode, networkMode, limits, mounts, tmpfs,
    capabilities, syscalls, instructions,
  ]

  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let root: JSONNode
    do throws(InvalidInput) {
      root = try JSONNode(reading: source, limits: .artifact)
    } catch {
      return error.diagnostics
    }
    let shape = NativeProfileShape.profile.mismatches(in: root)
    return root.object == nil ? shape : shape + all.findings(in: root)
  }

  private static func value(_ control: Control, in root: JSONNode) -> JSONNode? {
    root["controls"]?[control.rawValue]?["value"]
  }

  private static let schema = Rule(
    "RF8501",
    "version of the profile",
    .error,
    "The profile's version says what its values mean. This build knows one."
  ) { root, rule in
    guard let node = root["schema"], let version = node.string, version != NativeProfile.schema else { return [] }
    return [rule.finding("this build reads \(NativeProfile.schema)", at: node.range)]
  }

  private static let digest = Rule(
    "RF8502",
    "digest",
    .error,
    "A digest is `sha256:` and 64 hexadecimal digits; with another nobody can tell which policy or filter is meant."
  ) { root, rule in
    [root["policy_digest"], root["filter"]?["digest"]].compactMap(\.self).filter { node in
      guard let text = node.string, text.hasPrefix("sha256:") else { return true }
      let digits = text.dropFirst(7).utf8
      return digits.count != 64
        || !digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
    .map { rule.finding("this is no digest", at: $0.range) }
  }

  private static let control = Rule(
    "RF8503",
    "control that nobody knows",
    .error,
    "A control of another name is not enforced, and one that is missing may not be."
  ) { root, rule in
    guard let controls = root["controls"], controls.object != nil else { return [] }
    let names = Control.allCases.map(\.rawValue)
    var found: [Diagnostic] = []
    for member in controls.members where !names.contains(member.name) {
      let near = Spelling.nearest(to: member.name, among: names)
      found.append(
        rule.finding("there is no such control", at: member.nameRange, help: near.map { ["did you mean \($0)?"] } ?? [])
      )
    }
    let missing = names.filter { controls[$0] == nil }
    if let first = missing.first {
      let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
      found.append(rule.finding("\(first)\(others) missing", at: controls.head))
    }
    return found
  }

  private static let notEnforced = Rule(
    "RF8504",
    "control not enforced",
    .warning,
    "The profile itself says that this control is not enforced as the policy says."
  ) { root, rule in
    (root["controls"]?.members ?? []).compactMap { member in
      guard let node = member.value["enforcement"], let word = node.string, ["weaker", "none"].contains(word) else {
        return nil
      }
      return rule.finding("\(member.name) is not enforced as the policy says", at: node.range)
    }
  }

  private static let user = Rule(
    "RF8505",
    "runs as root",
    .warning,
    "Root inside has more of the kernel to reach, even mapped to another user."
  ) { root, rule in
    guard let node = value(.user, in: root)?["uid"], node.integer == 0 else { return [] }
    return [rule.finding("the program runs as root", at: node.range)]
  }

  private static let newPrivileges = Rule(
    "RF8506",
    "new privileges",
    .warning,
    "Without no_new_privileges set-user-id programs give the program more than it has."
  ) { root, rule in
    guard let node = value(.noNewPrivileges, in: root), node.bool == false else { return [] }
    return [rule.finding("the program can gain privileges", at: node.range)]
  }

  private static let rootMode = Rule(
    "RF8507",
    "writable root",
    .warning,
    "A writable root lets the program fill memory or disk outside of the places that have a size."
  ) { root, rule in
    guard let node = value(.root, in: root), node.string == Filesystem.RootMode.writable.rawValue else { return [] }
    return [rule.finding("the root file system is writable", at: node.range)]
  }

  private static let networkMode = Rule(
    "RF8508",
    "host's network",
    .warning,
    "With the host's network the program reaches everything that the host reaches."
  ) { root, rule in
    guard let node = value(.networkMode, in: root), node.string == Network.Mode.host.rawValue else { return [] }
    return [rule.finding("the program has the host's network", at: node.range)]
  }

  private static let limits = Rule(
    "RF8509",
    "no limit",
    .warning,
    "Without this limit one program can take what the whole host has."
  ) { root, rule in
    let vital: [Control] = [.memory, .pids, .cpuTime, .wallTime, .output, .fileSize, .openFiles]
    return vital.compactMap { control in
      guard let node = value(control, in: root), node.string == "unlimited" else { return nil }
      return rule.finding("\(control.rawValue) has no limit", at: node.range)
    }
  }

  private static let mounts = Rule(
    "RF8510",
    "sensitive source",
    .warning,
    "Some directories and sockets of the host give whoever sees them its secrets, or the host itself."
  ) { root, rule in
    [Control.read, .write].flatMap { value($0, in: root)?.items ?? [] }.compactMap { node in
      let source = node["source"] ?? node
      guard let path = source.string, let danger = ContainerPath.danger(of: path) else { return nil }
      return rule.finding("\(JSON.string(path).text(.compact)) is seen inside: \(danger)", at: source.range)
    }
  }

  private static let tmpfs = Rule(
    "RF8511",
    "tmpfs larger than memory",
    .note,
    "What is in a tmpfs counts as memory of the sandbox: filling one that is larger than the limit ends the program."
  ) { root, rule in
    guard let limit = value(.memory, in: root)?.integer else { return [] }
    return (value(.tmpfs, in: root)?.items ?? []).compactMap { node in
      guard let size = node["size"], let bytes = size.integer, bytes > limit else { return nil }
      return rule.finding("the tmpfs is larger than the memory limit", at: size.range)
    }
  }

  private static let capabilities = Rule(
    "RF8512",
    "capability",
    .warning,
    "Some capabilities are enough to leave a sandbox; a name that the kernel does not know gives nothing."
  ) { root, rule in
    let names = Capability.allCases.map(\.prefixedName)
    return (value(.capabilities, in: root)?.items ?? []).compactMap { node in
      guard let name = node.string else { return nil }
      if let danger = OCICapabilityRules.dangers[name] {
        return rule.finding("\(name) is held: \(danger)", at: node.range)
      }
      return names.contains(name) ? nil : rule.finding("there is no such capability", at: node.range, severity: .error)
    }
  }

  private static let syscalls = Rule(
    "RF8513",
    "unknown system call",
    .error,
    "A rule of a call, or a group, that this build does not know says nothing."
  ) { root, rule in
    let lists = value(.syscalls, in: root)
    return ["allow", "deny"].flatMap { lists?[$0]?.items ?? [] }.compactMap { entry in
      let node = entry["name"] ?? entry
      guard let name = node.string else { return nil }
      let isKnown = name.hasPrefix("@") ? SyscallGroup(named: name) != nil : SyscallTable.isKnown(name)
      if isKnown { return nil }
      let near = Spelling.nearest(to: name, among: SyscallGroup.allNames + SyscallTable.allNames)
      return rule.finding(
        "there is no \(name.hasPrefix("@") ? "group" : "system call") of this name",
        at: node.range,
        help: near.map { ["did you mean \($0)?"] } ?? []
      )
    }
  }

  private static let instructions = Rule(
    "RF8514",
    "size of the filter",
    .error,
    "The kernel takes filters of 1 to 4096 instructions."
  ) { root, rule in
    guard let node = root["filter"]?["instructions"], let count = node.integer, !(1...4096).contains(count) else {
      return []
    }
    return [rule.finding("the kernel takes filters of 1 to 4096 instructions", at: node.range)]
  }
}

/// `profile.json` of the native target.
enum NativeProfileShape {
  private static let count = Shape.integer(0...Int64.max)
  private static let limit = Shape.either([count, .oneOf(["unlimited"])])
  private static let mount = Shape.object([.required("source", .string), .required("path", .string)])

  static let profile = Shape.object([
    .required("schema", .string), .optional("note", .string), .required("policy", .string),
    .required("policy_digest", .string), .optional("command", .strings), .optional("rootfs", .string),
    .required(
      "filter",
      .object([.required("file", .string), .required("digest", .string), .required("instructions", count)])
    ),
    .required("controls", .map(.any)),
  ])
}
