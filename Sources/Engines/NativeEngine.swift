import Diagnostics
package import Executor
import Glibc
package import Policy
package import Sandbox
package import Seccomp

/// The native engine: the kernel's own means, without a container runtime.
package struct NativeEngine: Engine {
  package static let name = "native"

  package init() {}

  package var name: String { Self.name }
  package var target: TargetName { .native }

  package func run(_ job: Job) -> RunResult { run(job, in: nil) }

  /// Runs a job in what was begun for it before its policy was known.
  package func run(_ job: Job, in early: consuming EarlyStart?) -> RunResult {
    do throws(SeccompError) {
      guard job.explainsDenials else {
        return run(job.request(under: try CompiledPolicy(job.policy)), in: early)
      }
      let explainer = try RefusalExplainer(Self.enforced(job.policy.sandbox))
      var request = job.request(under: CompiledPolicy(job.policy, filter: explainer.filter))
      request.explainer = explainer
      var result = run(request, in: early)
      let origins = result.denied.isEmpty ? [:] : job.policy.origins
      for index in result.denied.indices {
        result.denied[index].location = origins[result.denied[index].setting]?.location
      }
      return result
    } catch {
      return Self.failure(of: job.policy, error)
    }
  }

  /// Runs a program in what was begun for it before its policy was known.
  package func run(_ request: Execution.Request, in early: consuming EarlyStart?) -> RunResult {
    Execution.run(request, in: early)
  }

  /// What the filter of a sandbox is made of.
  static func enforced(_ sandbox: Sandbox) -> Sandbox { Execution.withoutSetuidFiles(sandbox) }

  /// The result of a policy whose filter cannot be compiled.
  package static func failure(of policy: ResolvedPolicy, _ error: SeccompError) -> RunResult {
    RunResult(
      policy: policy.sandbox.name,
      policyDigest: policy.digest,
      engine: Self.name,
      verdict: .setupFailed,
      message: "the system call filter cannot be compiled: \(error)"
    )
  }
}

extension Job {
  fileprivate func request(under policy: CompiledPolicy) -> Execution.Request {
    var request = policy.request(command: command, input: input, isStreaming: isStreaming)
    if let observer {
      request.observer = observer
      request.standardInput = .held
    }
    return request
  }
}

extension CompiledPolicy {
  /// What the executor is asked for to run a command under this policy.
  package func request(command: [String], input: Job.Input, isStreaming: Bool) -> Execution.Request {
    var environment = EnvironmentVariables()
    for name in sandbox.environment.inherit {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    var request = Execution.Request(
      sandbox: sandbox,
      policyDigest: digest,
      command: command,
      callerEnvironment: environment,
      filter: filter
    )
    request.unreadableVariable = sandbox.unreadableVariable
    request.leavesNothingBehind = leavesNothingBehind
    request.accepted = accepted
    request.streamsOutput = isStreaming
    request.standardInput =
      switch input {
      case .inherited: .inherit
      case .bytes(let bytes): .bytes(bytes)
      }
    return request
  }
}
