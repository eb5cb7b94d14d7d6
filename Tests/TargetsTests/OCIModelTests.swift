import CanonicalJSON
import Diagnostics
import TestSupport
import Testing

@testable import Targets

@Suite("The model of config.json")
struct OCIModelTests {
  private static let corpus = CorpusTests.bundles + CorpusTests.specification
  private static let files = (corpus + ["unknown-keys"]).map { "Corpus/\($0).json" }
  private static let generated = ShippedSandboxes.names.map { "../../generated/\($0)/gvisor/config.json" }

  private func source(_ name: String) throws -> SourceText {
    SourceText(name: name, bytes: try #require(TestFile.read(TestFile.folder(of: #filePath) + "/" + name)))
  }

  @Test("what is read is written back byte by byte", arguments: files + generated)
  func roundTrip(name: String) throws {
    let source = try source(name)
    #expect(try OCIConfigFile(reading: source).bytes == source.bytes)
  }

  @Test(
    "what the installed runtimes write is written back byte by byte",
    .requires("runc", "crun", "runsc"),
    arguments: ["runc", "crun", "runsc"]
  )
  func installed(runtime: String) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    #expect(try ChildProcess.run([runtime, "spec"], in: folder).exitCode == 0)
    let source = SourceText(name: "config.json", bytes: try #require(TestFile.read(folder + "/config.json")))
    #expect(try OCIConfigFile(reading: source).bytes == source.bytes)
  }

  /// The model and the shape that files are checked by name each key on their own.
  @Test("the model has every key of the shape with its type, and no other")
  func keys() {
    Self.compare(OCISpec.self, OCIShape.config, at: "config.json")
  }

  private static func compare(_ type: any OCIValue.Type, _ shape: Shape, at path: String) {
    func expect(_ types: any OCIValue.Type...) {
      #expect(types.contains { ObjectIdentifier($0) == ObjectIdentifier(type) }, "\(path) is \(type)")
    }
    switch shape {
    case .any: expect(JSON.self)
    case .string, .oneOf: expect(String.self)
    case .bool: expect(Bool.self)
    case .unsigned: expect(UInt64.self)
    case .integer: expect(Int64.self, UInt64.self, UInt32.self)
    case .array(let item), .map(let item):
      guard let nested = type as? any Nesting.Type else {
        Issue.record("\(path) is \(type)")
        return
      }
      compare(nested.element, item, at: path + "[]")
    case .object(let fields):
      guard let object = type as? any OCIKnowingFields.Type else {
        Issue.record("\(path) is \(type)")
        return
      }
      #expect(Set(object.fields.map(\.name)) == Set(fields.map(\.name)), "\(path)")
      for field in fields {
        guard let known = object.fields.first(where: { $0.name == field.name }) else { continue }
        compare(known.type, field.shape, at: "\(path).\(field.name)")
      }
    case .decimal, .extensible, .either: Issue.record("\(path) has a shape that the model has no type for")
    }
  }

  @Test("nothing in what others write is unknown", arguments: corpus)
  func known(name: String) throws {
    #expect(Self.unknown(in: try JSONNode(reading: source("Corpus/\(name).json")).json, OCISpec.self).isEmpty)
  }

  @Test("unknown keys are found, and kept, in each kind of object")
  func unknown() throws {
    let json = try JSONNode(reading: source("Corpus/unknown-keys.json")).json
    let found = Self.unknown(in: json, OCISpec.self)
    let kinds = Self.kinds(OCISpec.self)
    #expect(kinds.count >= 30)
    #expect(Set(found.map(\.kind)) == kinds, "missing: \(kinds.subtracting(found.map(\.kind)))")
    #expect(found.allSatisfy { $0.name.hasPrefix("x-") })
  }

  /// The unknown members of a value and of all inside of it, with the kind of object that each is in.
  private static func unknown(in json: JSON, _ type: any OCIValue.Type) -> [(kind: String, name: String)] {
    if let object = type as? any (OCIKnowingFields & OCIValue).Type, let members = json.object {
      let names = Set(object.fields.map(\.name))
      let own = members.names.filter { !names.contains($0) }.map { (kind: "\(type)", name: $0) }
      return object.fields.reduce(own) { found, field in
        found + (members[field.name].map { unknown(in: $0, field.type) } ?? [])
      }
    }
    guard let nesting = type as? any Nesting.Type else { return [] }
    let inside = json.array ?? json.object?.members.map(\.value) ?? []
    return inside.flatMap { unknown(in: $0, nesting.element) }
  }

  private static func kinds(_ type: any OCIValue.Type) -> Set<String> {
    if let nesting = type as? any Nesting.Type { return kinds(nesting.element) }
    guard let object = type as? any OCIKnowingFields.Type else { return [] }
    return object.fields.reduce(["\(type)"]) { $0.union(kinds($1.type)) }
  }

  @Test("unknown members anywhere change nothing for the rest", arguments: corpus)
  func insertions(name: String) throws {
    let original = try source("Corpus/\(name).json")
    let spec = try OCIConfigFile(reading: original).spec
    var generator = SeededGenerator(seed: 3)
    for round in 0..<40 {
      var bytes = original.bytes
      let braces = bytes.indices.filter { bytes[$0] == UInt8(ascii: "{") && bytes[$0 + 1] != UInt8(ascii: "}") }
      for place in Set((0..<3).compactMap { _ in braces.randomElement(using: &generator) }).sorted(by: >) {
        let value =
          ["1e400", "{\n\"y\" :[ ]}", #""\u003c\ud83d\ude00""#, "null"].randomElement(using: &generator) ?? ""
        bytes.insert(contentsOf: "\"x-\(round)\"\t: \(value) ,\n".utf8, at: place + 1)
      }
      // A brace inside of a string is no place for a member.
      guard let node = try? JSONNode(reading: SourceText(name: name, bytes: bytes)) else { continue }
      var file = try OCIConfigFile(reading: node.range.source)
      #expect(file.bytes == bytes)
      // What is changed and changed back is as it was; what is changed is read again.
      let hostname = file.spec.hostname
      file.spec.hostname = "changed"
      file.spec.process?.cwd = "/changed"
      let changed = try OCIConfigFile(reading: SourceText(name: name, bytes: file.bytes)).spec
      #expect(changed == file.spec && changed.process?.cwd == "/changed" && changed.hostname == "changed")
      file.spec.process?.cwd = spec.process?.cwd
      file.spec.hostname = hostname
      #expect(file.bytes == bytes)
    }
  }

  @Test("an edit changes its own line")
  func edit() throws {
    let source = try source("Corpus/runc.json")
    var file = try OCIConfigFile(reading: source)
    file.spec.process?.noNewPrivileges = false
    file.spec.linux?.resources?.pids = OCIPids(json: ["limit": 32])
    file.spec.hostname = nil
    let expected = String(decoding: source.bytes, as: UTF8.self)
      .replacing("\"noNewPrivileges\": true", with: "\"noNewPrivileges\": false")
      .replacing("\t\"hostname\": \"runc\",\n", with: "")
      .replacing(
        "\"access\": \"rwm\"\n\t\t\t\t}\n\t\t\t]\n",
        with: "\"access\": \"rwm\"\n\t\t\t\t}\n\t\t\t],\n\t\t\t\"pids\": {\n\t\t\t\t\"limit\": 32\n\t\t\t}\n"
      )
    #expect(String(decoding: file.bytes, as: UTF8.self) == expected)
  }

  @Test("what the specification says is read by type")
  func typed() throws {
    let spec = try OCIConfigFile(reading: source("Corpus/spec-1.2.json")).spec
    #expect(spec.process?.rlimits?.last?.hard == .max)
    #expect(spec.process?.ioPriority?.priorityClass == "IOPRIO_CLASS_IDLE")
    #expect(spec.linux?.seccomp?.syscalls?.first?.args?.first?.op == "SCMP_CMP_MASKED_EQ")
    #expect(spec.linux?.resources?.rdma?["mlx5_1"]?.hcaHandles == 3)
    #expect(spec.linux?.resources?.memory?.kernel == -1)
    #expect(spec.linux?.timeOffsets?["boottime"]?.secs == -604800)
    #expect(spec.mounts?.last?.uidMappings?.first?.size == 4_294_967_295)
    #expect(spec.annotations?["com.example.key2"] == "")
    #expect(spec.linux?.namespaces?.compactMap(\.type).count == 8)
  }

  /// A value of the wrong type is no value, and is not lost for it.
  @Test(
    "a value of another type is kept",
    arguments: ["99999999999999999999", "1e3", "1.0", "\"5\"", "null", "[]", "-1.5e-7"]
  )
  func wrongType(value: String) throws {
    let text = #"{"linux": {"resources": {"pids": {"limit": "# + value + #"}}, "namespaces": [1]}}"#
    var file = try OCIConfigFile(reading: SourceText(name: "config.json", text: text))
    #expect(file.spec.linux?.resources?.pids?.limit == nil && file.spec.linux?.namespaces == nil)
    #expect(String(decoding: file.bytes, as: UTF8.self) == text)
    file.spec.linux?.cgroupsPath = "/x"
    #expect(String(decoding: file.bytes, as: UTF8.self) == text.replacing("[1]", with: "[1], \"cgroupsPath\": \"/x\""))
  }

  @Test(
    "what has no one meaning is refused",
    arguments: [
      (#"{"hostname":"\ud800"}"#, "RF8003"), (#"{"hostname":"a","hostname":"b"}"#, "RF8002"),
      (#"{"hostname":"a","host\u006eame":"b"}"#, "RF8002"), ("[]", "RF8102"), ("{\"a\":01}", "RF8001"), ("", "RF8001"),
      ("{\"a\":" + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}", "RF8004"),
      ("{} {}", "RF8005"),
    ]
  )
  func refused(text: String, rule: String) {
    let error = #expect(throws: InvalidInput.self) {
      _ = try OCIConfigFile(reading: SourceText(name: "config.json", text: text))
    }
    #expect(error?.diagnostics.map(\.rule) == [rule])
  }

  @Test("nesting as deep as the reader permits is written back")
  func deep() throws {
    let text = "{\"a\": " + String(repeating: "[ ", count: 60) + String(repeating: "]", count: 60) + "}"
    #expect(try OCIConfigFile(reading: SourceText(name: "config.json", text: text)).bytes.elementsEqual(text.utf8))
  }
}

/// What holds values of one type.
private protocol Nesting {
  static var element: any OCIValue.Type { get }
}

extension Array: Nesting where Element: OCIValue {
  fileprivate static var element: any OCIValue.Type { Element.self }
}

extension OCIMap: Nesting {
  fileprivate static var element: any OCIValue.Type { Value.self }
}
