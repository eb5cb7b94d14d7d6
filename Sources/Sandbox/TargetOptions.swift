/// What only one engine understands. An option may tighten a sandbox or say how an engine is called; it never loosens.
package struct TargetOptions: Sendable, Equatable {
  package struct Docker: Sendable, Equatable {
    /// The OCI runtime registered with the daemon, such as `runsc`; nil is the daemon's default.
    package var runtime: String?
    /// The engine's version as `major.minor`, for what differs between versions; nil is the oldest supported.
    package var version: String?

    package init() {}
  }

  package struct GVisor: Sendable, Equatable {
    package enum Platform: String, Sendable, CaseIterable {
      case systrap
      case ptrace
      case kvm
    }

    package var platform = Platform.systrap

    package init() {}
  }

  package struct Kubernetes: Sendable, Equatable {
    package var namespace: String?
    package var runtimeClass: String?

    package init() {}
  }

  package var docker = Docker()
  package var gvisor = GVisor()
  package var kubernetes = Kubernetes()

  package init() {}
}
