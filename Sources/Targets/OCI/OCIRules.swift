import CanonicalJSON
import Diagnostics

/// What can be said about a `config.json` beyond its shape: it will not start, it is insecure, or something in it is
/// ignored in silence. Measured on runc 1.1, crun 1.8 and runsc of 2022, read in the sources of later ones.
enum OCIRules {
  typealias Rule = ValidationRule<OCIConfig>

  static let all: [Rule] =
    OCIProcessRules.all + OCILimitRules.all + OCICapabilityRules.all + OCIMountRules.all + OCINamespaceRules.all
    + OCIResourceRules.all
    + OCIHardeningRules.all

  /// Whether the bundle is for gVisor is what the file says where the caller does not.
  static func diagnose(_ source: SourceText, isForGVisor: Bool? = nil) -> [Diagnostic] {
    let root: JSONNode
    do throws(InvalidInput) {
      root = try JSONNode(reading: source, limits: .artifact)
    } catch {
      return error.diagnostics
    }
    guard root.object != nil else { return OCIShape.config.mismatches(in: root) }
    let config = OCIConfig(root: root, isForGVisor: isForGVisor)
    var found = OCIShape.config.mismatches(in: root) + all.findings(in: config)
    if let filter = root["linux"]?["seccomp"], filter.object != nil {
      found += SeccompRules.all.findings(
        in: SeccompDocument(root: filter, dialect: config.isForGVisor ? .gVisor : .oci)
      )
    }
    return found
  }
}
