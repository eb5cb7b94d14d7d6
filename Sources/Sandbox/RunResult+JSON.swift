package import CanonicalJSON

extension RunResult {
  /// The document that `ringfence run --json` writes, schema `ringfence.run/1`.
  package var json: JSON {
    let output = Self.text(standardOutput, truncated: standardOutputTruncated)
    let error = Self.text(standardError, truncated: standardErrorTruncated)
    let isText = output != nil && error != nil
    return [
      "schema": "ringfence.run/1",
      "policy": .string(policy),
      "policy_digest": .string(policyDigest),
      "engine": .string(engine),
      "verdict": .string(verdict.rawValue),
      "success": .bool(success),
      "message": .string(message),
      "exit_code": Self.optional(exitCode),
      "signal": signal.map { .string(SignalName.of($0)) } ?? .null,
      "stdout": .string(isText ? output ?? "" : Self.base64(standardOutput)),
      "stderr": .string(isText ? error ?? "" : Self.base64(standardError)),
      "stdout_truncated": .bool(standardOutputTruncated),
      "stderr_truncated": .bool(standardErrorTruncated),
      "encoding": isText ? "utf-8" : "base64",
      "usage": usage.json,
      "limits_hit": .array(limitsHit.map { .string($0.rawValue) }),
      "denied": .array(denied.map(\.json)),
      "denied_others": .integer(deniedOthers),
      "enforcement": [
        "not_enforced": .array(
          notEnforced.map { ["control": .string($0.control.rawValue), "reason": .string($0.reason)] }
        ),
        "not_measured": .array(notMeasured.map { .string($0.rawValue) }),
      ],
      "alerts": .array(
        alerts.map {
          ["control": .string($0.control.rawValue), "used": .integer($0.used), "threshold": .integer($0.threshold)]
        }
      ),
    ]
  }

  fileprivate static func optional(_ value: (some BinaryInteger)?) -> JSON { value.map { .integer($0) } ?? .null }

  /// The bytes as text; nil when they are not UTF-8. A character that the limit cut in two is left out.
  private static func text(_ bytes: [UInt8], truncated: Bool) -> String? {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    guard truncated else { return nil }
    for missing in 1...3 where missing <= bytes.count {
      // Only what begins a character and lacks its end, never bytes that are wrong in themselves.
      guard bytes[bytes.count - missing] & 0xC0 == 0xC0 else { continue }
      return String(validating: bytes.dropLast(missing), as: UTF8.self)
    }
    return nil
  }

  /// RFC 4648, section 4.
  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let count = (bytes.count + 2) / 3 * 4
    return String(unsafeUninitializedCapacity: count) { text in
      var place = 0
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let length = min(3, bytes.count - start)
        var bits: UInt32 = 0
        for offset in 0..<3 { bits = bits << 8 | (offset < length ? UInt32(bytes[start + offset]) : 0) }
        for position in 0..<4 {
          text[place] = position > length ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * position)) & 63]
          place += 1
        }
      }
      return count
    }
  }
}

extension RunResult.DeniedCall {
  fileprivate var json: JSON {
    [
      "syscall": .string(syscall),
      "count": .integer(count),
      "abi": .string(abi),
      // Text: not every reader of JSON keeps 64 bits.
      "arguments": .array(
        arguments.map { ["name": .string($0.name), "value": .string("0x" + String($0.value, radix: 16))] }
      ),
      "action": .string(action),
      "setting": .string(setting),
      "location": location.map { .string($0) } ?? .null,
      "reason": .string(reason),
      "to_allow": .array(remedies.map { .string($0) }),
    ]
  }

  /// `socket(family=0x2, type=0x1, protocol=0x0)`.
  package var text: String {
    let list = arguments.map { "\($0.name)=0x" + String($0.value, radix: 16) }
    return "\(syscall)(\(list.joined(separator: ", ")))"
  }
}

extension RunResult.Usage {
  fileprivate var json: JSON {
    [
      "wall_ms": .number(JSONNumber(thousandths: wallMicroseconds)),
      "cpu_ms": cpuMicroseconds.map { .number(JSONNumber(thousandths: $0)) } ?? .null,
      "memory_peak_bytes": RunResult.optional(memoryPeakBytes),
      "pids_peak": RunResult.optional(pidsPeak),
    ]
  }
}

/// The kernel's names of signals on x86_64, aarch64 and riscv64 (signal(7)).
package enum SignalName {
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
  ]

  /// `SIGKILL`; real-time signals as `kill -l` lists them, the nearer end first: `SIGRTMIN`, `SIGRTMIN+1` … `SIGRTMAX`.
  package static func of(_ number: Int32) -> String {
    switch number {
    case 1...31: "SIG" + names[Int(number) - 1]
    case 34: "SIGRTMIN"
    case 35...49: "SIGRTMIN+\(number - 34)"
    case 50...63: "SIGRTMAX-\(64 - number)"
    case 64: "SIGRTMAX"
    default: "SIG\(number)"
    }
  }
}
