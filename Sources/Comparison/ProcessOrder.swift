import Sandbox

/// The order of identities, masks and environments.
enum ProcessOrder {
  static func gainedIdentity(from old: UserIdentity, to new: UserIdentity) -> String? {
    if new.uid == 0, old.uid != 0 { return "run as user 0, root" }
    if new.gid == 0, old.gid != 0 { return "run as group 0, root's" }
    return nil
  }

  /// A mask forbids: what matters is a bit that the old one has and the new one lacks.
  static func gainedMode(from old: UInt32, to new: UInt32) -> String? {
    let permissions: [(bit: UInt32, text: String)] = [
      (0o002, "everybody may write"), (0o004, "everybody may read"), (0o001, "everybody may execute"),
      (0o020, "the group may write"), (0o040, "the group may read"), (0o010, "the group may execute"),
      (0o200, "the owner may write"), (0o400, "the owner may read"), (0o100, "the owner may execute"),
    ]
    return permissions.first { old & ~new & $0.bit != 0 }.map { "create files that \($0.text)" }
  }

  /// A variable that the policy sets is the policy's own word: only what comes from the caller tells the program anything.
  static func gainedVariables(from old: Environment, to new: Environment) -> [String] {
    let before = inherited(by: old)
    return inherited(by: new).subtracting(before).sorted { $0.lexicographicallyPrecedes($1) }
      .map { "read the caller's variable \(String(decoding: $0, as: UTF8.self))" }
  }

  private static func inherited(by environment: Environment) -> Set<[UInt8]> {
    Set(environment.inherit.map { Array($0.utf8) }).subtracting(environment.set.keys.map { Array($0.utf8) })
  }
}
