import CanonicalJSON
import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("Official schemas", .requires(pythonModules: "jsonschema", "referencing", "check_jsonschema", "yaml"))
struct SchemaTests {
  /// A schema, the target and the file, and a change that the schema must refuse: a check that cannot fail is none.
  @Test(
    "take everything that we generate, and refuse a fault",
    arguments: [
      ("oci", TargetName.gvisor, "config.json", "\"cwd\"", "\"cdw\""),
      ("oci", TargetName.runc, "config.json", "\"cwd\"", "\"cdw\""),
      ("oci", TargetName.crun, "config.json", "\"cwd\"", "\"cdw\""),
      ("docker", TargetName.docker, "create.json", "\"PidsLimit\"", "\"PidsLimt\""),
      ("compose", TargetName.docker, "compose.yaml", "pids_limit", "pid_limit"),
    ]
  )
  func schema(kind: String, target: TargetName, file: String, text: String, fault: String) throws {
    let script = TestFile.folder(of: #filePath) + "/Checks/schema.py"
    let environment = ["PYTHONPATH": BuiltCommand.folder + "/.build/python"]
    for sandbox in Samples.all + (try ShippedSandboxes.names.map(ShippedSandboxes.load)) {
      let deployment = try Deployment(sandbox, for: target)
      let path = deployment.folder + "/" + file
      let good = try ChildProcess.run(["python3", script, kind, path], environment: environment)
      #expect(good.exitCode == 0, "\(sandbox.name): \(good.outputText)\(good.errorText)")
      guard sandbox.name == "hardened" else { continue }
      let mutant = (TestFile.text(path) ?? "").replacing(text, with: fault)
      try TestFile.write(Array(mutant.utf8), to: path)
      let bad = try ChildProcess.run(["python3", script, kind, path], environment: environment)
      #expect(bad.exitCode == 1, "\(bad.outputText)\(bad.errorText)")
    }
  }

  @Test("take what others hand to their runtimes", arguments: CorpusTests.bundles)
  func corpus(name: String) throws {
    let folder = TestFile.folder(of: #filePath)
    let good = try ChildProcess.run(
      ["python3", folder + "/Checks/schema.py", "oci", "\(folder)/Corpus/\(name).json"],
      environment: ["PYTHONPATH": BuiltCommand.folder + "/.build/python"]
    )
    #expect(good.exitCode == 0, "\(good.outputText)\(good.errorText)")
  }
}
