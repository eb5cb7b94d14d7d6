import Sandbox
import Targets

extension TargetRegistry {
  /// Whether a target loses a control of a sandbox, for the linter; nil where that cannot be told.
  static func loses(_ control: Control, on name: TargetName, in sandbox: Sandbox) -> Bool? {
    guard let target = target(named: name) else { return nil }
    // Which limits the native engine can set depends on the control groups of the host that it runs on.
    if name == .native, control.polarity == .limit { return nil }
    return !target.enforcement(of: control, in: sandbox).holds
  }
}
