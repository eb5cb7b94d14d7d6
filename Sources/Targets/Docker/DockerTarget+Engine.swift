package import CanonicalJSON
package import Sandbox

extension DockerTarget {
  /// The body of `POST /containers/create` for one run of the sandbox's command.
  ///
  /// - Throws: When the sandbox has no form that Docker takes.
  package func createBody(for sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> JSON {
    try DockerContainer(sandbox, digest: digest).createBody
  }
}
