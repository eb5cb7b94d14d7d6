import TestSupport
import Testing

/// What `run` is given reaches the program as it was, or is refused.
@Suite struct RunArgumentsTests {
  private func bash(_ script: String) throws -> ChildProcess {
    try ChildProcess.run(["bash", "-c", script, BuiltCommand.path])
  }

  @Test(
    .requires("bash"),
    arguments: [
      (#"$0 run hardened -- printf '%s' $'a\xffb'"#, Int32(64), "argument 6 is not UTF-8"),
      (#"$0 lint $'\xff'"#, 64, "argument 2 is not UTF-8"),
      (#"LANG=$'x\xffy' $0 run hardened -- true"#, 125, "the variable LANG is not UTF-8"),
      (#"LANG=$'x\xffy' $0 run --json hardened -- true"#, 125, ""),
      (#"$0 run hardened -- ''"#, 127, "the program's name is empty"),
      (#"$0 run hardened -- true "$(head -c 140000 /dev/zero | tr '\0' x)""#, 126, "Argument list too long"),
      (#"$0 run hardened -- true $(seq 1 400000)"#, 126, "too long"),
      ("$0 run --jobs 1 hardened -- true", 64, "--jobs needs --batch"),
      ("$0 run --batch --json", 64, "leave --json out"),
      ("$0 run --batch --explain-denials", 64, "--explain-denials is for single runs"),
      ("$0 run --batch --engine docker", 64, "--batch needs the native engine"),
      ("$0 run --batch hardened", 64, "from its request"),
      ("ulimit -n 4; $0 run hardened -- true", 125, "open files"),
    ]
  ) func whatCannotBeHandedOnIsRefused(_ script: String, _ code: Int32, _ message: String) throws {
    let result = try bash(script)
    #expect(result.exitCode == code, "\(result.errorText)")
    #expect(message.isEmpty || result.errorText.contains(message), "\(result.errorText)")
  }
}
