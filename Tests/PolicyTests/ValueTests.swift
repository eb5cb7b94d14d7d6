import Diagnostics
import Policy
import TestSupport
import Testing

/// What is wrong with values, by themselves and together.
@Suite struct ValueTests {
  @Test(
    arguments: [
      .bad("no unit", "resources: {memory: «256»}", "RF1014"),
      .bad("Docker's mebibytes", "resources: {memory: «256m»}", "RF1014"),
      .bad("a unit's case", "resources: {memory: «256mi»}", "RF1014"),
      .bad("bytes", "resources: {memory: «256MiB»}", "RF1014"),
      .bad("a space", "resources: {memory: «256 Mi»}", "RF1014"),
      .bad("no number", "resources: {memory: «Mi»}", "RF1013"),
      .bad("a sign", "resources: {memory: «-1»}", "RF1013"),
      .bad("a plus", "resources: {memory: «+8Mi»}", "RF1013"),
      .bad("Docker's unlimited", "resources: {pids: «-1»}", "RF1013"),
      .bad("cgroup's unlimited", "resources: {pids: «max»}", "RF1013"),
      .bad("unlimited where there is none", "alerts: {memory: «unlimited»}", "RF1013"),
      .bad("zero processes", "resources: {pids: «0»}", "RF1015"),
      .bad("zero memory", "resources: {memory: «0»}", "RF1015"),
      .bad("zero time", "resources: {wall_time: «0s»}", "RF1015"),
      .bad("time without a unit", "resources: {wall_time: «30»}", "RF1014"),
      .bad("a time of day", "resources: {wall_time: «1:30»}", "RF1014"),
      .bad("ISO 8601", "resources: {wall_time: «PT30S»}", "RF1013"),
      .bad("two units", "resources: {wall_time: «1m30s»}", "RF1014"),
      .bad("seconds in a word", "resources: {wall_time: «30sec»}", "RF1014"),
      .bad("finer than a millisecond", "resources: {wall_time: «0.0001s»}", "RF1015"),
      .bad("half a byte", "resources: {file_size: «0.0001Ki»}", "RF1015"),
      .bad("2^63", "resources: {memory: «8388608Ti»}", "RF1015"),
      .bad("2^64", "resources: {pids: «18446744073709551616»}", "RF1015"),
      .bad("2^64 Ki", "resources: {memory: «18014398509481984Ki»}", "RF1015"),
      .bad("pid_max", "resources: {pids: «4194305»}", "RF1015"),
      .bad("a float for a count", "resources: {pids: «64.0»}", "RF1013"),
      .bad("an exponent", "resources: {pids: «1e3»}", "RF1013"),
      .bad("octal of YAML 1.1", "resources: {pids: «010»}", "RF1013"),
      .bad("octal of YAML 1.2", "resources: {pids: «0o17»}", "RF1013"),
      .bad("hexadecimal", "resources: {pids: «0x40»}", "RF1013"),
      .bad("digit separators", "resources: {pids: «1_000»}", "RF1013"),
      .bad("thousands", "resources: {pids: «\"1,000\"»}", "RF1013"),
      .bad("a superscript digit", "resources: {pids: «6⁴»}", "RF1013"),
      .bad("Arabic digits", "resources: {pids: «٦٤»}", "RF1013"),
      .bad("wide digits", "resources: {memory: «２５６Mi»}", "RF1013"),
      .bad("a number in quotes", "resources: {pids: «\"64\"»}", "RF1013"),
      .bad("processors in quotes", "resources: {cpus: «\"0.5\"»}", "RF1013"),
      .bad("milli-processors", "resources: {cpus: «500m»}", "RF1013"),
      .bad("per cent", "resources: {cpus: «50%»}", "RF1013"),
      .bad("an exponent of processors", "resources: {cpus: «1e3»}", "RF1013"),
      .bad("no digit before the point", "resources: {cpus: «.5»}", "RF1013"),
      .bad("no digit after the point", "resources: {cpus: «1.»}", "RF1013"),
      .bad("infinity", "resources: {cpus: «.inf»}", "RF1013"),
      .bad("not a number", "resources: {cpus: «.nan»}", "RF1013"),
      .bad("no processors", "resources: {cpus: «0»}", "RF1015"),
      .bad("less than a thousandth", "resources: {cpus: «0.0005»}", "RF1015"),
      .bad("two points", "resources: {memory: «1.2.3Mi»}", "RF1013"),
      .bad("null", "resources: {memory: «null»}", "RF1013"),
      .bad("a tilde", "resources: {memory: «~»}", "RF1013"),
      .bad("nothing", "resources:\n  memory:«»", "RF1013"),
      .bad("a list", "resources: {memory: «[256Mi]»}", "RF1013"),
      .bad("a map", "resources: {memory: «{max: 256Mi}»}", "RF1013"),
      .bad("text for a map", "resources: «small»", "RF1013"),
      .bad("text for a list", "capabilities: «NET_RAW»", "RF1013"),
      .bad("no descriptors", "resources: {open_files: «2»}", "RF1015"),
      .bad("Norway", "network: {mode: «no»}", "RF1016"),
      .bad("off", "network: {mode: «off»}", "RF1016"),
      .bad("false", "network: {mode: «false»}", "RF1016"),
      .bad("misspelt", "network: {mode: «lopback»}", "RF1016"),
      .bad("another case", "network: {mode: «None»}", "RF1016"),
      .bad("bridge", "network: {mode: «bridge»}", "RF1016"),
      .bad("YAML 1.1's truth", "process: {no_new_privileges: «yes»}", "RF1013"),
      .bad("a capital", "process: {no_new_privileges: «True»}", "RF1013"),
      .bad("quoted truth", "process: {no_new_privileges: «\"true\"»}", "RF1013"),
      .bad("1", "filesystem: {tmpfs: [{path: /t, size: 1Mi, exec: «1»}]}", "RF1013"),
      .bad("an octal mode without quotes", "process: {umask: «077»}", "RF1016"),
      .bad("no octal mode", "process: {umask: «\"088\"»}", "RF1016"),
      .bad("more than permissions", "process: {umask: «\"1777\"»}", "RF1016"),
      .bad("a symbolic mode", "process: {umask: «u=rwx»}", "RF1016"),
      .badText("version 2", "version: «2»\nname: p\n", "RF1016"),
      .badText("version 1.0", "version: «1.0»\nname: p\n", "RF1016"),
      .badText("version null", "version: «null»\nname: p\n", "RF1013"),
      .good("a bare 0", "resources: {swap: 0, core: 0, file_size: 0}"),
      .good("a fraction", "resources: {wall_time: 0.1s, cpu_time: 0.1s, memory: 1.5Gi, cpus: 0.25}"),
      .good("no limit", "resources: {cpus: unlimited, pids: unlimited}"),
      .good("a size in quotes", "resources: {memory: \"8Mi\", wall_time: '40s'}"),
      .good("processor time on two processors", "resources: {cpu_time: 40s, cpus: 2}"),
      .good("alerts at their limits", "alerts: {memory: 64Mi, pids: 16, wall_time: 30s, cpu_time: 10s}"),
    ] as [PolicyCase]
  )
  func numbers(_ example: PolicyCase) { example.check() }

  @Test(
    arguments: [
      .badText("a slash", "version: 1\nname: «../p»\n", "RF1016"),
      .badText("an option", "version: 1\nname: «--privileged»\n", "RF1016"),
      .badText("a quote", "version: 1\nname: «\"p'; rm -rf /; '\"»\n", "RF1016"),
      .badText("a line feed", "version: 1\nname: «\"p\\nq\"»\n", "RF1016"),
      .badText("a format", "version: 1\nname: «p%s%n»\n", "RF1016"),
      .badText("empty", "version: 1\nname: «\"\"»\n", "RF1016"),
      .badText("a capital", "version: 1\nname: «P»\n", "RF1016"),
      .badText("64 letters", "version: 1\nname: «\(String(repeating: "a", count: 64))»\n", "RF1016"),
      .badText("a combining mark", "version: 1\nname: «p\u{301}»\n", "RF1016"),
      .badText("not the file's", "version: 1\nname: «q»\n", "RF1018"),
      .bad("a label of two lines", "description: «\"a\\nb\"»", "RF1016"),
      .bad("a label of Windows' lines", "description: «\"a\\r\\nb\"»", "RF1016"),
      .bad("an empty label", "description: «\" \"»", "RF1016"),
      .bad("a long label", "description: «\(String(repeating: "x", count: 1001))»", "RF1016"),
      .bad("(uid_t)-1", "process: {user: «\"4294967295:1\"»}", "RF1016"),
      .bad("(gid_t)-1", "process: {user: «\"1:4294967295\"»}", "RF1016"),
      .bad("2^32", "process: {user: «\"4294967296:1\"»}", "RF1016"),
      .bad("a name", "process: {user: «nobody»}", "RF1016"),
      .bad("no group", "process: {user: «\"1000\"»}", "RF1016"),
      .bad("a leading zero", "process: {user: «\"0100:1\"»}", "RF1016"),
      .bad("a negative user", "process: {user: «\"-1:1\"»}", "RF1016"),
      .bad("root", "process: {user: «\"0:0\"»}", "RF2001"),
      .bad("root's group", "process: {user: «\"1:0\"»}", "RF2001"),
      .bad(
        "root accepted for one engine",
        "process: {user: «\"0:0\"»}\naccept: [{target: docker, control: process.user, reason: x}]",
        "RF2001"
      ),
      .bad(
        "root accepted until yesterday",
        "process: {user: «\"0:0\"»}\naccept: [{target: all, control: process.user, reason: x, expires: «2026-06-30»}]",
        "RF2001",
        "RF1036"
      ),
      .good(
        "root accepted",
        "process: {user: \"0:0\"}\naccept: [{target: all, control: process.user, reason: x, expires: 2026-07-01}]"
      ),
      .good("a user without quotes", "process: {user: 65534:65534}"),
      .bad("an empty command", "process: {command: «[]»}", "RF1016"),
      .bad("a program without a name", "process: {command: [«\"\"», x]}", "RF1016"),
      .bad("null in a command", "process: {command: [sh, «null», «~»]}", "RF1013", "RF1013"),
      .bad("a command as text", "process: {command: «sh -c ls»}", "RF1013"),
      .bad("a list in a command", "process: {command: [sh, «[x]»]}", "RF1013"),
      .bad("a host name with a dot", "process: {hostname: «a.b»}", "RF1016"),
      .bad("a variable in quotes' place", "environment: {set: {«\"A B\"»: x}}", "RF1016"),
      .bad("a variable with =", "environment: {set: {«\"A=B\"»: x}}", "RF1016"),
      .bad("a variable without a name", "environment: {set: {«\"\"»: x}}", "RF1016"),
      .bad("a variable of two lines", "environment: {set: {«\"A\\nB\"»: x}}", "RF1016"),
      .bad("a variable from a digit", "environment: {inherit: [«1A»]}", "RF1016"),
      .bad("a variable of other letters", "environment: {inherit: [«Å»]}", "RF1016"),
      .bad("all variables", "environment: {inherit: [«\"*\"»]}", "RF1016"),
      .bad("variables as a list", "environment: {set: «[A=b]»}", "RF1013"),
      .bad("Docker's -e NAME", "environment:\n  set:\n    SECRET:«»", "RF1013"),
      .bad("010", "environment: {set: {A: «010»}}", "RF1013"),
      .bad("on", "environment: {set: {A: «on»}}", "RF1013"),
      .bad("a number", "environment: {set: {A: «8080»}}", "RF1013"),
      .bad("a list as value", "environment: {set: {A: «[a]»}}", "RF1013"),
      .bad("inherited and set", "environment: {inherit: [«A»], set: {A: x}}", "RF1018"),
      .bad("inherited twice", "environment: {inherit: [A, «A»]}", "RF1018"),
      .good("function-shaped", #"environment: {set: {A: "() { :; }; echo x"}}"#),
      .good("any text", #"environment: {set: {A: "a\nb'\"$(id)`id`\\ % é", B: "", C: "8080"}}"#),
      .good("any argument", #"process: {command: [printf, -c, --, "", "'", '"', "*", "$HOME", 1, true, no]}"#),
      .bad("an upper-case image", "filesystem: {image: «Debian:12»}", "RF1016"),
      .bad("an image with a space", "filesystem: {image: «\"debian 12\"»}", "RF1016"),
      .bad("an image with an option", "filesystem: {image: «--privileged»}", "RF1016"),
      .bad("an empty tag", "filesystem: {image: «\"debian:\"»}", "RF1016"),
      .bad("a short digest", "filesystem: {image: «debian@sha256:abc»}", "RF1016"),
      .bad("separators in a row", "filesystem: {image: «a..b»}", "RF1016"),
      .bad("a port that is none", "filesystem: {image: «\"a.example:x/b\"»}", "RF1016"),
      .bad("a registry that begins with a dot", "filesystem: {image: «.example/b»}", "RF1016"),
      .good("images", "filesystem: {image: localhost:5000/a__b/c--d.e:1.2_x}"),
      .bad(
        "a day that is not",
        "accept: [{target: all, control: syscalls, reason: x, expires: «2027-02-30»}]",
        "RF1016"
      ),
      .bad("a date in short", "accept: [{target: all, control: syscalls, reason: x, expires: «2027-6-3»}]", "RF1016"),
      .bad("another order", "accept: [{target: all, control: syscalls, reason: x, expires: «30.06.2027»}]", "RF1016"),
      .odd("expired", "accept: [{target: all, control: syscalls, reason: x, expires: «2026-06-30»}]", "RF1036"),
      .good("a leap day", "accept: [{target: all, control: syscalls, reason: x, expires: 2028-02-29}]"),
      .bad("an unknown target", "accept: [{target: «lxc», control: syscalls, reason: x}]", "RF1016"),
      .bad("an unknown control", "accept: [{target: all, control: «resources.pid», reason: x}]", "RF1016"),
      .bad("an empty reason", "accept: [{target: all, control: syscalls, reason: «\"\"»}]", "RF1016"),
      .bad("no rule", "lint: {suppress: [{rule: «runs-as-root», reason: x}]}", "RF1016"),
      .bad("an unknown capability", "capabilities: [«NET_RAWW»]", "RF1016"),
      .bad("all capabilities", "capabilities: [«ALL»]", "RF1016"),
      .bad("a capability in lower case", "capabilities: [«net_raw»]", "RF1016"),
      .bad("a Kelvin sign", "capabilities: [«\u{212A}ILL»]", "RF1016"),
      .odd("a capability twice", "capabilities: [NET_RAW, «CAP_NET_RAW»]", "RF1032"),
      .bad("an unknown signal", "tests: [{name: t, run: [sh], expect: {signal: «SIGKIL»}}]", "RF1016"),
      .bad("an unknown verdict", "tests: [{name: t, run: [sh], expect: {verdict: «killed»}}]", "RF1016"),
      .bad("an exit code", "tests: [{name: t, run: [sh], expect: {exit_code: «256»}}]", "RF1015"),
      .bad("a test of nothing", "tests: [{name: t, run: «[]», expect: «{}»}]", "RF1016", "RF1016"),
      .bad("a version", "targets: {docker: {version: «latest»}}", "RF1016"),
      .bad("an open version", "targets: {podman: {version: «4.x»}}", "RF1016"),
      .bad("a version with an empty part", "targets: {runc: {version: «1..5»}}", "RF1016"),
      .bad("a long version", "targets: {crun: {version: «1.2.3.4»}}", "RF1016"),
      .bad("a release that is no day", "targets: {gvisor: {release: «20221319»}}", "RF1016"),
      .bad("a release with a dot", "targets: {gvisor: {release: «20221219.0»}}", "RF1016"),
      .bad("a runtime", "targets: {docker: {runtime: «-x»}}", "RF1016"),
      .bad("a platform", "targets: {gvisor: {platform: «xen»}}", "RF1016"),
      .bad("a target", "targets: {«lxc»: {}}", "RF1011"),
      .bad("an option that loosens", "targets: {docker: {«privileged»: true}}", "RF1011"),
    ] as [PolicyCase]
  )
  func text(_ example: PolicyCase) { example.check() }

  @Test(
    arguments: [
      .bad("relative", "filesystem: {read: [«data»]}", "RF1017"),
      .bad("empty", "filesystem: {read: [«\"\"»]}", "RF1017"),
      .bad("a variable", "filesystem: {read: [«$HOME/x»]}", "RF1017"),
      .bad("a braced variable", "filesystem: {write: [{source: «\"${HOME}\"», path: /x}]}", "RF1017"),
      .bad("a home", "filesystem: {write: [{source: «\"~/x\"», path: /x}]}", "RF1017"),
      .bad("a parent", "filesystem: {read: [«/usr/../etc»]}", "RF1017"),
      .bad("a parent at the end", "filesystem: {tmpfs: [{path: «/tmp/..», size: 1Mi}]}", "RF1017"),
      .bad("a parent of the folder", "filesystem: {write: [{source: «../x», path: /x}]}", "RF1017"),
      .bad("a rootfs outside", "filesystem: {rootfs: «../root»}", "RF1017"),
      .bad("a parent behind a combining mark", "filesystem: {read: [«\"/x/../\u{301}etc\"»]}", "RF1017"),
      .bad("a colon under a combining mark", "filesystem: {write: [{source: «\"/d:\u{301}\"», path: /x}]}", "RF1017"),
      .bad("a variable under a combining mark", "filesystem: {read: [«\"/$\u{301}\"»]}", "RF1017"),
      .bad("a parent as working directory", "process: {working_dir: «/work/../..»}", "RF1017"),
      .bad("a relative working directory", "process: {working_dir: «work»}", "RF1017"),
      .bad("a colon", "filesystem: {read: [«/a:/b»]}", "RF1017"),
      .bad("a comma", "filesystem: {write: [{source: «\"/a,ro=false\"», path: /x}]}", "RF1017"),
      .bad("a comma inside", "filesystem: {tmpfs: [{path: «\"/a,exec\"», size: 1Mi}]}", "RF1017"),
      .bad("a comma under a combining mark", "filesystem: {read: [«\"/a,\u{301}b\"»]}", "RF1017"),
      .bad("a quote", "filesystem: {read: [«'/a\"b'»]}", "RF1017"),
      .bad("a line feed", "filesystem: {read: [«\"/a\\nb\"»]}", "RF1017"),
      .bad("lines of Windows", "filesystem: {read: [«\"/a\\r\\nb\"»]}", "RF1017"),
      .bad("a tab", "filesystem: {read: [«\"/a\\tb\"»]}", "RF1017"),
      .bad("4096 bytes", "filesystem: {read: [«\(String(repeating: "/a", count: 2048))»]}", "RF1017"),
      .bad("a name of 256 bytes", "filesystem: {read: [«/\(String(repeating: "a", count: 256))»]}", "RF1017"),
      .bad("the root", "filesystem: {read: [«/»]}", "RF1017"),
      .bad("the root, longer", "filesystem: {tmpfs: [{path: ««//.»», size: 1Mi}]}", "RF1017", "RF1030"),
      .bad("/proc", "filesystem: {read: [«/proc»]}", "RF1017"),
      .bad("below /proc", "filesystem: {tmpfs: [{path: «/proc/sys», size: 1Mi}]}", "RF1017"),
      .bad("/proc from the host", "filesystem: {read: [{source: «/proc», path: /p}]}", "RF1017"),
      .bad("/dev", "filesystem: {tmpfs: [{path: «/dev», size: 1Mi}]}", "RF1017"),
      .bad("/dev/shm", "filesystem: {tmpfs: [{path: «/dev/shm», size: 1Mi}]}", "RF1017"),
      .bad("/sys", "filesystem: {read: [«/sys/kernel»]}", "RF1017"),
      .bad("kernel memory", "filesystem: {read: [{source: «/dev/mem», path: /m}]}", "RF1017"),
      .bad("a working directory in /proc", "process: {working_dir: «/proc/self/fd/7»}", "RF1017"),
      .bad("the host as root", "filesystem: {rootfs: «/»}", "RF1017"),
      .bad("the host as root by way of /proc", "filesystem: {rootfs: «/proc/1/root»}", "RF1017"),
      .bad("the host", "filesystem: {read: [{source: «/», path: /host}]}", "RF1017"),
      .bad("Docker's socket", "filesystem: {read: [{source: «/var/run/docker.sock», path: /d}]}", "RF3001"),
      .bad("Docker's socket of the system", "filesystem: {read: [«/run/docker.sock»]}", "RF3001"),
      .bad("containerd's", "filesystem: {write: [{source: «/run/containerd/containerd.sock», path: /c}]}", "RF3001"),
      .bad("the folder of sockets", "filesystem: {read: [«/run»]}", "RF3001"),
      .bad("the host's /etc, writable", "filesystem: {write: [{source: «/etc», path: /e}]}", "RF1017"),
      .bad("one path twice", "filesystem: {read: [/usr, «/usr»]}", "RF1018"),
      .bad("one path in two lists", "filesystem: {read: [/usr], tmpfs: [{path: «/usr», size: 1Mi}]}", "RF1018"),
      .bad("one path in two forms", "filesystem: {read: [/usr, ««/usr/»»]}", "RF1018", "RF1030"),
      .odd("a slash at the end", "filesystem: {read: [«/usr/»]}", "RF1030"),
      .odd("a working folder in another form", "process: {working_dir: «/tmp//»}", "RF1030"),
      .good("a neighbour", "filesystem: {read: [/usr], tmpfs: [{path: /usr2, size: 1Mi}]}"),
      .good("paths with other letters", "filesystem: {read: [\"/usr/é ü\", /b@c%d, {source: ./d, path: /d}]}"),
      .bad("a prefix", "network: {mode: allowlist, allow: [{host: «10.0.0.0/33», ports: [1]}]}", "RF1016"),
      .bad(
        "a prefix of IPv6",
        "network: {mode: allowlist, allow: [{host: «\"2001:db8::/129\"», ports: [1]}]}",
        "RF1016"
      ),
      .bad("bits beyond the prefix", "network: {mode: allowlist, allow: [{host: «10.0.0.1/8», ports: [1]}]}", "RF1016"),
      .bad("five octets", "network: {mode: allowlist, allow: [{host: «10.0.0.0.1», ports: [1]}]}", "RF1016"),
      .bad("an octet", "network: {mode: allowlist, allow: [{host: «10.0.0.256», ports: [1]}]}", "RF1016"),
      .bad("octal octets", "network: {mode: allowlist, allow: [{host: «010.0.0.1», ports: [1]}]}", "RF1016"),
      .bad("a short address", "network: {mode: allowlist, allow: [{host: «127.1», ports: [1]}]}", "RF1016"),
      .bad("a hexadecimal address", "network: {mode: allowlist, allow: [{host: «0x7f.0x1», ports: [1]}]}", "RF1016"),
      .bad(
        "an address with a zone",
        "network: {mode: allowlist, allow: [{host: «\"fe80::1%eth0\"», ports: [1]}]}",
        "RF1016"
      ),
      .bad("a URL", "network: {mode: allowlist, allow: [{host: «\"https://a.com\"», ports: [1]}]}", "RF1016"),
      .bad(
        "a host with its port",
        "network: {mode: allowlist, allow: [{host: «\"a.com:443\"», ports: [1]}]}",
        "RF1016"
      ),
      .bad("an upper-case host", "network: {mode: allowlist, allow: [{host: «A.com», ports: [1]}]}", "RF1016"),
      .bad("metadata", "network: {mode: allowlist, allow: [{host: «169.254.169.254», ports: [80]}]}", "RF1016"),
      .bad("metadata in a prefix", "network: {mode: allowlist, allow: [{host: «168.0.0.0/6», ports: [80]}]}", "RF1016"),
      .bad(
        "metadata of Google",
        "network: {mode: allowlist, allow: [{host: «metadata.google.internal», ports: [80]}]}",
        "RF1016"
      ),
      .bad(
        "metadata as IPv6",
        "network: {mode: allowlist, allow: [{host: «\"::ffff:169.254.169.254\"», ports: [80]}]}",
        "RF1016"
      ),
      .bad("port 0", "network: {mode: allowlist, allow: [{host: a.com, ports: [«0»]}]}", "RF1015"),
      .bad("port 65536", "network: {mode: allowlist, allow: [{host: a.com, ports: [«65536»]}]}", "RF1015"),
      .bad("a range of ports", "network: {mode: allowlist, allow: [{host: a.com, ports: [«1-9»]}]}", "RF1013"),
      .bad("no ports", "network: {mode: allowlist, allow: [{host: a.com, ports: «[]»}]}", "RF1016"),
      .bad("an empty allowlist", "network: {mode: «allowlist»}", "RF1018"),
      .bad("a list without its mode", "network: {allow: «[{host: a.com, ports: [1]}]»}", "RF1018"),
      .bad("an unknown family", "network: {socket_families: [«AF_UNIX»]}", "RF1016"),
      .odd("a port twice", "network: {mode: allowlist, allow: [{host: a.com, ports: [1, «1»]}]}", "RF1032"),
      .good(
        "peers",
        "network: {mode: allowlist, allow: [{host: \"*.a.com\", ports: [443]}, {host: \"2001:db8::/32\", ports: [1]}, {host: 10.0.0.0/8, ports: [1]}]}"
      ),
    ] as [PolicyCase]
  )
  func places(_ example: PolicyCase) { example.check() }

  @Test(
    arguments: [
      .bad("a misspelt call", "syscalls: {deny: [«ptrce»]}", "RF6002"),
      .bad("upper case", "syscalls: {deny: [«PTRACE»]}", "RF6002"),
      .bad("a number", "syscalls: {deny: [«101»]}", "RF6002"),
      .bad("a wildcard", "syscalls: {deny: [«\"open*\"»]}", "RF6002"),
      .bad("an unknown group", "syscalls: {allow: [«\"@everything\"»]}", "RF6002"),
      .bad("the kernel's prefix", "syscalls: {deny: [«__x64_sys_ptrace»]}", "RF6002"),
      .bad("a misspelt default", "syscalls: {default: «kil»}", "RF1016"),
      .bad("allow as default", "syscalls: {default: «allow»}", "RF1016"),
      .bad("an unknown error", "syscalls: {default: {errno: «EPREM»}}", "RF1016"),
      .bad("an unknown architecture", "syscalls: {architectures: [«amd64»]}", "RF1016"),
      .bad("no architecture", "syscalls: {architectures: «[]»}", "RF1016"),
      .bad("allowed and denied", "syscalls: {allow: [read, write], deny: [«write»]}", "RF1018"),
      .odd("twice", "syscalls: {allow: [read, «read»]}", "RF1032"),
      .bad(
        "a group with conditions",
        "syscalls: {deny: [{name: \"@mount\", args: «[{index: 0, equals: 1}]»}]}",
        "RF1018"
      ),
      .bad("no conditions", "syscalls: {deny: [{name: socket, args: «[]»}]}", "RF1016"),
      .bad("no alternatives", "syscalls: {deny: [{name: socket, args: [{any: «[]»}]}]}", "RF1016"),
      .bad("not nothing", "syscalls: {deny: [{name: socket, args: [{not: «[]»}]}]}", "RF1016"),
      .bad("no argument", "syscalls: {deny: [{name: socket, args: [«{equals: 1}»]}]}", "RF1012"),
      .bad(
        "two ways to say which",
        "syscalls: {deny: [{name: socket, args: [«{index: 0, name: family, equals: 1}»]}]}",
        "RF1018"
      ),
      .bad("no test", "syscalls: {deny: [{name: socket, args: [«{index: 0}»]}]}", "RF1012"),
      .bad("two tests", "syscalls: {deny: [{name: socket, args: [«{index: 0, equals: 1, less: 2}»]}]}", "RF1012"),
      .bad("beyond the arguments", "syscalls: {deny: [{name: socket, args: [{index: «3», equals: 1}]}]}", "RF1015"),
      .bad("beyond all arguments", "syscalls: {deny: [{name: socket, args: [{index: «6», equals: 1}]}]}", "RF1015"),
      .bad("an unknown argument", "syscalls: {deny: [{name: socket, args: [{name: «famly», equals: 1}]}]}", "RF1016"),
      .bad(
        "an unknown constant",
        "syscalls: {deny: [{name: socket, args: [{index: 0, equals: «AF_UNIXX»}]}]}",
        "RF1016"
      ),
      .bad("octal", "syscalls: {deny: [{name: socket, args: [{index: 0, equals: «010»}]}]}", "RF1016"),
      .bad(
        "65 bits",
        "syscalls: {deny: [{name: socket, args: [{index: 0, equals: «0x10000000000000000»}]}]}",
        "RF1016"
      ),
      .bad(
        "wider than the argument",
        "syscalls: {deny: [{name: socket, args: [{index: 0, equals: «0x100000002»}]}]}",
        "RF1015"
      ),
      .bad("an empty list", "syscalls: {deny: [{name: socket, args: [{index: 0, in: «[]»}]}]}", "RF1016"),
      .bad("a backward range", "syscalls: {deny: [{name: socket, args: [{index: 0, range: «[9, 1]»}]}]}", "RF1016"),
      .bad("a range of three", "syscalls: {deny: [{name: socket, args: [{index: 0, range: «[1, 2, 3]»}]}]}", "RF1016"),
      .bad(
        "bits outside the mask",
        "syscalls: {deny: [{name: socket, args: [{index: 1, masked: {mask: 1, equals: «2»}}]}]}",
        "RF1016"
      ),
      .bad("half a mask", "syscalls: {deny: [{name: socket, args: [{index: 1, masked: «{mask: 1}»}]}]}", "RF1012"),
      .bad("less than 0", "syscalls: {deny: [{name: socket, args: [{index: 1, less: «0»}]}]}", "RF1016"),
      .bad(
        "any beside a test",
        "syscalls: {deny: [{name: socket, args: [«{any: [{index: 0, equals: 1}], index: 0}»]}]}",
        "RF1018"
      ),
      .bad("a condition as text", "syscalls: {deny: [{name: socket, args: «AF_ALG»}]}", "RF1013"),
      .bad(
        "a misspelt condition",
        "syscalls: {deny: [{name: socket, args: [«{index: 0, «equal»: 1}»]}]}",
        "RF1012",
        "RF1011"
      ),
      .good(
        "conditions",
        "syscalls: {deny: [{name: socket, args: {any: [{index: 0, equals: AF_ALG}, {not: [{name: family, in: [1, 2]}]}]}}]}"
      ),
      .good(
        "one name, several conditions",
        "syscalls: {deny: [{name: socket, args: [{index: 0, equals: 1}]}, {name: socket, args: [{index: 0, equals: 2}]}]}"
      ),
    ] as [PolicyCase]
  )
  func syscalls(_ example: PolicyCase) { example.check() }

  /// In one run, in the order of the text, each with what to do about it.
  @Test func allErrorsAtOnce() {
    let text = MarkedText(
      """
      version: 1
      name: p
      «netwrk»: {mode: none}
      process:
        user: «"0:0"»
        umask: «077»
      resources:
        memory: «256»
        pids: «"64"»
      filesystem:
        read: [«usr»]
        tmpfs:
          - «path: /tmp»
      syscalls:
        deny: [«ptrce»]

      """,
      name: "p.yaml"
    )
    let found = Loading.diagnostics(of: text.source)
    text.expect(
      found,
      rules: ["RF1011", "RF2001", "RF1016", "RF1014", "RF1013", "RF1017", "RF1012", "RF6002"]
    )
    for diagnostic in found { #expect(!diagnostic.help.isEmpty, "\(diagnostic.message)") }
  }
}
