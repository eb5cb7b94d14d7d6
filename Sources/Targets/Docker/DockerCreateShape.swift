/// The body of `POST /containers/create`, Engine API 1.25 to 1.56, with every key that one of them has.
enum DockerCreateShape {
  private static let strings = Shape.strings
  private static let labels = Shape.map(.string)
  private static let throttle = Shape.array(
    .object([.optional("Path", .string), .optional("Rate", .integer(0...Int64.max))])
  )

  static let body = Shape.object([
    .optional("Hostname", .string), .optional("Domainname", .string), .optional("User", .string),
    .optional("AttachStdin", .bool), .optional("AttachStdout", .bool), .optional("AttachStderr", .bool),
    .optional("ExposedPorts", .map(.any)), .optional("Tty", .bool), .optional("OpenStdin", .bool),
    .optional("StdinOnce", .bool), .optional("Env", strings), .optional("Cmd", .either([strings, .string])),
    .optional(
      "Healthcheck",
      .object([
        .optional("Test", strings), .optional("Interval", .number), .optional("Timeout", .number),
        .optional("Retries", .number), .optional("StartPeriod", .number), .optional("StartInterval", .number),
      ])
    ),
    .optional("ArgsEscaped", .bool), .required("Image", .string), .optional("Volumes", .map(.any)),
    .optional("WorkingDir", .string), .optional("Entrypoint", .either([strings, .string])),
    .optional("NetworkDisabled", .bool), .optional("MacAddress", .string), .optional("OnBuild", strings),
    .optional("Labels", labels), .optional("StopSignal", .string), .optional("StopTimeout", .number),
    .optional("Shell", strings), .optional("Name", .string), .optional("Platform", .string),
    .optional("HostConfig", host),
    .optional("NetworkingConfig", .object([.optional("EndpointsConfig", .map(.any))])),
  ])

  private static let host = Shape.object(resources + isolation + storage + placement)

  private static let resources: [Shape.Field] = [
    .optional("CpuShares", .number), .optional("Memory", .number), .optional("CgroupParent", .string),
    .optional("BlkioWeight", .integer(0...1000)),
    .optional(
      "BlkioWeightDevice",
      .array(.object([.optional("Path", .string), .optional("Weight", .integer(0...1000))]))
    ),
    .optional("BlkioDeviceReadBps", throttle), .optional("BlkioDeviceWriteBps", throttle),
    .optional("BlkioDeviceReadIOps", throttle), .optional("BlkioDeviceWriteIOps", throttle),
    .optional("CpuPeriod", .number), .optional("CpuQuota", .number), .optional("CpuRealtimePeriod", .number),
    .optional("CpuRealtimeRuntime", .number), .optional("CpusetCpus", .string), .optional("CpusetMems", .string),
    .optional(
      "Devices",
      .array(
        .object([
          .optional("PathOnHost", .string), .optional("PathInContainer", .string),
          .optional("CgroupPermissions", .string),
        ])
      )
    ),
    .optional("DeviceCgroupRules", strings),
    .optional(
      "DeviceRequests",
      .array(
        .object([
          .optional("Driver", .string), .optional("Count", .number), .optional("DeviceIDs", strings),
          .optional("Capabilities", .array(strings)), .optional("Options", labels),
        ])
      )
    ),
    .optional("KernelMemory", .number), .optional("KernelMemoryTCP", .number), .optional("MemoryReservation", .number),
    .optional("MemorySwap", .integer(-1...Int64.max)), .optional("MemorySwappiness", .integer(-1...100)),
    .optional("NanoCpus", .number), .optional("OomKillDisable", .bool), .optional("Init", .bool),
    .optional("PidsLimit", .number),
    .optional(
      "Ulimits",
      .array(.object([.required("Name", .string), .required("Soft", .number), .required("Hard", .number)]))
    ),
    .optional("CpuCount", .number), .optional("CpuPercent", .number), .optional("IOMaximumIOps", .number),
    .optional("IOMaximumBandwidth", .number),
  ]

  private static let isolation: [Shape.Field] = [
    .optional("CapAdd", strings), .optional("CapDrop", strings),
    .optional("CgroupnsMode", .oneOf(["", "private", "host"])), .optional("IpcMode", .string),
    .optional("PidMode", .string), .optional("UTSMode", .string), .optional("UsernsMode", .string),
    .optional("Privileged", .bool), .optional("ReadonlyRootfs", .bool), .optional("SecurityOpt", strings),
    .optional("Sysctls", labels), .optional("GroupAdd", strings), .optional("OomScoreAdj", .integer(-1000...1000)),
    .optional("MaskedPaths", strings), .optional("ReadonlyPaths", strings),
    .optional("Isolation", .oneOf(["", "default", "process", "hyperv"])), .optional("Capabilities", strings),
  ]

  private static let storage: [Shape.Field] = [
    .optional("Binds", strings), .optional("ContainerIDFile", .string),
    .optional("LogConfig", .object([.optional("Type", .string), .optional("Config", labels)])),
    .optional("VolumeDriver", .string), .optional("VolumesFrom", strings),
    .optional(
      "Mounts",
      .array(
        .object([
          .optional("Target", .string), .optional("Source", .string),
          .optional("Type", .oneOf(["bind", "volume", "tmpfs", "npipe", "cluster", "image"])),
          .optional("ReadOnly", .bool),
          .optional("Consistency", .string),
          .optional(
            "BindOptions",
            .object([
              .optional("Propagation", .oneOf(["", "private", "rprivate", "shared", "rshared", "slave", "rslave"])),
              .optional("NonRecursive", .bool), .optional("CreateMountpoint", .bool),
              .optional("ReadOnlyNonRecursive", .bool), .optional("ReadOnlyForceRecursive", .bool),
            ])
          ),
          .optional(
            "VolumeOptions",
            .object([
              .optional("NoCopy", .bool), .optional("Labels", labels), .optional("Subpath", .string),
              .optional("DriverConfig", .object([.optional("Name", .string), .optional("Options", labels)])),
            ])
          ),
          .optional("ImageOptions", .object([.optional("Subpath", .string)])),
          .optional("ClusterOptions", .any),
          .optional(
            "TmpfsOptions",
            .object([
              .optional("SizeBytes", .number), .optional("Mode", .number), .optional("Options", .array(strings)),
            ])
          ),
        ])
      )
    ),
    .optional("StorageOpt", labels), .optional("Tmpfs", labels), .optional("ShmSize", .integer(0...Int64.max)),
  ]

  private static let placement: [Shape.Field] = [
    .optional("NetworkMode", .string), .optional("PortBindings", .map(.any)),
    .optional(
      "RestartPolicy",
      .object([
        .optional("Name", .oneOf(["", "no", "always", "unless-stopped", "on-failure"])),
        .optional("MaximumRetryCount", .number),
      ])
    ),
    .optional("AutoRemove", .bool), .optional("Dns", strings), .optional("DnsOptions", strings),
    .optional("DnsSearch", strings), .optional("ExtraHosts", strings), .optional("Cgroup", .string),
    .optional("Links", strings), .optional("PublishAllPorts", .bool), .optional("Runtime", .string),
    .optional("ConsoleSize", .array(.number)), .optional("Annotations", labels),
  ]
}
