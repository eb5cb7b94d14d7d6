import Linux
import Sandbox
import Seccomp

extension ProbeComparison {
  /// The filter of the live process, proven; where the kernel does not show it, or is not the one that filters, what
  /// calls were answered.
  var syscalls: Compared {
    let asked = "the policy's filter"
    let (wrong, count) = triedCalls
    if !wrong.isEmpty {
      return Compared(asked, "answered otherwise: " + wrong.joined(separator: ", "), .looser)
    }
    guard place.isHostKernel, let filters = outside?.filters, let relation = tries.relation(of: filters) else {
      return Compared(asked, count > 0 ? "\(count) calls tried, each answered as asked" : nil, .same)
    }
    return switch relation {
    case .equal: Compared(asked, "proven equal for every call", .same)
    case .equalByName: Compared(asked, "proven equal for every call that has a name", .same)
    case .otherErrors(let witness): Compared(asked, "other errors: \(witness.call.description)", .looser)
    case .stricter(let witness): Compared(asked, "stricter: \(witness.call.description)", .stricter)
    case .looser(let witness): Compared(asked, "looser: \(witness.call.description)", .looser)
    case .incomparable(let looser, _): Compared(asked, "looser: \(looser.call.description)", .looser)
    }
  }

  /// The calls that were not answered as the filter answers, and how many were tried.
  private var triedCalls: (wrong: [String], count: Int) {
    var wrong: [String] = []
    var count = 0
    // Sockets have a control of their own.
    for call in tries.all where !call.label.hasPrefix("family.") {
      guard let answer = facts.number("call." + call.label) else { continue }
      count += 1
      let isRight =
        switch call.action.kind {
        case .errno:
          // gVisor's filter has one error for all.
          answer == Int64(call.action.data) || !place.isHostKernel && answer == Int64(Errno.permission.number)
        case .allow, .log, .killProcess, .killThread, .trap, .trace, .userNotification:
          answer != Int64(Errno.permission.number)
        }
      if !isRight {
        wrong.append("\(call.label) with \(answer == 0 ? "success" : Errno(Int32(truncatingIfNeeded: answer)).name)")
      }
    }
    return (wrong, count)
  }
}
