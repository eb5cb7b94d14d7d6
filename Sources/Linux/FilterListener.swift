package import CLaunch
import Glibc

/// The supervisor's end of a system call filter that asks (seccomp_unotify(2)).
package struct FilterListener: ~Copyable {
  private let descriptor: FileDescriptor

  package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Readable while a call waits for an answer; hung up once nothing is left that could make one.
  package var number: Int32 { descriptor.number }

  /// The next call that waits; only to be asked for when the descriptor is readable. nil when whoever made it is gone.
  package func next() -> rf_question? {
    var question = rf_question()
    return rf_next_question(descriptor.number, &question) == 0 ? question : nil
  }

  /// Lets the call fail. Nothing happens when nobody waits any more.
  package func answer(_ question: rf_question, error: UInt16) {
    _ = rf_answer(descriptor.number, question.id, Int32(error))
  }

  /// Ends the process that made a call as the kernel's own filter would: by SIGSYS, whatever the process thinks of that
  /// signal.
  package func kill(_ question: rf_question) -> Killing {
    guard let status = ThreadStatus(of: question.thread),
      case let number = rf_open_process(Int32(bitPattern: status.process)), number >= 0
    else { return isWaiting(question) ? .failed : .done }
    let process = FileDescriptor(owning: number)
    // It still waits, so it is alive, so all that was read is about it and the descriptor is its process's.
    guard isWaiting(question) else { return .done }
    // With one thread, which waits for us, nobody can prepare for the signal in the meantime.
    if status.threads == 1, !status.evadesSIGSYS {
      guard rf_pidfd_send_signal(process.number, SIGSYS) == 0 else { return .failed }
      answer(question, error: 1)
      return .done
    }
    guard rf_pidfd_send_signal(process.number, SIGKILL) == 0 else { return .failed }
    return status.idInside == 2 ? .programKilled : .done
  }

  /// What came of the attempt to end a process.
  package enum Killing {
    case done
    /// By SIGKILL, and it was the program itself: the first process that process 1 of the sandbox started.
    case programKilled
    /// The process cannot be found or may not be killed.
    case failed
  }

  private func isWaiting(_ question: rf_question) -> Bool { rf_is_waiting(descriptor.number, question.id) }
}

/// What /proc/PID/status says of a thread (proc(5)).
private struct ThreadStatus {
  var process: UInt32 = 0
  /// The process's id in its innermost pid namespace.
  var idInside: UInt32 = 0
  var threads = 0
  /// Blocked, caught or ignored.
  var evadesSIGSYS = false

  init?(of thread: UInt32) {
    guard let text = try? KernelFile.read("/proc/\(thread)/status") else { return nil }
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let values = line[colon...].dropFirst().split(whereSeparator: { $0 == "\t" || $0 == " " })
      switch line[..<colon] {
      case "Tgid": process = values.first.flatMap { UInt32($0) } ?? 0
      case "NStgid": idInside = values.last.flatMap { UInt32($0) } ?? 0
      case "Threads": threads = values.first.flatMap { Int($0) } ?? 0
      case "SigBlk", "SigIgn", "SigCgt":
        guard let set = values.first.flatMap({ UInt64($0, radix: 16) }) else { return nil }
        if set >> UInt64(SIGSYS - 1) & 1 == 1 { evadesSIGSYS = true }
      default: break
      }
    }
    guard process > 0, threads > 0 else { return nil }
  }
}
