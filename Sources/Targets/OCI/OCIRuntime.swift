/// A runtime that takes OCI bundles, each of which reads the same `config.json` in its own way.
package enum OCIRuntime: String, Sendable, CaseIterable {
  case runc
  case crun
  /// runsc, gVisor's.
  case gvisor

  /// The name of the program.
  package var program: String {
    switch self {
    case .runc, .crun: rawValue
    case .gvisor: "runsc"
    }
  }
}
