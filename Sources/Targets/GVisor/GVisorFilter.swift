import CanonicalJSON
import Sandbox

/// `linux.seccomp` as runsc takes it: it knows fewer actions than runc, and answers EPERM whatever error is asked for.
enum GVisorFilter {
  static func profile(for sandbox: Sandbox) throws(LoweringError) -> JSON {
    guard case .object(var profile) = try Filters.ociProfile(for: sandbox) else {
      throw LoweringError("the filter has no OCI form", control: .syscalls)
    }
    profile["defaultErrnoRet"] = nil
    profile["flags"] = nil
    let standard = profile["defaultAction"].map(action)
    profile["defaultAction"] = standard
    profile["syscalls"] = .array(rules(profile["syscalls"]?.array ?? [], standard))
    return .object(profile)
  }

  private static func rules(_ rules: [JSON], _ standard: JSON?) -> [JSON] {
    // EPERM for clone3, which is all that runsc could answer, is fatal to every thread library: they fall back to clone
    // on ENOSYS only. gVisor's own kernel answers instead, the host's never sees the call.
    let clone3: JSON = ["names": ["clone3"], "action": "SCMP_ACT_ALLOW"]
    return [clone3]
      + rules.compactMap { rule in
        guard case .object(var rule) = rule else { return nil }
        let names = (rule["names"]?.array ?? []).filter { $0 != "clone3" }
        rule["names"] = .array(names)
        rule["action"] = rule["action"].map(action)
        rule["errnoRet"] = nil
        // Without their errors many rules say what the default says.
        return names.isEmpty || rule["action"] == standard ? nil : .object(rule)
      }
  }

  /// runsc refuses to start with the names that runc prefers.
  private static func action(_ action: JSON) -> JSON {
    action == "SCMP_ACT_KILL_PROCESS" || action == "SCMP_ACT_KILL_THREAD" ? "SCMP_ACT_KILL" : action
  }
}
