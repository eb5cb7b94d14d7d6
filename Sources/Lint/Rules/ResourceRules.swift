import Diagnostics
import Sandbox

/// Limits that are missing, mean nothing or contradict each other.
enum ResourceRules {
  static let all = [
    noMemoryLimit, noPidsLimit, noTimeLimit, noProcessorLimit, noProcessorTimeLimit, swap, noFileLimits, noOutputLimit,
    coreDumps, unreachableTime, silentAlert, hugeLimit, tinyMemory,
  ]

  static let noMemoryLimit = unlimited(
    RuleDescription(
      "RF5001",
      "no memory limit",
      .error,
      """
      Without a limit one run takes the memory of all others, and the kernel's killer chooses the victim: often not the \
      program that took it.
      """,
      references: ["CIS Docker Benchmark 1.6.0, 5.11", "NSA/CISA Kubernetes Hardening Guide 1.2, resource policies"],
      example: .init(before: "resources:\n  memory: unlimited", after: "resources:\n  memory: 256Mi")
    ),
    key: "resources.memory",
    "the program can use all memory of the host",
    replacement: "256Mi",
    isMissing: { $0.memory == .unlimited }
  )

  static let noPidsLimit = unlimited(
    RuleDescription(
      "RF5002",
      "no process limit",
      .error,
      """
      A fork bomb without a limit uses up the process ids of the whole host: nobody can log in to end it. Docker's own \
      default has no limit.
      """,
      references: ["CIS Docker Benchmark 1.6.0, 5.29", "Linux kernel documentation, cgroup v2, pids"],
      example: .init(before: "resources:\n  pids: unlimited", after: "resources:\n  pids: 64")
    ),
    key: "resources.pids",
    "the program can start as many processes as the host can hold",
    replacement: "64",
    isMissing: { $0.pids == .unlimited }
  )

  static let noTimeLimit = unlimited(
    RuleDescription(
      "RF5003",
      "no time limit",
      .error,
      """
      A program that waits for ever costs no processor time, so that nothing else ends it: it keeps its memory and its \
      place until somebody looks.
      """,
      references: ["nsjail, time_limit (600 s by default)", "Kubernetes, activeDeadlineSeconds"],
      example: .init(before: "resources:\n  wall_time: unlimited", after: "resources:\n  wall_time: 30s")
    ),
    key: "resources.wall_time",
    "the program can run for ever",
    replacement: "30s",
    isMissing: { $0.wallTime == .unlimited }
  )

  static let noProcessorLimit = unlimited(
    RuleDescription(
      "RF5004",
      "no processor limit",
      .warning,
      """
      The program can use every processor of the host as long as its time lasts, and what runs beside it slows down.
      """,
      references: ["CIS Docker Benchmark 1.6.0, 5.12", "Linux kernel documentation, cgroup v2, cpu.max"],
      example: .init(before: "resources:\n  cpus: unlimited", after: "resources:\n  cpus: 1")
    ),
    key: "resources.cpus",
    "the program can use all processors of the host",
    replacement: "1",
    isMissing: { $0.cpus == .unlimited }
  )

  static let noProcessorTimeLimit = unlimited(
    RuleDescription(
      "RF5005",
      "no processor time limit",
      .note,
      """
      Only the wall clock ends the run. For code that should be short, a limit of processor time tells an endless loop \
      from a slow host.
      """,
      confidence: .low,
      references: ["setrlimit(2), RLIMIT_CPU"],
      example: .init(before: "resources:\n  cpu_time: unlimited", after: "resources:\n  cpu_time: 10s")
    ),
    key: "resources.cpu_time",
    "the program can use any amount of processor time",
    replacement: "10s",
    isMissing: { $0.cpuTime == .unlimited }
  )

  static let swap = LintRule(
    RuleDescription(
      "RF5006",
      "swap",
      .warning,
      """
      With swap the memory limit is not the limit: a program over it slows the disk of the host down instead of being \
      ended, and what it had in memory is written to the disk. Docker, left to itself, allows as much again as the memory.
      """,
      references: ["Docker documentation, --memory-swap", "Linux kernel documentation, cgroup v2, memory.swap.max"],
      example: .init(before: "resources:\n  swap: unlimited", after: "resources:\n  swap: 0")
    )
  ) { input in
    guard input.sandbox.resources.swap > .limited(ByteCount(bytes: 0)) else { return [] }
    return [
      input.objection(
        to: "resources.swap",
        "the program can use swap beyond its memory limit",
        severity: input.sandbox.resources.swap == .unlimited ? .warning : .note,
        remedy: .replace(with: "0", summary: "use no swap", isSafe: true)
      )
    ]
  }

  static let noFileLimits = LintRule(
    RuleDescription(
      "RF5007",
      "no limit of files",
      .warning,
      """
      Without a limit of open files a program can use up the descriptors of the host, without a limit of file sizes it can \
      fill the disk behind a write path, and an unlimited stack changes how addresses are laid out.
      """,
      references: ["CIS Docker Benchmark 1.6.0, 5.19", "setrlimit(2)", "CVE-2017-1000364 (Stack Clash)"],
      example: .init(
        before: "resources:\n  open_files: unlimited",
        after: "resources:\n  open_files: 256"
      )
    )
  ) { input in
    let resources = input.sandbox.resources
    let limits: [(key: String, isMissing: Bool, message: String, replacement: String)] = [
      ("open_files", resources.openFiles == .unlimited, "the program can open any number of files", "256"),
      ("file_size", resources.fileSize == .unlimited, "the program can write files of any size", "16Mi"),
      ("stack", resources.stack == .unlimited, "the stack of the program has no limit", "8Mi"),
    ]
    return limits.filter(\.isMissing).map { limit in
      input.objection(
        to: "resources.\(limit.key)",
        limit.message,
        remedy: .replace(with: limit.replacement, summary: "limit it to \(limit.replacement)", isSafe: false)
      )
    }
  }

  static let noOutputLimit = unlimited(
    RuleDescription(
      "RF5008",
      "no output limit",
      .warning,
      """
      What the program prints is kept in memory or on disk by whoever reads it: ten seconds of yes are gigabytes.
      """,
      references: ["CWE-770"],
      example: .init(before: "resources:\n  output: unlimited", after: "resources:\n  output: 1Mi")
    ),
    key: "resources.output",
    "the program can print without end",
    replacement: "1Mi",
    isMissing: { $0.output == .unlimited }
  )

  static let coreDumps = LintRule(
    RuleDescription(
      "RF5009",
      "core dumps",
      .warning,
      """
      A core dump is the program's memory in a file. Where the host's core_pattern is a pipe, a program of the host runs \
      as root on what the sandbox died with, outside of every limit.
      """,
      references: ["core(5)", "CVE-2025-4598 (systemd-coredump)", "CVE-2022-0492"],
      example: .init(before: "resources:\n  core: 64Mi", after: "resources:\n  core: 0")
    )
  ) { input in
    guard input.sandbox.resources.core > .limited(ByteCount(bytes: 0)) else { return [] }
    return [
      input.objection(
        to: "resources.core",
        "a crash leaves the memory of the program in a file",
        remedy: .replace(with: "0", summary: "leave no core dumps", isSafe: true)
      )
    ]
  }

  static let unreachableTime = LintRule(
    RuleDescription(
      "RF5010",
      "processor time that is never reached",
      .warning,
      """
      In its wall time, on as many processors as it may use, the program cannot spend this much processor time: the limit \
      never ends a run, and its verdict is never seen.
      """,
      references: ["setrlimit(2), RLIMIT_CPU", "Linux kernel documentation, cgroup v2, cpu.stat"],
      example: .init(
        before: "resources:\n  cpus: 1\n  cpu_time: 2m\n  wall_time: 30s",
        after: "resources:\n  cpus: 1\n  cpu_time: 10s\n  wall_time: 30s"
      )
    )
  ) { input in
    let resources = input.sandbox.resources
    guard let cpuTime = resources.cpuTime.value, let wallTime = resources.wallTime.value,
      let cpus = resources.cpus.value
    else { return [] }
    let (product, overflow) = wallTime.count.multipliedReportingOverflow(by: cpus.count)
    guard !overflow, cpuTime.count > product / 1000 else { return [] }
    return [
      input.objection(
        to: "resources.cpu_time",
        "\(cpuTime.description) of processor time do not fit into \(wallTime.description) on \(cpus.description) CPUs"
      )
    ]
  }

  static let silentAlert = LintRule(
    RuleDescription(
      "RF5011",
      "alert that never rings",
      .warning,
      """
      The threshold is above the limit: a run that would pass it has been ended before.
      """,
      references: ["Linux kernel documentation, cgroup v2, memory.high"],
      example: .init(
        before: "resources:\n  memory: 256Mi\nalerts:\n  memory: 300Mi",
        after: "resources:\n  memory: 256Mi\nalerts:\n  memory: 200Mi"
      )
    )
  ) { input in
    let (alerts, resources) = (input.sandbox.alerts, input.sandbox.resources)
    func reaches<Value>(_ alert: Value?, _ limit: Limit<Value>) -> Bool {
      guard let alert, let limit = limit.value else { return false }
      return alert > limit
    }
    return [
      ("alerts.memory", reaches(alerts.memory, resources.memory)),
      ("alerts.wall_time", reaches(alerts.wallTime, resources.wallTime)),
      ("alerts.cpu_time", reaches(alerts.cpuTime, resources.cpuTime)),
      ("alerts.pids", reaches(alerts.pids, resources.pids)),
    ].filter(\.1).map { input.objection(to: $0.0, "the run is ended before the threshold is passed") }
  }

  static let hugeLimit = LintRule(
    RuleDescription(
      "RF5012",
      "limit that protects nothing",
      .note,
      """
      The limit is beyond what most hosts have, so that the host gives way first. Beyond what any host has it is a warning.
      """,
      confidence: .low,
      references: ["CWE-770", "pid_max, proc(5)"],
      example: .init(before: "resources:\n  pids: 100000", after: "resources:\n  pids: 256")
    )
  ) { input in
    let resources = input.sandbox.resources
    let limits: [(key: String, isHuge: Bool, isAbsurd: Bool, what: String)] = [
      (
        "memory", exceeds(resources.memory, ByteCount(bytes: 256 << 30)),
        exceeds(resources.memory, ByteCount(bytes: 4 << 40)), "most hosts have less memory"
      ),
      ("pids", exceeds(resources.pids, 32_768), false, "many hosts have fewer process ids"),
      ("wall_time", exceeds(resources.wallTime, Milliseconds(7 * 86_400_000)), false, "nobody waits for a week"),
      ("output", exceeds(resources.output, ByteCount(bytes: 1 << 30)), false, "the output of a run is kept in memory"),
      ("open_files", exceeds(resources.openFiles, 524_288), false, "many hosts allow fewer"),
    ]
    return limits.filter(\.isHuge).map { limit in
      input.objection(
        to: "resources.\(limit.key)",
        limit.isAbsurd ? "no host has as much, so that this is no limit" : limit.what,
        severity: limit.isAbsurd ? .warning : nil
      )
    }
  }

  static let tinyMemory = LintRule(
    RuleDescription(
      "RF5013",
      "memory that starts nothing",
      .warning,
      """
      The C library, the loader and the program's own code take a few mebibytes before the first line runs: an interpreter \
      needs ten or more. Every run ends with its memory limit.
      """,
      references: ["Linux kernel documentation, cgroup v2, memory.max"],
      example: .init(before: "resources:\n  memory: 1Mi", after: "resources:\n  memory: 64Mi")
    )
  ) { input in
    guard let memory = input.sandbox.resources.memory.value, memory < ByteCount(bytes: 4 << 20) else { return [] }
    return [input.objection(to: "resources.memory", "no interpreter starts in \(memory.description)")]
  }

  private static func exceeds<Value>(_ limit: Limit<Value>, _ bound: Value) -> Bool {
    limit.value.map { $0 > bound } ?? false
  }

  private static func unlimited(
    _ description: RuleDescription,
    key: String,
    _ message: String,
    replacement: String,
    isMissing: @escaping @Sendable (Resources) -> Bool
  ) -> LintRule {
    LintRule(description) { input in
      guard isMissing(input.sandbox.resources) else { return [] }
      return [
        input.objection(
          to: key,
          message,
          // The number is a guess: nobody but the author knows what the program needs.
          remedy: .replace(with: replacement, summary: "limit it to \(replacement)", isSafe: false)
        )
      ]
    }
  }
}
