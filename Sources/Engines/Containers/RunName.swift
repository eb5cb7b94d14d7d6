import Glibc
import Linux

/// What the container of a run is called: who started it and where, so that a later run can tell that nobody waits for it
/// any more. Only SIGKILL of ringfence leaves one behind.
enum RunName {
  private static let prefix = "ringfence"

  static func make() -> String { "\(prefix)-\(getpid())-\(place)-\(UInt64.random(in: .min ... .max))" }

  /// Whether a name was made here, by a process that is gone.
  static func isAbandoned(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == prefix, parts[2] == String(place), UInt64(parts[3]) != nil,
      let process = Int32(parts[1]), process > 0
    else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// This boot of this machine and this pid namespace, as a number: a process id says nothing anywhere else, and an engine
  /// may serve many places.
  private static var place: UInt64 {
    var link = [UInt8](repeating: 0, count: 64)
    let count = readlink("/proc/self/ns/pid", &link, link.count)
    let boot = (try? KernelFile.read("/proc/sys/kernel/random/boot_id")) ?? ""
    // FNV-1a.
    return (Array(boot.utf8) + link.prefix(max(0, count))).reduce(0xcbf2_9ce4_8422_2325) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
  }
}
