package import Sandbox

/// The targets that this build can lower to. A new target is one folder and one line here.
package enum TargetRegistry {
  package static let all: [any Target] = [
    DockerTarget(), PodmanTarget(), GVisorTarget(), RuncTarget(), CrunTarget(), NativeTarget(),
  ]

  package static func target(named name: TargetName) -> (any Target)? {
    all.first { type(of: $0).name == name }
  }

  /// The target whose validator understands files of a kind. Where several do, all of them say the same.
  package static func validator(for kind: ArtifactKind) -> (any Target)? {
    all.first { type(of: $0).kinds.contains(kind) }
  }
}

extension Target {
  /// Every control with how this target enforces it, in the order of declaration.
  package func enforcementReport(for sandbox: Sandbox) -> [(control: Control, enforcement: Enforcement)] {
    Control.allCases.map { ($0, enforcement(of: $0, in: sandbox)) }
  }
}
