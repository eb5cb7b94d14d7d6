package import CanonicalJSON
package import Diagnostics

/// A `config.json` of anyone's, to be looked at, changed and written back. What is not changed keeps its bytes.
package struct OCIConfigFile: Sendable {
  package var spec: OCISpec
  private let original: JSONNode?

  /// One of our own, in our own layout.
  package init(_ spec: OCISpec) {
    self.spec = spec
    original = nil
  }

  /// - Throws: When it is no JSON, or no object. What values of it mean is for `validate` to say.
  package init(reading source: SourceText) throws(InvalidInput) {
    let root = try JSONNode(reading: source, limits: .artifact)
    guard let spec = OCISpec(json: root.json) else { throw InvalidInput(OCIShape.config.mismatches(in: root)) }
    self.spec = spec
    original = root
  }

  package var bytes: [UInt8] { original?.text(saying: spec.json) ?? spec.json.encoded(.indented) }
}

/// A container by the OCI runtime specification, 1.0 to 1.3 ("Configuration", config.md).
package typealias OCISpec = OCIObject<OCISpecFields>
package typealias OCIRoot = OCIObject<OCIRootFields>
package typealias OCIMount = OCIObject<OCIMountFields>
package typealias OCIIDMapping = OCIObject<OCIIDMappingFields>
package typealias OCIHooks = OCIObject<OCIHooksFields>
package typealias OCIHook = OCIObject<OCIHookFields>

package struct OCISpecFields: OCIFields {
  package let ociVersion = OCIField<String>("ociVersion")
  package let process = OCIField<OCIProcess>("process")
  package let root = OCIField<OCIRoot>("root")
  package let hostname = OCIField<String>("hostname")
  package let domainname = OCIField<String>("domainname")
  package let mounts = OCIField<[OCIMount]>("mounts")
  package let hooks = OCIField<OCIHooks>("hooks")
  package let annotations = OCIField<OCIMap<String>>("annotations")
  package let linux = OCIField<OCILinux>("linux")
  // Other platforms.
  package let solaris = OCIField<JSON>("solaris")
  package let windows = OCIField<JSON>("windows")
  package let vm = OCIField<JSON>("vm")
  package let zos = OCIField<JSON>("zos")
  package let freebsd = OCIField<JSON>("freebsd")
  package init() {}
}

package struct OCIRootFields: OCIFields {
  package let path = OCIField<String>("path")
  package let readonly = OCIField<Bool>("readonly")
  package init() {}
}

package struct OCIMountFields: OCIFields {
  package let destination = OCIField<String>("destination")
  package let type = OCIField<String>("type")
  package let source = OCIField<String>("source")
  package let options = OCIField<[String]>("options")
  package let uidMappings = OCIField<[OCIIDMapping]>("uidMappings")
  package let gidMappings = OCIField<[OCIIDMapping]>("gidMappings")
  package init() {}
}

package struct OCIIDMappingFields: OCIFields {
  package let containerID = OCIField<UInt32>("containerID")
  package let hostID = OCIField<UInt32>("hostID")
  package let size = OCIField<UInt32>("size")
  package init() {}
}

package struct OCIHooksFields: OCIFields {
  package let prestart = OCIField<[OCIHook]>("prestart")
  package let createRuntime = OCIField<[OCIHook]>("createRuntime")
  package let createContainer = OCIField<[OCIHook]>("createContainer")
  package let startContainer = OCIField<[OCIHook]>("startContainer")
  package let poststart = OCIField<[OCIHook]>("poststart")
  package let poststop = OCIField<[OCIHook]>("poststop")
  package init() {}
}

package struct OCIHookFields: OCIFields {
  package let path = OCIField<String>("path")
  package let args = OCIField<[String]>("args")
  package let env = OCIField<[String]>("env")
  package let timeout = OCIField<Int64>("timeout")
  package init() {}
}
