import Glibc

/// The system calls of the kernel, by name.
package enum SyscallTable {
  /// Every name of every ABI that this build knows, sorted as bytes.
  package static var allNames: [String] { (0..<SyscallRecords.recordCount).map { Syscall(index: $0).name } }

  /// Whether some ABI that this build knows has a call of this name.
  package static func isKnown(_ name: String) -> Bool { Syscall(named: name) != nil }

  /// The position, 0...5, of a parameter of a call by the kernel's name for it; nil when there is none, and when the
  /// ABIs put it at different positions.
  package static func argumentIndex(of parameter: String, in syscall: String) -> Int? {
    guard parameter != "?", let syscall = Syscall(named: syscall) else { return nil }
    var parameter = parameter
    return parameter.withUTF8 { name in
      for (index, word) in syscall.parameters.enumerated() where word.isText(name) { return index }
      return nil
    }
  }

  /// The number of parameters of a call, 0...6, on the ABI where it has most; nil for an unknown call.
  package static func parameterCount(of syscall: String) -> Int? {
    guard let syscall = Syscall(named: syscall) else { return nil }
    return SyscallABI.allCases.map { syscall.parameterWidths(on: $0).count }.max()
  }

  /// How many bits of an argument the kernel looks at on 64-bit ABIs: 8, 16, 32 or 64; nil when there is no such call or
  /// parameter.
  package static func argumentBits(at index: Int, in syscall: String) -> Int? {
    guard let syscall = Syscall(named: syscall) else { return nil }
    for abi in [SyscallABI.x86_64, .aarch64, .riscv64, .x32, .x86] where syscall.exists(on: abi) {
      let widths = syscall.parameterWidths(on: abi)
      return widths.indices.contains(index) ? widths[index] : nil
    }
    return nil
  }
}

/// A system call by its place in the tables, so that its name is looked up only once.
package struct Syscall: Hashable, Sendable {
  let index: Int

  init(index: Int) { self.index = index }

  package init?(named name: String) {
    // Names are compared as bytes: Unicode's equivalences have no place in a kernel's name.
    var name = name
    let found = name.withUTF8 { Self.index(of: $0, in: 0..<SyscallRecords.recordCount) }
    guard let found else { return nil }
    index = found
  }

  /// As above, faster for sorted lists of names: looks a little way behind a place in the table first.
  init?(named name: UnsafeBufferPointer<UInt8>, near index: Int) {
    let near = index..<min(index + 8, SyscallRecords.recordCount)
    guard let found = Self.index(of: name, in: near) ?? Self.index(of: name, in: 0..<SyscallRecords.recordCount) else {
      return nil
    }
    self.index = found
  }

  /// The call of a number on an ABI; x32's numbers with their bit.
  package init?(number: UInt32, on abi: SyscallABI) {
    guard abi.numbers.contains(number) else { return nil }
    for index in 0..<SyscallRecords.recordCount where Syscall(index: index).number(on: abi) == number {
      self.index = index
      return
    }
    return nil
  }

  package static var all: [Syscall] { (0..<SyscallRecords.recordCount).map(Syscall.init(index:)) }

  package var name: String { String(decoding: nameBytes, as: UTF8.self) }

  var nameBytes: UnsafeBufferPointer<UInt8> { field(0, SyscallRecords.nameLength) }

  /// The number to put in the register, x32's with its bit; nil when the ABI lacks the call.
  package func number(on abi: SyscallABI) -> UInt32? {
    let position = position(on: abi)
    return position < 0 ? nil : UInt32(position) + abi.firstNumber
  }

  /// The number counted from the ABI's first; negative when the ABI lacks the call.
  func position(on abi: SyscallABI) -> Int32 {
    let digits = SyscallRecords.records.utf8Start + index * SyscallRecords.recordLength + SyscallRecords.nameLength
    var position: Int32 = 0
    for digit in 4 * abi.rawValue..<4 * abi.rawValue + 4 where digits[digit] != UInt8(ascii: " ") {
      if digits[digit] == UInt8(ascii: "-") { return -1 }
      position = position * 10 + Int32(digits[digit] - UInt8(ascii: "0"))
    }
    return position
  }

  package func exists(on abi: SyscallABI) -> Bool { position(on: abi) >= 0 }

  /// How many bits of each argument the kernel looks at: 8, 16, 32 or 64. Empty when the ABI lacks the call.
  package func parameterWidths(on abi: SyscallABI) -> [Int] {
    let column =
      switch abi {
      case .x86_64, .aarch64, .riscv64: 0
      case .x32: 1
      case .x86: 2
      }
    guard exists(on: abi) else { return [] }
    return field(SyscallRecords.nameLength + 20 + 7 * column, 7).compactMap { letter in
      switch letter {
      case UInt8(ascii: "b"): 8
      case UInt8(ascii: "h"): 16
      case UInt8(ascii: "w"): 32
      case UInt8(ascii: "x"): 64
      default: nil
      }
    }
  }

  /// The first version of Linux that had the call on any ABI, such as `6.10`; nil where syscalls(2) does not say.
  package var introducedIn: String? {
    let version = String(decoding: field(SyscallRecords.recordLength - 8, 7), as: UTF8.self)
    return version == "-" ? nil : version
  }

  /// The kernel's names of the parameters, as far as every ABI has them at one position; `?` for the others.
  package var parameterNames: [String] { parameters.map { String(decoding: $0, as: UTF8.self) } }

  /// The C types of the parameters, as the first ABI that has the call declares them.
  package var parameterTypes: [String] {
    guard let line = line(of: SyscallTypes.types) else { return [] }
    let text = String(decoding: line, as: UTF8.self)
    return text == "-" ? [] : text.split(separator: ",").map(String.init)
  }

  /// The call's line of a table that has one for each, in their order.
  private func line(of table: StaticString) -> UnsafeBufferPointer<UInt8>? {
    var lines = TableParts(linesOf: table)
    for _ in 0..<index { _ = lines.next() }
    return lines.next()
  }

  /// The same, in place.
  var parameters: TableParts {
    guard let line = line(of: SyscallParameters.parameters) else { return TableParts(linesOf: "") }
    var words = TableParts(wordsOf: line)
    // The call's own name.
    _ = words.next()
    return words
  }

  /// A column of the record, without the spaces around it.
  private func field(_ offset: Int, _ length: Int) -> UnsafeBufferPointer<UInt8> {
    let record = SyscallRecords.records.utf8Start + index * SyscallRecords.recordLength
    var (start, end) = (offset, offset + length)
    while end > start, record[end - 1] == UInt8(ascii: " ") { end -= 1 }
    while start < end, record[start] == UInt8(ascii: " ") { start += 1 }
    return UnsafeBufferPointer(start: record + start, count: end - start)
  }

  private static func index(of name: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Int? {
    guard name.count < SyscallRecords.nameLength, name.last != UInt8(ascii: " "), let start = name.baseAddress else {
      return nil
    }
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      let record = SyscallRecords.records.utf8Start + middle * SyscallRecords.recordLength
      // Every name in the table is followed by a space, which sorts before all that names are made of.
      let order = memcmp(start, record, name.count)
      if order == 0, record[name.count] == UInt8(ascii: " ") { return middle }
      if order > 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}
