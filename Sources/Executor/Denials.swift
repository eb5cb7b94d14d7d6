import CLaunch
import Glibc
import Linux
import Sandbox
import Seccomp

/// Answers the system calls that the filter asks about, as the policy has it, and remembers them.
///
/// A program may make such calls without end, and different ones each time. Each has its answer, but only so many are
/// told apart, and after the first ten thousand only so many are answered in a second: the supervisor's time is not in
/// the program's account.
struct Denials: ~Copyable {
  private let explainer: RefusalExplainer?
  private var listener: FilterListener?
  private var found: [Key: Int] = [:]
  private var calls: [(call: SeccompData, action: FilterAction, count: Int)] = []
  /// Calls that were not told apart any more.
  private(set) var others = 0
  private var answered = 0
  private var pausedUntil: Instant?
  /// The program itself was killed for a call, but not by SIGSYS, which it would have survived.
  private(set) var killedProgram = false
  /// A process was to be killed for a call and could not be.
  private(set) var hasFailed = false

  /// Calls that are told apart by what the policy looks at.
  private struct Key: Hashable {
    let architecture: UInt32
    let number: UInt32
    let arguments: [UInt64]

    init(_ call: SeccompData, _ arguments: [UInt64]) {
      architecture = call.architecture
      number = call.number
      self.arguments = arguments
    }
  }

  /// How many calls are told apart, and by how many different arguments each.
  private static let distinctCalls = 256
  private static let distinctArguments = 8
  /// Answered at once, and then in every interval (in milliseconds).
  private static let burst = 10_000
  private static let batch = 100
  private static let interval: Int64 = 5

  init(explainer: RefusalExplainer?) { self.explainer = explainer }

  mutating func attach(_ descriptor: consuming FileDescriptor) { listener = FilterListener(descriptor) }

  /// To wait for calls on; -1 when there is nothing to wait for.
  var number: Int32 {
    switch listener {
    case .some(let listener) where pausedUntil == nil: listener.number
    default: -1
    }
  }

  /// When to look again, during a pause.
  var resumption: Instant? { pausedUntil }

  mutating func resume(at now: Instant) { if let end = pausedUntil, now >= end { pausedUntil = nil } }

  mutating func close() { listener = nil }

  /// Answers one call.
  mutating func answer() {
    guard let explainer, let question = listener?.next() else { return }
    let call = SeccompData(question)
    let action = explainer.action(for: call)
    count(call, action, significant: explainer.significantArguments(of: call))
    switch action.kind {
    case .errno: listener?.answer(question, error: action.data)
    // Nothing else is ever asked about; whatever it were, it is not allowed.
    case .killProcess, .killThread, .trap, .userNotification, .trace, .log, .allow:
      switch listener?.kill(question) {
      case .programKilled: killedProgram = true
      case .failed: hasFailed = true
      case .done, nil: break
      }
    }
    answered += 1
    if answered >= Self.burst, answered % Self.batch == 0 {
      pausedUntil = Instant.now.advanced(milliseconds: Self.interval)
    }
  }

  private mutating func count(_ call: SeccompData, _ action: FilterAction, significant: [UInt64]) {
    let named = calls.count { $0.call.number == call.number && $0.call.architecture == call.architecture }
    // Behind the last place, all other arguments are one.
    let arguments = found[Key(call, significant)] != nil || named < Self.distinctArguments - 1 ? significant : []
    let key = Key(call, arguments)
    if let place = found[key] {
      calls[place].count += 1
    } else if calls.count < Self.distinctCalls {
      found[key] = calls.count
      calls.append((call, action, 1))
    } else {
      others += 1
    }
  }

  /// What was refused, in the order of the first time.
  var explained: [RunResult.DeniedCall] {
    guard let explainer else { return [] }
    return calls.map { call, action, count in
      let (abi, syscall, parameters) = explainer.name(of: call)
      let explanation = explainer.explanation(of: call)
      return RunResult.DeniedCall(
        syscall: syscall,
        abi: abi,
        arguments: zip(parameters, call.arguments).map { RunResult.DeniedCall.Argument(name: $0, value: $1) },
        count: count,
        action: action.policyText,
        setting: explanation?.setting ?? "",
        reason: explanation?.reason ?? "",
        remedies: explanation?.remedies ?? []
      )
    }
  }
}

extension FilterAction {
  /// As policies write it.
  fileprivate var policyText: String {
    guard kind == .errno else { return SyscallAction.kill.description }
    let name = ErrorName.allCases.first { $0.number == data }
    return name.map { SyscallAction.errno($0).description } ?? description
  }
}

extension SeccompData {
  fileprivate init(_ question: rf_question) {
    let all = question.arguments
    self.init(
      number: question.number,
      architecture: question.architecture,
      instructionPointer: question.instruction_pointer,
      arguments: [all.0, all.1, all.2, all.3, all.4, all.5]
    )
  }
}
