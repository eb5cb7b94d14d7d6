import Targets
import TestSupport
import Testing

@Suite("Rules of seccomp profiles")
struct SeccompRuleTests {
  @Test("found where they have to be, and nowhere else", arguments: profiles)
  func standsAlone(example: RuleCase) throws { try example.check(as: .seccompProfile) }

  @Test("in linux.seccomp", arguments: bundles)
  func inBundle(example: RuleCase) throws { try example.check(as: .ociConfig) }

  static let all = profiles + bundles

  private static func rules(_ rule: String, _ rules: String, by standard: String = "SCMP_ACT_ERRNO") -> RuleCase {
    RuleCase(rule, #"{"defaultAction":""# + standard + #"","syscalls":["# + rules + "]}")
  }

  private static func arguments(_ rule: String, _ name: String, _ arguments: String) -> RuleCase {
    rules(rule, #"{"names":[""# + name + #""],"action":"SCMP_ACT_ALLOW","args":["# + arguments + "]}")
  }

  static let profiles = [
    RuleCase("RF8101", #"{"defaultAction":"SCMP_ACT_ERRNO",«"sycalls"»:[]}"#),
    RuleCase("RF8103", #"{"defaultAction":«"SCMP_ACT_DENY"»}"#),
    rules("RF8402", #"{"names":["read",«"raed"»],"action":"SCMP_ACT_ALLOW"}"#),
    rules("RF8402", #"{"names":["mseal","s390_runtime_instr","socketcall"],"action":"SCMP_ACT_ALLOW"}"#),
    rules("RF8403", #"{"names":«[]»,"action":"SCMP_ACT_ALLOW"}"#),
    rules("RF8403", #"{"name":"read","action":"SCMP_ACT_ALLOW"}"#),
    rules("RF8404", #"{"names":["read"],«"name"»:"write","action":"SCMP_ACT_ALLOW"}"#),
    rules("RF8404", #"{"names":["read"],"action":"SCMP_ACT_ALLOW"}"#),
    rules(
      "RF8405",
      #"{"names":["ptrace",‹"read"›],"action":"SCMP_ACT_ALLOW"},{"names":[«"read"»,"mount"],"action":"SCMP_ACT_ERRNO"}"#
    ),
    rules(
      "RF8405",
      #"{"names":["read"],"action":"SCMP_ACT_ALLOW"},{"names":["read"],"action":"SCMP_ACT_ERRNO","errnoRet":2}"#
    ),
    rules(
      "RF8406",
      #"{"names":[‹"read"›],"action":"SCMP_ACT_ALLOW"},{"names":[«"read"»],"action":"SCMP_ACT_KILL_PROCESS"}"#
    ),
    rules("RF8406", #"{"names":["read"],"action":"SCMP_ACT_ALLOW"},{"names":["read"],"action":"SCMP_ACT_ALLOW"}"#),
    RuleCase(
      "RF8407",
      #"{"defaultAction":«"SCMP_ACT_ERRNO"»,"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    rules("RF8407", #"{"names":["execve","exit_group","mmap","read","write"],"action":"SCMP_ACT_ALLOW"}"#),
    RuleCase("RF8408", #"{"defaultAction":«"SCMP_ACT_ERRNO"»}"#),
    rules("RF8408", #"{"names":[«"clone3"»],"action":"SCMP_ACT_ERRNO"}"#),
    rules("RF8408", #"{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38}"#),
    rules("RF8409", #"{"names":["read"],"action":"SCMP_ACT_ALLOW",«"errnoRet"»:1}"#),
    RuleCase("RF8409", #"{"defaultAction":"SCMP_ACT_KILL_PROCESS",«"defaultErrnoRet"»:1}"#),
    rules("RF8409", #"{"names":["read"],"action":"SCMP_ACT_TRACE","errnoRet":1}"#),
    RuleCase(
      "RF8410",
      #"{"defaultAction":"SCMP_ACT_ERRNO","archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":[«"SCMP_ARCH_X32"»]}]}"#
    ),
    RuleCase(
      "RF8411",
      #"{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],«"archMap"»:[{"architecture":"SCMP_ARCH_X86_64"}]}"#
    ),
    RuleCase(
      "RF8411",
      #"{"defaultAction":"SCMP_ACT_ERRNO","architectures":[],"archMap":[{"architecture":"SCMP_ARCH_X86_64"}]}"#
    ),
    rules("RF8412", #"{"names":["read"],"action":«"SCMP_ACT_KILL"»}"#),
    rules("RF8412", #"{"names":["read"],"action":"SCMP_ACT_KILL_PROCESS"}"#),
    rules("RF8413", #"{"names":["read",«"bpf"»],"action":"SCMP_ACT_ALLOW"}"#),
    rules("RF8413", #"{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}}"#),
    rules("RF8414", #"{"names":[«"write"»],"action":«"SCMP_ACT_NOTIFY"»}"#),
    RuleCase(
      "RF8414",
      #"{"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/x","syscalls":[{"names":["mount"],"action":"SCMP_ACT_NOTIFY"}]}"#
    ),
    RuleCase(
      "RF8415",
      #"{"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/x","syscalls":[{"names":["mount"],"action":"SCMP_ACT_NOTIFY"}]}"#
    ),
    arguments("RF8103", "read", #"{"index":«6»,"value":1,"op":"SCMP_CMP_EQ"}"#),
    arguments("RF8420", "close", #"{"index":«1»,"value":1,"op":"SCMP_CMP_EQ"}"#),
    arguments("RF8420", "close", #"{"index":0,"value":1,"op":"SCMP_CMP_EQ"}"#),
    arguments(
      "RF8421",
      "keyctl",
      #"{"index":‹0›,"value":1,"op":"SCMP_CMP_GE"},{"index":«0»,"value":5,"op":"SCMP_CMP_LE"}"#
    ),
    arguments(
      "RF8421",
      "keyctl",
      #"{"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":1,"value":5,"op":"SCMP_CMP_EQ"}"#
    ),
    arguments("RF8422", "socket", #"{"index":0,"value":38,"op":«"SCMP_CMP_NE"»}"#),
    arguments("RF8422", "socket", #"{"index":0,"value":40,"op":«"SCMP_CMP_GT"»}"#),
    arguments("RF8422", "socket", #"{"index":0,"value":4294967295,"valueTwo":2,"op":"SCMP_CMP_MASKED_EQ"}"#),
    arguments("RF8423", "clone", #"{"index":0,"value":‹1›,"valueTwo":«2»,"op":"SCMP_CMP_MASKED_EQ"}"#),
    arguments("RF8423", "clone", #"{"index":0,"value":2114060288,"op":"SCMP_CMP_MASKED_EQ"}"#),
    arguments("RF8424", "personality", #"{"index":0,"value":8,«"valueTwo"»:1,"op":"SCMP_CMP_EQ"}"#),
    arguments("RF8424", "personality", #"{"index":0,"value":8,"valueTwo":0,"op":"SCMP_CMP_EQ"}"#),
    arguments("RF8425", "personality", #"{"index":0,"value":«0»,"op":"SCMP_CMP_LT"}"#),
    arguments("RF8425", "personality", #"{"index":0,"value":1,"op":"SCMP_CMP_LT"}"#),
    rules("RF8426", #"{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":«"4.8.1"»}}"#),
    rules("RF8426", #"{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4.8"}}"#),
    rules(
      "RF8427",
      #"{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":[«"SYS_ADMIN"»],"arches":[«"x86_64"»]}}"#
    ),
    rules("RF8427", #"{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"],"arches":["amd64"]}}"#),
  ]

  private static func gVisor(_ rule: String, _ profile: String) -> RuleCase {
    RuleCase(rule, #"{"annotations":{"dev.gvisor.flag.oci-seccomp":"true"},"linux":{"seccomp":"# + profile + "}}")
  }

  static let bundles = [
    gVisor("RF8416", #"{"defaultAction":«"SCMP_ACT_KILL_PROCESS"»}"#),
    gVisor("RF8416", #"{"defaultAction":"SCMP_ACT_KILL"}"#),
    gVisor(
      "RF8409",
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO","errnoRet":«38»}]}"#
    ),
    RuleCase(
      "RF8402",
      #"{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[«"ptrase"»],"action":"SCMP_ACT_ERRNO"}]}}}"#
    ),
  ]
}
