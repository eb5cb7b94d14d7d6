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

  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let root: JSONNode
    do throws(InvalidInput) {
      root = try JSONNode(reading: source, limits: .artifact)
    } catch {
      return error.diagnostics
    }
    guard root.object != nil else { return OCIShape.config.mismatches(in: root) }
    var found = OCIShape.config.mismatches(in: root) + all.findings(in: OCIConfig(root: root))
    if let filter = root["linux"]?["seccomp"], filter.object != nil {
      let isForGVisor = OCIConfig(root: root).isForGVisor
      found += SeccompRules.all.findings(in: SeccompDocument(root: filter, dialect: isForGVisor ? .gVisor : .oci))
    }
    return found
  }
}
