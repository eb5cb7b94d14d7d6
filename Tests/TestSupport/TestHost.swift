import Glibc
package import Testing

/// What the machine that runs the tests has.
package enum TestHost {
  /// Whether a missing tool is a failure: on a user's machine its tests are skipped.
  package static var isCI: Bool { ChildProcess.inherited("CI") == "true" }

  package static var isRoot: Bool { geteuid() == 0 }

  /// The path of a program in `PATH`.
  package static func find(_ tool: String) -> String? {
    if tool.contains("/") { return access(tool, X_OK) == 0 ? tool : nil }
    let folders = (ChildProcess.inherited("PATH") ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
  }
}

extension Trait where Self == ConditionTrait {
  /// The test needs these programs. Without them it is skipped with that reason, and in CI it runs and fails.
  package static func requires(
    _ tools: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> ConditionTrait {
    let missing = tools.filter { TestHost.find($0) == nil }
    return .enabled(
      if: missing.isEmpty || TestHost.isCI,
      "not installed: \(missing.joined(separator: ", "))",
      sourceLocation: sourceLocation
    )
  }

  /// The test needs to be root; elsewhere it is skipped, and in CI it runs and fails.
  package static func requiresRoot(sourceLocation: SourceLocation = #_sourceLocation) -> ConditionTrait {
    .enabled(if: TestHost.isRoot || TestHost.isCI, "needs root", sourceLocation: sourceLocation)
  }
}
