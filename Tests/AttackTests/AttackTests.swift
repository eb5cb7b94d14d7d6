import Glibc
import TestSupport
import Testing

/// Every attack of the manifest, in a sandbox of the built command, started by root and by a user without privilege.
///
/// `run.py` does the work, since it also serves where there is no Swift: a virtual machine, other engines. Here each of
/// its rows is an expectation.
@Suite(.requiresRoot(), .requires("/usr/bin/python3", "cc", "setpriv", "setsid"))
struct AttackTests {
  @Test("An attack is contained, with the right verdict", arguments: Manifest.attacks, Manifest.users)
  func attack(_ name: String, as user: String) throws {
    let row = try #require(AttackRun.shared.row(name, user: user), "\(AttackRun.shared.complaint)")
    // Contained; or, on a kernel that lacks what is attacked, nothing to attack.
    #expect(["contained", "skipped"].contains(row.outcome), "\(row.verdict): \(row.detail)")
  }

  /// What the runs of a batch have in common must be nothing that an attack can use or change.
  @Test("In a batch an attack is contained as well, twice in a row, and no other run notices")
  func batch() throws {
    let classes = [
      "accounting", "descriptors", "filesystem", "leaks", "network", "privilege", "survivors", "tampering",
    ]
    let folder = BuiltCommand.folder
    let driver = try ChildProcess.run(
      ["/usr/bin/python3", "\(folder)/Tests/AttackTests/run.py", "--ringfence", BuiltCommand.path]
        + ["--engine", "batch", "--user", "root"] + classes.flatMap { ["--only", $0] },
      in: folder
    )
    #expect(driver.exitCode == 0, "\(driver.errorText)\(driver.outputText.suffix(2000))")
  }

  @Test("The host is as it was")
  func host() {
    #expect(AttackRun.shared.hostRows.isEmpty, "\(AttackRun.shared.hostRows)")
  }
}

/// The attacks that `manifest.tsv` names.
enum Manifest {
  static let users = ["root", "nobody"]

  static let attacks: [String] = TextFile.lines(of: BuiltCommand.folder + "/Tests/AttackTests/manifest.tsv").dropFirst()
    .compactMap { $0.split(separator: "\t").first.map(String.init) }
}

/// One run of all attacks, at most once in a test run, when the first test asks for it.
struct AttackRun: Sendable {
  struct Row: Sendable {
    let name: String
    let user: String
    let outcome: String
    let verdict: String
    let detail: String
  }

  static let shared = AttackRun()

  private let rows: [String: Row]
  /// What the driver found on the host after all runs, which no single one can be blamed for.
  let hostRows: [String]
  /// What the driver said, for when it gave no row.
  let complaint: String

  func row(_ name: String, user: String) -> Row? { rows["\(name) \(user)"] }

  private init() {
    let folder = BuiltCommand.folder
    let table = "\(folder)/.build/attacks.tsv"
    unlink(table)
    let command = [
      "/usr/bin/python3", "\(folder)/Tests/AttackTests/run.py", "--ringfence", BuiltCommand.path, "--table", table,
    ]
    let driver = try? ChildProcess.run(command, in: folder)
    complaint = driver.map { $0.errorText + $0.outputText.suffix(2000) } ?? "run.py cannot be started"

    var rows: [String: Row] = [:]
    var hostRows: [String] = []
    for line in TextFile.lines(of: table).dropFirst() {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 6 else { continue }
      let row = Row(name: cells[0], user: cells[2], outcome: cells[3], verdict: cells[4], detail: cells[5])
      if cells[1] == "host" {
        hostRows.append("\(row.name): \(row.outcome): \(row.detail)")
      } else {
        rows["\(row.name) \(row.user)"] = row
      }
    }
    self.rows = rows
    self.hostRows = hostRows
  }
}

/// A text file of the tests, read without Foundation.
private enum TextFile {
  static func lines(of path: String) -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
