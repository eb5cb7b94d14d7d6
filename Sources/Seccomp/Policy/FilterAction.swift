/// What a filter returns for a call, as the kernel understands it (seccomp(2), "SECCOMP_RET_").
package struct FilterAction: Hashable, Sendable {
  /// The value that the program returns: the kind in the upper 16 bits, data in the lower.
  package let rawValue: UInt32

  /// A value that some program returned, with everything dropped that the kernel does not look at.
  package init(rawValue: UInt32) {
    let data = rawValue & 0xFFFF
    switch rawValue & 0xFFFF_0000 {
    // The kernel cuts errors at MAX_ERRNO.
    case Kind.errno.rawValue: self.rawValue = Kind.errno.rawValue | min(data, 4095)
    case Kind.trap.rawValue, Kind.trace.rawValue: self.rawValue = rawValue
    case let kind: self.rawValue = Kind(rawValue: kind)?.rawValue ?? Kind.killProcess.rawValue
    }
  }

  package enum Kind: UInt32, Sendable, CaseIterable {
    case killProcess = 0x8000_0000
    case killThread = 0x0000_0000
    case trap = 0x0003_0000
    case errno = 0x0005_0000
    case userNotification = 0x7FC0_0000
    case trace = 0x7FF0_0000
    case log = 0x7FFC_0000
    case allow = 0x7FFF_0000
  }

  package static let killProcess = FilterAction(rawValue: Kind.killProcess.rawValue)
  package static let killThread = FilterAction(rawValue: Kind.killThread.rawValue)
  package static let userNotification = FilterAction(rawValue: Kind.userNotification.rawValue)
  package static let allow = FilterAction(rawValue: Kind.allow.rawValue)
  package static let log = FilterAction(rawValue: Kind.log.rawValue)

  package static func errno(_ number: UInt16) -> FilterAction {
    FilterAction(rawValue: Kind.errno.rawValue | UInt32(number))
  }
  package static func trap(_ data: UInt16) -> FilterAction { FilterAction(rawValue: Kind.trap.rawValue | UInt32(data)) }
  package static func trace(_ data: UInt16) -> FilterAction {
    FilterAction(rawValue: Kind.trace.rawValue | UInt32(data))
  }

  package var kind: Kind { Kind(rawValue: rawValue & 0xFFFF_0000) ?? .killProcess }
  package var data: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

  /// Whether the call is not made, whatever a supervisor says.
  package var isDenial: Bool {
    switch kind {
    case .killProcess, .killThread, .trap, .errno: true
    case .userNotification, .trace, .log, .allow: false
    }
  }

  /// The kernel's order: of several filters' answers it takes the smallest. With `answered`, what a supervisor decides
  /// counts as allowed: it may let the call go on.
  func rank(answered: Bool) -> Int32 {
    switch kind {
    case .userNotification, .trace: answered ? Int32(bitPattern: Kind.allow.rawValue) : Int32(bitPattern: rawValue)
    case .killProcess, .killThread, .trap, .errno, .log, .allow: Int32(bitPattern: rawValue & 0xFFFF_0000)
    }
  }

  /// As listings and messages write it: `allow`, `errno 1 (EPERM)`, `kill process`.
  package var description: String {
    switch kind {
    case .killProcess: "kill process"
    case .killThread: "kill thread"
    case .trap: data == 0 ? "trap" : "trap \(data)"
    case .errno: "errno \(data)" + (Self.errorNames[data].map { " (\($0))" } ?? "")
    case .userNotification: "notify"
    case .trace: data == 0 ? "trace" : "trace \(data)"
    case .log: "log"
    case .allow: "allow"
    }
  }

  private static let errorNames: [UInt16: String] = [
    1: "EPERM", 2: "ENOENT", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 22: "EINVAL", 38: "ENOSYS", 95: "EOPNOTSUPP",
    97: "EAFNOSUPPORT",
  ]
}
