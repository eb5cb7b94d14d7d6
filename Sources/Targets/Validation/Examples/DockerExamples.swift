extension ValidationExamples {
  /// Rules of Docker.
  static let docker: [String: ValidationExample] = [
    "RF8201": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Privileged":«true»}}"#,
      #"{"Image":"debian:12","HostConfig":{"Privileged":false}}"#
    ),
    "RF8202": .init(.dockerCreateBody, #"{"Image":"x","User":«"0:0"»}"#, #"{"Image":"x","User":"65534:65534"}"#),
    "RF8203": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"CapDrop":[«"NET_RAW"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"CapDrop":["ALL"]}}"#
    ),
    "RF8204": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"CapDrop":["ALL"],"CapAdd":[«"CAP_SYS_ADMIN"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"CapDrop":["ALL"],"CapAdd":["CHOWN"]}}"#
    ),
    "RF8205": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"SecurityOpt":[«"no-new-privileges:false"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"SecurityOpt":["no-new-privileges"]}}"#
    ),
    "RF8206": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"SecurityOpt":[«"no_new_privileges"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"SecurityOpt":["no-new-privileges"]}}"#
    ),
    "RF8207": .init(
      .dockerRunScript,
      #"docker run --security-opt «seccomp=unconfined» debian"#,
      #"docker run --security-opt "seccomp=$profile" debian"#
    ),
    "RF8208": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"PidMode":«"host"»}}"#,
      #"{"Image":"debian:12","HostConfig":{"PidMode":""}}"#
    ),
    "RF8209": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"NetworkMode":«"bridge"»}}"#,
      #"{"Image":"debian:12","HostConfig":{"NetworkMode":"none"}}"#
    ),
    "RF8210": .init(
      .dockerCreateBody,
      #"{"Image":"x","NetworkDisabled":true,"HostConfig":{"NetworkMode":«"nosuchnet"»}}"#,
      #"{"Image":"x","NetworkDisabled":true,"HostConfig":{"NetworkMode":"none"}}"#
    ),
    "RF8211": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Devices":[«{»"PathOnHost":"/dev/sda"}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Devices":[]}}"#
    ),
    "RF8212": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Sysctls":{«"kernel.panic"»:"1"}}}"#,
      #"{"Image":"debian:12","HostConfig":{"Sysctls":{"kernel.msgmax":"1"}}}"#
    ),
    "RF8213": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"GroupAdd":[«"docker"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"GroupAdd":[]}}"#
    ),
    "RF8214": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"MaskedPaths":«[»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"MaskedPaths":["/proc/kcore","/proc/keys","/proc/timer_list","/sys/firmware"]}}"#
    ),
    "RF8215": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"PublishAllPorts":«true»}}"#,
      #"{"Image":"debian:12","HostConfig":{"PublishAllPorts":false}}"#
    ),
    "RF8216": .init(
      .dockerCreateBody,
      #"{"Image":"x","Hostname":«"a"»,"HostConfig":{"UTSMode":"host"}}"#,
      #"{"Image":"x","Hostname":"a","HostConfig":{}}"#
    ),
    "RF8220": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Memory":«0»}}"#,
      #"{"Image":"debian:12","HostConfig":{"Memory":67108864}}"#
    ),
    "RF8221": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Memory":«1000»}}"#,
      #"{"Image":"debian:12","HostConfig":{"Memory":6291456}}"#
    ),
    "RF8222": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Memory":67108864,"MemorySwap":«-1»}}"#,
      #"{"Image":"debian:12","HostConfig":{"Memory":67108864,"MemorySwap":67108864}}"#
    ),
    "RF8223": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Memory":67108864,"MemoryReservation":«67108865»}}"#,
      #"{"Image":"debian:12","HostConfig":{"Memory":67108864,"MemoryReservation":67108864}}"#
    ),
    "RF8224": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"OomKillDisable":«true»,"OomScoreAdj":«-1»}}"#,
      #"{"Image":"debian:12","HostConfig":{"OomKillDisable":false,"OomScoreAdj":500}}"#
    ),
    "RF8225": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"PidsLimit":«-1»}}"#,
      #"{"Image":"debian:12","HostConfig":{"PidsLimit":64}}"#
    ),
    "RF8226": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"CpuQuota":«500»}}"#,
      #"{"Image":"debian:12","HostConfig":{"CpuQuota":50000,"CpuPeriod":100000}}"#
    ),
    "RF8227": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"CpuCount":«1»}}"#,
      #"{"Image":"debian:12","HostConfig":{"CpuCount":0}}"#
    ),
    "RF8228": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":«"nofiles"»,"Soft":64,"Hard":64}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":"nofile","Soft":64,"Hard":64}]}}"#
    ),
    "RF8229": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":«"nofile"»,"Soft":65,"Hard":64}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":"nofile","Soft":64,"Hard":-1}]}}"#
    ),
    "RF8230": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":«"nofile"»,"Soft":6,"Hard":6}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":"nofile","Soft":20,"Hard":20}]}}"#
    ),
    "RF8231": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":«"cpu"»,"Soft":1,"Hard":2}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Init":true,"Ulimits":[{"Name":"cpu","Soft":1,"Hard":2}]}}"#
    ),
    "RF8232": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":«"nproc"»,"Soft":9,"Hard":9}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Ulimits":[{"Name":"core","Soft":0,"Hard":0}]}}"#
    ),
    "RF8233": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Runtime":"runsc","PidsLimit":«32»}}"#,
      #"{"Image":"debian:12","HostConfig":{"PidsLimit":32}}"#
    ),
    "RF8240": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"ReadonlyRootfs":«false»}}"#,
      #"{"Image":"debian:12","HostConfig":{"ReadonlyRootfs":true}}"#
    ),
    "RF8241": .init(
      .dockerRunScript,
      #"docker run -v «/var/run/docker.sock:/x» -v data:/y --mount «type=bind,src=/,dst=/h» debian"#,
      #"docker run --mount 'type=bind,"source=/srv/a,b",target=/h' debian"#
    ),
    "RF8242": .init(.dockerRunScript, #"docker run «--use-api-socket» debian"#, #"docker run debian"#),
    "RF8243": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Mounts":[{"Type":"bind","Source":«"./x"»,"Target":"/x"},{"Type":"bind","Source":«""»,"Target":"/y"}]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Mounts":[{"Type":"volume","Source":"x","Target":"/x"}]}}"#
    ),
    "RF8244": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/proc/x":«"size=1m"»,"/tmp":"size=1m"},"Binds":[«"/a:b"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":"size=1m"}}}"#
    ),
    "RF8245": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Binds":[«"/srv/a:/a"»,"/srv/b:/b:ro"]}}"#,
      #"{"Image":"debian:12","HostConfig":{"Mounts":[{"Type":"bind","Source":"/srv/a","Target":"/x","ReadOnly":true}]}}"#
    ),
    "RF8246": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":«"noexec"»}}}"#,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":"size=64m"}}}"#
    ),
    "RF8247": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":«"size=64m,noexce"»}}}"#,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":"size=64m,noexec"}}}"#
    ),
    "RF8248": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":«"size=64m,exec"»}}}"#,
      #"{"Image":"debian:12","HostConfig":{"Tmpfs":{"/tmp":"size=64m,noexec"}}}"#
    ),
    "RF8249": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"VolumesFrom":[«"other"»]}}"#,
      #"{"Image":"debian:12","HostConfig":{"VolumesFrom":[]}}"#
    ),
    "RF8260": .init(.dockerCreateBody, #"{"Image":«"debian"»}"#, #"{"Image":"registry:5000/debian:12"}"#),
    "RF8261": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"LogConfig":{"Type":«"json-file"»}}}"#,
      #"{"Image":"debian:12","HostConfig":{"LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}}}}"#
    ),
    "RF8262": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"RestartPolicy":{"Name":«"always"»}}}"#,
      #"{"Image":"debian:12","HostConfig":{"RestartPolicy":{"Name":"no"}}}"#
    ),
    "RF8263": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"AutoRemove":«true»,"RestartPolicy":{"Name":"always"}}}"#,
      #"{"Image":"debian:12","HostConfig":{"AutoRemove":false,"RestartPolicy":{"Name":"always"}}}"#
    ),
    "RF8264": .init(.dockerCreateBody, #"{"Image":"x","StopTimeout":«5»}"#, #"{"Image":"x"}"#),
    "RF8265": .init(
      .dockerCreateBody,
      #"{"Image":"debian:12","HostConfig":{"CgroupParent":«"/other"»}}"#,
      #"{"Image":"debian:12","HostConfig":{"CgroupParent":""}}"#
    ),
    "RF8266": .init(
      .dockerCreateBody,
      #"{"Image":"x","Env":["LANG=C",«"DB_PASSWORD=hunter2"»]}"#,
      #"{"Image":"x","Env":["LANG=C"]}"#
    ),
    "RF8601": .init(.dockerRunScript, #"docker run «'»debian\#n"#, #"docker run 'debian'\#n"#),
    "RF8602": .init(.dockerRunScript, #"docker run «--pid-limit» 5 debian"#, #"docker run --pids-limit 5 debian"#),
    "RF8603": .init(.dockerRunScript, #"docker run --memory «lots» debian"#, #"docker run --memory 64m debian"#),
    "RF8604": .init(.dockerRunScript, #"«docker run» --rm"#, #"docker run --rm -- debian"#),
    "RF8605": .init(.dockerRunScript, #"«»echo docker ps"#, #"docker run debian"#),
  ]
}
