package import Sandbox

/// A calling convention of the kernel: what a system call number means, and how many bits an argument register has.
package enum SyscallABI: Int, Sendable, CaseIterable {
  case x86_64
  case x86
  case x32
  case aarch64
  case riscv64

  /// The ABI that this program was compiled for.
  #if arch(x86_64)
  package static let current = SyscallABI.x86_64
  #elseif arch(arm64)
  package static let current = SyscallABI.aarch64
  #elseif arch(riscv64)
  package static let current = SyscallABI.riscv64
  #else
  #error("no system call table for this architecture")
  #endif

  /// The ABI that a policy names; `native` is the one that the sandbox runs on.
  package init(_ architecture: SyscallArchitecture, native: SyscallABI) {
    self =
      switch architecture {
      case .native: native
      case .x86_64: .x86_64
      case .x86: .x86
      case .x32: .x32
      case .aarch64: .aarch64
      case .riscv64: .riscv64
      }
  }

  /// The name that policies use.
  package var name: String {
    switch self {
    case .x86_64: "x86_64"
    case .x86: "x86"
    case .x32: "x32"
    case .aarch64: "aarch64"
    case .riscv64: "riscv64"
    }
  }

  /// `seccomp_data.arch` (include/uapi/linux/audit.h). x32 shares that of x86_64 and marks its numbers instead.
  package var auditArchitecture: UInt32 {
    switch self {
    case .x86_64, .x32: 0xC000_003E
    case .x86: 0x4000_0003
    case .aarch64: 0xC000_00B7
    case .riscv64: 0xC000_00F3
    }
  }

  /// The bit that marks a number as x32's (`__X32_SYSCALL_BIT`).
  package static let x32Bit: UInt32 = 0x4000_0000

  /// The numbers that belong to this ABI under its audit architecture.
  package var numbers: ClosedRange<UInt32> {
    switch self {
    case .x86_64: 0...(Self.x32Bit - 1)
    case .x32: Self.x32Bit...UInt32.max
    case .x86, .aarch64, .riscv64: 0...UInt32.max
    }
  }

  /// What a number in the tables has to be added to.
  var firstNumber: UInt32 { numbers.lowerBound }

  /// The bits of an argument register. The kernel extends the registers of a 32-bit program with zeros.
  package var registerBits: Int { self == .x86 ? 32 : 64 }
}

extension SyscallPolicy {
  /// Whether programs of this machine can make any call at all.
  package var allowsHostABI: Bool {
    architectures.contains { SyscallABI($0, native: .current) == .current }
  }
}
