import CLaunch
import Glibc
import Linux
import Sandbox

/// What all runs of a policy on this host have in common: worked out once.
final class SandboxTemplate {
  let resources: ResourcePlan
  /// By the index that a failure names.
  let entries: [RootEntry]
  /// The plan as process 1 reads it. It names ids as they are inside, which are the same in every run.
  let plan: [UInt8]
  /// Whether runs can be copies of a zygote, which leave nothing for one another. False once that has failed.
  var allowsZygotes: Bool
  private let host: ControlGroupHost
  private let digest: String
  private let accepted: Set<Control>

  /// `host` is what a slot has got.
  init(_ request: Execution.Request, host: ControlGroupHost, identities: Identities) throws(SetupFailure) {
    let sandbox = request.sandbox
    let root = try RootPlan(sandbox)
    let resources = try ResourcePlan(sandbox.resources, host: host, accepted: request.accepted)
    // No answer is not the same as no Landlock.
    let landlock = try SetupFailure.attempt("ask the kernel for Landlock") { () throws(Errno) in
      try checked(rf_landlock_abi())
    }
    let plan = LaunchPlan(
      sandbox: sandbox,
      root: root,
      resources: resources,
      identities: identities,
      filter: request.filter ?? [],
      filterAsks: request.explainer != nil,
      landlock: LandlockRules(sandbox, root: root, abi: Int(landlock))
    )
    let hasMounts = identities.processOne != nil
    self.plan = try plan.block(withMounts: hasMounts)
    allowsZygotes =
      RunNetwork(sandbox, leavesNothingBehind: request.leavesNothingBehind) == .leased && hasMounts
      && root.isRenewable && resources.sampled.isEmpty && request.explainer == nil
    self.resources = resources
    self.host = host
    entries = root.entries
    digest = request.policyDigest
    accepted = request.accepted
  }

  /// Whether a request's sandbox is this one: digests are of what a policy means.
  func fits(_ request: Execution.Request) -> Bool {
    request.explainer == nil && digest.utf8.elementsEqual(request.policyDigest.utf8) && accepted == request.accepted
  }

  /// The same on a host that may have lost a control group since.
  func fits(_ request: Execution.Request, on host: ControlGroupHost) -> Bool {
    fits(request) && host.parents == self.host.parents
  }
}
