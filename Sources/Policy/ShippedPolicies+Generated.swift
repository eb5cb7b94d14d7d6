// swift-format-ignore-file
// Generated from policies/*.yaml: `RINGFENCE_RECORD=1 swift test --filter GeneratedFilesTests`. Do not edit.

extension ShippedPolicies {
  package static let all: [Entry] = [
    Entry(
      name: "build-offline",
      text: #"""
      # yaml-language-server: $schema=schema.json
      version: 1
      name: build-offline
      description: Builds sources with make and gcc, with no network.
      extends: hardened

      process:
        command: [make]
        working_dir: /build

      environment:
        set: {HOME: /build, TMPDIR: /build}

      filesystem:
        image: gcc:12
        tmpfs:
          - {path: /tmp, size: 64Mi, inodes: 4096}
          # Build systems run what they have built.
          - {path: /build, size: 512Mi, inodes: 65536, exec: true}

      resources:
        memory: 1Gi
        cpus: 2
        cpu_time: 5m
        wall_time: 10m
        pids: 256
        open_files: 1024
        file_size: 256Mi
        output: 4Mi

      lint:
        suppress:
          - {rule: RF3004, reason: "build systems run what they have built"}
          - {rule: RF3010, reason: "the tag is an example; deployments pin the digest that they have tested"}

      tests:
        - name: make builds and runs a program
          run: [sh, -c, "printf 'all: p\\n\\t./p\\np: p.c\\n\\tgcc -o p p.c\\n' > Makefile && echo '#include <stdio.h>\nint main() { puts(\"built\"); }' > p.c && make -s"]
          expect: {verdict: exited, exit_code: 0, stdout: "built\n"}
        - {name: no network, run: [perl, -MSocket, -e, "socket(S, AF_INET, SOCK_STREAM, 0) or exit 3"], expect: {verdict: exited, exit_code: 3}}
        - {name: memory bomb, run: [perl, -e, "$x = 'x' x 3e9"], expect: {verdict: memory-limit}}
        - {name: fork bomb, run: [perl, -e, "1 while defined fork; exit 1"], expect: {verdict: pids-limit}}
        - {name: removing everything removes nothing, run: [sh, -c, "timeout 3 rm -rf --no-preserve-root / 2>/dev/null; test -x /usr/bin/env"], expect: {verdict: exited, exit_code: 0}}

      """#
    ),
    Entry(
      name: "code-tools",
      text: #"""
      # yaml-language-server: $schema=schema.json
      version: 1
      name: code-tools
      description: What an AI agent uses to try out the code that it writes.
      extends: python-untrusted

      process:
        command: [python3, -I, -]

      resources:
        memory: 256Mi
        cpus: 0.5
        # At half a processor this comes well before the wall time, so an endless loop is told from a program that waits.
        cpu_time: 10s
        wall_time: 30s

      alerts:
        memory: 200Mi
        wall_time: 25s

      tests:
        - {name: code from an agent runs, run: [python3, -I, -], stdin: "import json; print(json.dumps({'ok': True}))", expect: {verdict: exited, exit_code: 0, stdout: "{\"ok\": true}\n"}}
        - {name: memory bomb, run: [python3, -c, "x = bytearray(10**9)"], expect: {verdict: memory-limit}}
        - {name: fork bomb, run: [python3, -c, "import os\nwhile True: os.fork()"], expect: {verdict: pids-limit}}
        - {name: endless loop, run: [python3, -c, "while True: pass"], expect: {verdict: cpu-limit}}
        - {name: removing everything removes nothing, run: [python3, -c, "import os; os.system('timeout 3 rm -rf --no-preserve-root / 2>/dev/null'); print(os.path.exists('/usr/bin/python3'))"], expect: {exit_code: 0, stdout: "True\n"}}
        - {name: no network, run: [python3, -c, "import socket; socket.create_connection(('127.0.0.1', 9))"], expect: {verdict: exited, exit_code: 1}}

      """#
    ),
    Entry(
      name: "cpp-judge",
      text: #"""
      # yaml-language-server: $schema=schema.json
      version: 1
      name: cpp-judge
      description: Compiles and runs contestants' C++ programs.
      extends: hardened

      process:
        command: [sh, -c, "g++ -O2 -std=c++17 -x c++ - -o program && exec ./program"]
        working_dir: /work

      environment:
        set: {HOME: /work, TMPDIR: /work}

      filesystem:
        image: gcc:12
        tmpfs:
          # The only place that programs can be started from: what was compiled has to run.
          - {path: /work, size: 128Mi, inodes: 4096, exec: true}

      resources:
        memory: 512Mi
        file_size: 64Mi
        stack: 64Mi

      lint:
        suppress:
          - {rule: RF3004, reason: "what was compiled has to run"}
          - {rule: RF3010, reason: "the tag is an example; deployments pin the digest that they have tested"}

      tests:
        - name: a program is compiled and runs
          run: [sh, -c, "g++ -O2 -std=c++17 -x c++ - -o program && exec ./program"]
          stdin: "#include <iostream>\nint main() { std::cout << 6 * 7 << std::endl; }"
          expect: {verdict: exited, exit_code: 0, stdout: "42\n"}
        - name: an endless program ends
          run: [sh, -c, "echo 'int main() { volatile int i = 0; for (;;) ++i; }' | gcc -x c - -o program && exec ./program"]
          expect: {verdict: cpu-limit}
        - name: memory bomb
          run: [sh, -c, "echo 'int main() { for (;;) { volatile char* p = new char[1 << 20]; for (int i = 0; i < 1 << 20; i += 4096) p[i] = 1; } }' | g++ -w -x c++ - -o program && exec ./program"]
          expect: {verdict: memory-limit}
        - name: fork bomb
          run: [sh, -c, "printf '#include <unistd.h>\nint main() { while (fork() >= 0); return 1; }' | g++ -x c++ - -o program && exec ./program"]
          expect: {verdict: pids-limit}
        - name: no network
          run: [sh, -c, "printf '#include <sys/socket.h>\nint main() { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 3 : 0; }' | g++ -x c++ - -o program && exec ./program"]
          expect: {verdict: exited, exit_code: 3}
        - {name: removing everything removes nothing, run: [sh, -c, "timeout 3 rm -rf --no-preserve-root / 2>/dev/null; test -x /usr/bin/env"], expect: {verdict: exited, exit_code: 0}}
        - name: recursion without end is a signal
          run: [sh, -c, "echo 'int f(int n) { volatile int a[64]; a[0] = n; return f(n + 1) + a[0]; } int main() { return f(0); }' | gcc -w -x c - -o program && exec ./program"]
          expect: {verdict: signaled, signal: SIGSEGV}

      """#
    ),
    Entry(
      name: "hardened",
      text: #"""
      # yaml-language-server: $schema=schema.json
      # The base of the policies here: everything that a program can do without is denied. What a kind of program needs on top,
      # the policies that extend this one name.
      version: 1
      name: hardened
      description: The base. No network, no capabilities, a read-only root, small limits.

      process:
        user: "65534:65534"
        working_dir: /tmp
        umask: "077"
        hostname: sandbox
        no_new_privileges: true

      environment:
        inherit: [LANG]
        set:
          HOME: /tmp
          PATH: /usr/local/bin:/usr/bin:/bin

      filesystem:
        image: debian:12-slim
        root: read-only
        read: [/bin, /lib, /lib64, /usr, /etc/ld.so.cache, /etc/alternatives]
        tmpfs:
          - {path: /tmp, size: 64Mi, inodes: 4096}
        proc: minimal
        dev: minimal

      network:
        mode: none
        socket_families: [unix]

      resources:
        memory: 256Mi
        swap: 0
        cpus: 1
        cpu_time: 10s
        wall_time: 30s
        pids: 64
        open_files: 256
        file_size: 16Mi
        stack: 8Mi
        core: 0
        output: 1Mi

      capabilities: []

      syscalls:
        default: {errno: EPERM}
        unknown: {errno: ENOSYS}
        architectures: [native]
        allow: ["@container-default"]
        deny:
          - {name: "@io_uring", reason: a second way into the kernel that filters do not see}
          - {name: "@keyring", reason: keyrings are not namespaced}
          - {name: "@aio", reason: its events are taken from one number for the whole host}
          - {name: inotify_add_watch, reason: tells what others do with files that both can see}
          - {name: ptrace, reason: nothing here debugs}
          - {name: process_vm_readv, reason: nothing here debugs}
          - {name: process_vm_writev, reason: nothing here debugs}
          - {name: memfd_secret, reason: memory that the kernel cannot move}
          - {name: remap_file_pages, reason: obsolete and rarely tested}
          - {name: modify_ldt, reason: 16-bit segments}
          - {name: listmount, reason: tells of the mounts of the host}
          - {name: statmount, reason: tells of the mounts of the host}
          - {name: time, reason: reached through the fixed address of vsyscall}
          - {name: fcntl, args: [{name: cmd, in: [1024, 1026]}], reason: "F_SETLEASE and F_NOTIFY tell what others do with files, and a lease holds them up"}
          - {name: prctl, args: [{index: 0, equals: 67}], reason: "PR_SET_MEMORY_MERGE shares pages with others, which can be timed"}
          - {name: membarrier, args: [{name: cmd, in: [1, 2, 4]}], reason: the global commands interrupt every processor of the host}
          - {name: prlimit64, args: [{not: [{name: pid, equals: 0}]}], reason: limits of other processes}
          - {name: memfd_create, args: [{not: [{name: flags, masked: {mask: 8, equals: 8}}]}], reason: memory that programs could be started from}
          - {name: seccomp, args: [{name: flags, masked: {mask: 8, equals: 8}}], reason: a listener could let through what this filter asks about}

      # What the engines of others cannot do. `ringfence run` does all of it natively; `ringfence show NAME --target T` explains.
      accept:
        - {target: docker, control: process.umask, reason: Docker has no option for it}
        - {target: docker, control: environment, reason: Docker adds HOSTNAME and what the image declares; neither is a secret}
        - {target: docker, control: filesystem.proc, reason: Docker always mounts its own /proc with masked paths}
        - {target: docker, control: filesystem.dev, reason: Docker adds terminals to /dev}
        - {target: docker, control: resources.cpu_time, reason: Docker limits it by process; run.sh also ends the container by wall time}
        - {target: docker, control: resources.wall_time, reason: run.sh enforces it; whoever uses create.json or compose.yaml has to}
        - {target: docker, control: resources.output, reason: whoever reads the output has to stop reading}
        - {target: podman, control: environment, reason: Podman adds HOSTNAME; it is no secret}
        - {target: podman, control: filesystem.tmpfs, reason: Podman bounds the size but not the number of files}
        - {target: podman, control: filesystem.proc, reason: Podman always mounts its own /proc with masked paths}
        - {target: podman, control: filesystem.dev, reason: Podman adds terminals to /dev}
        - {target: podman, control: resources.cpu_time, reason: Podman limits it by process; run.sh also ends the container by wall time}
        - {target: podman, control: resources.output, reason: whoever reads the output has to stop reading}
        - {target: runc, control: filesystem.proc, reason: runc does not start without a /proc; it has masked paths}
        - {target: runc, control: filesystem.dev, reason: runc adds tty and ptmx to /dev}
        - {target: runc, control: resources.cpu_time, reason: runc limits it by process; runc.sh also ends the sandbox by wall time}
        - {target: runc, control: resources.output, reason: whoever reads the output has to stop reading}
        - {target: crun, control: filesystem.proc, reason: crun does not start without a /proc; it has masked paths}
        - {target: crun, control: filesystem.dev, reason: crun adds tty and ptmx to /dev}
        - {target: crun, control: resources.cpu_time, reason: crun limits it by process; crun.sh also ends the sandbox by wall time}
        - {target: crun, control: resources.output, reason: whoever reads the output has to stop reading}
        - {target: gvisor, control: process.umask, reason: only newer versions of runsc honour it}
        - {target: gvisor, control: filesystem.tmpfs, reason: runsc bounds the size but not the number of files}
        - {target: gvisor, control: filesystem.dev, reason: the sentry's /dev is its own and reaches nothing of the host}
        - {target: gvisor, control: resources.cpu_time, reason: runsc limits it by process; runsc.sh also ends the sandbox by wall time}
        - {target: gvisor, control: resources.output, reason: whoever reads the output has to stop reading}
        - {target: gvisor, control: syscalls, reason: calls reach the kernel of gVisor and not that of the host}

      lint:
        suppress:
          - {rule: RF3010, reason: "the tag is an example; deployments pin the digest that they have tested"}

      tests:
        - {name: a program runs, run: [sh, -c, "echo hello"], expect: {verdict: exited, exit_code: 0, stdout: "hello\n"}}
        - {name: nobody is root, run: [sh, -c, 'test "$(id -u)" = 65534 && test "$(id -g)" = 65534'], expect: {exit_code: 0}}
        - {name: the system is read-only, run: [sh, -c, "echo x > /usr/x"], expect: {verdict: exited, exit_code: 2}}
        - {name: rm -rf / leaves everything, run: [sh, -c, "timeout 3 rm -rf --no-preserve-root / 2>/dev/null; test -x /usr/bin/env"], expect: {verdict: exited, exit_code: 0}}
        - {name: /tmp can be written, run: [sh, -c, "echo x > /tmp/x && cat /tmp/x"], expect: {exit_code: 0, stdout: "x\n"}}
        - {name: nothing runs from /tmp, run: [sh, -c, "cp /bin/true /tmp/t && chmod +x /tmp/t && exec /tmp/t"], expect: {verdict: exited, exit_code: 126}}
        - {name: the environment is empty but for what is set, run: [env, -u, HOME, -u, PATH, -u, LANG, -u, HOSTNAME, env], expect: {verdict: exited, exit_code: 0, stdout: ""}}
        - {name: no network, run: [perl, -MSocket, -e, "socket(S, AF_INET, SOCK_STREAM, 0) or exit 3"], expect: {verdict: exited, exit_code: 3}}
        - {name: memory bomb, run: [perl, -e, "$x = 'x' x 1e9"], expect: {verdict: memory-limit}}
        - {name: fork bomb, run: [perl, -e, "1 while defined fork; exit 1"], expect: {verdict: pids-limit}}
        - {name: an endless loop ends, run: [sh, -c, "while :; do :; done"], expect: {verdict: cpu-limit}}
        - {name: an output flood ends, run: ["yes", flood], expect: {verdict: output-limit}}

      """#
    ),
    Entry(
      name: "node-untrusted",
      text: #"""
      # yaml-language-server: $schema=schema.json
      version: 1
      name: node-untrusted
      description: Untrusted JavaScript under Node.js with no network and one scratch directory.
      extends: hardened

      process:
        command: [node, -]
        working_dir: /work

      environment:
        set: {HOME: /work}

      filesystem:
        image: node:20-slim
        tmpfs:
          - {path: /tmp, size: 64Mi, inodes: 4096}
          - {path: /work, size: 64Mi, inodes: 4096}

      resources:
        # V8 reserves address space rather than memory, and keeps a pool of threads.
        memory: 512Mi

      lint:
        suppress:
          - {rule: RF3010, reason: "the tag is an example; deployments pin the digest that they have tested"}

      tests:
        - {name: node runs from standard input, run: [node, -], stdin: "console.log(6 * 7)", expect: {verdict: exited, exit_code: 0, stdout: "42\n"}}
        - {name: no network, run: [node, -e, "require('net').connect(9, '127.0.0.1').on('error', e => { console.log(e.code); process.exit(3) })"], expect: {verdict: exited, exit_code: 3}}
        - {name: memory bomb, run: [node, -e, "const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))"], expect: {verdict: memory-limit}}
        - {name: fork bomb, run: [node, -e, "const {spawn} = require('child_process'); for (let i = 0; i < 100; i++) spawn('sleep', ['100']).on('error', () => process.exit(1))"], expect: {verdict: pids-limit}}
        - {name: removing everything removes nothing, run: [node, -e, "const fs = require('fs'); try { fs.rmSync('/usr', {recursive: true}) } catch { console.log(fs.existsSync('/usr/bin/node')) }"], expect: {verdict: exited, exit_code: 0, stdout: "true\n"}}
        - {name: endless loop, run: [node, -e, "for (;;);"], expect: {verdict: cpu-limit}}

      """#
    ),
    Entry(
      name: "python-untrusted",
      text: #"""
      # yaml-language-server: $schema=schema.json
      version: 1
      name: python-untrusted
      description: Untrusted Python with no network and one scratch directory.
      extends: hardened

      process:
        command: [python3, -I, -]
        working_dir: /work

      environment:
        set:
          HOME: /work
          PYTHONDONTWRITEBYTECODE: "1"

      filesystem:
        image: python:3.12-slim
        tmpfs:
          - {path: /tmp, size: 64Mi, inodes: 4096}
          - {path: /work, size: 64Mi, inodes: 4096}

      lint:
        suppress:
          - {rule: RF3010, reason: "the tag is an example; deployments pin the digest that they have tested"}

      tests:
        - {name: python runs from standard input, run: [python3, -I, -], stdin: "print(sum(range(10)))", expect: {verdict: exited, exit_code: 0, stdout: "45\n"}}
        - {name: threads and processes work, run: [python3, -c, "import threading, subprocess; t = threading.Thread(target=print, args=('t',)); t.start(); t.join(); print(subprocess.run(['echo', 'p'], capture_output=True).stdout)"], expect: {exit_code: 0, stdout: "t\nb'p\\n'\n"}}
        - {name: no network, run: [python3, -c, "import socket; socket.create_connection(('127.0.0.1', 9))"], expect: {verdict: exited, exit_code: 1}}
        - {name: memory bomb, run: [python3, -c, "x = bytearray(10**9)"], expect: {verdict: memory-limit}}
        - {name: CPU bomb, run: [python3, -c, "while True: pass"], expect: {verdict: cpu-limit}}
        - {name: fork bomb, run: [python3, -c, "import os\nwhile True: os.fork()"], expect: {verdict: pids-limit}}
        - {name: removing everything removes nothing, run: [python3, -c, "import os; os.system('timeout 3 rm -rf --no-preserve-root / 2>/dev/null'); print(os.path.exists('/usr/bin/python3'))"], expect: {exit_code: 0, stdout: "True\n"}}
        - {name: no other user's secrets, run: [python3, -c, "open('/etc/shadow')"], expect: {exit_code: 1}}

      """#
    ),
    Entry(
      name: "shell-offline",
      text: #"""
      # yaml-language-server: $schema=schema.json
      version: 1
      name: shell-offline
      description: Shell scripts over standard input and output, with no network.
      extends: hardened

      process:
        command: [sh, -s]

      tests:
        - {name: scripts run from standard input, run: [sh, -s], stdin: "printf '%s\\n' c a b | sort | tr '\\n' ' '", expect: {verdict: exited, exit_code: 0, stdout: "a b c "}}
        - {name: no network, run: [perl, -MSocket, -e, "socket(S, AF_INET, SOCK_STREAM, 0) or exit 3"], expect: {verdict: exited, exit_code: 3}}
        - {name: memory bomb, run: [perl, -e, "$x = 'x' x 1e9"], expect: {verdict: memory-limit}}
        - {name: fork bomb, run: [perl, -e, "1 while defined fork; exit 1"], expect: {verdict: pids-limit}}
        - {name: removing everything removes nothing, run: [sh, -c, "timeout 3 rm -rf --no-preserve-root / 2>/dev/null; test -x /usr/bin/env"], expect: {verdict: exited, exit_code: 0}}
        - {name: endless loop, run: [sh, -c, "while :; do :; done"], expect: {verdict: cpu-limit}}
        - {name: a daemon does not outlive the run, run: [sh, -c, "(trap '' HUP; sleep 1000) & exit 0"], expect: {verdict: exited, exit_code: 0}}

      """#
    ),
  ]
}
