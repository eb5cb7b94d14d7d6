import CanonicalJSON
import Diagnostics

/// What can be said about a Compose file beyond what holds for every container.
enum ComposeRules {
  typealias Rule = ValidationRule<ComposeDocument>

  static let notRead = RuleDescription(
    "RF8301",
    "YAML that is not checked",
    .error,
    """
    The file is not YAML, or uses parts of YAML that readers take in different ways. Compose may read it; it is not \
    checked.
    """
  )
  static let badValue = RuleDescription(
    "RF8302",
    "value that Compose does not read",
    .error,
    "Compose's schema permits text for every number and boolean, since variables may stand there, and fails later."
  )
  static let descriptions = [notRead, badValue] + all.map(\.description)

  static let all: [Rule] = [
    version, noService, noImage, dollar, variable, networks, limits, hostPath, elsewhere, ports, replicas, seccompFile,
  ]

  private static let version = Rule(
    "RF8303",
    "version of the file",
    .note,
    "Compose ignores `version` since 2021 and warns of it."
  ) { document, rule in
    document.root.member("version").map { [rule.finding("Compose ignores this", at: $0.nameRange)] } ?? []
  }

  private static let noService = Rule(
    "RF8304",
    "no service",
    .error,
    "A file without services starts nothing."
  ) { document, rule in
    guard let services = document.root.member("services"), services.value.members.isEmpty else { return [] }
    return [rule.finding("there is no service", at: services.nameRange)]
  }

  private static let noImage = Rule(
    "RF8305",
    "service without an image",
    .error,
    "Compose refuses a service with neither `image` nor `build`."
  ) { document, rule in
    document.services.compactMap { service in
      let given = ["image", "build", "extends", "provider"].contains { service.node[$0] != nil }
      return given ? nil : rule.finding("the service has neither image nor build", at: service.nameRange)
    }
  }

  private static let dollar = Rule(
    "RF8306",
    "dollar that begins no variable",
    .error,
    "Compose replaces `$NAME` in every string, and refuses the file for a dollar that begins no name. `$$` is a dollar."
  ) { document, rule in
    document.strings.compactMap { node in
      guard let text = node.string, ComposeVariables.isMalformed(text) else { return nil }
      return rule.finding("a dollar has to be doubled here", at: node.range, help: ["write $$"])
    }
  }

  private static let variable = Rule(
    "RF8307",
    "caller decides",
    .note,
    "A variable of whoever calls Compose decides what this means: the file alone does not say what is in force."
  ) { document, rule in
    let keys = [
      "image", "user", "privileged", "network_mode", "pid", "ipc", "security_opt", "cap_add", "cap_drop", "volumes",
      "mem_limit", "pids_limit", "cpus", "read_only", "runtime", "devices",
    ]
    return document.services.flatMap { service in
      keys.compactMap { service.node[$0] }.flatMap { $0.array ?? [$0] }.compactMap { node in
        guard let text = node.string, !ComposeVariables.isMalformed(text), ComposeVariables.substituted(text) == nil
        else { return nil }
        return rule.finding("a variable of the caller decides this", at: node.range)
      }
    }
  }

  private static let networks = Rule(
    "RF8308",
    "two words about the network",
    .error,
    "Compose refuses `network_mode` together with `networks`; published ports mean nothing with the host's network."
  ) { document, rule in
    document.services.flatMap { service -> [Diagnostic] in
      guard let mode = service.node.member("network_mode") else { return [] }
      var found: [Diagnostic] = []
      if let networks = service.node.member("networks") {
        found.append(
          rule.finding(
            "Compose refuses networks beside network_mode",
            at: networks.nameRange,
            secondary: [Diagnostic.Label(mode.nameRange, "the mode")]
          )
        )
      }
      if let ports = service.node.member("ports"), ["host", "none"].contains(mode.value.string ?? "") {
        found.append(
          rule.finding("ports mean nothing without a network of Compose's", at: ports.nameRange, severity: .warning)
        )
      }
      return found
    }
  }

  private static let limits = Rule(
    "RF8309",
    "limit given twice",
    .error,
    "Compose refuses a limit that is given both at the service and under `deploy`, unless both say the same."
  ) { document, rule in
    let twins = [("mem_limit", "memory"), ("cpus", "cpus"), ("pids_limit", "pids")]
    return document.services.flatMap { service in
      twins.compactMap { key, twin in
        guard let member = service.node.member(key),
          let other = service.node["deploy"]?["resources"]?["limits"]?.member(twin),
          member.value.json != other.value.json
        else { return nil }
        return rule.finding(
          "\(key) is given under deploy, too",
          at: member.nameRange,
          secondary: [Diagnostic.Label(other.nameRange, "here")]
        )
      }
    }
  }

  private static let hostPath = Rule(
    "RF8310",
    "directory made on the host",
    .note,
    """
    Where the source of a bind mount does not exist, Compose makes it, as root. `create_host_path: false` in the long \
    form makes it an error.
    """
  ) { document, rule in
    document.services.flatMap { service in
      (service.node["volumes"]?.items ?? []).compactMap { node in
        if let text = node.string {
          let mount = DockerQuantity.volume(text)
          return mount.type == "bind" ? rule.finding("Compose makes a source that is not there", at: node.range) : nil
        }
        guard node["type"]?.string == "bind", let create = node["bind"]?["create_host_path"], create.bool == true else {
          return nil
        }
        return rule.finding("Compose makes a source that is not there", at: create.range)
      }
    }
  }

  private static let elsewhere = Rule(
    "RF8311",
    "part in another file",
    .note,
    "What another file adds to a service is not checked here, and can change everything that is."
  ) { document, rule in
    let tops = document.root.member("include").map { [$0] } ?? []
    let members = document.services.flatMap { service in
      ["extends", "env_file", "label_file"].compactMap { service.node.member($0) }
    }
    return (tops + members).map { rule.finding("what that file says is not checked", at: $0.nameRange) }
  }

  private static let ports = Rule(
    "RF8312",
    "port without quotes",
    .warning,
    "Some readers of YAML take 22:22 for a number of base 60. Quote ports."
  ) { document, rule in
    document.services.flatMap { service in
      (service.node["ports"]?.items ?? []).compactMap { node in
        guard let text = node.string, node.range.text.first != "\"", node.range.text.first != "'" else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ UInt16($0) != nil }), (Int(parts[1]) ?? 60) < 60 else { return nil }
        return rule.finding("some readers take this for a number", at: node.range, help: ["quote it"])
      }
    }
  }

  private static let replicas = Rule(
    "RF8313",
    "word for another engine",
    .note,
    "Compose looks at few keys of `deploy` when it starts containers itself; the others are for Swarm."
  ) { document, rule in
    let ignored = ["endpoint_mode", "placement", "rollback_config", "update_config"]
    return document.services.flatMap { service in
      ignored.compactMap { service.node["deploy"]?.member($0) }
        .map { rule.finding("Compose ignores this without Swarm", at: $0.nameRange) }
    }
  }

  private static let seccompFile = Rule(
    "RF8314",
    "filter written into the file",
    .error,
    "Compose wants the path of a profile where the API wants the profile itself."
  ) { document, rule in
    document.services.flatMap { service in
      (service.node["security_opt"]?.items ?? []).compactMap { node in
        guard let text = node.string, text.hasPrefix("seccomp:{") || text.hasPrefix("seccomp={") else { return nil }
        return rule.finding("Compose wants the path of a profile", at: node.range)
      }
    }
  }
}
