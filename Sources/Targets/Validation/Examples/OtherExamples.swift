extension ValidationExamples {
  /// Rules of JSON, native profiles and runsc scripts.
  static let other: [String: ValidationExample] = [
    "RF8001": .init(.listing, #"{'readonly': true}"#, #"{"readonly": true}"#),
    "RF8002": .init(.listing, #"{"readonly": true, "readonly": false}"#, #"{"readonly": true}"#),
    "RF8003": .init(.listing, #"{"hostname": "\ud83d"}"#, #"{"hostname": "\ud83d\ude00"}"#),
    "RF8004": .init(.listing, #"[[[[[[[[ … a thousand levels … ]]]]]]]]"#, #"[[1]]"#),
    "RF8005": .init(.listing, #"{"readonly": true} {"readonly": false}"#, #"{"readonly": true}"#),
    "RF8501": .init(.nativeProfile, #"{"schema":«"ringfence.native/9"»}"#, #"{"schema":"ringfence.native/1"}"#),
    "RF8502": .init(
      .nativeProfile,
      #"{"policy_digest":«"sha256:xyz"»}"#,
      #"{"policy_digest":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}"#
    ),
    "RF8503": .init(.nativeProfile, #"{"controls":«{»«"resources.memroy"»:{}}}"#, #"{"schema":"x"}"#),
    "RF8504": .init(
      .nativeProfile,
      #"{"controls":{"network.allow":{"enforcement":«"none"»}}}"#,
      #"{"controls":{"network.allow":{"enforcement":"exact"}}}"#
    ),
    "RF8505": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"process.user":{"value":{"uid":«0»,"gid":0}}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"process.user":{"value":{"uid":1,"gid":0}}}}"#
    ),
    "RF8506": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"process.no_new_privileges":{"value":«false»}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"process.no_new_privileges":{"value":true}}}"#
    ),
    "RF8507": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"filesystem.root":{"value":«"writable"»}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"filesystem.root":{"value":"read-only"}}}"#
    ),
    "RF8508": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"network.mode":{"value":«"host"»}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"network.mode":{"value":"none"}}}"#
    ),
    "RF8509": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"resources.memory":{"value":«"unlimited"»}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"resources.memory":{"value":1048576}}}"#
    ),
    "RF8510": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"filesystem.read":{"value":["/usr",«"/etc"»]}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"filesystem.read":{"value":["/usr"]}}}"#
    ),
    "RF8511": .init(
      .nativeProfile,
      #"{"controls":{"resources.memory":{"value":5},"filesystem.tmpfs":{"value":[{"size":«6»}]}}}"#,
      #"{"controls":{"resources.memory":{"value":5},"filesystem.tmpfs":{"value":[{"size":5}]}}}"#
    ),
    "RF8512": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"capabilities":{"value":["CAP_KILL",«"CAP_SYS_ADMIN"»]}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"capabilities":{"value":["CAP_KILL"]}}}"#
    ),
    "RF8513": .init(
      .nativeProfile,
      #"{"schema":"ringfence.native/1","controls":{"syscalls":{"value":{"allow":["write",«"raed"»],"deny":[]}}}}"#,
      #"{"schema":"ringfence.native/1","controls":{"syscalls":{"value":{"allow":["write","read"],"deny":[]}}}}"#
    ),
    "RF8514": .init(.nativeProfile, #"{"filter":{"instructions":«0»}}"#, #"{"filter":{"instructions":85}}"#),
    "RF8801": .init(.runscScript, #"«»echo runsc"#, #"runsc run x"#),
    "RF8802": .init(.runscScript, #"runsc «--network=host» run x"#, #"runsc --network=none run x"#),
    "RF8803": .init(.runscScript, #"runsc «--ignore-cgroups» run x"#, #"runsc run x"#),
    "RF8804": .init(.runscScript, #"runsc «create» x"#, #"runsc --oci-seccomp create x"#),
    "RF8805": .init(.runscScript, #"runsc «--allow-flag-override» run x"#, #"runsc run x"#),
    "RF8806": .init(.runscScript, #"runsc «--host-uds=open» run x"#, #"runsc --host-uds=none run x"#),
    "RF8807": .init(.runscScript, #"runsc «--overlay2=none» run x"#, #"runsc --overlay2=root:self run x"#),
    "RF8808": .init(.runscScript, #"runsc «--platform=xen» run x"#, #"runsc --platform=systrap run x"#),
    "RF8821": .init(.runtimeScript, #"«»echo runc"#, #"runc run x"#),
    "RF8822": .init(.runtimeScript, #"runc run «--no-pivot» x"#, #"runc run x"#),
    "RF8823": .init(.runtimeScript, #"runc run «--no-new-keyring» x"#, #"runc run x"#),
    "RF8824": .init(.runtimeScript, #"runc run «--preserve-fds=3» x"#, #"runc run x"#),
    "RF8825": .init(.runtimeScript, #"crun «--cgroup-manager=disabled» run x"#, #"crun run x"#),
  ]
}
