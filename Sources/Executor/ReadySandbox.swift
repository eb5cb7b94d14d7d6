import CLaunch
import Glibc
import Linux
import Sandbox

/// A sandbox that a policy made of a slot: its process 1 composes the root and waits for a program.
struct ReadySandbox: ~Copyable {
  // Given up in the order of declaration, as in `Slot`.
  let newborn: Newborn
  private var pipes: OutputPipes?
  private let isInGroups: Bool
  let group: GroupLease
  let zygote: ZygoteLease?
  let lease: UIDLease?
  let networkLease: NetworkLease?
  let identities: Identities
  let template: SandboxTemplate
  /// nil where it is used at once, or a zygote knows.
  private let sources: BindSources?

  /// Makes a sandbox of a slot, as the template says. A template that the slot's host or the request do not fit is made
  /// anew. nil when control groups could not be made that the plan counts on.
  init?(
    _ slot: consuming Slot,
    for request: Execution.Request,
    template known: SandboxTemplate? = nil
  ) throws(SetupFailure) {
    let identities = slot.identities(for: request.sandbox.process.user)
    let template =
      if let known, known.fits(request, on: slot.group.group.host) {
        known
      } else {
        try SandboxTemplate(request, host: slot.group.group.host, identities: identities)
      }
    // A zygote has composed everything already, as its own template says.
    let composer = slot.composer
    guard composer == nil || composer?.template === template else { return nil }
    let sources = composer == nil && slot.group.group.isLeased ? BindSources(template.entries) : nil
    let mounts: PreparedMounts? =
      if composer == nil { try PreparedMounts(template.entries, identities: identities) } else { nil }
    let zygote = slot.zygote
    let lease = slot.lease
    let networkLease = slot.networkLease
    let group = slot.group
    let newborn = try Self.awaited(slot.birth)
    composer?.hasBorn = true
    if let mounts {
      try SetupFailure.attempt("map the ids of the sandbox") { () throws(Errno) in
        try identities.maps.apply(to: newborn.process.id)
      }
      try SetupFailure.attempt("hand the plan over") { () throws(Errno) in
        try newborn.hand(template.plan, with: mounts.numbers)
      }
    }
    // While process 1 composes the root.
    guard group.group.create() else { return nil }
    do {
      try group.group.apply(template.resources.group)
    } catch {
      throw SetupFailure(couldNot: "set the limit \(error.file)", error.errno)
    }
    if group.group.isLeased {
      try SetupFailure.attempt("watch what the control groups count") { () throws(Errno) in try group.group.openCounts()
      }
    }
    // Without ids of its own the program's pipes have to be made inside.
    pipes =
      if let owner = identities.owner {
        try SetupFailure.attempt("make standard output") { () throws(Errno) in try OutputPipes(owner: owner) }
      } else {
        nil
      }
    self.newborn = newborn
    self.group = group
    isInGroups = composer != nil
    self.zygote = zygote
    self.lease = lease
    self.networkLease = networkLease
    self.identities = identities
    self.template = template
    self.sources = sources
  }

  /// Whether the paths of the policy still lead to what it shows; what is mounted there, only a zygote knows.
  var isCurrent: Bool {
    switch zygote {
    case .some(let lease): lease.zygote.isCurrent
    case .none: sources?.areCurrent ?? true
    }
  }

  private static func awaited(_ birth: consuming Birth) throws(SetupFailure) -> Newborn {
    do {
      return try birth.newborn()
    } catch {
      let advice: String? =
        switch error {
        case .permission:
          "user namespaces are forbidden here; ask for sysctl kernel.unprivileged_userns_clone=1, an AppArmor profile with"
            + " userns, or a container whose seccomp profile allows clone"
        case .noSpace: "the host allows no more namespaces; see sysctl user.max_user_namespaces"
        case .again: "the host or its control group is out of processes"
        case .notImplemented: "clone3 is missing: Linux 5.7 is needed, and a container whose seccomp profile allows it"
        default: nil
        }
      throw SetupFailure(couldNot: "clone into new namespaces", error, advice: advice)
    }
  }

  /// Starts the program of a request, and watches over it from now on.
  consuming func start(_ request: Execution.Request) throws(SetupFailure) -> Supervisor {
    let input = try SetupFailure.attempt("make standard input") { () throws(Errno) in
      try InputStream(request.standardInput, owner: identities.owner)
    }
    // A child of a zygote has joined them already.
    let groups = try isInGroups ? [] : group.group.openForJoining()
    let program = ProgramStart(command: request.command, environment: request.environment)
    let (block, descriptors) = try program.block(
      input: input.child.number,
      output: pipes.childOutputNumber,
      error: pipes.childErrorNumber,
      groups: groups
    )
    do {
      try newborn.hand(block, with: descriptors)
    } catch .brokenPipe, .connectionReset {
      // It has failed at its plan already, and says at what.
    } catch {
      throw SetupFailure(couldNot: "hand the program's descriptors over", error)
    }
    var output = OutputCapture(
      limit: request.sandbox.resources.output.value?.bytes,
      forwards: request.streamsOutput
    )
    if let pipes = pipes.take() { output.attach(output: pipes.output.first, error: pipes.error.first) }
    do throws(SetupFailure) {
      return try Supervisor(
        sandbox: self,
        resources: request.sandbox.resources,
        output: output,
        input: InputPump(pipe: input.supervisorsEnd(), isHeld: request.observer != nil),
        denials: Denials(explainer: request.explainer),
        observer: request.observer
      )
    } catch {
      // The program may have begun already, and is not to be started again, whatever the reason.
      throw SetupFailure(error.message)
    }
  }
}

extension SetupFailure {
  /// Does a step of our own and names it when it fails.
  @discardableResult
  static func attempt<Value: ~Copyable>(
    _ action: String,
    _ step: () throws(Errno) -> Value
  ) throws(SetupFailure) -> Value {
    do {
      return try step()
    } catch {
      throw SetupFailure(couldNot: action, error)
    }
  }
}
