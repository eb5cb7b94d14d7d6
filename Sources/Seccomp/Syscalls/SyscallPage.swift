package import Sandbox

/// What there is to know about a call, for `explain` and for editors.
package struct SyscallPage: Sendable {
  private let call: Syscall

  package init(of call: Syscall) { self.call = call }

  /// As its man page declares it: `openat(int dfd, const char *filename, int flags, umode_t mode)`.
  package var signature: String {
    let parameters = zip(call.parameterTypes, call.parameterNames).map { type, name in
      let name = name == "?" ? "" : name
      return type.hasSuffix("*") || name.isEmpty ? type + name : "\(type) \(name)"
    }
    return "\(call.name)(\(parameters.joined(separator: ", ")))"
  }

  /// The first version of Linux that had it; empty where nobody says.
  package var origin: String { call.introducedIn.map { "Since Linux \($0)." } ?? "" }

  /// The groups that hold it, each with its condition.
  package var groups: [String] {
    SyscallGroup.allNames.compactMap(SyscallGroup.init(named:)).filter { $0.members.contains(call) }.map { group in
      group.name + (group.condition(on: call).map { " (when \($0.text(for: call)))" } ?? "")
    }
  }

  /// One line an argument: its place, its name, its type, and the bits that the kernel reads.
  package var arguments: [String] {
    let wide = [SyscallABI.x86_64, .aarch64, .riscv64].first { call.exists(on: $0) }
    let abi = wide ?? SyscallABI.allCases.first { call.exists(on: $0) }
    let widths = abi.map(call.parameterWidths) ?? []
    return zip(call.parameterNames, call.parameterTypes).enumerated().map { index, parameter in
      let (name, type) = parameter
      let title = name == "?" ? "" : name
      let bits = widths.indices.contains(index) ? "\(widths[index]) bits" : "not on \(abi?.name ?? "any ABI")"
      return "\(index)  \(Self.padded(title, to: 16)) \(Self.padded(type, to: 32)) \(bits)"
    }
  }

  /// Its number on each ABI that has it.
  package var numbers: [String] {
    SyscallABI.allCases.compactMap { abi in
      call.number(on: abi).map { "\(abi.name) \(abi == .x32 ? $0 - SyscallABI.x32Bit : $0)" }
    }
  }

  /// All of it, for a terminal.
  package var text: String {
    var text = signature + "\n"
    if !origin.isEmpty { text += "\n\(origin)\n" }
    if !arguments.isEmpty {
      text += "\nArguments, as conditions name them, and how many bits of each the kernel reads:\n"
      text += arguments.map { "  \($0)\n" }.joined()
    }
    text += "\nNumbers: \(numbers.joined(separator: ", "))\n"
    text += "Groups: \(groups.isEmpty ? "none" : groups.joined(separator: ", "))\n"
    return text
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }
}

extension ArgumentCondition {
  /// The condition as a reader would write it in C, with the kernel's names of the arguments.
  package func text(for call: Syscall) -> String {
    switch self {
    case .all(let parts): return parts.map { $0.text(for: call) }.joined(separator: " and ")
    case .any(let parts): return "(" + parts.map { $0.text(for: call) }.joined(separator: " or ") + ")"
    case .not(let part): return "not (\(part.text(for: call)))"
    case .argument(let index, let test):
      let names = call.parameterNames
      let name = names.indices.contains(index) && names[index] != "?" ? names[index] : "argument \(index)"
      return test.text(of: name)
    }
  }
}

extension ArgumentTest {
  fileprivate func text(of name: String) -> String {
    func hex(_ value: UInt64) -> String { value < 10 ? String(value) : "0x" + String(value, radix: 16) }
    return switch self {
    case .equals(let value): "\(name) == \(hex(value))"
    case .isOneOf(let values): "\(name) is one of \(values.map(hex).joined(separator: ", "))"
    case .masked(let mask, let value): "\(name) & \(hex(mask)) == \(hex(value))"
    case .less(let bound): "\(name) < \(hex(bound))"
    case .greater(let bound): "\(name) > \(hex(bound))"
    case .range(let range): "\(hex(range.lowerBound)) <= \(name) <= \(hex(range.upperBound))"
    }
  }
}
