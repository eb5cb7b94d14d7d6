import Glibc
import Linux

/// Looks at the processes of a sandbox, through a /proc of its own, where no control group counts for us.
struct ProcessSampler: ~Copyable {
  struct Sample {
    /// Of all processes, also those that have ended and were waited for.
    var cpuMicroseconds: Int64 = 0
    /// Resident and swapped pages of all processes, and their page tables; a page that several share counts for each.
    var memoryBytes: Int64 = 0
    /// What the kernel needs to map their memory, which can be far more than that memory is: a page of it maps 2 MiB of
    /// addresses that may all be one page of zeros.
    var pageTableBytes: Int64 = 0
    /// Processes and threads, without process 1.
    var threads: Int64 = 0
    fileprivate(set) var processes: [Substring] = []
  }

  private let proc: FileDescriptor
  private let ticksPerSecond = Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
  private let pageSize = Int64(max(1, sysconf(Int32(_SC_PAGESIZE))))
  /// Time of processes that were gone before anybody waited for them.
  private var lostMicroseconds: Int64 = 0
  private var lastMicroseconds: Int64 = 0

  init(proc: consuming FileDescriptor) { self.proc = proc }

  mutating func sample() -> Sample {
    var sample = Sample()
    var isWhole = true
    for process in processes() {
      guard let fields = stat(of: process) else {
        isWhole = false
        continue
      }
      // Numbered as in proc(5), from the state, which is field 3. Times of a process and of its waited-for children.
      let ticks = (14...17).reduce(0) { $0 + (Int64(fields[$1 - 3]) ?? 0) }
      sample.cpuMicroseconds += ticks * 1_000_000 / ticksPerSecond
      let (pageTables, swapped) = statusBytes(of: process)
      sample.memoryBytes += (Int64(fields[24 - 3]) ?? 0) * pageSize + pageTables + swapped
      if process != "1" { sample.pageTableBytes += pageTables }
      if process != "1" { sample.threads += Int64(fields[20 - 3]) ?? 0 }
      sample.processes.append(process)
    }
    if isWhole {
      // The times of a child that nobody waits for vanish with it. They were used all the same.
      if sample.cpuMicroseconds < lastMicroseconds { lostMicroseconds += lastMicroseconds - sample.cpuMicroseconds }
    } else {
      // What has ended since we began is missing here, and may be among the times of a parent that we had looked at before.
      sample.cpuMicroseconds = max(sample.cpuMicroseconds, lastMicroseconds)
    }
    lastMicroseconds = sample.cpuMicroseconds
    sample.cpuMicroseconds += lostMicroseconds
    return sample
  }

  /// Memory of the processes of a sample in which a shared page counts once: slower, for when the sum is over the limit.
  /// Pages of files are left out: the kernel takes them back when it needs to.
  func proportionalBytes(_ sample: Sample) -> Int64 {
    var total = sample.pageTableBytes
    for process in sample.processes where process != "1" {
      guard let file = try? FileDescriptor.open("\(process)/smaps_rollup", in: proc, .read),
        let text = try? file.contents()
      else { continue }
      total += Self.bytes(of: ["Pss_Anon:", "Pss_Shmem:", "SwapPss:"], in: text).reduce(0, +)
    }
    return total
  }

  private func statusBytes(of process: Substring) -> (pageTables: Int64, swapped: Int64) {
    guard let file = try? FileDescriptor.open("\(process)/status", in: proc, .read), let text = try? file.contents()
    else { return (0, 0) }
    let bytes = Self.bytes(of: ["VmPTE:", "VmSwap:"], in: text)
    return (bytes[0], bytes[1])
  }

  /// The values of lines like `VmPTE:      44 kB`.
  private static func bytes(of names: [String], in text: String) -> [Int64] {
    var values = [Int64](repeating: 0, count: names.count)
    for line in text.split(separator: "\n") {
      guard let index = names.firstIndex(where: line.hasPrefix) else { continue }
      let words = line.split { $0 == " " || $0 == "\t" }
      values[index] = (words.dropFirst().first.flatMap { Int64($0) } ?? 0) << 10
    }
    return values
  }

  private func processes() -> [Substring] {
    // A descriptor of its own, which closedir closes; it starts at the beginning.
    guard let again = try? FileDescriptor.open(".", in: proc, .read | .directory),
      let directory = fdopendir(again.release())
    else { return [] }
    defer { closedir(directory) }
    var names: [Substring] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let first = name.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") { names.append(name[...]) }
    }
    return names
  }

  /// The fields after the name, which is in parentheses and may itself hold any character.
  private func stat(of process: Substring) -> [Substring]? {
    guard let file = try? FileDescriptor.open("\(process)/stat", in: proc, .read), let text = try? file.contents(),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[end...].dropFirst().split(whereSeparator: { $0 == " " || $0 == "\n" })
    return fields.count >= 24 - 2 ? fields : nil
  }
}
