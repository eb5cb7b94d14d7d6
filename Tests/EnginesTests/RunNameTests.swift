import TestSupport
import Testing

@testable import Engines

@Suite("Names of containers")
struct RunNameTests {
  @Test("a run of ours is not abandoned while we live")
  func ours() { #expect(!RunName.isAbandoned(RunName.make())) }

  @Test("one of a process that is gone is")
  func gone() throws {
    let process = try ChildProcess.run(["sh", "-c", "printf $$"]).outputText
    let name = RunName.make().split(separator: "-")
    #expect(RunName.isAbandoned("\(name[0])-\(process)-\(name[2])-\(name[3])"))
    // Of another place, where the process may well live.
    #expect(!RunName.isAbandoned("\(name[0])-\(process)-\(name[2])1-\(name[3])"))
  }

  @Test(
    "what we did not name is nobody's business of ours",
    arguments: [
      "", "ringfence", "ringfence-1", "ringfence-999999999-x-y", "web-1", "ringfence--1--1", "ringfence-0-0-0",
    ]
  )
  func strangers(name: String) { #expect(!RunName.isAbandoned(name)) }
}
