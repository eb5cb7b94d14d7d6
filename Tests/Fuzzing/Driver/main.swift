import CLibFuzzer
import Fuzzers
import Glibc

// libFuzzer around one of our fuzzers:
//
//   RINGFENCE_FUZZER=NAME fuzz [libFuzzer's arguments]
//
// The name is no argument: libFuzzer starts itself again, with its own arguments alone, to minimise a corpus.

/// Says something on standard error.
func say(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Which fuzzer runs: the callback is C's and can carry nothing.
let fuzzer = getenv("RINGFENCE_FUZZER").flatMap { Fuzzer(rawValue: String(cString: $0)) }
guard fuzzer != nil else {
  say("fuzz: RINGFENCE_FUZZER is one of \(Fuzzer.allCases.map(\.rawValue).joined(separator: ", "))")
  exit(64)
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    do {
      try fuzzer?.run(Array(UnsafeBufferPointer(start: data, count: size)))
    } catch {
      say("\(error)")
      abort()
    }
    return 0
  }
)
