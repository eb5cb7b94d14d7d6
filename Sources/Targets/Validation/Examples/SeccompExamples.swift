extension ValidationExamples {
  /// Rules of seccomp profiles and filters.
  static let seccomp: [String: ValidationExample] = [
    "RF8401": .init(.seccompProfile, #"{"defaultAction":«"SCMP_ACT_ALLOW"»}"#, #"{"defaultAction":"SCMP_ACT_ERRNO"}"#),
    "RF8402": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read",«"raed"»],"action":"SCMP_ACT_ALLOW"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8403": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":«[]»,"action":"SCMP_ACT_ALLOW"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8404": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],«"name"»:"write","action":"SCMP_ACT_ALLOW"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8405": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":[‹"read"›],"action":"SCMP_ACT_ALLOW"},{"names":[«"read"»],"action":"SCMP_ACT_ERRNO"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["write"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8406": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":[‹"read"›],"action":"SCMP_ACT_ALLOW"},{"names":[«"read"»],"action":"SCMP_ACT_KILL_PROCESS"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8407": .init(
      .seccompProfile,
      #"{"defaultAction":«"SCMP_ACT_ERRNO"»,"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["execve","exit_group","mmap","read","write"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8408": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":[«"clone3"»],"action":"SCMP_ACT_ERRNO"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}"#
    ),
    "RF8409": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW",«"errnoRet"»:1}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}"#
    ),
    "RF8410": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64",«"SCMP_ARCH_X86"»]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"]}"#
    ),
    "RF8411": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],«"archMap"»:[{"architecture":"SCMP_ARCH_X86_64"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","archMap":[{"architecture":"SCMP_ARCH_X86_64"}]}"#
    ),
    "RF8412": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":«"SCMP_ACT_KILL"»}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_KILL_PROCESS"}]}"#
    ),
    "RF8413": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read",«"bpf"»],"action":"SCMP_ACT_ALLOW"}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}}]}"#
    ),
    "RF8414": .init(
      .seccompProfile,
      #"{"defaultAction":«"SCMP_ACT_NOTIFY"»,"listenerPath":"/x"}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/x","syscalls":[{"names":["mount"],"action":"SCMP_ACT_NOTIFY"}]}"#
    ),
    "RF8415": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO",«"listenerPath"»:"/x"}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/x","syscalls":[{"names":["mount"],"action":"SCMP_ACT_NOTIFY"}]}"#
    ),
    "RF8416": .init(
      .ociConfig,
      #"{"annotations":{"dev.gvisor.flag.oci-seccomp":"true"},"linux":{"seccomp":{"defaultAction":«"SCMP_ACT_KILL_PROCESS"»}}}"#,
      #"{"annotations":{"dev.gvisor.flag.oci-seccomp":"true"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_KILL"}}}"#
    ),
    "RF8417": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","flags":[«"SECCOMP_FILTER_FLAG_SPEC_ALLOW"»]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","flags":[]}"#
    ),
    "RF8420": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["close"],"action":"SCMP_ACT_ALLOW","args":[{"index":«1»,"value":1,"op":"SCMP_CMP_EQ"}]}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["close"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]}]}"#
    ),
    "RF8421": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["keyctl"],"action":"SCMP_ACT_ALLOW","args":[{"index":‹0›,"value":1,"op":"SCMP_CMP_GE"},{"index":«0»,"value":5,"op":"SCMP_CMP_LE"}]}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["keyctl"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":1,"value":5,"op":"SCMP_CMP_EQ"}]}]}"#
    ),
    "RF8422": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":40,"op":«"SCMP_CMP_NE"»}]}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":4294967295,"valueTwo":2,"op":"SCMP_CMP_MASKED_EQ"}]}]}"#
    ),
    "RF8423": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":‹1›,"valueTwo":«2»,"op":"SCMP_CMP_MASKED_EQ"}]}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":3,"valueTwo":2,"op":"SCMP_CMP_MASKED_EQ"}]}]}"#
    ),
    "RF8424": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":8,«"valueTwo"»:1,"op":"SCMP_CMP_EQ"}]}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":8,"op":"SCMP_CMP_EQ"}]}]}"#
    ),
    "RF8425": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":«0»,"op":"SCMP_CMP_LT"}]}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_LT"}]}]}"#
    ),
    "RF8426": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":«"4.8.1"»}}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4.8"}}]}"#
    ),
    "RF8427": .init(
      .seccompProfile,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":[«"BPF"»]}}]}"#,
      #"{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}}]}"#
    ),
    "RF8701": .init(
      .listing,
      #"ld [0]\#njeq #59, 0, 9\#nret ALLOW"#,
      #"ld [0]\#njeq #59, 0, 1\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8702": .init(.listing, #"ret KILL_PROCESS\#nret ALLOW"#, #"ret KILL_PROCESS"#),
    "RF8703": .init(
      .listing,
      #"ld [0]\#njeq #59, 0, 1\#nret ALLOW\#nret ERRNO(38)"#,
      #"ld [4]\#njeq #AUDIT_ARCH_X86_64, 1, 0\#nret KILL_PROCESS\#nld [0]\#njeq #59, 0, 1\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8704": .init(
      .listing,
      #"ld [0]\#njeq #101, 0, 1  ; ptrace\#nret ERRNO(1)\#nret ALLOW"#,
      #"ld [0]\#njge #0x40000000, 0, 1\#nret ERRNO(38)\#njeq #101, 0, 1  ; ptrace\#nret ERRNO(1)\#nret ALLOW"#
    ),
    "RF8705": .init(
      .listing,
      #"ld [0]\#njeq #101, 0, 1  ; ptrace\#nret ERRNO(1)\#nret ALLOW"#,
      #"ld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8706": .init(
      .listing,
      #"ld [0]\#njeq #321, 0, 1  ; bpf\#nret ALLOW\#nret ERRNO(38)"#,
      #"ld [0]\#nret ERRNO(38)"#
    ),
    "RF8707": .init(
      .listing,
      #"ld [20]  ; upper half of the family\#njeq #0, 0, 2\#nld [16]\#njeq #40, 1, 0  ; vsock\#nret ALLOW\#nret ERRNO(1)"#,
      #"ld [16]  ; the half that the kernel looks at\#njeq #40, 1, 0  ; vsock\#nret ALLOW\#nret ERRNO(1)"#
    ),
    "RF8708": .init(
      .listing,
      #"ld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#,
      #"ld [0]\#njeq #0, 3, 0  ; read\#njeq #59, 2, 0  ; execve\#njeq #231, 1, 0  ; exit_group\#nret ERRNO(38)\#nret ALLOW"#
    ),
    "RF8709": .init(
      .listing,
      #"ld [0]\#njeq #435, 0, 1  ; clone3\#nret ERRNO(1)\#nret ALLOW"#,
      #"ld [0]\#njeq #435, 0, 1  ; clone3\#nret ERRNO(38)\#nret ALLOW"#
    ),
    "RF8710": .init(.listing, #"ret #0x12340000"#, #"ret KILL_PROCESS"#),
    "RF8711": .init(
      .listing,
      #"ld [16]  ; an argument\#nld [0]\#njeq #0, 0, 1\#nret ALLOW\#nret ERRNO(38)"#,
      #"ld [0]\#njeq #0, 0, 1\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8712": .init(
      .listing,
      #"policy says: allow [read]\#n\#nld [0]\#njeq #0, 1, 0  ; read\#njeq #1, 0, 1  ; write\#nret ALLOW\#nret ERRNO(38)"#,
      #"policy says: allow [read]\#n\#nld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8713": .init(
      .listing,
      #"policy says: allow [read]\#n\#nld [0]\#nret ERRNO(38)"#,
      #"policy says: allow [read]\#n\#nld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8714": .init(
      .listing,
      #"policy says: allow [read]\#n\#nld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(1)"#,
      #"policy says: allow [read]\#n\#nld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8715": .init(
      .listing,
      #"policy says: allow [read]\#n\#nld [0]\#njge #1000, 0, 1\#nret ERRNO(1)\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#,
      #"policy says: allow [read]\#n\#nld [0]\#njeq #0, 0, 1  ; read\#nret ALLOW\#nret ERRNO(38)"#
    ),
    "RF8716": .init(
      .listing,
      #"ld [16]\#nrsh #1\#njeq #1, 0, 1\#nret ALLOW\#nret ERRNO(38)"#,
      #"ld [16]\#njeq #2, 1, 0\#njeq #3, 0, 1\#nret ALLOW\#nret ERRNO(38)"#
    ),
  ]
}
