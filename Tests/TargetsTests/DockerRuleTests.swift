import Targets
import TestSupport
import Testing

@Suite("Rules of Docker")
struct DockerRuleTests {
  @Test("create bodies", arguments: bodies)
  func createBody(example: RuleCase) throws { try example.check(as: .dockerCreateBody) }

  @Test("run scripts", arguments: scripts)
  func runScript(example: RuleCase) throws { try example.check(as: .dockerRunScript) }

  static let all = bodies + scripts

  private static func host(_ rule: String, _ host: String) -> RuleCase {
    RuleCase(rule, #"{"Image":"debian:12","HostConfig":{"# + host + "}}")
  }

  static let bodies = [
    host("RF8101", #"«"PidsLimt"»:5"#),
    host("RF8102", #""Memory":«"64m"»,"CapDrop":«"ALL"»"#),
    host("RF8103", #""CgroupnsMode":«"hots"»,"OomScoreAdj":«1001»"#),
    RuleCase("RF8104", #"«{»"HostConfig":{}}"#),
    RuleCase("RF8202", #"«{»"Image":"x"}"#),
    RuleCase("RF8202", #"{"Image":"x","User":«"nobody"»}"#),
    RuleCase("RF8202", #"{"Image":"x","User":«"1000"»}"#),
    RuleCase("RF8203", #"{"Image":"x",«"HostConfig"»:{}}"#),
    host("RF8204", #""CapDrop":[«"NOPE"»],"CapAdd":["KILL",«"CAP_SYS_ADMIN"»,«"all"»]"#),
    host("RF8204", #""CapDrop":["ALL","cap_sys_admin"],"CapAdd":["CHOWN"]"#),
    host(
      "RF8206",
      #""SecurityOpt":[«"no_new_privileges"»,«"apparmor=unconfined"»,«"systempaths=unconfined"»,«"label:disable"»]"#
    ),
    host("RF8206", #""SecurityOpt":["no-new-privileges:true","apparmor=docker-default"]"#),
    host("RF8207", #""SecurityOpt":[«"seccomp=unconfined"»]"#),
    host("RF8207", #""SecurityOpt":[«"seccomp=/etc/profile.json"»]"#),
    host("RF8207", #""SecurityOpt":["seccomp={\"defaultAction\":\"SCMP_ACT_ERRNO\"}"]"#),
    host("RF8401", #""SecurityOpt":[«"seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"»]"#),
    host(
      "RF8208",
      #""PidMode":«"host"»,"IpcMode":«"bogus"»,"NetworkMode":«"container:abc"»,"UTSMode":"","UsernsMode":«"host"»"#
    ),
    host("RF8208", #""PidMode":"","IpcMode":"none","NetworkMode":"none","CgroupnsMode":"private""#),
    host("RF8212", #""Sysctls":{«"kernel.panic"»:"1","net.ipv4.ip_forward":"0"}"#),
    host("RF8214", #""MaskedPaths":«[»],"ReadonlyPaths":«[»"/proc/sys"]"#),
    host("RF8215", #""PortBindings":{«"80/tcp"»:[]},"PublishAllPorts":«true»"#),
    host("RF8215", #""PortBindings":{}"#),
    host("RF8222", #""Memory":«67108864»"#),
    host("RF8222", #""Memory":67108864,"MemorySwap":«1000»"#),
    host("RF8222", #""MemorySwap":«67108864»"#),
    host("RF8226", #""NanoCpus":1000000000,"CpuQuota":«50000»"#),
    host("RF8226", #""NanoCpus":«5000000»"#),
    host(
      "RF8241",
      #""Binds":[«"/var/run/docker.sock:/s"»,«"/:/host:ro"»,"/srv/a:/a"],"Mounts":[{"Type":"bind","Source":«"/etc/shadow"»,"Target":"/x"}]"#
    ),
    host("RF8241", #""Binds":["data:/data"]"#),
    host(
      "RF8243",
      #""Mounts":[{"Type":"bind","Source":«"./x"»,"Target":"/x"},{"Type":"bind","Source":«""»,"Target":"/y"}]"#
    ),
    host("RF8247", #""Tmpfs":{"/tmp":"size=64m,noexec,nr_inodes=5,mode=1777,uid=1"}"#),
    host("RF8263", #""AutoRemove":false"#),
    RuleCase("RF8266", #"{"Image":"x","Env":["A=1",«"DB_PASSWORD=hunter2"»,"API_TOKEN"]}"#),
    RuleCase("RF8266", #"{"Image":"x","Env":["PATH=/bin"]}"#),
  ]

  static let scripts = [
    RuleCase("RF8601", "docker run 'a b' \"c\" $(echo `id`) ${x:-'}'} <<E\n' \"\nE\n"),
    RuleCase("RF8602", "docker run «-x» debian"),
    RuleCase("RF8602", "docker run --pids-limit 5 -it --rm debian --pid-limit 5"),
    RuleCase("RF8602", "podman run --umask 077 --timeout=5 debian"),
    RuleCase("RF8603", "docker run --memory «lots» --cpus=1 «--pids-limit=many» debian"),
    RuleCase("RF8603", "docker run debian; docker run «--ulimit»"),
    RuleCase("RF8603", "docker run -m 64m --cpus .5 --ulimit nofile=64:64 --init=false --pids-limit $N debian"),
    RuleCase("RF8605", "«»echo docker ps"),
    RuleCase("RF8605", "x=$(docker create debian)"),
    RuleCase("RF8201", "sudo docker -H tcp://x container run «--privileged» debian"),
    RuleCase("RF8201", "exec docker run --privileged=false debian"),
    RuleCase("RF8202", "\"$DOCKER\" run -u «root» debian"),
    RuleCase("RF8202", "/usr/bin/docker run -u65534:65534 debian"),
    RuleCase("RF8203", "if true; then «docker run» debian; fi"),
    RuleCase("RF8205", "docker run --security-opt=no-new-privileges:true debian"),
    RuleCase("RF8208", "docker run «--net=host» --pid \\\n  «host» debian"),
    RuleCase("RF8222", "docker run -m «64m» debian"),
    RuleCase("RF8222", "docker run -m 64m --memory-swap 64m debian"),
    RuleCase("RF8247", "podman run --tmpfs «/tmp:size=1m,uid=5» --tmpfs «/x:size=1m,nr_inodes=5» debian"),
    RuleCase("RF8247", "docker run --tmpfs «/tmp:size=1m,notmpcopyup» debian"),
    RuleCase("RF8247", "podman run --tmpfs /tmp:size=1m,mode=0700,U,notmpcopyup,noexec debian"),
    RuleCase("RF8246", "docker run --tmpfs «/tmp» --mount «type=tmpfs,dst=/x» debian"),
    RuleCase("RF8246", "docker run --tmpfs /tmp:size=1m --mount type=tmpfs,dst=/x,tmpfs-size=5 debian"),
    RuleCase("RF8260", "docker run «debian»"),
    RuleCase("RF8260", "docker run \"$image\""),
    RuleCase("RF8266", "docker run -e «API_TOKEN=abc» -e API_TOKEN debian"),
  ]
}
