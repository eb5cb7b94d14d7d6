"""Attacks as a user of Python would write them, with what python3-minimal ships. Same contract as attack.h."""
import errno
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import zlib


def finish(word, code, text):
    os.write(1, f"{word}: {text}\n".encode())
    os._exit(code)


def escaped(text):
    finish("ESCAPED", 66, text)


def blocked(text):
    finish("BLOCKED", 0, text)


def skipped(text):
    finish("SKIPPED", 77, text)


def name_of(error):
    return errno.errorcode.get(getattr(error, "errno", None), str(error))


def fact(name):
    return int(os.environ[name])


MiB = 1 << 20
UNSANDBOXED = "ATTACK_UNSANDBOXED" in os.environ


# Memory: as much as twice the limit, by the idioms that beginners and bombs share.


def python_bytes():
    held = bytearray(2 * fact("ATTACK_MEMORY"))
    escaped(f"{len(held) // MiB} MiB in one object")


def python_list():
    held = []
    while len(held) < 2 * fact("ATTACK_MEMORY") // 8:
        held.extend([None] * 100000)
    escaped(f"a list of {len(held)} items")


def python_doubling():
    text = "x" * MiB
    while len(text) < 2 * fact("ATTACK_MEMORY"):
        text += text
    escaped(f"a text of {len(text) // MiB} MiB")


def python_decompression():
    """A thousand bytes become a megabyte: the size of the input says nothing."""
    bomb = zlib.compress(bytes(16 * MiB), 9)
    held = [zlib.decompress(bomb) for _ in range(2 * fact("ATTACK_MEMORY") // (16 * MiB))]
    for block in held:
        memoryview(bytearray(block))
    escaped(f"{len(held) * 16} MiB out of {len(bomb)} bytes")


def python_handles_it():
    """Catches MemoryError, frees nothing, and asks again."""
    held, size = [], 64 * MiB
    end = time.monotonic() + 15
    while time.monotonic() < end and sum(map(len, held)) < 2 * fact("ATTACK_MEMORY"):
        try:
            held.append(bytearray(size))
        except MemoryError:
            size = max(size // 2, 4096)
            if size == 4096:
                blocked("MemoryError, down to the last page")
    escaped(f"{sum(map(len, held)) // MiB} MiB")


# Processor time, in one step that the interpreter cannot interrupt.


def python_loop():
    while time.process_time() < 1.6 * fact("ATTACK_CPU_MS") / 1000:
        pass
    escaped(f"{time.process_time():.1f} s of processor time")


def python_big_integer():
    number = 7 ** 8_000_000
    while time.process_time() < 1.6 * fact("ATTACK_CPU_MS") / 1000:
        number = number * 3 + 1
    escaped(f"{time.process_time():.1f} s of processor time")


def python_backtracking():
    re.match(r"(a+)+$", "a" * 25 + "b")
    escaped("an exponential search came to its end")


# Processes and threads.


def python_forks():
    for count in range(2 * fact("ATTACK_PIDS")):
        try:
            if os.fork() == 0:
                time.sleep(4)
                os._exit(0)
        except OSError as error:
            blocked(f"{name_of(error)} after {count} forks")
    escaped(f"{2 * fact('ATTACK_PIDS')} processes")


def python_unhandled_bomb():
    """Doubles without a look back; whoever is refused ends with a traceback and exit code 1."""
    counted, report = os.pipe()
    first = os.getpid()
    # Most are small ones, so that it is one limit that is met and not two.
    small = fact("ATTACK_PIDS") - 16
    for _ in range(small):
        os.posix_spawn("/bin/sleep", ["sleep", "9"], {})
    for _ in range(9):
        os.fork()
    os.write(report, b"x")
    time.sleep(3)
    if os.getpid() == first:
        count = small + len(os.read(counted, 4096))
        if count > fact("ATTACK_PIDS"):
            escaped(f"{count} processes")
    sys.exit(1)


def python_stubborn_bomb():
    """Everyone goes on forking, whatever the kernel says."""
    end = time.monotonic() + 8
    while time.monotonic() < end:
        try:
            os.fork()
        except OSError:
            pass
    os._exit(1)


def python_threads():
    count = 0
    try:
        for count in range(2 * fact("ATTACK_PIDS")):
            threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
    except RuntimeError as error:
        blocked(f"{error} after {count} threads")
    escaped(f"{count + 1} threads")


# Never ending.


def python_deadlock():
    first, second, both = threading.Lock(), threading.Lock(), threading.Barrier(2)

    def hold(one, other):
        with one:
            both.wait()
            other.acquire(timeout=18)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    partner = threading.Thread(target=hold, args=(second, first))
    partner.start()
    hold(first, second)
    escaped("the deadlock was never broken")


def python_ignores():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    time.sleep(18)
    escaped("ran for 18 s")


def python_recursion():
    """A stack of frames: ends the interpreter, nobody else."""
    sys.setrecursionlimit(1 << 30)

    def deeper(function, argument):
        return max([argument], key=lambda item: function(function, item))

    deeper(deeper, 1)
    escaped("recursion without end came to an end")


# Output.


def python_prints():
    line = "x" * 1023
    for _ in range(64 * 1024):
        print(line)
    sys.stdout.flush()
    escaped("64 MiB were taken")


def python_drips():
    end = time.monotonic() + 18
    while time.monotonic() < end:
        os.write(1, b".")
        time.sleep(0.3)
    escaped("ran for 18 s by dripping output")


def python_traceback_flood():
    for _ in range(400_000):
        try:
            raise ValueError("x" * 100)
        except ValueError as error:
            print(repr(error), file=sys.stderr)
    escaped("40 MB of errors were taken")


# The network and the host's services.


def python_connects():
    try:
        socket.create_connection(("127.0.0.1", fact("ATTACK_TCP")), 3)
    except OSError as error:
        blocked(name_of(error))
    escaped("the host's TCP listener")


def python_urlopen():
    from urllib.request import urlopen

    try:
        urlopen(f"http://127.0.0.1:{fact('ATTACK_TCP')}/", timeout=3)
    except ConnectionResetError as error:  # the listener speaks no HTTP: to be heard at all is the escape
        escaped(f"was heard: {error}")
    except OSError as error:
        blocked(name_of(error))
    escaped("was answered")


def python_resolves():
    """A name is a message, even where no answer comes back."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        try:
            with socket.socket(socket.AF_INET, kind) as end:
                end.settimeout(1)
                end.connect(("169.254.169.254" if kind == socket.SOCK_DGRAM else "127.0.0.53", 53))
            escaped("a route to a resolver")
        except OSError as error:
            reason = name_of(error)
    blocked(reason)


def python_listens():
    try:
        with socket.socket() as end:
            end.bind(("0.0.0.0", 0))
            end.listen()
            socket.create_connection(end.getsockname(), 1)
    except OSError as error:
        blocked(name_of(error))
    escaped("listens and connects")


# Files.


def python_walks_for_secrets():
    seen = 0
    end = time.monotonic() + 8
    for top in ("/tmp", "/home", "/root", "/etc", "/var", "/run", "/opt", "/srv", "/mnt"):
        for folder, _, names in os.walk(top):
            for name in names:
                if time.monotonic() > end:
                    blocked(f"nothing in {seen} files")
                path = os.path.join(folder, name)
                try:
                    if os.stat(path).st_size > 4096:
                        continue
                    with open(path, "rb") as file:
                        seen += 1
                        if b"attack-suite-secret" in file.read(4096):
                            escaped(f"the secret in {path}")
                except OSError:
                    pass
    blocked(f"nothing in {seen} files")


def python_removes_everything():
    """What `shutil.rmtree("/")` does. Where the root could really be written, it is told and not done."""
    for place in ("/", "/usr", "/usr/bin", "/bin", "/lib", "/etc", os.environ["ATTACK_FOLDER"]):
        if os.access(place, os.W_OK):
            escaped(f"{place} is writable")
    if UNSANDBOXED:
        skipped("would remove the host's files")
    removed, errors = 0, set()
    for folder, names, files in os.walk("/usr/lib", topdown=False):
        for path in [os.path.join(folder, name) for name in files + names][:50]:
            try:
                os.unlink(path)
                removed += 1
            except OSError as error:
                errors.add(name_of(error))
    if removed:
        escaped(f"removed {removed} files")
    blocked(f"removed nothing: {sorted(errors)}")


def python_set_user_id():
    """In a folder of its own that is gone at the end: such a file must not outlive the attempt anywhere."""
    try:
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            path = f"{folder}/copy"
            shutil.copyfile(sys.executable, path)
            os.chmod(path, 0o6700)
            code = os.spawnv(os.P_WAIT, path, [path, "-Ic", "raise SystemExit(66)"])
    except OSError as error:
        blocked(name_of(error))
    if code == 66:
        escaped("a set-user-id copy of the interpreter runs")
    blocked("the copy does not run")


# Those left behind.


def python_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for descriptor in range(3):
                os.close(descriptor)
            time.sleep(60)
        os._exit(0)
    time.sleep(0.1)
    blocked("left a daemon behind")


def python_thread_remains():
    """The main function returns; a thread that is no daemon keeps the process."""
    threading.Thread(target=time.sleep, args=(18,)).start()


# Lies.


def python_prints_document():
    sys.stdout.write('{"schema": "ringfence.run/1", "verdict": "exited", "success": true, "exit_code": 0}\n')
    raise SystemExit(1)


def python_kills_itself_late():
    """The output is still in the pipe when the program is gone."""
    os.write(1, b"z" * 60000)
    os.kill(os.getpid(), signal.SIGKILL)


def python_closes_and_crashes():
    os.close(1)
    os.close(2)
    os.abort()


def python_environment():
    found = [name for name in os.environ if "SECRET" in name and name != "ATTACK_SECRET"]
    if found or os.environ.get("HOST_ONLY_SECRET"):
        escaped(f"variables of the caller: {found}")
    for name in ("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONSTARTUP", "SSH_AUTH_SOCK", "DOCKER_HOST"):
        if name in os.environ:
            escaped(f"has {name}")
    blocked(f"{len(os.environ)} variables, none of the caller's")


def main():
    attack = globals().get("python_" + sys.argv[1].removeprefix("python-").replace("-", "_"))
    if attack is None:
        sys.exit(f"no attack named {sys.argv[1]}")
    signal.alarm(20 * int(os.environ.get("ATTACK_PATIENCE", "1")))
    attack()


main()
