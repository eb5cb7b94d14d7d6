/// What Docker, Compose, Kubernetes and others call the things that policies have keys for.
enum ForeignKeys {
  /// The name of our key; nil for what nobody calls so. Case, hyphens and underscores make no difference.
  static func meaning(of key: String) -> String? {
    guard key.utf8.count <= 64 else { return nil }
    let letters = key.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    return names[String(decoding: letters, as: UTF8.self).lowercased()]
  }

  private static let names = [
    "allowprivilegeescalation": "no_new_privileges", "args": "command", "because": "reason", "binds": "write",
    "capadd": "capabilities", "capdrop": "capabilities", "caps": "capabilities", "cmd": "command", "cpu": "cpus",
    "cwd": "working_dir", "dest": "path", "destination": "path", "entrypoint": "command", "env": "environment",
    "expiry": "expires", "families": "socket_families", "from": "extends", "fs": "filesystem", "fsize": "file_size",
    "ignore": "suppress", "inherits": "extends", "limits": "resources", "mem": "memory", "memlimit": "memory",
    "memorylimit": "memory", "memoryswap": "swap", "memswaplimit": "swap", "mounts": "read", "nanocpus": "cpus",
    "networkmode": "mode", "nofile": "open_files", "nonewprivs": "no_new_privileges", "noexec": "exec",
    "parent": "extends", "pidslimit": "pids", "processes": "pids", "readonly": "root",
    "readonlyrootfilesystem": "root", "readonlyrootfs": "root", "rules": "suppress", "runasuser": "user",
    "runtimeclassname": "runtime_class", "seccomp": "syscalls", "src": "source", "target": "path",
    "timeout": "wall_time", "title": "name", "uid": "user", "until": "expires", "volumes": "write",
    "workdir": "working_dir",
  ]
}
