import CanonicalJSON
import Diagnostics

/// Finds `docker run` and `docker create` in a shell script and reads their options.
enum DockerRunReader {
  typealias Word = ShellScript.Word

  static let unknownFlag = RuleDescription(
    "RF8602",
    "unknown option",
    .error,
    "The command has no such option. It refuses to run, or, after the image, the word is an argument of the program."
  )
  static let badValue = RuleDescription(
    "RF8603",
    "value that the command does not read",
    .error,
    "The command refuses a value of another form, or reads it as something else than it looks like."
  )
  static let noImage = RuleDescription(
    "RF8604",
    "no image",
    .error,
    "`docker run` needs the name of an image after its options."
  )
  static let noCommand = RuleDescription(
    "RF8605",
    "nothing is run",
    .warning,
    "The script calls neither `docker run` nor `docker create`, so there is nothing to check."
  )
  static let rules = [ShellScript.syntax, unknownFlag, badValue, noImage, noCommand]

  struct Call {
    var settings: DockerSettings
    var diagnostics: [Diagnostic]
  }

  /// Every call of a script.
  static func calls(in script: ShellScript) -> [Call] {
    script.commands.compactMap { command in
      guard let start = subcommand(in: command.words) else { return nil }
      var reader = ArgumentReader(words: command.words, start: start)
      reader.read()
      return Call(settings: reader.settings, diagnostics: reader.diagnostics)
    }
  }

  private struct Start {
    let first: Int
    /// The word after `run` or `create`.
    let next: Int
    let isPodman: Bool
  }

  private static func subcommand(in words: [Word]) -> Start? {
    for (index, word) in words.enumerated() {
      guard let isPodman = engine(word) else { continue }
      var next = index + 1
      while next < words.count, words[next].text.hasPrefix("-") {
        next += DockerFlags.globalWithValue.contains(words[next].text) ? 2 : 1
      }
      if next < words.count, words[next].text == "container" { next += 1 }
      guard next < words.count, words[next].isLiteral, ["run", "create"].contains(words[next].text) else { continue }
      return Start(first: index, next: next + 1, isPodman: isPodman)
    }
    return nil
  }

  /// Whether a word is the docker or podman command, written out or in a variable named like it; true for podman.
  private static func engine(_ word: Word) -> Bool? {
    let names = word.isLiteral ? [String(word.text.split(separator: "/").last ?? "")] : word.variables
    for name in names.map({ $0.lowercased() }) {
      if name.contains("podman") { return true }
      if word.isLiteral ? name == "docker" : name.contains("docker") { return false }
    }
    return nil
  }

  private struct ArgumentReader {
    let words: [Word]
    let isPodman: Bool
    var index: Int
    var settings: DockerSettings
    var diagnostics: [Diagnostic] = []

    init(words: [Word], start: Start) {
      self.words = words
      isPodman = start.isPodman
      index = start.next
      let (first, last) = (words[start.first].range, words[start.next - 1].range)
      settings = DockerSettings(
        origin: .command,
        place: SourceRange(source: first.source, start: first.start, end: last.end)
      )
      settings.isPodman = isPodman
    }

    mutating func read() {
      while index < words.count {
        let word = words[index]
        index += 1
        if word.text == "--", word.isLiteral { break }
        if !word.isLiteral, word.text.isEmpty {
          // An expansion that may hold options: `$FLAGS`. Quoted, it is the image.
          index -= 1
          break
        }
        if word.text.hasPrefix("--") {
          readLong(word)
        } else if word.text.hasPrefix("-"), word.text != "-" {
          readShort(word)
        } else {
          index -= 1
          break
        }
      }
      guard index < words.count else {
        diagnostics.append(DockerRunReader.noImage.finding("no image is named", at: settings.place))
        return
      }
      settings.image = Located(words[index].isLiteral ? words[index].text : nil, words[index].range)
    }

    private mutating func readLong(_ word: Word) {
      let body = word.text.dropFirst(2)
      let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts.first ?? "")
      let value = parts.count > 1 ? Located(word.isLiteral ? String(parts[1]) : nil, word.range) : nil
      if DockerFlags.isSwitch(name, podman: isPodman) {
        set(name, value ?? Located("true", word.range), word)
      } else if DockerFlags.takesValue(name, podman: isPodman) {
        guard let value = value ?? takeValue(of: word) else { return }
        set(name, value, word)
      } else {
        diagnostics.append(unknown(word, "--" + name))
      }
    }

    private mutating func readShort(_ word: Word) {
      var letters = Array(word.text.dropFirst())
      while !letters.isEmpty {
        let letter = letters.removeFirst()
        guard let name = DockerFlags.short[letter] else {
          diagnostics.append(unknown(word, "-\(letter)"))
          return
        }
        if DockerFlags.isSwitch(name, podman: isPodman) {
          set(name, Located("true", word.range), word)
          continue
        }
        let rest = String(letters.first == "=" ? letters.dropFirst() : letters[...])
        let value = letters.isEmpty ? takeValue(of: word) : Located(word.isLiteral ? rest : nil, word.range)
        if let value { set(name, value, word) }
        return
      }
    }

    private mutating func takeValue(of word: Word) -> Located<String>? {
      guard index < words.count else {
        diagnostics.append(DockerRunReader.badValue.finding("\(word.text) needs a value", at: word.range))
        return nil
      }
      index += 1
      let value = words[index - 1]
      return Located(value.isLiteral ? value.text : nil, value.range)
    }

    private func unknown(_ word: Word, _ name: String) -> Diagnostic {
      let near = Spelling.nearest(to: String(name.drop { $0 == "-" }), among: DockerFlags.all(podman: isPodman))
      return DockerRunReader.unknownFlag.finding(
        "there is no option \(name)",
        at: word.range,
        help: near.map { ["did you mean --\($0)?"] } ?? []
      )
    }

    private mutating func parse<Value: Sendable>(
      _ value: Located<String>,
      _ form: String,
      _ parse: (String) -> Value?
    ) -> Located<Value> {
      guard let text = value.value else { return Located(nil, value.range) }
      guard let parsed = parse(text) else {
        diagnostics.append(
          DockerRunReader.badValue.finding(
            "\(JSON.string(text).text(.compact)) is not \(form)",
            at: value.range
          )
        )
        return Located(nil, value.range)
      }
      return Located(parsed, value.range)
    }

    private mutating func flag(_ value: Located<String>) -> Located<Bool> {
      parse(value, "true or false") { text in
        switch text.lowercased() {
        case "true", "t", "1": true
        case "false", "f", "0": false
        default: nil
        }
      }
    }

    private mutating func bytes(_ value: Located<String>) -> Located<Int64> {
      parse(value, "a size such as 256m", DockerQuantity.bytes)
    }

    private mutating func number(_ value: Located<String>) -> Located<Int64> {
      parse(value, "a whole number") { Int64($0) }
    }

    private mutating func set(_ name: String, _ value: Located<String>, _ word: Word) {
      switch name {
      case "privileged": settings.privileged = flag(value)
      case "read-only": settings.readOnlyRoot = flag(value)
      case "rm": settings.removesItself = flag(value)
      case "init": settings.usesInit = flag(value)
      case "oom-kill-disable": settings.disablesOOMKiller = flag(value)
      case "use-api-socket": settings.usesAPISocket = flag(value)
      case "publish-all": settings.publishedPorts.append(value)
      case "publish": settings.publishedPorts.append(value)
      case "user": settings.user = value
      case "hostname": settings.hostname = value
      case "cap-add": settings.addedCapabilities.append(value)
      case "cap-drop": settings.droppedCapabilities.append(value)
      case "security-opt":
        // The path of a profile may be known only when the script runs; that there is one is known.
        let text = value.value ?? (words[index - 1].text.isEmpty ? nil : words[index - 1].text)
        settings.securityOptions.append(Located(DockerCreateReader.separated(text), value.range))
      case "network", "net": settings.namespaces[.network] = value
      case "ipc": settings.namespaces[.ipc] = value
      case "pid": settings.namespaces[.pid] = value
      case "uts": settings.namespaces[.uts] = value
      case "userns": settings.namespaces[.user] = value
      case "cgroupns": settings.namespaces[.cgroup] = value
      case "volumes-from": settings.volumesFrom.append(value)
      case "device", "gpus": settings.devices.append(value)
      case "sysctl":
        settings.sysctls.append(Located(value.value.map { String($0.prefix { $0 != "=" }) }, value.range))
      case "group-add": settings.groups.append(value)
      case "cgroup-parent": settings.cgroupParent = value
      case "runtime": settings.runtime = value
      case "log-driver": settings.logDriver = value
      case "log-opt":
        if value.value?.hasPrefix("max-size=") ?? true { settings.hasLogSizeLimit = true }
      case "restart": settings.restart = value
      case "env": settings.environment.append(value)
      case "volume": settings.mounts.append(Located(value.value.map(DockerQuantity.volume), value.range))
      default: setQuantity(name, value)
      }
    }

    private mutating func setQuantity(_ name: String, _ value: Located<String>) {
      switch name {
      case "memory": settings.memory = bytes(value)
      case "memory-swap": settings.memorySwap = bytes(value)
      case "memory-reservation": settings.memoryReservation = bytes(value)
      case "cpus": settings.nanoCPUs = parse(value, "a number of processors such as 0.5", DockerQuantity.nanoCPUs)
      case "cpu-quota": settings.cpuQuota = number(value)
      case "cpu-period": settings.cpuPeriod = number(value)
      case "cpu-count": settings.cpuCount = number(value)
      case "pids-limit": settings.pids = number(value)
      case "oom-score-adj": settings.scoreAdjustment = number(value)
      case "stop-timeout": settings.stopTimeout = number(value)
      case "ulimit": settings.ulimits.append(parse(value, "NAME=SOFT[:HARD]", DockerQuantity.ulimit))
      case "tmpfs": settings.tmpfs.append(Located(value.value.map(DockerQuantity.tmpfs), value.range))
      case "mount": setMount(value)
      // Whatever else there is says nothing about isolation or limits.
      default: break
      }
    }

    private mutating func setMount(_ value: Located<String>) {
      // An expansion that is a field of its own, at the end, leaves the others known.
      let word = words[index - 1]
      guard let text = value.value ?? (word.text.hasSuffix(",") ? String(word.text.dropLast()) : nil) else {
        settings.mounts.append(Located(nil, value.range))
        return
      }
      var fields: [String: String] = [:]
      for field in CommaSeparated.fields(text) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        fields[String(parts[0]).lowercased()] = parts.count > 1 ? String(parts[1]) : "true"
      }
      let target = fields["target"] ?? fields["dst"] ?? fields["destination"] ?? ""
      if fields["type"] == "tmpfs" {
        let tmpfs = DockerSettings.Tmpfs(path: target, options: [], hasSize: fields["tmpfs-size"] != nil)
        settings.tmpfs.append(Located(tmpfs, value.range))
        return
      }
      let mount = DockerSettings.Mount(
        type: fields["type"] ?? "volume",
        source: fields["source"] ?? fields["src"] ?? "",
        target: target,
        isReadOnly: ["true", "1"].contains(fields["readonly"] ?? fields["ro"])
      )
      settings.mounts.append(Located(mount, value.range))
    }
  }
}

/// One line of comma-separated values (RFC 4180).
enum CommaSeparated {
  static func fields(_ line: String) -> [String] {
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var previousWasQuote = false
    for scalar in line.unicodeScalars {
      if isQuoted, scalar == "\"" {
        isQuoted = false
        previousWasQuote = true
        continue
      }
      if scalar == "\"" {
        // A doubled quote inside of quotes is one.
        if previousWasQuote { field.append(scalar) }
        isQuoted = true
      } else if scalar == ",", !isQuoted {
        fields.append(String(field))
        field = String.UnicodeScalarView()
      } else {
        field.append(scalar)
      }
      previousWasQuote = false
    }
    return fields + [String(field)]
  }
}
