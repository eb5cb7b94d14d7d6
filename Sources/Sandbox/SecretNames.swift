/// Names and values by which secrets are recognised.
package enum SecretNames {
  /// Whether the value of a variable is one that no report may repeat.
  package static func isSecret(_ value: String, named name: String) -> Bool {
    (value.utf8.count >= 4 && matches(name)) || isToken(value)
  }

  /// Whether a variable of this name usually holds a credential.
  package static func matches(_ name: String) -> Bool {
    let words = Set(name.uppercased().split(separator: "_"))
    if !words.isDisjoint(with: secretWords) { return true }
    // A key is a secret when it says of what: API_KEY, not KEYBOARD or SSH_KEY_TYPES.
    let keys: Set<Substring> = ["API", "ACCESS", "PRIVATE", "SECRET", "SIGNING", "ENCRYPTION", "MASTER", "DEPLOY"]
    if words.contains("KEY"), !words.isDisjoint(with: keys) { return true }
    return exactNames.contains(name)
  }

  private static let secretWords: Set<Substring> = [
    "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "SECRETS", "TOKEN", "CREDENTIAL", "CREDENTIALS", "APIKEY", "PAT",
  ]

  private static let exactNames: Set<String> = [
    "SSH_AUTH_SOCK", "GPG_AGENT_INFO", "KUBECONFIG", "DOCKER_HOST", "DOCKER_CONFIG", "NETRC", "DATABASE_URL",
    "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "VAULT_ADDR", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
  ]

  /// Whether a value has the shape of a credential that its issuer gave a shape to.
  private static func isToken(_ value: String) -> Bool {
    let prefixes = [
      "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk-", "sk_live_", "AKIA", "ASIA", "AIza",
      "npm_", "pypi-", "hf_", "dckr_pat_",
    ]
    return prefixes.contains { value.hasPrefix($0) && value.utf8.count >= $0.utf8.count + 16 }
      || value.hasPrefix("-----BEGIN ")
  }
}

extension Sandbox {
  /// The same with every secret struck out: what reports may repeat.
  package var withoutSecrets: Sandbox {
    var sandbox = self
    for name in environment.secrets { sandbox.environment.set[name] = "****" }
    return sandbox
  }
}
