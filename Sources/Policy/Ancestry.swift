import Diagnostics
import Sandbox

/// A policy, its parent, and so on, as far as they can be read.
struct Ancestry {
  struct Layer {
    let source: SourceText
    /// nil for a policy that comes with Ringfence: all its paths are absolute, and its parent comes with it too.
    let folder: String?
    let identity: String
    let root: Setting
  }

  /// The policy itself first; empty when not even that can be decoded.
  private(set) var layers: [Layer] = []
  /// What is wrong with any of them, all in one run.
  private(set) var diagnostics: [Diagnostic] = []
  /// Whether every ancestor is there.
  private(set) var isComplete = false

  private static let deepest = 10
  static let entryLabel = "it comes in here"

  /// - Parameters:
  ///   - found: The policy itself.
  ///   - search: Where its ancestors are looked up.
  ///   - isShared: Whether others may have the same policy as a parent or ceiling, so that it need not be read again.
  init(of found: PolicySearch.Found, search: PolicySearch, isShared: Bool = false) {
    var next: PolicySearch.Found? = found
    while let found = next {
      next = nil
      let isShared = isShared || !layers.isEmpty
      let text = isShared ? search.decoded.text(of: found.source) : DecodedText(found.source)
      // What is wrong in it is also shown at the `extends` that leads to it.
      diagnostics += text.diagnostics.map(labelled)
      guard let root = text.root else { return }
      layers.append(Layer(source: text.source, folder: found.folder, identity: found.identity, root: root))
      checkName(of: text.source, root)
      guard let extends = root["extends"] else {
        isComplete = true
        return
      }
      next = parent(extends, near: found.folder, search: search)
    }
  }

  /// With the place where the policy itself comes to a problem of an ancestor's.
  func labelled(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let own = layers.first, let extends = own.root["extends"], let primary = diagnostic.primary else {
      return diagnostic
    }
    let places = [primary] + diagnostic.secondary
    if places.contains(where: { $0.range.source === own.source }) { return diagnostic }
    var labelled = diagnostic
    labelled.secondary.append(Diagnostic.Label(extends.range, Self.entryLabel))
    return labelled
  }

  private mutating func parent(_ extends: Setting, near folder: String?, search: PolicySearch) -> PolicySearch.Found? {
    guard let name = extends.text else { return nil }
    do throws(InvalidInput) {
      // What comes with Ringfence means the same everywhere, whatever lies around.
      let isShipped = layers.count > 1 && folder == nil
      guard let found = isShipped ? PolicySearch.findShipped(name) : try search.find(name, near: folder) else {
        let near = Spelling.nearest(to: name, among: ShippedPolicies.all.map(\.name))
        let places = search.path.joined(separator: ", ")
        let rest = "it is looked up beside this file, in \(places), and among those that come with Ringfence"
        reject(extends, "there is no policy `\(name)`", near.map { "did you mean `\($0)`?" } ?? rest)
        return nil
      }
      if layers.contains(where: { $0.identity.utf8.elementsEqual(found.identity.utf8) }) {
        let names = layers.compactMap { $0.root["name"]?.text } + [name]
        reject(extends, "a policy extends itself: \(names.joined(separator: " → "))", "take one of the links out")
        return nil
      }
      if layers.count > Self.deepest {
        reject(extends, "more than \(Self.deepest) policies extend one another", "merge some of them")
        return nil
      }
      return found
    } catch {
      reject(extends, "the parent policy cannot be read", error.diagnostics.map(\.message).joined(separator: "; "))
      return nil
    }
  }

  private mutating func reject(_ extends: Setting, _ message: String, _ help: String) {
    diagnostics.append(labelled(PolicyRules.inheritance.finding(message, at: extends.range, help: [help])))
  }

  private mutating func checkName(of source: SourceText, _ root: Setting) {
    guard let name = root["name"], let text = name.text, source.name.utf8.first != UInt8(ascii: "<") else { return }
    let file = PathCheck.components(source.name).last ?? ""
    guard let ending = [".yaml", ".yml"].first(where: { file.utf8.count > $0.utf8.count && file.hasSuffix($0) }) else {
      return
    }
    let stem = String(file.dropLast(ending.count))
    guard !stem.utf8.elementsEqual(text.utf8) else { return }
    let isName = TextCheck.isLabel(stem)
    diagnostics.append(
      labelled(
        PolicyRules.conflict.finding(
          "the policy is named `\(text)`, but its file is named otherwise",
          at: name.range,
          // A file whose name can be no policy's was not named for this one.
          severity: isName ? .error : .note,
          help: [isName ? "name it `\(stem)`, or rename the file to \(text).yaml" : "rename the file to \(text).yaml"]
        )
      )
    )
  }

  /// What each policy says of itself, and its children do not inherit.
  private static let own: Set<String> = ["version", "name", "description", "extends", "within"]

  /// The settings of the policy over its ancestors', from a generation on: 0 is the policy itself, 1 its parent.
  func merged(from generation: Int = 0) -> Setting? {
    var merged: Setting?
    for (index, layer) in layers.enumerated().dropFirst(generation).reversed() {
      var root = layer.root
      if index > generation { root.content = .map(root.fields.filter { !Self.own.contains($0.name) }) }
      merged = merged.map { Self.merge(root, over: $0) } ?? root
    }
    return merged
  }

  /// As maps merge, but for what a policy accepts, which adds to what its parent does: a child that has to accept one more
  /// loss need not repeat the others. An empty list takes none of them over.
  private static func merge(_ own: Setting, over parent: Setting) -> Setting {
    var merged = own.merged(over: parent)
    guard case .list(let items)? = own["accept"]?.content, !items.isEmpty, case .map(var fields) = merged.content,
      let index = fields.firstIndex(where: { $0.name == "accept" })
    else { return merged }
    fields[index].value.content = .list(items + (parent["accept"]?.items ?? []))
    merged.content = .map(fields)
    return merged
  }

  /// What settings come to, with the paths of each text relative to its own folder.
  func sandbox(_ merged: Setting) -> Sandbox {
    Resolver(root: merged) { source in layers.first { $0.source === source }?.folder ?? "/" }.sandbox()
  }
}
