/// What control groups are used for here.
package enum Controller: String, Sendable, CaseIterable {
  case memory
  case pids
  case cpu
  /// Only of version 1; version 2 counts processor time in every group.
  case cpuAccounting = "cpuacct"
}

/// Something for each controller that has one. Not a dictionary: a run waits for its type to be made.
package struct ByController: Equatable, Sendable {
  private var memory: String?
  private var pids: String?
  private var cpu: String?
  private var cpuAccounting: String?

  init() {}

  package subscript(controller: Controller) -> String? {
    get {
      switch controller {
      case .memory: memory
      case .pids: pids
      case .cpu: cpu
      case .cpuAccounting: cpuAccounting
      }
    }
    set {
      switch controller {
      case .memory: memory = newValue
      case .pids: pids = newValue
      case .cpu: cpu = newValue
      case .cpuAccounting: cpuAccounting = newValue
      }
    }
  }

  func contains(_ value: String) -> Bool {
    memory == value || pids == value || cpu == value || cpuAccounting == value
  }
}
