import Comparison
import Diagnostics
import Sandbox

/// What the program can reach.
enum NetworkRules {
  static let all = [
    hostNetwork, metadataService, everyAddress, internalNetwork, plainText, exoticSockets, ownHost, broadPattern,
  ]

  static let hostNetwork = LintRule(
    RuleDescription(
      "RF4001",
      "host network",
      .error,
      """
      On the host's network the program reaches everything that the host reaches, its own services on loopback and the \
      metadata service of a cloud included, listens on its ports, and talks to abstract sockets of other programs. The \
      isolation of the network is simply not there.
      """,
      references: [
        "CIS Docker Benchmark 1.6.0, 5.10", "Kubernetes Pod Security Standards, baseline: hostNetwork",
        "CVE-2020-15257 (containerd's abstract socket)", "gVisor documentation, networking",
      ],
      example: .init(before: "network:\n  mode: host", after: "network:\n  mode: none")
    )
  ) { input in
    guard input.sandbox.network.mode == .host else { return [] }
    return [
      input.objection(
        to: "network.mode",
        "the program is on the host's network",
        help: ["name the peers that it needs with `mode: allowlist`"],
        remedy: .replace(with: "none", summary: "give it no network", isSafe: true)
      )
    ]
  }

  static let metadataService = LintRule(
    RuleDescription(
      "RF4002",
      "metadata service",
      .error,
      """
      The address is, or may be, the metadata service of a cloud, which hands credentials of the machine to whoever asks \
      on the local link. One request forgery, and the sandbox has the rights of the host's role. The best known addresses \
      are refused by the language itself.
      """,
      references: ["RFC 3927", "MITRE ATT&CK T1552.005", "CWE-918"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: 168.63.129.16, ports: [80]}]",
        after: "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [443]}]"
      )
    )
  ) { input in
    peers(in: input) { host in
      if ["metadata.google.internal", "metadata.goog", "instance-data"].contains(host.lowercased()) { return true }
      let links = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"]
      return !isEverything(host) && links.contains { AddressRange.overlap(host, $0) }
    } message: {
      "`\($0)` reaches the metadata service of a cloud"
    }
  }

  static let everyAddress = LintRule(
    RuleDescription(
      "RF4003",
      "every address",
      .warning,
      """
      The list allows the whole Internet and everything inside: it is no list. Data can leave to anywhere, and tools can \
      come from anywhere. Name the hosts.
      """,
      references: ["NSA/CISA Kubernetes Hardening Guide 1.2, network policies"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: 0.0.0.0/0, ports: [443]}]",
        after: "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [443]}]"
      )
    )
  ) { input in
    peers(in: input, isEverything) { "`\($0)` is every address there is" }
  }

  static let internalNetwork = LintRule(
    RuleDescription(
      "RF4004",
      "internal network",
      .note,
      """
      Services on private addresses often trust whoever reaches them. Check that those behind this entry do not, or name \
      the one host that the program needs.
      """,
      confidence: .low,
      references: ["RFC 1918", "RFC 4193", "CWE-918"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: 10.0.0.0/8, ports: [443]}]",
        after: "network:\n  mode: allowlist\n  allow: [{host: 10.1.2.3, ports: [443]}]"
      )
    )
  ) { input in
    let privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7"]
    return peers(in: input) { host in
      host.contains("/") && !isEverything(host) && privateNetworks.contains { AddressRange.overlap(host, $0) }
    } message: {
      "`\($0)` is a whole internal network"
    }
  }

  static let plainText = LintRule(
    RuleDescription(
      "RF4005",
      "unencrypted port",
      .note,
      """
      What is sent to this port is usually not encrypted: anybody on the way reads it and answers in the peer's place.
      """,
      confidence: .low,
      references: ["CWE-319"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [80]}]",
        after: "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [443]}]"
      )
    )
  ) { input in
    guard input.sandbox.network.mode == .allowlist else { return [] }
    let plain: [UInt16] = [20, 21, 23, 25, 69, 80, 110, 143, 389, 512, 513, 514, 8080]
    return input.sandbox.network.allow.enumerated().compactMap { index, peer in
      guard let port = peer.ports.first(where: plain.contains) else { return nil }
      return input.objection(
        toEntry: index,
        of: "network.allow",
        named: peer.host,
        "port \(port) of `\(peer.host)` is usually not encrypted"
      )
    }
  }

  static let exoticSockets = LintRule(
    RuleDescription(
      "RF4006",
      "exotic sockets",
      .warning,
      """
      Each family of sockets is a part of the kernel that the program can talk to, and the rare ones are the least \
      tested: packet sees all traffic, netlink configures the network, vsock talks to the hypervisor, alg is the kernel's \
      cryptography with a history of holes.
      """,
      references: [
        "address_families(7)", "moby default profile, 2026-04-30 (AF_ALG and AF_VSOCK denied)",
        "CVE-2019-8912 (AF_ALG)", "CVE-2020-14386 (AF_PACKET)", "CVE-2021-26708 (AF_VSOCK)",
      ],
      example: .init(
        before: "network:\n  socket_families: [unix, inet, packet]",
        after: "network:\n  socket_families: [unix, inet]"
      )
    )
  ) { input in
    input.sandbox.network.socketFamilies.intersection([.netlink, .packet, .vsock, .alg]).sorted().map { family in
      let list = "network.socket_families"
      let index = input.position(of: family.rawValue, in: list)
      return LintInput.Objection(
        key: index.map { "\(list)[\($0)]" } ?? list,
        subject: "\(list)[\(family.rawValue)]",
        message: "sockets of AF_\(family.rawValue.uppercased()) reach rarely used parts of the kernel",
        remedy: index == nil ? nil : .remove(summary: "make no AF_\(family.rawValue.uppercased()) sockets")
      )
    }
  }

  static let ownHost = LintRule(
    RuleDescription(
      "RF4007",
      "the host itself as a peer",
      .warning,
      """
      The name leads back to the machine that runs the sandbox, or to the sandbox itself: `host.docker.internal` is the \
      host with its unprotected services, and what `localhost` means depends on the engine, the host's loopback or one of \
      its own that nobody listens on. Name the service by an address that only it has.
      """,
      references: ["Docker documentation, networking: host.docker.internal", "CWE-918", "RFC 6761, localhost"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: host.docker.internal, ports: [5432]}]",
        after: "network:\n  mode: allowlist\n  allow: [{host: db.example.com, ports: [5432]}]"
      )
    )
  ) { input in
    peers(in: input) { host in
      let name = host.lowercased()
      let names = ["localhost", "host.docker.internal", "gateway.docker.internal", "host.containers.internal"]
      if names.contains(name) || name.hasSuffix(".localhost") { return true }
      return !host.contains("/") && ["127.0.0.0/8", "::1", "0.0.0.0"].contains { AddressRange.overlap(host, $0) }
    } message: {
      "`\($0)` is the machine that the sandbox runs on, or the sandbox itself"
    }
  }

  static let broadPattern = LintRule(
    RuleDescription(
      "RF4008",
      "pattern of everybody's names",
      .warning,
      """
      Anybody can register a name below this one, or rent one: `*.com` is nearly the whole Internet, and `*.github.io` \
      is whatever its users put there. A pattern protects only below a domain whose owner decides about every name.
      """,
      references: ["Public Suffix List, publicsuffix.org", "CWE-183"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: \"*.com\", ports: [443]}]",
        after: "network:\n  mode: allowlist\n  allow: [{host: \"*.example.com\", ports: [443]}]"
      )
    )
  ) { input in
    peers(in: input, isPublicPattern) { "`\($0)` lets everybody who takes a name there in" }
  }

  /// Domains below which anybody gets names; the whole list has ten thousand entries and changes every week.
  private static let publicSuffixes: Set<String> = [
    "ac.uk", "co.jp", "co.kr", "co.nz", "co.uk", "co.za", "com.ar", "com.au", "com.br", "com.cn", "com.mx", "com.tr",
    "com.tw", "org.uk", "net.au",
    "amazonaws.com", "appspot.com", "azureedge.net", "azurewebsites.net", "blogspot.com", "cloudfront.net",
    "core.windows.net", "fly.dev", "github.io", "gitlab.io", "googleusercontent.com", "herokuapp.com", "netlify.app",
    "ngrok.io", "pages.dev", "run.app", "s3.amazonaws.com", "trycloudflare.com", "vercel.app", "web.app", "workers.dev",
  ]

  private static func isPublicPattern(_ host: String) -> Bool {
    guard host.hasPrefix("*.") else { return false }
    let suffix = host.dropFirst(2).lowercased()
    return !suffix.contains(".") || publicSuffixes.contains(suffix)
  }

  private static func peers(
    in input: LintInput,
    _ isObjectionable: (String) -> Bool,
    message: (String) -> String
  ) -> [LintInput.Objection] {
    guard input.sandbox.network.mode == .allowlist else { return [] }
    return input.sandbox.network.allow.enumerated().filter { isObjectionable($0.element.host) }.map { index, peer in
      input.objection(toEntry: index, of: "network.allow", named: peer.host, message(peer.host))
    }
  }

  private static func isEverything(_ host: String) -> Bool { host == "*" || host.hasSuffix("/0") }
}
