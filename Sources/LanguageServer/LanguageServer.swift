import CanonicalJSON
package import Diagnostics
package import Lint
import Policy

/// A server of the Language Server Protocol, 3.17, for policies: what `lint` says as somebody types, what a key means and
/// comes to, what can be written, where a parent is, and fixes. It reads files and starts nothing.
package struct LanguageServer {
  /// What the server says of itself and its rules.
  package struct Configuration: Sendable {
    package let version: String
    package let catalog: RuleCatalog
    /// The address of the page of rules that codes link to; nil links nowhere.
    package let rulesPage: RulesPage?

    package init(version: String, catalog: RuleCatalog, rulesPage: RulesPage?) {
      self.version = version
      self.catalog = catalog
      self.rulesPage = rulesPage
    }
  }

  private enum Phase {
    case new
    case running
    case shutDown
  }

  private var reader: MessageReader
  private var writer: MessageWriter
  private let configuration: Configuration
  private var workspace: Workspace
  private var phase = Phase.new
  private var takesVersions = false

  /// - Parameters:
  ///   - input: A descriptor that the client's messages are read from.
  ///   - output: A descriptor that answers are written to. SIGPIPE has to be ignored.
  ///   - configuration: What the server says of itself.
  ///   - linter: What judges the policies.
  package init(input: Int32, output: Int32, configuration: Configuration, linter: Linter) {
    reader = MessageReader(descriptor: input)
    writer = MessageWriter(descriptor: output)
    self.configuration = configuration
    workspace = Workspace(linter: linter)
  }

  /// Serves until the client says `exit` or goes away.
  ///
  /// - Returns: Whether it ended as the protocol has it: with `shutdown` before.
  package mutating func run() -> Bool {
    while writer.isOpen {
      // A client that types faster than policies are read gets the diagnostics of its last text.
      if !reader.hasMore { publish() }
      switch reader.next() {
      case .end: return phase == .shutDown
      case .malformed(let reason): writer.respond(to: .null, with: .failure(ResponseError(.parseError, reason)))
      case .message(let bytes):
        switch Message(reading: bytes) {
        case .request(let id, let method, let parameters): writer.respond(to: id, with: answer(method, parameters))
        case .notification("exit", _): return phase == .shutDown
        case .notification(let method, let parameters): note(method, parameters)
        case .response: break
        case .invalid(let id, let error): writer.respond(to: id, with: .failure(error))
        }
      }
    }
    return false
  }

  private mutating func publish() {
    guard phase == .running, workspace.isStale else { return }
    workspace.analyse()
    for document in workspace.documents.values.sorted(by: { $0.address < $1.address }) {
      let findings = workspace.analysis(of: document.address)?.findings ?? []
      writer.notify(
        "textDocument/publishDiagnostics",
        [
          "uri": .string(document.address), "version": .integer(document.version),
          "diagnostics": published(document).json(of: findings),
        ]
      )
    }
  }

  private func published(_ document: OpenDocument) -> PublishedDiagnostics {
    PublishedDiagnostics(document: document, rulesPage: configuration.rulesPage)
  }

  private mutating func note(_ method: String, _ parameters: JSON) {
    guard phase == .running else { return }
    let identifier = parameters["textDocument"]
    switch method {
    case "textDocument/didOpen":
      guard let address = identifier?["uri"]?.string, let text = identifier?["text"]?.string else { return }
      workspace.open(OpenDocument(address: address, version: identifier?["version"]?.integer ?? 0, text: text))
    case "textDocument/didChange":
      guard let address = identifier?["uri"]?.string, let changes = parameters["contentChanges"]?.array else { return }
      if !workspace.change(address, changes, version: identifier?["version"]?.integer ?? 0) {
        // The texts differ from now on, which nobody would see otherwise.
        let text = "Ringfence could not follow a change of \(address); close and open it again"
        writer.notify("window/showMessage", ["type": 1, "message": .string(text)])
      }
    case "textDocument/didClose":
      guard let address = identifier?["uri"]?.string else { return }
      workspace.close(address)
      writer.notify("textDocument/publishDiagnostics", ["uri": .string(address), "diagnostics": []])
    case "textDocument/didSave", "workspace/didChangeWatchedFiles": workspace.invalidate()
    default: break
    }
  }

  private mutating func answer(_ method: String, _ parameters: JSON) -> Result<JSON, ResponseError> {
    switch (phase, method) {
    case (.new, "initialize"): return .success(initialize(parameters))
    case (_, "initialize"): return .failure(ResponseError(.invalidRequest, "the server is initialized"))
    case (.new, _): return .failure(ResponseError(.serverNotInitialized, "send initialize first"))
    case (.shutDown, _): return .failure(ResponseError(.invalidRequest, "the server is shut down"))
    case (.running, "shutdown"):
      phase = .shutDown
      return .success(.null)
    case (.running, _):
      do throws(ResponseError) {
        return .success(try feature(method, parameters))
      } catch {
        return .failure(error)
      }
    }
  }

  private mutating func initialize(_ parameters: JSON) -> JSON {
    phase = .running
    let edits = parameters["capabilities"]?["workspace"]?["workspaceEdit"]
    takesVersions = edits?["documentChanges"]?.bool ?? false
    let folders = parameters["workspaceFolders"]?.array?.compactMap { $0["uri"]?.string } ?? []
    workspace.folders = (folders.isEmpty ? [parameters["rootUri"]?.string].compactMap(\.self) : folders)
      .compactMap(FileAddress.path)
    return [
      "capabilities": [
        "positionEncoding": "utf-16",
        "textDocumentSync": ["openClose": true, "change": 2, "save": true],
        "hoverProvider": true,
        "completionProvider": ["triggerCharacters": ["@", ":", "[", "\"", " "]],
        "definitionProvider": true,
        "codeActionProvider": ["codeActionKinds": ["quickfix", "source.fixAll"]],
      ],
      "serverInfo": ["name": "ringfence", "version": .string(configuration.version)],
    ]
  }

  private mutating func feature(_ method: String, _ parameters: JSON) throws(ResponseError) -> JSON {
    switch method {
    case "textDocument/hover":
      let (document, analysis) = try document(of: parameters)
      return Hover(document: document, analysis: analysis, catalog: configuration.catalog)
        .json(at: try offset(parameters["position"], in: document))
    case "textDocument/completion":
      let (document, _) = try document(of: parameters)
      let names = workspace.policyNames(near: document)
      return Completion(document: document, catalog: configuration.catalog, policyNames: names)
        .json(at: try offset(parameters["position"], in: document))
    case "textDocument/definition":
      let (document, _) = try document(of: parameters)
      return definition(in: document, at: try offset(parameters["position"], in: document))
    case "textDocument/codeAction":
      let (document, analysis) = try document(of: parameters)
      let start = try offset(parameters["range"]?["start"], in: document)
      let end = try offset(parameters["range"]?["end"], in: document)
      let kinds = parameters["context"]?["only"]?.array?.compactMap(\.string)
      return CodeActions(document: document, published: published(document), takesVersions: takesVersions)
        .json(of: analysis.findings, in: min(start, end)..<max(start, end), kinds: kinds)
    default: throw ResponseError(.methodNotFound, "there is no method \(method)")
    }
  }

  /// The document that a request is about, and what is known of it as it stands.
  private mutating func document(of parameters: JSON) throws(ResponseError) -> (OpenDocument, PolicyAnalysis) {
    publish()
    guard let address = parameters["textDocument"]?["uri"]?.string, let document = workspace.documents[address],
      let analysis = workspace.analysis(of: address)
    else { throw ResponseError(.invalidParams, "the document is not open") }
    return (document, analysis)
  }

  private func offset(_ position: JSON?, in document: OpenDocument) throws(ResponseError) -> Int {
    guard let offset = document.positions.offset(of: position) else {
      throw ResponseError(.invalidParams, "a position needs a line and a character")
    }
    return offset
  }

  /// The file of the policy that `extends` or `within` names.
  private func definition(in document: OpenDocument, at offset: Int) -> JSON {
    let bytes = document.source.bytes
    let end = bytes[offset...].firstIndex { !Self.isName($0) } ?? bytes.count
    guard let context = CursorContext(in: document.source, at: end),
      context.path == [.key("extends")] || context.path == [.key("within")]
    else { return .null }
    let name = String(
      decoding: bytes[context.word].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") },
      as: UTF8.self
    )
    let source = try? workspace.loader.source(of: name, near: workspace.folder(of: document))
    guard let address = source?.address else { return .null }
    let start: JSON = ["line": 0, "character": 0]
    return ["uri": .string(address), "range": ["start": start, "end": start]]
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
