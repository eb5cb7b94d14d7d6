import Sandbox

/// `config.json` of the OCI runtime specification, 1.0 to 1.3, for Linux: every key with its type.
enum OCIShape {
  static let config = Shape.object([
    .required("ociVersion", .string),
    .optional("process", process),
    .optional("root", .object([.required("path", .string), .optional("readonly", .bool)])),
    .optional("hostname", .string),
    .optional("domainname", .string),
    .optional("mounts", .array(mount)),
    .optional("hooks", hooks),
    .optional("annotations", .map(.string)),
    .optional("linux", linux),
    // Other platforms; a Linux runtime looks at none of them.
    .optional("solaris", .any), .optional("windows", .any), .optional("vm", .any), .optional("zos", .any),
    .optional("freebsd", .any),
  ])

  private static let id = Shape.integer(0...4_294_967_295)

  private static let process = Shape.object([
    .optional("terminal", .bool),
    .optional("consoleSize", .object([.required("height", .unsigned), .required("width", .unsigned)])),
    .optional(
      "user",
      .object([
        .optional("uid", id), .optional("gid", id), .optional("umask", .integer(0...0o777)),
        .optional("additionalGids", .array(id)), .optional("username", .string),
      ])
    ),
    .optional("args", .strings),
    .optional("commandLine", .string),
    .optional("env", .strings),
    .required("cwd", .string),
    .optional("capabilities", .object(OCICapabilities.sets.map { .optional($0, .strings) })),
    .optional(
      "rlimits",
      .array(
        .object([.required("type", .oneOf(rlimits)), .required("hard", .unsigned), .required("soft", .unsigned)])
      )
    ),
    .optional("noNewPrivileges", .bool),
    .optional("apparmorProfile", .string),
    .optional("oomScoreAdj", .integer(-1000...1000)),
    .optional(
      "scheduler",
      .object([
        .required(
          "policy",
          .oneOf([
            "SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE",
          ])
        ),
        .optional("nice", .integer(-20...19)), .optional("priority", .number), .optional("flags", .strings),
        .optional("runtime", .unsigned), .optional("deadline", .unsigned), .optional("period", .unsigned),
      ])
    ),
    .optional("selinuxLabel", .string),
    .optional(
      "ioPriority",
      .object([
        .required("class", .oneOf(["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"])),
        .required("priority", .integer(0...7)),
      ])
    ),
    .optional("execCPUAffinity", .object([.optional("initial", .string), .optional("final", .string)])),
  ])

  static let rlimits = [
    "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC",
    "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
  ]

  private static let mappings = Shape.array(
    .object([.required("containerID", id), .required("hostID", id), .required("size", id)])
  )

  private static let mount = Shape.object([
    .required("destination", .string), .optional("type", .string), .optional("source", .string),
    .optional("options", .strings), .optional("uidMappings", mappings), .optional("gidMappings", mappings),
  ])

  private static let hook = Shape.array(
    .object([
      .required("path", .string), .optional("args", .strings), .optional("env", .strings),
      .optional("timeout", .integer(1...Int64.max)),
    ])
  )

  private static let hooks = Shape.object(
    ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"].map {
      .optional($0, hook)
    }
  )

  private static let linux = Shape.object([
    .optional("uidMappings", mappings),
    .optional("gidMappings", mappings),
    .optional("sysctl", .map(.string)),
    .optional("resources", resources),
    .optional("cgroupsPath", .string),
    .optional(
      "namespaces",
      .array(
        .object([
          .required(
            "type",
            .oneOf(["pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"])
          ),
          .optional("path", .string),
        ])
      )
    ),
    .optional(
      "devices",
      .array(
        .object([
          .required("path", .string), .required("type", .oneOf(["b", "c", "u", "p"])), .optional("major", .number),
          .optional("minor", .number), .optional("fileMode", .integer(0...0o7777)), .optional("uid", id),
          .optional("gid", id),
        ])
      )
    ),
    .optional("netDevices", .map(.object([.optional("name", .string)]))),
    .optional("seccomp", SeccompShape.oci),
    .optional(
      "rootfsPropagation",
      .oneOf(["shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate", "runbindable", ""])
    ),
    .optional("maskedPaths", .strings),
    .optional("readonlyPaths", .strings),
    .optional("mountLabel", .string),
    .optional(
      "intelRdt",
      .object([
        .optional("closID", .string), .optional("schemata", .strings), .optional("l3CacheSchema", .string),
        .optional("memBwSchema", .string), .optional("enableCMT", .bool), .optional("enableMBM", .bool),
        .optional("enableMonitoring", .bool),
      ])
    ),
    .optional(
      "memoryPolicy",
      .object([.required("mode", .string), .optional("nodes", .string), .optional("flags", .strings)])
    ),
    .optional(
      "personality",
      .object([.required("domain", .oneOf(["LINUX", "LINUX32"])), .optional("flags", .strings)])
    ),
    .optional(
      "timeOffsets",
      .map(.object([.optional("secs", .number), .optional("nanosecs", .integer(0...999_999_999))]))
    ),
  ])

  private static let deviceNumber: [Shape.Field] = [.required("major", .number), .required("minor", .number)]

  private static let throttle = Shape.array(.object(deviceNumber + [.required("rate", .unsigned)]))

  private static let resources = Shape.object([
    .optional(
      "devices",
      .array(
        .object([
          .required("allow", .bool), .optional("type", .oneOf(["a", "b", "c"])), .optional("major", .number),
          .optional("minor", .number), .optional("access", .string),
        ])
      )
    ),
    .optional(
      "memory",
      .object([
        .optional("limit", .number), .optional("reservation", .number), .optional("swap", .number),
        .optional("kernel", .number), .optional("kernelTCP", .number), .optional("swappiness", .integer(0...100)),
        .optional("disableOOMKiller", .bool), .optional("useHierarchy", .bool), .optional("checkBeforeUpdate", .bool),
      ])
    ),
    .optional(
      "cpu",
      .object([
        .optional("shares", .unsigned), .optional("quota", .number), .optional("burst", .unsigned),
        .optional("period", .unsigned), .optional("realtimeRuntime", .number), .optional("realtimePeriod", .unsigned),
        .optional("cpus", .string), .optional("mems", .string), .optional("idle", .integer(0...1)),
      ])
    ),
    .optional("pids", .object([.optional("limit", .number)])),
    .optional(
      "blockIO",
      .object([
        .optional("weight", .integer(0...1000)), .optional("leafWeight", .integer(0...1000)),
        .optional(
          "weightDevice",
          .array(
            .object(
              deviceNumber + [
                .optional("weight", .integer(0...1000)), .optional("leafWeight", .integer(0...1000)),
              ]
            )
          )
        ),
        .optional("throttleReadBpsDevice", throttle), .optional("throttleWriteBpsDevice", throttle),
        .optional("throttleReadIOPSDevice", throttle), .optional("throttleWriteIOPSDevice", throttle),
      ])
    ),
    .optional(
      "hugepageLimits",
      .array(.object([.required("pageSize", .string), .required("limit", .unsigned)]))
    ),
    .optional(
      "network",
      .object([
        .optional("classID", id),
        .optional("priorities", .array(.object([.required("name", .string), .required("priority", id)]))),
      ])
    ),
    .optional("rdma", .map(.object([.optional("hcaHandles", id), .optional("hcaObjects", id)]))),
    .optional("unified", .map(.string)),
  ])
}

/// The five sets of `process.capabilities`.
enum OCICapabilities {
  static let sets = ["bounding", "effective", "inheritable", "permitted", "ambient"]
}
