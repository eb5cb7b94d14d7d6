import Targets
import TestSupport
import Testing

@Suite("Rules of config.json")
struct OCIRuleTests {
  @Test("found where they have to be", arguments: bad)
  func findsFaults(example: RuleCase) throws { try example.check(as: .ociConfig) }

  @Test("not found where all is well", arguments: good)
  func findsNothing(example: RuleCase) throws { try example.check(as: .ociConfig) }

  static let bad = [
    RuleCase("RF8101", #"{"ociVersion":"1.0.2","root":{"path":"r"},«"hostnam"»:"x"}"#),
    RuleCase("RF8101", #"{"ociVersion":"1.0.2","root":{"path":"r",«"readOnly"»:true}}"#),
    RuleCase("RF8101", #"{"ociVersion":"1.0.2","linux":{"resources":{"pids":{«"limits"»:3}}}}"#),
    RuleCase("RF8101", #"{"ociVersion":"1.0.2","linux":{«"rootPropagation"»:"private"}}"#),
    RuleCase("RF8102", #"{"ociVersion":«1»,"process":{"cwd":"/","args":«"sh"»,"terminal":«"no"»}}"#),
    RuleCase("RF8102", "«[»]"),
    RuleCase(
      "RF8103",
      #"{"ociVersion":"1","process":{"cwd":"/","rlimits":[{"type":«"RLIMIT_CPUS"»,"hard":1,"soft":1}]}}"#
    ),
    RuleCase("RF8103", #"{"ociVersion":"1","linux":{"namespaces":[{"type":«"net"»}]}}"#),
    RuleCase("RF8103", #"{"ociVersion":"1","process":{"cwd":"/","oomScoreAdj":«1001»,"user":{"uid":«4294967296»}}}"#),
    RuleCase("RF8104", #"«{»"root":«{»}}"#),
    RuleCase("RF8105", #"{"ociVersion":«"1.3.0"»}"#),
    RuleCase("RF8110", #"«{»"ociVersion":"1.0.2"}"#),
    RuleCase("RF8110", #"{"process":«{»"cwd":"/"}}"#),
    RuleCase("RF8110", #"{"process":{"args":[«""»,«"a\u0000b"»]}}"#),
    RuleCase("RF8111", #"{"process":{"cwd":«"/work/../etc"»}}"#),
    RuleCase("RF8112", #"{"process":{"env":[«"FOO"»,«"=x"»,‹"A=1"›,«"A=2"»,«"B=\u0000"»]}}"#),
    RuleCase("RF8113", #"{"process":«{»}}"#),
    RuleCase("RF8114", #"{"process":«{»}}"#),
    RuleCase("RF8118", #"{"process":{«"apparmorProfile"»:"p"}}"#),
    RuleCase("RF8118", #"{"annotations":{"dev.gvisor.x":"y"},"process":{«"selinuxLabel"»:"p"}}"#),
    RuleCase("RF8119", #"{"process":{«"ioPriority"»:{"class":"IOPRIO_CLASS_BE","priority":1}}}"#),
    RuleCase("RF8119", #"{"annotations":{"dev.gvisor.x":"y"},"linux":{«"sysctl"»:{}}}"#),
    RuleCase(
      "RF8124",
      #"{"linux":{"seccomp":{}},"process":{"rlimits":[{"type":"RLIMIT_AS","soft":«268435456»,"hard":268435456}]}}"#
    ),
    RuleCase("RF8124", #"{"annotations":{"dev.gvisor.x":"y"},"process":{"rlimits":[{"type":«"RLIMIT_DATA"»}]}}"#),
    RuleCase("RF8125", #"{"process":{"rlimits":[{"type":«"RLIMIT_NPROC"»,"soft":1,"hard":1}]}}"#),
    RuleCase("RF8127", #"{"process":{"capabilities":{"bounding":[«"NET_RAW"»,«"CAP_SYSADMIN"»]}}}"#),
    RuleCase(
      "RF8128",
      #"{"process":{"capabilities":{"effective":[«"CAP_KILL"»],"permitted":[],"ambient":[«"CAP_CHOWN"»]}}}"#
    ),
    RuleCase(
      "RF8129",
      #"{"process":{"capabilities":{"bounding":["CAP_KILL",«"CAP_SYS_ADMIN"»],"permitted":["CAP_SYS_ADMIN"]}}}"#
    ),
    RuleCase("RF8130", #"«{»"ociVersion":"1.0.2"}"#),
    RuleCase("RF8130", #"{"root":{"path":«""»}}"#),
    RuleCase("RF8131", #"{"root":«{»"path":"r"}}"#),
    RuleCase(
      "RF8132",
      #"{"process":{"user":{"uid":1},"capabilities":{"effective":[«"CAP_KILL"»],"permitted":["CAP_KILL"]}}}"#
    ),
    RuleCase(
      "RF8140",
      #"{"mounts":[{"destination":«"tmp"»},{"destination":«"/"»},{"destination":«"/a/../b"»},{"destination":«"/a/"»}]}"#
    ),
    RuleCase("RF8141", #"{"mounts":[{"destination":«"/proc/self/attr"»},{"destination":«"/proc/sys"»}]}"#),
    RuleCase(
      "RF8144",
      #"{"mounts":[{"type":"bind","source":«"/"»},{"type":"bind","source":«"/var/run/docker.sock"»},{"options":["bind"],"source":«"/proc/1"»}]}"#
    ),
    RuleCase(
      "RF8146",
      #"{"linux":{"resources":{"memory":{"limit":1048576}}},"mounts":[{"destination":"/tmp","type":"tmpfs","options":[«"size=2m"»]}]}"#
    ),
    RuleCase(
      "RF8147",
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":[«"nosiud"»,"size=1m",«"uidd=1"»]}]}"#
    ),
    RuleCase(
      "RF8150",
      #"{"mounts":[{"destination":"/a","options":[«"rshared"»]}],"linux":{"rootfsPropagation":«"shared"»}}"#
    ),
    RuleCase(
      "RF8162",
      #"{"linux":{"namespaces":[{"type":"pid","path":«"/proc/1/ns/pid"»},{"type":"ipc","path":«"x"»}]}}"#
    ),
    RuleCase("RF8163", #"{"linux":{«"uidMappings"»:[{"containerID":0,"hostID":1,"size":1}]}}"#),
    RuleCase(
      "RF8163",
      #"{"process":{"user":{"uid":5,"gid":0}},"linux":{"namespaces":[«{»"type":"user"}],«"uidMappings"»:[{"containerID":0,"hostID":1,"size":1}]}}"#
    ),
    RuleCase(
      "RF8165",
      #"{"linux":{"namespaces":[{"type":"ipc"}],"sysctl":{«"vm.swappiness"»:"1",«"net.ipv4.ip_forward"»:"1","kernel.msgmax":"1"}}}"#
    ),
    RuleCase("RF8166", #"{"linux":{«"timeOffsets"»:{}}}"#),
    RuleCase("RF8170", #"{"linux":{"resources":«{»}}}"#),
    RuleCase("RF8172", #"{"linux":{"resources":{"memory":{"limit":«67108864»}}}}"#),
    RuleCase("RF8172", #"{"linux":{"resources":{"memory":{"limit":67108864,"swap":«-1»}}}}"#),
    RuleCase("RF8175", #"{"linux":{"resources":{"memory":{«"kernel"»:1,«"kernelTCP"»:1}}}}"#),
    RuleCase("RF8176", #"{"linux":{"resources":{"cpu":{"quota":«999»,"period":«5»,"shares":«1»}}}}"#),
    RuleCase("RF8176", #"{"linux":{"resources":«{»}}}"#),
    RuleCase("RF8178", #"{"linux":{"resources":«{»}}}"#),
    RuleCase(
      "RF8180",
      #"{"linux":{"resources":{"devices":[{"allow":false,"access":«"rwx"»},«{»"allow":true,"type":"b","access":"rwm"},«{»"allow":true}]}}}"#
    ),
    RuleCase(
      "RF8181",
      #"{"linux":{"devices":[{"path":«"/dev/kvm"»,"type":"c"},{"path":«"dev/x"»,"type":"c"},{"path":«"/dev/sda"»,"type":"b"}]}}"#
    ),
    RuleCase("RF8182", #"{"linux":{"resources":{«"unified"»:{"memory.high":"1"}}}}"#),
    RuleCase(
      "RF8187",
      #"{"annotations":{"dev.gvisor.x":"y"},"linux":{"maskedPaths":["/proc/x",«"/etc/passwd"»,«"proc/y"»]}}"#
    ),
    RuleCase("RF8188", #"{"hooks":{"prestart":[{"path":«"/bin/x"»}],"poststop":[{"path":«"x"»}]}}"#),
    RuleCase(
      "RF8189",
      #"{"annotations":{«"dev.gvisor.flag.host-uds"»:"all","a.b":"c",«"run.oci.keep_original_groups"»:"1",«""»:"x"}}"#
    ),
    RuleCase("RF8190", #"{"linux":{"cgroupsPath":«"/a/../b"»}}"#),
    RuleCase("RF8190", #"{"linux":{"cgroupsPath":«"x"»}}"#),
  ]

  static let good = [
    RuleCase("RF8101", #"{"ociVersion":"1.0.2","annotations":{"anything.at.all":"x"},"vm":{"kernel":{"path":"/k"}}}"#),
    RuleCase("RF8102", #"{"ociVersion":"1.0.2","process":{"cwd":"/","args":["sh"],"env":null}}"#),
    RuleCase(
      "RF8103",
      #"{"ociVersion":"1.0.2","process":{"cwd":"/","rlimits":[{"type":"RLIMIT_AS","hard":18446744073709551615,"soft":1}]}}"#
    ),
    RuleCase("RF8104", #"{"ociVersion":"1.0.2","root":{"path":"r"}}"#),
    RuleCase("RF8105", #"{"ociVersion":"1.0.2-dev"}"#),
    RuleCase("RF8110", #"{"process":{"args":["sh","",""]}}"#),
    RuleCase("RF8111", #"{"process":{"cwd":"/"}}"#),
    RuleCase("RF8112", #"{"process":{"env":["A=","B=x=y","a.b=1"]}}"#),
    RuleCase("RF8113", #"{"process":{"user":{"uid":0}},"linux":{"namespaces":[{"type":"user"}]}}"#),
    RuleCase("RF8116", #"{"process":{"oomScoreAdj":0}}"#),
    RuleCase("RF8118", #"{"process":{"selinuxLabel":""}}"#),
    RuleCase("RF8119", #"{"linux":{"sysctl":{}}}"#),
    RuleCase("RF8123", #"{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","soft":20,"hard":64}]}}"#),
    RuleCase("RF8124", #"{"process":{"rlimits":[{"type":"RLIMIT_AS","soft":1,"hard":1}]}}"#),
    RuleCase("RF8125", #"{"process":{"user":{"uid":1},"rlimits":[{"type":"RLIMIT_NPROC","soft":1,"hard":1}]}}"#),
    RuleCase("RF8127", #"{"process":{"capabilities":{"bounding":["CAP_CHECKPOINT_RESTORE"]}}}"#),
    RuleCase(
      "RF8128",
      #"{"process":{"capabilities":{"effective":["CAP_KILL"],"permitted":["CAP_KILL"],"inheritable":["CAP_KILL"],"ambient":["CAP_KILL"]}}}"#
    ),
    RuleCase(
      "RF8132",
      #"{"process":{"user":{"uid":1},"capabilities":{"effective":["CAP_KILL"],"ambient":["CAP_KILL"]}}}"#
    ),
    RuleCase("RF8140", #"{"mounts":[{"destination":"/a/..b/c"}]}"#),
    RuleCase(
      "RF8141",
      #"{"mounts":[{"destination":"/proc"},{"destination":"/process"},{"destination":"/proc/uptime"}]}"#
    ),
    RuleCase("RF8142", #"{"mounts":[{"destination":"/data"},{"destination":"/data/in"},{"destination":"/data-2"}]}"#),
    RuleCase(
      "RF8143",
      #"{"mounts":[{"destination":"/a","type":"bind","source":"/b","options":["rbind"]},{"destination":"/c","options":["bind"]}]}"#
    ),
    RuleCase("RF8144", #"{"mounts":[{"type":"bind","source":"/srv/data"},{"type":"proc","source":"/proc"}]}"#),
    RuleCase(
      "RF8146",
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":["size=64m"]},{"destination":"/dev","type":"tmpfs"}]}"#
    ),
    RuleCase(
      "RF8147",
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":["mode=1777","noexec"]},{"type":"nfs","options":["vers=4"]}]}"#
    ),
    RuleCase("RF8148", #"{"mounts":[{"destination":"/a","type":"overlay"}]}"#),
    RuleCase("RF8150", #"{"mounts":[{"options":["rslave"]}],"linux":{"rootfsPropagation":"private"}}"#),
    RuleCase(
      "RF8160",
      #"{"linux":{"namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}]}}"#
    ),
    RuleCase("RF8162", #"{"linux":{"namespaces":[{"type":"pid","path":""}]}}"#),
    RuleCase(
      "RF8163",
      #"{"process":{"user":{"uid":5,"gid":5}},"linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":1,"size":6}],"gidMappings":[{"containerID":5,"hostID":9,"size":1}]}}"#
    ),
    RuleCase("RF8165", #"{"linux":{"namespaces":[{"type":"network"}],"sysctl":{"net/ipv4/ip_forward":"1"}}}"#),
    RuleCase("RF8171", #"{"linux":{"resources":{"memory":{"limit":4194304}}}}"#),
    RuleCase("RF8175", #"{"linux":{"resources":{"memory":{"limit":1}}}}"#),
    RuleCase("RF8176", #"{"linux":{"resources":{"cpu":{"quota":1000,"period":1000,"shares":2}}}}"#),
    RuleCase("RF8178", #"{"linux":{"resources":{"pids":{"limit":1}}}}"#),
    RuleCase("RF8179", #"{"linux":{"resources":{"pids":{"limit":20}}}}"#),
    RuleCase(
      "RF8180",
      #"{"linux":{"resources":{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":3,"access":"rw"}]}}}"#
    ),
    RuleCase("RF8182", #"{"linux":{"resources":{"unified":{}}}}"#),
    RuleCase(
      "RF8185",
      #"{"linux":{"maskedPaths":["/proc/kcore","/proc/keys","/proc/timer_list","/proc/scsi","/proc/acpi","/sys/firmware"]}}"#
    ),
    RuleCase(
      "RF8186",
      #"{"linux":{"readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}"#
    ),
    RuleCase("RF8187", #"{"linux":{"maskedPaths":["/etc/passwd"]}}"#),
    RuleCase("RF8189", #"{"annotations":{"dev.gvisor.flag.oci-seccomp":"true","org.opencontainers.image.title":"x"}}"#),
    RuleCase("RF8190", #"{"linux":{"cgroupsPath":"system.slice:runc:id"}}"#),
  ]
}
