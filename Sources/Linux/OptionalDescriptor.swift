extension Optional where Wrapped == FileDescriptor {
  /// The number, or the -1 that the kernel's interfaces take for none.
  package var number: Int32 {
    switch self {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
  }
}
