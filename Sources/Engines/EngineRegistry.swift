import Targets

/// The engines that this build can run programs on.
package enum EngineRegistry {
  package static let all: [any Engine] = [
    NativeEngine(), DockerEngine(), OCIEngine(.gvisor), OCIEngine(.runc), OCIEngine(.crun),
  ]

  package static var names: [String] { all.map(\.name) }

  package static func engine(named name: String) -> (any Engine)? { all.first { $0.name == name } }
}
