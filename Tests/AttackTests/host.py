"""What the attack suite plants on the host before the attacks, and looks for after them.

Only Python's standard library, so that it also works in a small virtual machine.
"""
import array
import contextlib
import ctypes
import fcntl
import os
import re
import secrets
import select
import signal
import socket
import subprocess
import tempfile
import termios
import threading
import time

CGROUPS = "/sys/fs/cgroup"
IS_VERSION_TWO = os.path.exists(CGROUPS + "/cgroup.controllers")
NOBODY = 65534


def fnv(text):
    """FNV-1a: by it an attack recognises a value of the host that it was never told."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return f"{value:016x}"


def read(path, otherwise=""):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return otherwise


class Canaries(contextlib.AbstractContextManager):
    """A secret, listeners, shared memory and a process of the host: whoever reaches one has got out."""

    SHARED_MEMORY_KEY = 0x52464E43

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="attack-canaries-")
        os.chmod(self.folder, 0o755)
        self.scratch = os.path.join(self.folder, "scratch")
        self.reached = []
        self.token = secrets.token_hex(8)
        self.secret = os.path.join(self.folder, "secret")
        # Readable for everyone: it is the sandbox that must keep it out of sight, not its mode.
        with open(self.secret, "w") as file:
            file.write(f"attack-suite-secret {self.token}\n")
        os.mkdir(self.scratch)
        os.chmod(self.scratch, 0o777)
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(os.path.join(self.folder, "socket"))
        os.chmod(self.unix.getsockname(), 0o777)
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind("\0attack-" + self.token)
        for listener in (self.unix, self.abstract):
            listener.listen(64)
        libc = ctypes.CDLL(None)
        self.key = self.SHARED_MEMORY_KEY ^ os.getpid()
        self.segment = libc.shmget(self.key, 4096, 0o1666)
        self.release_segment = lambda: libc.shmctl(self.segment, 0, None)
        self.process = subprocess.Popen(
            ["sleep", "100000"], env={"HOST_ONLY_SECRET": self.token}, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        names = {self.tcp: "TCP", self.unix: "Unix", self.abstract: "abstract"}
        while self.is_open:
            for listener in select.select(list(names), [], [], 0.2)[0]:
                with contextlib.suppress(OSError):
                    listener.accept()[0].close()
                    self.reached.append(names[listener])

    def facts(self):
        """The environment in which an attack finds them."""
        return {
            "ATTACK_SECRET": self.secret,
            "ATTACK_TCP": str(self.tcp.getsockname()[1]),
            "ATTACK_UNIX": self.unix.getsockname(),
            "ATTACK_ABSTRACT": "attack-" + self.token,
            "ATTACK_SHM": str(self.key),
            "ATTACK_PID": str(self.process.pid),
            "ATTACK_HOST_NAME": fnv(os.uname().nodename),
            "ATTACK_MACHINE_ID": fnv(read("/etc/machine-id", "none").strip()),
            "ATTACK_BOOT_ID": fnv(read("/proc/sys/kernel/random/boot_id", "none").strip()),
            "ATTACK_COMMAND_LINE": fnv(read("/proc/cmdline", "none").split("\n")[0]),
        }

    def harmed(self):
        """What of them is no longer as it was, or has been reached."""
        problems = [f"the {name} listener was reached" for name in sorted(set(self.reached))]
        if read(self.secret) != f"attack-suite-secret {self.token}\n":
            problems.append("the secret was changed")
        if self.process.poll() is not None:
            problems.append("the host's process was killed")
        return problems

    def __exit__(self, *_):
        self.is_open = False
        self.process.kill()
        self.process.wait()
        self.release_segment()
        for listener in (self.tcp, self.unix, self.abstract):
            listener.close()
        # Not by Python: what an attack leaves can be deeper than its recursion.
        subprocess.run(["rm", "-rf", self.folder], check=False)


class OuterGroup:
    """A control group around one run. It bounds what an attack can do to this machine when the sandbox fails, finds
    what outlives the run, and measures independently of what the sandbox says."""

    CONTROLLERS = ("memory", "pids", "cpu", "cpuacct", "freezer", "unified")
    MEMORY, PIDS = 1 << 30, 600

    def __init__(self, name, owner=None):
        if IS_VERSION_TWO:
            roots = [CGROUPS]
            with contextlib.suppress(OSError), open(f"{CGROUPS}/cgroup.subtree_control", "w") as file:
                file.write("+memory +pids +cpu")
        else:
            roots = [f"{CGROUPS}/{controller}" for controller in self.CONTROLLERS]
            roots = [root for root in roots if os.access(root, os.W_OK)]
        self.folders = [os.path.join(root, name) for root in roots]
        for folder in self.folders:
            os.mkdir(folder)
        if IS_VERSION_TWO:
            # The caller sits in a leaf: a group with processes hands no controllers down.
            self.leaves = [os.path.join(self.folders[0], "caller")]
            self._write("memory.max", self.MEMORY)
            self._write("memory.swap.max", 0)
            self._write("pids.max", self.PIDS)
            self._write("cgroup.subtree_control", "+memory +pids +cpu")
            os.mkdir(self.leaves[0])
        else:
            self.leaves = self.folders
            self._write("memory.limit_in_bytes", self.MEMORY)
            self._write("memory.memsw.limit_in_bytes", self.MEMORY)
            self._write("pids.max", self.PIDS)
        if owner is not None:
            for folder in {*self.folders, *self.leaves}:
                os.chown(folder, owner, owner)
                for file in ("cgroup.procs", "tasks", "cgroup.subtree_control", "cgroup.threads"):
                    with contextlib.suppress(OSError):
                        os.chown(os.path.join(folder, file), owner, owner)

    def _write(self, file, value):
        for folder in self.folders:
            with contextlib.suppress(OSError), open(os.path.join(folder, file), "w") as target:
                target.write(str(value))

    def _number(self, *files):
        for folder in self.folders:
            for file in files:
                text = read(os.path.join(folder, file)).strip()
                if text.isdigit():
                    return int(text)
        return None

    def entrance(self):
        """Shell that moves the shell itself in."""
        return " ".join(f"echo $$ >{leaf}/cgroup.procs;" for leaf in self.leaves)

    def processes(self):
        found = set()
        for top in self.folders:
            for folder, _, _ in os.walk(top):
                found.update(int(line) for line in read(os.path.join(folder, "cgroup.procs")).split() if line.isdigit())
        return found

    def groups_inside(self):
        return [folder for top in self.folders for folder, _, _ in os.walk(top)][::-1]

    def left_inside(self):
        # In version 2 a supervisor that is alone in its group makes itself one below, as in a scope of systemd's; it
        # goes with the scope.
        expected = {*self.folders, *self.leaves, *(leaf + "/supervisor" for leaf in self.leaves)}
        return [folder for folder in self.groups_inside() if folder not in expected]

    def peaks(self):
        """Bytes, processes, and seconds of processor time; None for what this kernel does not say."""
        if IS_VERSION_TWO:
            usage = read(self.folders[0] + "/cpu.stat").split()
            processor = int(usage[1]) / 1e6 if usage else None
            return self._number("memory.peak"), self._number("pids.peak"), processor
        nanoseconds = self._number("cpuacct.usage")
        return (
            self._number("memory.max_usage_in_bytes"),
            self._number("pids.peak"),
            None if nanoseconds is None else nanoseconds / 1e9,
        )

    def end(self):
        """Kills whoever is left, and removes the groups."""
        self._write("pids.max", 0)
        for _ in range(500):
            remaining = self.processes()
            if not remaining:
                break
            for process in remaining:
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.02)
        for _ in range(50):
            for folder in self.groups_inside():
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
            if not any(os.path.exists(folder) for folder in self.folders):
                break
            time.sleep(0.02)


class Terminal(contextlib.AbstractContextManager):
    """A pseudo-terminal as the caller's, and what has become of it."""

    def __init__(self):
        self.screen, self.keyboard = os.openpty()
        self.settings = termios.tcgetattr(self.keyboard)
        self.size = self._size()

    def _size(self):
        answer = array.array("H", [0, 0, 0, 0])
        fcntl.ioctl(self.keyboard, termios.TIOCGWINSZ, answer)
        return list(answer)

    def harmed(self):
        problems = []
        try:
            termios.tcgetattr(self.keyboard)
        except termios.error:
            return ["the terminal was hung up"]
        if termios.tcgetattr(self.keyboard) != self.settings:
            problems.append("the terminal's settings were changed")
        if self._size() != self.size:
            problems.append("the terminal's size was changed")
        if select.select([self.keyboard], [], [], 0)[0]:
            problems.append("something was typed into the terminal")
        if select.select([self.screen], [], [], 0)[0] and os.read(self.screen, 4096):
            problems.append("something was written to the terminal")
        return problems

    def __exit__(self, *_):
        os.close(self.screen)
        os.close(self.keyboard)


def processes_with(token):
    """Processes that carry a token in their arguments or environment, wherever they are."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        if token in read(f"/proc/{entry}/cmdline") or token in read(f"/proc/{entry}/environ"):
            found.append(int(entry))
    return found


def traces(bound):
    """What a run could leave on this host and nobody uses: empty control groups, mounts (of `bound`, the folder that
    every sandbox binds), and files by its name."""
    found = set()
    for folder, names, _ in os.walk(CGROUPS):
        for name in names:
            owner = re.match(r"ringfence-([0-9]+)-", name)
            # A batch keeps groups for its next run.
            is_kept = owner and os.path.exists(f"/proc/{owner[1]}")
            if name.startswith("ringfence") and not is_kept and not read(f"{folder}/{name}/cgroup.procs").strip():
                found.add(f"{folder}/{name}")
    for line in read("/proc/self/mountinfo").splitlines():
        if bound in line or "/run/ringfence" in line:
            found.add(f"mount {line.split()[4]}")
    for folder in ("/run/ringfence", "/dev/shm", "/dev/mqueue"):
        with contextlib.suppress(OSError):
            # The leases of user ids are locks on the one file that stays.
            found.update(f"{folder}/{name}" for name in os.listdir(folder) if name != "uids")
    return found


def new_traces(before, bound):
    """Those that are not of the past, nor of somebody else's run that is just beginning or ending."""
    left = traces(bound) - before
    if left:
        time.sleep(2)
        left &= traces(bound)
    return sorted(left)
