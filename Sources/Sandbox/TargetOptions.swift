/// What only one engine understands. An option may tighten a sandbox or say how an engine is called; it never loosens.
package struct TargetOptions: Sendable, Equatable {
  package struct Docker: Sendable, Equatable {
    /// The OCI runtime registered with the daemon, such as `runsc`; nil is the daemon's default.
    package var runtime: String?
    /// Of the engine and its command; nil is any that is in use.
    package var version: EngineVersion?

    package init() {}
  }

  /// An engine of which only the version is to be known.
  package struct Versioned: Sendable, Equatable {
    /// nil is any that is in use.
    package var version: EngineVersion?

    package init() {}
  }

  package struct GVisor: Sendable, Equatable {
    package enum Platform: String, Sendable, CaseIterable {
      case systrap
      case ptrace
      case kvm
    }

    /// nil is what runsc takes by itself, which every release can do.
    package var platform: Platform?
    /// nil is any that is in use.
    package var release: EngineRelease?

    package init() {}
  }

  package struct Kubernetes: Sendable, Equatable {
    package var namespace: String?
    package var runtimeClass: String?

    package init() {}
  }

  package var docker = Docker()
  package var podman = Versioned()
  package var gvisor = GVisor()
  package var runc = Versioned()
  package var crun = Versioned()
  package var kubernetes = Kubernetes()

  package init() {}
}
