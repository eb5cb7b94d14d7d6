extension ValidationExamples {
  /// Rules of OCI bundles.
  static let oci: [String: ValidationExample] = [
    "RF8101": .init(
      .ociConfig,
      #"{"ociVersion":"1.0.2","root":{"path":"rootfs",«"readOnly"»:true}}"#,
      #"{"ociVersion":"1.0.2","root":{"path":"rootfs","readonly":true}}"#
    ),
    "RF8102": .init(
      .ociConfig,
      #"{"ociVersion":"1.0.2","process":{"cwd":"/","args":«"sh"»}}"#,
      #"{"ociVersion":"1.0.2","process":{"cwd":"/","args":["sh"]}}"#
    ),
    "RF8103": .init(
      .ociConfig,
      #"{"ociVersion":"1.0.2","linux":{"namespaces":[{"type":«"net"»}]}}"#,
      #"{"ociVersion":"1.0.2","linux":{"namespaces":[{"type":"network"}]}}"#
    ),
    "RF8104": .init(.ociConfig, #"«{»"root":{"path":"rootfs"}}"#, #"{"ociVersion":"1.0.2","root":{"path":"rootfs"}}"#),
    "RF8105": .init(.ociConfig, #"{"ociVersion":«"banana"»}"#, #"{"ociVersion":"1.0.2"}"#),
    "RF8110": .init(.ociConfig, #"{"process":{"args":«[]»}}"#, #"{"process":{"args":["/bin/sh"]}}"#),
    "RF8111": .init(.ociConfig, #"{"process":{"cwd":«"work"»}}"#, #"{"process":{"cwd":"/work"}}"#),
    "RF8112": .init(
      .ociConfig,
      #"{"process":{"env":["PATH=/bin",«"DEBUG"»]}}"#,
      #"{"process":{"env":["PATH=/bin","DEBUG=1"]}}"#
    ),
    "RF8113": .init(.ociConfig, #"{"process":{"user":{"uid":«0»}}}"#, #"{"process":{"user":{"uid":65534}}}"#),
    "RF8114": .init(.ociConfig, #"{"process":{"noNewPrivileges":«false»}}"#, #"{"process":{"noNewPrivileges":true}}"#),
    "RF8115": .init(.ociConfig, #"{"process":{"user":{"umask":«77»}}}"#, #"{"process":{"user":{"umask":63}}}"#),
    "RF8116": .init(.ociConfig, #"{"process":{"oomScoreAdj":«-999»}}"#, #"{"process":{"oomScoreAdj":500}}"#),
    "RF8117": .init(.ociConfig, #"{"process":{"terminal":«true»}}"#, #"{"process":{"terminal":false}}"#),
    "RF8118": .init(.ociConfig, #"{"process":{«"apparmorProfile"»:"mine"}}"#, #"{"process":{}}"#),
    "RF8119": .init(
      .ociConfig,
      #"{"process":{"cwd":"/",«"ioPriority"»:{"class":"IOPRIO_CLASS_BE","priority":1}}}"#,
      #"{"process":{"cwd":"/"}}"#
    ),
    "RF8120": .init(
      .ociConfig,
      #"{"process":{"rlimits":[{"type":‹"RLIMIT_AS"›},{"type":«"RLIMIT_AS"»}]}}"#,
      #"{"process":{"rlimits":[{"type":"RLIMIT_AS"},{"type":"RLIMIT_CPU"}]}}"#
    ),
    "RF8121": .init(
      .ociConfig,
      #"{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","soft":«9»,"hard":‹8›}]}}"#,
      #"{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","soft":8,"hard":8}]}}"#
    ),
    "RF8122": .init(
      .ociConfig,
      #"{"process":{"rlimits":[{"type":"RLIMIT_CPU","soft":«2»,"hard":‹4›}]}}"#,
      #"{"process":{"rlimits":[{"type":"RLIMIT_CPU","soft":4,"hard":4}]}}"#
    ),
    "RF8123": .init(
      .ociConfig,
      #"{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","soft":«15»,"hard":64}]}}"#,
      #"{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","soft":64,"hard":64}]}}"#
    ),
    "RF8124": .init(
      .ociConfig,
      #"{"linux":{"seccomp":{}},"process":{"rlimits":[{"type":"RLIMIT_AS","soft":«268435456»,"hard":268435456}]}}"#,
      #"{"linux":{"seccomp":{},"resources":{"memory":{"limit":268435456}}},"process":{"rlimits":[]}}"#
    ),
    "RF8125": .init(
      .ociConfig,
      #"{"process":{"rlimits":[{"type":«"RLIMIT_NPROC"»,"soft":32,"hard":32}]}}"#,
      #"{"process":{"rlimits":[]},"linux":{"resources":{"pids":{"limit":32}}}}"#
    ),
    "RF8126": .init(.ociConfig, #"{"process":«{»}}"#, #"{"process":{"capabilities":{}}}"#),
    "RF8127": .init(
      .ociConfig,
      #"{"process":{"capabilities":{"bounding":[«"NET_RAW"»]}}}"#,
      #"{"process":{"capabilities":{"bounding":["CAP_NET_RAW"]}}}"#
    ),
    "RF8128": .init(
      .ociConfig,
      #"{"process":{"capabilities":{"effective":[«"CAP_KILL"»],"permitted":[]}}}"#,
      #"{"process":{"capabilities":{"effective":["CAP_KILL"],"permitted":["CAP_KILL"]}}}"#
    ),
    "RF8129": .init(
      .ociConfig,
      #"{"process":{"capabilities":{"bounding":["CAP_KILL",«"CAP_SYS_ADMIN"»],"permitted":["CAP_SYS_ADMIN"]}}}"#,
      #"{"process":{"capabilities":{"bounding":["CAP_KILL"]}}}"#
    ),
    "RF8130": .init(.ociConfig, #"{"root":{"path":«"/"»}}"#, #"{"root":{"path":"rootfs"}}"#),
    "RF8131": .init(
      .ociConfig,
      #"{"root":{"path":"r","readonly":«false»}}"#,
      #"{"root":{"path":"r","readonly":true}}"#
    ),
    "RF8132": .init(
      .ociConfig,
      #"{"process":{"user":{"uid":1},"capabilities":{"effective":[«"CAP_KILL"»],"permitted":["CAP_KILL"]}}}"#,
      #"{"process":{"user":{"uid":1},"capabilities":{"effective":["CAP_KILL"],"permitted":["CAP_KILL"],"ambient":["CAP_KILL"]}}}"#
    ),
    "RF8140": .init(
      .ociConfig,
      #"{"mounts":[{"destination":«"/data/../tmp"»}]}"#,
      #"{"mounts":[{"destination":"/tmp"}]}"#
    ),
    "RF8141": .init(
      .ociConfig,
      #"{"mounts":[{"destination":«"/proc/self/attr"»}]}"#,
      #"{"mounts":[{"destination":"/proc"}]}"#
    ),
    "RF8142": .init(
      .ociConfig,
      #"{"mounts":[{"destination":«"/data/in"»},{"destination":‹"/data"›}]}"#,
      #"{"mounts":[{"destination":"/data"},{"destination":"/data/in"}]}"#
    ),
    "RF8143": .init(
      .ociConfig,
      #"{"mounts":[{"destination":"/a","type":"bind","source":"/b","options":«[»"ro"]}]}"#,
      #"{"mounts":[{"destination":"/a","type":"bind","source":"/b","options":["bind","ro"]}]}"#
    ),
    "RF8144": .init(
      .ociConfig,
      #"{"mounts":[{"type":"bind","source":«"/var/run/docker.sock"»}]}"#,
      #"{"mounts":[{"type":"bind","source":"/srv/data"}]}"#
    ),
    "RF8145": .init(
      .ociConfig,
      #"{"mounts":[{"type":"bind","source":"/b","options":«[»"bind"]}]}"#,
      #"{"mounts":[{"type":"bind","source":"/b","options":["bind","nosuid","nodev"]}]}"#
    ),
    "RF8146": .init(
      .ociConfig,
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":«[»"nosuid"]}]}"#,
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":["nosuid","size=64m"]}]}"#
    ),
    "RF8147": .init(
      .ociConfig,
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":[«"nosiud"»,"size=1m"]}]}"#,
      #"{"mounts":[{"destination":"/tmp","type":"tmpfs","options":["nosuid","size=1m"]}]}"#
    ),
    "RF8148": .init(
      .ociConfig,
      #"{"annotations":{"dev.gvisor.x":"y"},"mounts":[{"destination":"/a","type":«"overlay"»}]}"#,
      #"{"annotations":{"dev.gvisor.x":"y"},"mounts":[{"destination":"/a","type":"tmpfs"}]}"#
    ),
    "RF8149": .init(.ociConfig, #"{«"mounts"»:[]}"#, #"{"mounts":[{"destination":"/proc","type":"proc"}]}"#),
    "RF8150": .init(
      .ociConfig,
      #"{"linux":{"rootfsPropagation":«"shared"»}}"#,
      #"{"linux":{"rootfsPropagation":"private"}}"#
    ),
    "RF8151": .init(
      .ociConfig,
      #"{"mounts":[{"destination":"/sys","type":"sysfs","options":«[»"nosuid"]}]}"#,
      #"{"mounts":[{"destination":"/sys","type":"sysfs","options":["ro"]}]}"#
    ),
    "RF8160": .init(
      .ociConfig,
      #"{"linux":{«"namespaces"»:[{"type":"pid"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}]}}"#,
      #"{"linux":{"namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}]}}"#
    ),
    "RF8161": .init(
      .ociConfig,
      #"{"linux":{"namespaces":[{"type":‹"pid"›},{"type":«"pid"»}]}}"#,
      #"{"linux":{"namespaces":[{"type":"pid"},{"type":"ipc"}]}}"#
    ),
    "RF8162": .init(
      .ociConfig,
      #"{"linux":{"namespaces":[{"type":"pid","path":«"/proc/1/ns/pid"»}]}}"#,
      #"{"linux":{"namespaces":[{"type":"pid"}]}}"#
    ),
    "RF8163": .init(
      .ociConfig,
      #"{"process":{"user":{"uid":5,"gid":0}},"linux":{"namespaces":[«{»"type":"user"}],«"uidMappings"»:[{"containerID":0,"hostID":1,"size":1}]}}"#,
      #"{"process":{"user":{"uid":5,"gid":5}},"linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":1,"size":6}],"gidMappings":[{"containerID":5,"hostID":9,"size":1}]}}"#
    ),
    "RF8164": .init(
      .ociConfig,
      #"{«"hostname"»:"x","linux":{"namespaces":[]}}"#,
      #"{"hostname":"x","linux":{"namespaces":[{"type":"uts"}]}}"#
    ),
    "RF8165": .init(
      .ociConfig,
      #"{"linux":{"namespaces":[{"type":"network"}],"sysctl":{«"vm.swappiness"»:"1"}}}"#,
      #"{"linux":{"namespaces":[{"type":"network"}],"sysctl":{"net.ipv4.ip_forward":"1"}}}"#
    ),
    "RF8166": .init(
      .ociConfig,
      #"{"linux":{"namespaces":[{"type":«"time"»}]}}"#,
      #"{"linux":{"namespaces":[{"type":"pid"}]}}"#
    ),
    "RF8170": .init(
      .ociConfig,
      #"{"linux":{"resources":{"memory":{"limit":«-1»}}}}"#,
      #"{"linux":{"resources":{"memory":{"limit":67108864}}}}"#
    ),
    "RF8171": .init(
      .ociConfig,
      #"{"linux":{"resources":{"memory":{"limit":«256»}}}}"#,
      #"{"linux":{"resources":{"memory":{"limit":268435456}}}}"#
    ),
    "RF8172": .init(
      .ociConfig,
      #"{"linux":{"resources":{"memory":{"limit":‹67108864›,"swap":«1»}}}}"#,
      #"{"linux":{"resources":{"memory":{"limit":67108864,"swap":67108864}}}}"#
    ),
    "RF8173": .init(
      .ociConfig,
      #"{"linux":{"resources":{"memory":{"limit":‹5000000›,"reservation":«6000000»}}}}"#,
      #"{"linux":{"resources":{"memory":{"limit":6000000,"reservation":6000000}}}}"#
    ),
    "RF8174": .init(
      .ociConfig,
      #"{"linux":{"resources":{"memory":{"disableOOMKiller":«true»}}}}"#,
      #"{"linux":{"resources":{"memory":{"disableOOMKiller":false}}}}"#
    ),
    "RF8175": .init(
      .ociConfig,
      #"{"linux":{"resources":{"memory":{«"kernel"»:67108864}}}}"#,
      #"{"linux":{"resources":{"memory":{"limit":67108864}}}}"#
    ),
    "RF8176": .init(
      .ociConfig,
      #"{"linux":{"resources":{"cpu":{"quota":«500»,"period":100000}}}}"#,
      #"{"linux":{"resources":{"cpu":{"quota":50000,"period":100000}}}}"#
    ),
    "RF8177": .init(
      .ociConfig,
      #"{"linux":{"resources":{"cpu":{«"realtimeRuntime"»:5}}}}"#,
      #"{"linux":{"resources":{"cpu":{"realtimeRuntime":0}}}}"#
    ),
    "RF8178": .init(
      .ociConfig,
      #"{"linux":{"resources":{"pids":{"limit":«0»}}}}"#,
      #"{"linux":{"resources":{"pids":{"limit":64}}}}"#
    ),
    "RF8179": .init(
      .ociConfig,
      #"{"annotations":{"dev.gvisor.x":"y"},"linux":{"resources":{"pids":{"limit":«20»}}}}"#,
      #"{"annotations":{"dev.gvisor.x":"y"},"linux":{"resources":{"pids":{"limit":448}}}}"#
    ),
    "RF8180": .init(
      .ociConfig,
      #"{"linux":{"resources":«{»}}}"#,
      #"{"linux":{"resources":{"devices":[{"allow":false,"access":"rwm"}]}}}"#
    ),
    "RF8181": .init(
      .ociConfig,
      #"{"linux":{"devices":[{"path":«"/dev/kvm"»,"type":"c"}]}}"#,
      #"{"linux":{"devices":[{"path":"/dev/null","type":"c"}]}}"#
    ),
    "RF8182": .init(
      .ociConfig,
      #"{"linux":{"resources":{«"unified"»:{"memory.high":"67108864"}}}}"#,
      #"{"linux":{"resources":{"memory":{"limit":67108864}}}}"#
    ),
    "RF8183": .init(.ociConfig, #"{"linux":«{»}}"#, #"{"linux":{"seccomp":{}}}"#),
    "RF8184": .init(
      .ociConfig,
      #"{"annotations":{"dev.gvisor.x":"y"},"linux":{«"seccomp"»:{}}}"#,
      #"{"annotations":{"dev.gvisor.flag.oci-seccomp":"true"},"linux":{"seccomp":{}}}"#
    ),
    "RF8185": .init(
      .ociConfig,
      #"{"linux":{«"maskedPaths"»:["/proc/kcore"]}}"#,
      #"{"linux":{"maskedPaths":["/proc/kcore","/proc/keys","/proc/timer_list","/proc/scsi","/proc/acpi","/sys/firmware"]}}"#
    ),
    "RF8186": .init(
      .ociConfig,
      #"{"linux":{«"readonlyPaths"»:[]}}"#,
      #"{"linux":{"readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}"#
    ),
    "RF8187": .init(
      .ociConfig,
      #"{"linux":{"maskedPaths":[«"proc/kcore"»]}}"#,
      #"{"linux":{"maskedPaths":["/proc/kcore"]}}"#
    ),
    "RF8188": .init(.ociConfig, #"{"hooks":{"prestart":[{"path":«"/bin/x"»}]}}"#, #"{"hooks":{}}"#),
    "RF8189": .init(
      .ociConfig,
      #"{"annotations":{«"dev.gvisor.flag.host-uds"»:"all"}}"#,
      #"{"annotations":{"dev.gvisor.flag.oci-seccomp":"true"}}"#
    ),
    "RF8190": .init(.ociConfig, #"{"linux":{"cgroupsPath":«"../x"»}}"#, #"{"linux":{"cgroupsPath":"/jobs/x"}}"#),
  ]
}
