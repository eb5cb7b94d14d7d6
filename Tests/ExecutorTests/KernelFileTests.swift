import Linux
import Testing

/// What the kernel's small files say, read without the standard library's splitting.
@Suite struct KernelFileTests {
  @Test(
    arguments: [
      ("", "524288\n", 524288), ("", "7", 7), ("", "max\n", nil), ("", "", nil), ("", "9223372036854775807\n", .max),
      ("", "9223372036854775808\n", nil), ("", "-1\n", nil),
      ("oom_kill", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3), ("max", "max 12\n", 12),
      ("usage_usec", "usage_usec 5\nuser_usec 3\n", 5), ("oom_kill", "oom 1\noom_group_kill 4\n", nil),
      ("max", "max\n", nil), ("max", "max \n", nil), ("max", "maximum 3\nmax 4", 4),
    ] as [(String, String, Int64?)]
  ) func numberAfterAKey(key: String, text: String, number: Int64?) {
    #expect(KernelFile.number(after: key, in: text) == number)
  }

  @Test func allNumbers() {
    #expect(
      KernelFile.numbers(in: "         0          0 4294967295\n  1 100000 65536") == [
        0, 0, 4_294_967_295, 1, 100000, 65536,
      ]
    )
    #expect(KernelFile.numbers(in: "\n") == [])
  }
}
