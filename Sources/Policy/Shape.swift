/// What a value of the language looks like. The decoder, the JSON Schema and the reference are all read off the one
/// declaration in `Language`, so that they cannot disagree.
package indirect enum Shape: Sendable {
  case scalar(Scalar)
  case list(Shape)
  case map([Key])
  /// A map whose keys are the user's.
  case dictionary(name: TextShape, value: Shape)
  /// A scalar in the short form, a map in the long one.
  case scalarOrMap(Scalar, [Key])
  /// One value or a list of them.
  case scalarOrList(Scalar)
  /// A condition on arguments, which may hold conditions.
  case conditions

  /// A key of a map, with the words that the schema and the reference explain it by.
  package struct Key: Sendable {
    package let name: String
    package let shape: Shape
    package let summary: String
    package let isRequired: Bool

    init(_ name: String, _ shape: Shape, _ summary: String, isRequired: Bool = false) {
      self.name = name
      self.shape = shape
      self.summary = summary
      self.isRequired = isRequired
    }
  }

  package enum Scalar: Sendable {
    /// A whole number. With `orUnlimited`, the word `unlimited` too.
    case integer(ClosedRange<Int64>, orUnlimited: Bool = false)
    /// Bytes with a unit; the range is in bytes. A bare 0 is allowed where the range begins there.
    case size(ClosedRange<Int64>, orUnlimited: Bool = false)
    /// A duration with a unit; the range is in milliseconds.
    case duration(ClosedRange<Int64>, orUnlimited: Bool = false)
    /// Processors, a decimal; the range is in thousandths.
    case cpus(ClosedRange<Int64>, orUnlimited: Bool = false)
    case boolean
    case word([String])
    case text(TextShape)
    /// Text, or nothing (`null`).
    case optionalText(TextShape)
  }
}

/// What a text has to look like.
package enum TextShape: String, Sendable, CaseIterable {
  /// `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`, as a container name and a label may be.
  case policyName
  /// One line for people.
  case line
  /// An item of an argument vector: any text.
  case argument
  /// Absolute, inside the sandbox.
  case path
  /// Of the host; relative to the policy's folder if it is not absolute.
  case hostPath
  /// `uid:gid`.
  case user
  /// Octal, in quotes: `"077"`.
  case mask
  case hostname
  case variableName
  /// Text that is not mistaken for a number, a truth value or nothing.
  case variableValue
  /// By Docker's grammar of references.
  case image
  /// A name, an address or a prefix.
  case host
  /// A name of a call or, with `@`, of a group.
  case syscallOrGroup
  case syscall
  /// A number, or a constant of the kernel's headers.
  case constant
  case parameter
  /// `YYYY-MM-DD`.
  case date
  case capability
  case rule
  case control
  /// Keys joined by dots.
  case keyPath
  /// `major.minor`, in quotes.
  case version
  /// Of gVisor: `20221219`.
  case release
  /// By its name: `SIGKILL`.
  case signal
  case identifier
}
