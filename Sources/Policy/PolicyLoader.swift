import Comparison
package import Diagnostics
import Glibc
import Sandbox
import YAML

/// What can be said of a policy before it is valid.
package struct PolicyReview: Sendable {
  /// What the policy means; nil when a part of it, or of an ancestor, cannot be read.
  package let policy: ResolvedPolicy?
  /// Why it is invalid; empty when it is not. Then there is a policy.
  package let errors: [Diagnostic]
}

/// Finds, reads and resolves policies.
package struct PolicyLoader {
  let search: PolicySearch
  private let today: CalendarDate

  /// - Parameters:
  ///   - searchPath: Folders in which a name is looked up, in order, before the policies that come with Ringfence.
  ///   - files: Where texts are read from.
  ///   - today: The day on which acceptances have to be in force.
  package init(searchPath: [String], files: any PolicyFiles = DiskFiles(), today: CalendarDate = .today()) {
    search = PolicySearch(path: searchPath, files: files)
    self.today = today
  }

  /// As the command line looks policies up: in `./policies`, then in the folders of `$RINGFENCE_PATH`.
  package static func forCommandLine(files: any PolicyFiles = DiskFiles()) -> PolicyLoader {
    PolicyLoader(searchPath: ["policies"] + environmentPath, files: files)
  }

  /// The folders of `$RINGFENCE_PATH`.
  package static var environmentPath: [String] {
    let folders = getenv("RINGFENCE_PATH").map { String(cString: $0).utf8.split(separator: UInt8(ascii: ":")) } ?? []
    return folders.map { String(Substring($0)) }
  }

  /// Loads a policy by path (with a `/`, or ending in `.yaml` or `.yml`), by name, or from standard input (`-`).
  ///
  /// - Parameter reference: What the user named.
  /// - Returns: The policy with every value explicit.
  /// - Throws: Everything that is wrong with it and its ancestors.
  package func load(reference: String) throws(InvalidInput) -> ResolvedPolicy {
    try resolve(try find(reference))
  }

  /// As `load`, for whoever judges a policy too: values that contradict each other still have a meaning.
  ///
  /// - Parameters:
  ///   - reference: What the user named.
  ///   - standardInputPath: Where the policy of standard input is as if it stood; nil for nowhere.
  /// - Returns: What it means, as far as it can be read, and what is wrong with it.
  package func review(reference: String, standardInputPath: String? = nil) -> PolicyReview {
    do throws(InvalidInput) {
      guard reference == "-", let path = standardInputPath else { return review(try find(reference)) }
      return review(found(SourceText(name: path, bytes: try PolicyFile.readStandardInput().bytes), path: path))
    } catch {
      return PolicyReview(policy: nil, errors: error.diagnostics)
    }
  }

  /// As `review`, of a text that stands at a path.
  package func review(source: SourceText, path: String) -> PolicyReview { review(found(source, path: path)) }

  /// The text that a reference leads to, valid or not.
  package func text(reference: String) throws(InvalidInput) -> SourceText { try find(reference).source }

  private func find(_ reference: String) throws(InvalidInput) -> PolicySearch.Found {
    if reference == "-" { return found(try PolicyFile.readStandardInput(), folder: PolicyFile.workingFolder) }
    if Self.isPath(reference) { return found(try search.files.read(reference), path: reference) }
    guard TextCheck.isLabel(reference) else {
      let help = "name a policy, or a path that ends in .yaml"
      throw PolicyFile.failure("\(reference.quoted) is not a policy's name", help: help)
    }
    guard let found = try search.find(reference, near: nil) else {
      let names = ShippedPolicies.all.map(\.name)
      let near = Spelling.nearest(to: reference, among: names)
      let places = search.path.joined(separator: ", ")
      throw PolicyFile.failure(
        "there is no policy `\(reference)` in \(places), nor among those that come with Ringfence",
        help: near.map { "did you mean `\($0)`?" } ?? "there are \(names.joined(separator: ", "))"
      )
    }
    return found
  }

  /// Whether a reference is a path: it has a `/`, or ends as the files of policies do.
  package static func isPath(_ reference: String) -> Bool {
    reference.utf8.contains(UInt8(ascii: "/")) || reference.hasSuffix(".yaml") || reference.hasSuffix(".yml")
  }

  /// Resolves a text. `folder` is where relative sources start and where a parent is looked up first.
  package func load(source: SourceText, folder: String) throws(InvalidInput) -> ResolvedPolicy {
    try resolve(found(source, folder: folder))
  }

  /// Resolves a text that stands at a path.
  package func load(source: SourceText, path: String) throws(InvalidInput) -> ResolvedPolicy {
    try resolve(found(source, path: path))
  }

  private func found(_ source: SourceText, folder: String) -> PolicySearch.Found {
    let identity = search.files.realPath(source.name) ?? source.name
    return PolicySearch.Found(source: source, folder: search.files.realPath(folder) ?? folder, identity: identity)
  }

  private func found(_ source: SourceText, path: String) -> PolicySearch.Found {
    PolicySearch.Found(
      source: source,
      folder: search.files.folder(of: path),
      identity: search.files.realPath(path) ?? path
    )
  }

  /// The text of a policy by its name, as it is found from a folder; nil when there is none.
  package func source(of name: String, near folder: String) throws(InvalidInput) -> SourceText? {
    TextCheck.isLabel(name) ? try search.find(name, near: folder)?.source : nil
  }

  /// Resolves a new text of a policy that was loaded, in its place.
  package func load(_ text: SourceText, inPlaceOf policy: ResolvedPolicy) throws(InvalidInput) -> ResolvedPolicy {
    try load(source: text, path: policy.source.name)
  }

  private func resolve(_ found: PolicySearch.Found) throws(InvalidInput) -> ResolvedPolicy {
    let review = review(found)
    guard let policy = review.policy, review.errors.isEmpty else { throw InvalidInput(review.errors) }
    return policy
  }

  private func review(_ found: PolicySearch.Found) -> PolicyReview {
    let ancestry = Ancestry(of: found, search: search)
    var diagnostics = ancestry.diagnostics
    guard let own = ancestry.layers.first, let merged = ancestry.merged() else {
      return PolicyReview(policy: nil, errors: Self.bounded(diagnostics, of: found.source))
    }
    // A value that could not be read has no meaning, and a lost parent would leave too little.
    let isReadable = ancestry.isComplete && !diagnostics.hasErrors
    let sandbox = ancestry.sandbox(merged)
    diagnostics += crossCheck(ancestry, merged, sandbox).map(ancestry.labelled)
    let isToBeHeld = !diagnostics.hasErrors
    if isToBeHeld { diagnostics += loosenings(of: ancestry, sandbox) }
    var ceilings: [PolicyCeiling] = []
    for layer in ancestry.layers {
      guard let within = layer.root["within"], let name = within.text else { continue }
      var held: Sandbox?
      if isToBeHeld {
        let (ceiling, problems) = ceiling(name, of: layer, at: within)
        held = ceiling
        diagnostics += problems.map(ancestry.labelled)
        if let ceiling {
          diagnostics += excesses(of: sandbox, merged, over: ceiling, name, at: within).map(ancestry.labelled)
        }
      }
      ceilings.append(PolicyCeiling(name: name, sandbox: held))
    }
    // What is odd in an ancestor is said when that one is looked at.
    diagnostics.removeAll { $0.severity < .error && !$0.isAbout(own.source) }
    diagnostics += expiredAcceptances(merged).map(ancestry.labelled)
    let bounded = Self.bounded(diagnostics, of: found.source)
    let isInvalid = bounded.hasErrors
    guard isReadable || !isInvalid else { return PolicyReview(policy: nil, errors: bounded) }
    let policy = ResolvedPolicy(
      root: merged,
      layers: ancestry.layers.map(\.root),
      ceilings: ceilings,
      sandbox: sandbox,
      source: found.source,
      ancestors: ancestry.layers.dropFirst().map(\.source),
      warnings: isInvalid ? [] : bounded
    )
    return PolicyReview(policy: policy, errors: isInvalid ? bounded : [])
  }

  private func crossCheck(_ ancestry: Ancestry, _ merged: Setting, _ sandbox: Sandbox) -> [Diagnostic] {
    CrossCheck.diagnostics(
      of: merged,
      sandbox,
      generations: ancestry.layers.map(\.source),
      isComplete: ancestry.isComplete,
      acceptsRoot: acceptsRoot(merged)
    )
  }

  /// A hostile text can be wrong in ten thousand places, and nobody reads as many.
  private static func bounded(_ diagnostics: [Diagnostic], of source: SourceText) -> [Diagnostic] {
    let limit = YAMLLimits.standard.diagnostics
    guard diagnostics.count >= limit else { return diagnostics }
    let errors = diagnostics.filter { $0.severity == .error }
    let warnings = diagnostics.filter { $0.severity < .error }
    let message = "more than \(limit) problems; the rest is not shown"
    let end = SourceRange(source: source, start: source.bytes.count, end: source.bytes.count)
    return (errors + warnings).prefix(limit) + [
      YAMLRules.limits.finding(
        message,
        at: end,
        severity: errors.isEmpty ? .warning : .error,
        help: ["mend some and look again"]
      )
    ]
  }

  /// Whether running as user 0 is accepted, today and whatever the engine is.
  private func acceptsRoot(_ merged: Setting) -> Bool {
    (merged["accept"]?.items ?? []).compactMap(Acceptance.init).contains {
      $0.control == .user && $0.target == nil && $0.isInForce(on: today)
    }
  }

  /// Where a policy lets a program do more than its parent does, in what matters most.
  private func loosenings(of ancestry: Ancestry, _ sandbox: Sandbox) -> [Diagnostic] {
    guard let own = ancestry.layers.first?.root, let extends = own["extends"], let parent = ancestry.merged(from: 1)
    else { return [] }
    let watched: Set<Control> = [.networkMode, .capabilities, .noNewPrivileges, .user, .root]
    let before = ancestry.sandbox(parent)
    let differences = watched.sorted().flatMap { Comparison.differences(in: $0, from: before, to: sandbox) }
    return differences.compactMap { difference in
      guard difference.direction == .looser, let setting = own.setting(at: difference.key) else { return nil }
      return PolicyRules.loosened.finding(
        "looser than `\(extends.text ?? "")`: \(difference.old) became \(difference.new)",
        at: setting.range,
        secondary: [Diagnostic.Label(extends.range, "the parent")],
        notes: difference.witness.map { ["a program can now \($0)"] } ?? []
      )
    }
  }

  /// A ceiling of a policy or of one of its ancestors, or why it holds nothing.
  private func ceiling(
    _ name: String,
    of layer: Ancestry.Layer,
    at within: Setting
  ) -> (sandbox: Sandbox?, problems: [Diagnostic]) {
    func fail(_ message: String, _ help: String, because problems: [Diagnostic] = []) -> (Sandbox?, [Diagnostic]) {
      (nil, [PolicyRules.inheritance.finding(message, at: within.range, help: [help])] + problems)
    }
    do throws(InvalidInput) {
      // What comes with Ringfence means the same everywhere, whatever lies around.
      let isShipped = layer.folder == nil
      guard let found = isShipped ? PolicySearch.findShipped(name) : try search.find(name, near: layer.folder) else {
        return fail("there is no policy `\(name)`", "it is looked up as a parent is")
      }
      if found.identity.utf8.elementsEqual(layer.identity.utf8) {
        return fail("a policy is its own ceiling, which holds nothing", "name another, or leave the key out")
      }
      // A ceiling's own `within` does not concern this policy, and could lead back here.
      let ancestry = Ancestry(of: found, search: search, isShared: true)
      guard let merged = ancestry.merged() else {
        return fail("the ceiling `\(name)` is invalid", "mend it", because: ancestry.diagnostics)
      }
      let sandbox = ancestry.sandbox(merged)
      let problems = (ancestry.diagnostics + crossCheck(ancestry, merged, sandbox)).filter { $0.severity == .error }
      guard problems.isEmpty else { return fail("the ceiling `\(name)` is invalid", "mend it", because: problems) }
      return (sandbox, [])
    } catch {
      return fail("the ceiling `\(name)` cannot be read", error.diagnostics.map(\.message).joined(separator: "; "))
    }
  }

  /// Where a policy is looser than a ceiling of its own or of an ancestor: what a parent may not do, no child may do in
  /// its name.
  private func excesses(
    of sandbox: Sandbox,
    _ merged: Setting,
    over ceiling: Sandbox,
    _ name: String,
    at within: Setting
  ) -> [Diagnostic] {
    let secrets = sandbox.environment.secrets.compactMap { merged.setting(at: "environment.set")?[$0]?.range }
    return Comparison.loosened(from: ceiling, to: sandbox).map { difference in
      let key = difference.control?.rawValue ?? difference.key
      // Where the value stands: in this text, or in an ancestor's.
      let setting = merged.setting(at: key)
      var finding = PolicyRules.exceedsCeiling.finding(
        "`\(key)` is looser than `\(name)` allows: \(difference.new), where the ceiling has \(difference.old)",
        at: setting?.range ?? within.range,
        secondary: setting == nil ? [] : [Diagnostic.Label(within.range, "the ceiling")],
        notes: difference.witness.map { ["a program could \($0)"] } ?? [],
        help: ["tighten it, or raise the ceiling"]
      )
      // What stands at the place is shown, and that may be the whole environment.
      finding.secrets = secrets
      return finding
    }
  }

  private func expiredAcceptances(_ merged: Setting) -> [Diagnostic] {
    (merged["accept"]?.items ?? []).compactMap { item in
      guard let expires = item["expires"], let date = expires.text.flatMap(CalendarDate.init), date < today else {
        return nil
      }
      let help = "look at it again, and renew it or take it out"
      return PolicyRules.expired.finding("this acceptance has expired", at: expires.range, help: [help])
    }
  }
}

extension [Diagnostic] {
  fileprivate var hasErrors: Bool { contains { $0.severity == .error } }
}

extension Diagnostic {
  /// Whether any of it stands in a text.
  fileprivate func isAbout(_ source: SourceText) -> Bool {
    guard let primary else { return true }
    return ([primary] + secondary).contains { $0.range.source === source && $0.message != Ancestry.entryLabel }
  }
}
