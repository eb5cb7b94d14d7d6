/// A Compose file, by compose-spec's schema of 2026: services in full, the rest by its names.
enum ComposeShape {
  private static let strings = Shape.strings
  private static let scalar = Shape.either([.string, .decimal, .bool])
  /// A boolean, or the word for one, which Compose reads after it has put in variables.
  private static let bool = Shape.either([.bool, .string])
  /// A number, whole or not, or its text.
  private static let number = Shape.either([.decimal, .string])
  private static let list = Shape.either([.string, strings])
  private static let pairs = Shape.either([.map(.any), strings])
  private static let command = Shape.either([.string, strings])

  static let document = Shape.extensible([
    .optional("version", .any), .optional("name", .string), .optional("include", .any),
    .required("services", .map(service)), .optional("models", .map(.any)), .optional("networks", .map(.any)),
    .optional("volumes", .map(.any)), .optional("secrets", .map(.any)), .optional("configs", .map(.any)),
    .optional("jobs", .map(.any)),
  ])

  private static let service = Shape.extensible(container + isolation + resources + placement)

  private static let container: [Shape.Field] = [
    .optional("annotations", pairs), .optional("attach", bool), .optional("build", .any), .optional("command", command),
    .optional("configs", .any), .optional("container_name", .string), .optional("depends_on", .any),
    .optional("deploy", deploy), .optional("develop", .any), .optional("domainname", .string),
    .optional("entrypoint", command), .optional("env_file", .any), .optional("environment", pairs),
    .optional("expose", .array(.any)), .optional("extends", .any), .optional("external_links", strings),
    .optional("healthcheck", .extensible(healthcheck)), .optional("hostname", .string), .optional("image", .string),
    .optional("init", bool), .optional("label_file", list), .optional("labels", pairs), .optional("links", strings),
    .optional(
      "logging",
      .extensible([.optional("driver", .string), .optional("options", .map(.any))])
    ),
    .optional("models", .any), .optional("platform", .string), .optional("post_start", .any),
    .optional("pre_start", .any), .optional("pre_stop", .any), .optional("profiles", strings),
    .optional("provider", .any), .optional("pull_policy", .string), .optional("pull_refresh_after", .string),
    .optional("restart", .string), .optional("scale", number), .optional("secrets", .any),
    .optional("stdin_open", bool), .optional("stop_grace_period", .string), .optional("stop_signal", .string),
    .optional("tty", bool), .optional("umask", scalar), .optional("user", scalar), .optional("working_dir", .string),
  ]

  private static let healthcheck: [Shape.Field] = [
    .optional("disable", bool), .optional("interval", .string), .optional("retries", number),
    .optional("test", command), .optional("timeout", .string), .optional("start_period", .string),
    .optional("start_interval", .string),
  ]

  private static let isolation: [Shape.Field] = [
    .optional("cap_add", strings), .optional("cap_drop", strings), .optional("cgroup", .oneOf(["host", "private"])),
    .optional("cgroup_parent", .string), .optional("credential_spec", .any),
    .optional("device_cgroup_rules", strings), .optional("devices", .array(.any)), .optional("dns", list),
    .optional("dns_opt", strings), .optional("dns_search", list), .optional("extra_hosts", pairs),
    .optional("gpus", .any), .optional("group_add", .array(scalar)), .optional("ipc", .string),
    .optional("isolation", .string), .optional("mac_address", .string), .optional("network_mode", .string),
    .optional("networks", .any), .optional("pid", .string), .optional("ports", .array(.any)),
    .optional("privileged", bool), .optional("read_only", bool), .optional("runtime", .string),
    .optional("security_opt", strings), .optional("sysctls", pairs), .optional("use_api_socket", .bool),
    .optional("userns_mode", .string), .optional("uts", .string),
  ]

  private static let resources: [Shape.Field] = [
    .optional("blkio_config", .map(.any)), .optional("cpu_count", number), .optional("cpu_percent", number),
    .optional("cpu_period", number), .optional("cpu_quota", number), .optional("cpu_rt_period", number),
    .optional("cpu_rt_runtime", number), .optional("cpu_shares", number), .optional("cpus", number),
    .optional("cpuset", .string), .optional("mem_limit", number), .optional("mem_reservation", number),
    .optional("mem_swappiness", number), .optional("memswap_limit", number), .optional("oom_kill_disable", bool),
    .optional("oom_score_adj", number), .optional("pids_limit", number), .optional("shm_size", number),
    .optional("storage_opt", .map(.any)), .optional("ulimits", .map(.any)),
  ]

  private static let placement: [Shape.Field] = [
    .optional("tmpfs", list), .optional("volumes", .array(.either([.string, volume]))),
    .optional("volumes_from", strings),
  ]

  private static let volume = Shape.extensible([
    .required("type", .oneOf(["bind", "volume", "tmpfs", "cluster", "npipe", "image"])), .optional("source", .string),
    .optional("target", .string), .optional("read_only", bool), .optional("consistency", .string),
    .optional(
      "bind",
      .extensible([
        .optional("propagation", .string), .optional("create_host_path", bool),
        .optional("recursive", .oneOf(["enabled", "disabled", "writable", "readonly"])),
        .optional("selinux", .oneOf(["z", "Z"])),
      ])
    ),
    .optional(
      "volume",
      .extensible([.optional("labels", pairs), .optional("nocopy", bool), .optional("subpath", .string)])
    ),
    .optional("tmpfs", .extensible([.optional("size", number), .optional("mode", number)])),
    .optional("image", .extensible([.optional("subpath", .string)])),
  ])

  private static let deploy = Shape.extensible([
    .optional("mode", .string), .optional("endpoint_mode", .string), .optional("replicas", number),
    .optional("labels", pairs), .optional("rollback_config", .any), .optional("update_config", .any),
    .optional(
      "resources",
      .extensible([
        .optional(
          "limits",
          .extensible([.optional("cpus", number), .optional("memory", number), .optional("pids", number)])
        ),
        .optional("reservations", .any),
      ])
    ),
    .optional("restart_policy", .any), .optional("placement", .any),
  ])
}
