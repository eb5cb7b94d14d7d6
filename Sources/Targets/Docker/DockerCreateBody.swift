import CanonicalJSON

extension DockerContainer {
  /// The body of `POST /containers/create`, which needs nothing beside it: the filter is part of it.
  var createBody: JSON {
    let body: JSON = [
      "Image": .string(image),
      // One empty string resets the image's entry point, and with it the image's command.
      "Entrypoint": [""],
      "Cmd": .array(command.map(JSON.string)),
      "User": .string(user),
      "WorkingDir": .string(workingDirectory),
      "Hostname": .string(hostname),
      "Env": .array(environment.map { .string($0.name + "=" + $0.value) }),
      "AttachStdin": true,
      "AttachStdout": true,
      "AttachStderr": true,
      "OpenStdin": true,
      "StdinOnce": true,
      "Tty": false,
      "Healthcheck": ["Test": ["NONE"]],
      "StopSignal": "SIGKILL",
      "Labels": .object(JSONObject(labels.map { ($0.name, .string($0.value)) })),
      "HostConfig": .object(hostConfig),
    ]
    return body
  }

  private var hostConfig: JSONObject {
    var host = JSONObject([
      ("NetworkMode", .string(network)),
      ("IpcMode", "none"),
      ("CgroupnsMode", "private"),
      ("Privileged", false),
      ("ReadonlyRootfs", .bool(isRootReadOnly)),
      ("CapDrop", ["ALL"]),
      ("CapAdd", .array(capabilities.map(JSON.string))),
      ("SecurityOpt", .array(securityOptions)),
      ("Init", .bool(usesInit)),
    ])
    host["Memory"] = memory.map { .integer($0) }
    host["MemorySwap"] = memoryAndSwap.map { .integer($0) }
    host["NanoCpus"] = nanoCPUs.map { .integer($0) }
    host["PidsLimit"] = pids.map { .integer($0) }
    host["Ulimits"] = .array(
      limits.map { ["Name": .string($0.name), "Soft": .integer($0.value), "Hard": .integer($0.value)] }
    )
    host["OomScoreAdj"] = 500
    if !tmpfs.isEmpty { host["Tmpfs"] = .object(JSONObject(tmpfs.map { ($0.path, .string($0.options)) })) }
    host["Mounts"] = .array(
      binds.map { bind in
        [
          "Type": "bind",
          "Source": .string(bind.source),
          "Target": .string(bind.destination),
          "ReadOnly": .bool(bind.isReadOnly),
          // Before version 25 the engine leaves what is mounted below a read-only bind writable.
          "BindOptions": ["Propagation": "rprivate", "NonRecursive": true],
        ]
      }
    )
    host["LogConfig"] = ["Type": "none", "Config": [:]]
    // The empty name is "no" in every version of the API.
    host["RestartPolicy"] = ["Name": ""]
    host["Runtime"] = runtime.map(JSON.string)
    return host
  }

  private var securityOptions: [JSON] {
    (noNewPrivileges ? ["no-new-privileges"] : []) + [.string("seccomp=" + seccompProfile.text(.compact))]
  }
}
