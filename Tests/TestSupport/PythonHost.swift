package import Testing

/// Python with the modules that check formats of others: from the system, or from `.build/python`, where `make test`
/// installs what Debian has no package of.
package enum PythonHost {
  package static func run(_ script: String, input: [UInt8] = []) throws(ChildProcess.Failure) -> ChildProcess {
    try ChildProcess.run(
      ["python3", "-c", script],
      input: input,
      environment: ["PYTHONPATH": BuiltCommand.folder + "/.build/python"]
    )
  }

  package static func has(_ modules: [String]) -> Bool {
    (try? run("import " + modules.joined(separator: ", ")))?.exitCode == 0
  }
}

extension Trait where Self == ConditionTrait {
  /// The test needs these modules of Python. Without them it is skipped, and in CI it runs and fails.
  package static func requires(
    pythonModules modules: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> ConditionTrait {
    .enabled(
      if: TestHost.isCI || PythonHost.has(modules),
      "Python has no \(modules.joined(separator: " or no "))",
      sourceLocation: sourceLocation
    )
  }
}
