import Linux

/// A started container as its supervisor sees it, whoever runs it.
protocol ContainerConnection: ~Copyable {
  /// Where output arrives; -1 for a stream that has ended. Both are the same where an engine sends both over one.
  var outputNumbers: (Int32, Int32) { get }
  /// Takes what has arrived at one of the numbers, once, without waiting. False when that stream has ended.
  mutating func receive(_ stream: OutputStream, into sink: inout OutputSink) -> Bool
  /// Where input goes; -1 once it is closed.
  var inputNumber: Int32 { get }
  /// Hands on input as far as it is taken now: how many bytes, 0 for none yet, nil when nobody reads any more.
  mutating func send(_ bytes: ArraySlice<UInt8>) -> Int?
  mutating func closeInput()
  /// Readable once the container has ended.
  var endNumber: Int32 { get }
  /// How the container ended, once `endNumber` is readable; nil when it has not after all.
  mutating func ending() throws(EngineFailure) -> ExitStatus?
  /// Kills everything in the container.
  mutating func kill() throws(EngineFailure)
}
