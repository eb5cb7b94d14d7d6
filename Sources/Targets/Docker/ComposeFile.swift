import CanonicalJSON

extension DockerContainer {
  /// A Compose file (compose-spec) with one service, named like the policy. It expects `seccomp.json` beside it.
  var composeFile: String {
    YAMLWriter.text(
      of: .object(JSONObject([("services", [provenance.policy: .object(service)])])),
      comments: [
        provenance.note,
        "Compose has no time limit and no output limit: whoever starts this has to end it.",
      ]
    )
  }

  private var service: JSONObject {
    var service = JSONObject([
      ("image", text(image)),
      ("pull_policy", "never"),
      ("entrypoint", []),
      ("command", .array(command.map(text))),
      ("user", text(user)),
      ("working_dir", text(workingDirectory)),
      ("hostname", text(hostname)),
    ])
    // A name without a value is taken from the caller's environment, or left out where the caller has none.
    let variables = environment.map { text($0.name + "=" + $0.value) } + inherited.map(text)
    if !variables.isEmpty { service["environment"] = .array(variables) }
    service["stdin_open"] = true
    if usesInit { service["init"] = true }
    service["read_only"] = .bool(isRootReadOnly)
    service["network_mode"] = .string(network)
    service["ipc"] = "none"
    service["cgroup"] = "private"
    service["cap_drop"] = ["ALL"]
    if !capabilities.isEmpty { service["cap_add"] = .array(capabilities.map(JSON.string)) }
    service["security_opt"] = .array(
      (noNewPrivileges ? ["no-new-privileges:true"] : []) + ["seccomp:./seccomp.json"]
    )
    service["mem_limit"] = memory.map { .integer($0) }
    service["memswap_limit"] = memoryAndSwap.map { .integer($0) }
    service["cpus"] = nanoCPUs.map { .number(JSONNumber(thousandths: $0 / 1_000_000)) }
    service["pids_limit"] = pids.map { .integer($0) }
    if !limits.isEmpty {
      service["ulimits"] = .object(
        JSONObject(limits.map { ($0.name, ["soft": .integer($0.value), "hard": .integer($0.value)]) })
      )
    }
    service["oom_score_adj"] = 500
    if !tmpfs.isEmpty { service["tmpfs"] = .array(tmpfs.map { text($0.path + ":" + $0.options) }) }
    if !binds.isEmpty {
      service["volumes"] = .array(
        binds.map { bind in
          [
            "type": "bind",
            "source": text(bind.source),
            "target": text(bind.destination),
            "read_only": .bool(bind.isReadOnly),
            "bind": ["propagation": "rprivate", "create_host_path": false, "recursive": "disabled"],
          ]
        }
      )
    }
    service["logging"] = ["driver": "none"]
    service["healthcheck"] = ["disable": true]
    service["restart"] = "no"
    service["stop_signal"] = "SIGKILL"
    service["runtime"] = runtime.map(text)
    service["labels"] = .object(JSONObject(labels.map { ($0.name, text($0.value)) }))
    return service
  }

  /// Compose replaces `$NAME` in every string by the caller's variable; a doubled `$` is one.
  private func text(_ value: String) -> JSON {
    .string(value.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$"))
  }
}
