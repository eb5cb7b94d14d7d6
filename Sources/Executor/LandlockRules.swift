import CLaunch
import Sandbox

/// What Landlock adds below the mounts (landlock(7)): the same paths again, and in a domain no mount can change any more.
struct LandlockRules {
  private(set) var handledPaths: UInt64 = 0
  private(set) var handledNetwork: UInt64 = 0
  private(set) var scoped: UInt64 = 0
  private(set) var paths: [PathRule] = []

  /// What may be done with a path and everything below it.
  struct PathRule {
    let path: String
    let access: UInt64
  }

  /// LANDLOCK_ACCESS_FS_*, by bit.
  private enum Access {
    static let execute: UInt64 = 1 << 0
    static let writeFile: UInt64 = 1 << 1
    static let readFile: UInt64 = 1 << 2
    static let readDirectory: UInt64 = 1 << 3
    static let makeCharacterDevice: UInt64 = 1 << 6
    static let makeBlockDevice: UInt64 = 1 << 11
    static let truncate: UInt64 = 1 << 14
    static let deviceControl: UInt64 = 1 << 15
    static let ofFiles = execute | writeFile | readFile | truncate | deviceControl
  }

  /// The rules for a sandbox, as far as the kernel's ABI goes; 0 makes none at all.
  init(_ sandbox: Sandbox, root: RootPlan, abi: Int) {
    guard abi > 0 else { return }
    // 13 kinds of access in the first ABI, one more in each of 2, 3 and 5.
    let known: UInt64 = abi >= 5 ? 0xFFFF : abi >= 3 ? 0x7FFF : abi == 2 ? 0x3FFF : 0x1FFF
    handledPaths = known
    if abi >= 4, sandbox.network.mode == .none { handledNetwork = 0b11 }
    // Abstract sockets matter only in the host's network namespace; signals cannot leave the pid namespace anyway.
    if abi >= 6 { scoped = 0b11 }

    let read = (Access.execute | Access.readFile | Access.readDirectory) & known
    let write = known & ~(Access.makeCharacterDevice | Access.makeBlockDevice)
    paths.append(PathRule(path: "/", access: root.isReadOnly ? read : write))
    for entry in root.entries {
      switch (entry.kind, entry.control) {
      case (.bind(let source, _, true), _):
        let isFile = if case .regular? = try? HostFile.at(source) { true } else { false }
        paths.append(PathRule(path: entry.path.text, access: isFile ? write & Access.ofFiles : write))
      case (.mount, .tmpfs): paths.append(PathRule(path: entry.path.text, access: write))
      case (.mount, .proc) where entry.path == RootPath("/proc"):
        paths.append(PathRule(path: entry.path.text, access: Access.writeFile | read))
      default: break
      }
    }
    if sandbox.filesystem.dev == .minimal {
      paths.append(PathRule(path: "/dev", access: (Access.writeFile | Access.readFile | Access.deviceControl) & known))
    }
  }
}
