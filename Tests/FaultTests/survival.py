#!/usr/bin/python3
"""Kills ringfence, or whoever called it, at random moments, also in the middle of a batch; then runs it many times in a row,
many times at once, and many times in one batch.

usage: survival.py [--ringfence FILE] [--kills N] [--runs N] [--at-once N] [--jobs N] [--seed N] [--patience SECONDS]
                   [--markdown FILE]

A second (or the patience of a busy machine) after a kill there must be no process, control group, mount, lease of a user
id or file left, and what was written of a result must be all of it or nothing. Runs must all have the right result, and leave nothing. Needs root.

Exit code 0 when all is right, 1 when not.
"""
import argparse
import collections
import contextlib
import ctypes
import fcntl
import json
import multiprocessing
import os
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from record import record

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PR_SET_CHILD_SUBREAPER = 36
LEASES = "/run/ringfence/uids"
ACCEPTED = "accept:\n" + "".join(
    f"  - {{target: native, control: resources.{control}, reason: no control groups in this test}}\n"
    for control in ("memory", "swap", "cpus", "cpu_time", "pids"))
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
# Ends by itself; stays for ever, in two processes, one of which has left its session; prints all the time.
PROGRAMS = {
    "short": "echo hello",
    "long": "setsid sleep 600 & sleep 600",
    "loud": "while :; do echo 0123456789; done",
    "forking": "while :; do /bin/true; done",
}


class Left(Exception):
    """Something is there that should not be."""


def become_subreaper():
    """Makes every orphan of ours our own child, so that nothing can hide."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError("no subreaper")


def reap_all(deadline):
    """Waits until there is no child, however it came to be ours."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > deadline:
                raise Left("processes: " + ", ".join(kill_children()))
            time.sleep(0.002)


def kill_children():
    names = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            fields = open(f"/proc/{name}/stat").read().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                command = open(f"/proc/{name}/cmdline").read().replace("\0", " ")[:80]
                descriptors = [os.readlink(f"/proc/{name}/fd/{fd}") for fd in os.listdir(f"/proc/{name}/fd")]
                names.append(f"{name} {fields[0]} ({command}) in {open(f'/proc/{name}/syscall').read().strip()} {descriptors}")
                os.kill(int(name), signal.SIGKILL)
    return names


def groups_of(supervisor):
    return [f"{folder}/{name}" for folder, names, _ in os.walk("/sys/fs/cgroup") for name in names
            if name.startswith(f"ringfence-{supervisor}-")]


def no_groups(supervisor, deadline):
    while groups_of(supervisor):
        if time.monotonic() > deadline:
            raise Left("control groups: " + ", ".join(sorted(groups_of(supervisor))))
        time.sleep(0.005)


def leases():
    """Whether any user id is leased."""
    with contextlib.suppress(FileNotFoundError), open(LEASES, "r+b") as file:
        lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        return struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_OFD_GETLK, lock))[0] != fcntl.F_UNLCK
    return False


def others_run():
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if open(f"/proc/{name}/comm").read().strip() == "ringfence":
                return True
    return False


def host_state():
    # Others may mount something meanwhile, but not what only a sandbox does. A daemon of the tests is such another.
    mounts = [line for line in open("/proc/self/mountinfo") if "/ringfence-docker." not in line]
    return {"mounts": sorted(line for line in mounts if "ringfence" in line or " - tmpfs none " in line),
            "files": sorted(os.listdir("/run/ringfence")) if os.path.exists("/run/ringfence") else [],
            "shared memory": sorted(os.listdir("/dev/shm"))}


class Commands:
    def __init__(self, ringfence, folder):
        self.ringfence, self.folder = ringfence, folder
        for user, changes in (("root", ""), ("nobody", ACCEPTED)):
            with open(self.policy(user), "w") as file:
                file.write(f"version: 1\nname: {user}\nextends: hardened\nresources: {{wall_time: 60s, cpu_time: 60s}}\n{changes}")
            with open(self.requests(user), "w") as file:
                # Enough short ones for zygotes, then some of each.
                for number, program in enumerate(["short"] * 8 + list(PROGRAMS) * 8):
                    request = {"id": number, "policy": self.policy(user), "command": ["sh", "-c", PROGRAMS[program]]}
                    file.write(json.dumps(request) + "\n")

    def policy(self, user):
        return f"{self.folder}/{user}.yaml"

    def requests(self, user):
        return f"{self.folder}/{user}.requests"

    def batch(self, user):
        return [*(NOBODY if user == "nobody" else []), self.ringfence, "run", "--batch", "--jobs", "3"]

    def __call__(self, user, *program, options=()):
        prefix = NOBODY if user == "nobody" else []
        return [*prefix, self.ringfence, "run", "--json", *options, self.policy(user), "--", *program]


def read_all(file, deadline):
    output = b""
    while True:
        ready, _, _ = select.select([file], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise Left("somebody holds standard output open")
        part = os.read(file.fileno(), 1 << 16)
        if not part:
            return output
        output += part


def check_results(output):
    """Of a batch: all that have their line feed are whole."""
    verdicts = [check_result(line) for line in output.split(b"\n")[:-1]]
    return "none" if not verdicts else "of a batch"


def check_result(output):
    """All of it or nothing."""
    if output:
        try:
            document = json.loads(output)
        except ValueError as error:
            # More than the pipe takes at once is cut where the reader stood, and no document then.
            if len(output) >= 1 << 16:
                return "cut"
            raise Left(f"a torn result: {error}: {output[-80:]!r}") from error
        if document["verdict"] not in ("exited", "signaled", "output-limit"):
            raise Left(f"a wrong result: {document['verdict']}: {document['message']}")
        return document["verdict"]
    return "none"


def kill_once(commands, generator, longest, patience):
    """One run and one kill. -> what was killed, in which program, and what there was of a result"""
    user = generator.choice(["root", "nobody"])
    victim = generator.choice(["supervisor", "caller"])
    program = generator.choice(list(PROGRAMS))
    command = commands(user, "sh", "-c", PROGRAMS[program])
    if generator.random() < 0.3:
        command.insert(command.index("--json"), "--explain-denials")
    is_batch = generator.random() < 0.3
    moment = generator.uniform(0, longest)
    requests = os.devnull
    if is_batch:
        program, command, requests, moment = "of a batch", commands.batch(user), commands.requests(user), 3 * moment
    if victim == "caller":
        command = ["sh", "-c", '"$@" <"$0" & echo $! >&2; wait $!', requests, *command]
    with open(requests) as file:
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True, cwd=commands.folder)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + patience
    supervisor = process.pid
    try:
        with process.stdout, process.stderr:
            verdict = (check_results if is_batch else check_result)(read_all(process.stdout, deadline))
            if victim == "caller":
                # 0 when it was never started.
                supervisor = int((read_all(process.stderr, deadline).split() or [0])[0])
        # Reaped by hand with all the others.
        process.returncode = 0
        reap_all(deadline)
        no_groups(supervisor, deadline)
    except Left as left:
        kill_children()
        raise Left(f"{victim} as {user}, program {program}, after {moment * 1000:.2f} ms: {left}") from left
    return victim, verdict


def kill_many(arguments, commands, seed, count, results):
    become_subreaper()
    generator = random.Random(seed)
    # As long as a short run takes here, and then some.
    start = time.monotonic()
    subprocess.run(commands("root", "true"), stdout=subprocess.DEVNULL, check=True)
    longest = max(0.02, 2.5 * (time.monotonic() - start))
    counts, failures = collections.Counter(), []
    for _ in range(count):
        try:
            counts[kill_once(commands, generator, longest, arguments.patience)] += 1
        except Left as left:
            failures.append(str(left))
            print(left, flush=True)
    results.put((counts, failures))


def run_many(commands, count, at_once):
    """Runs, so many at once. -> failures"""
    failures, waiting, number, supervisors = [], {}, 0, set()
    while number < count or waiting:
        while number < count and len(waiting) < at_once:
            user = "root" if number % 4 else "nobody"
            process = subprocess.Popen(commands(user, "sh", "-c", f"echo {number}; exit {number % 7}"),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            waiting[process.pid] = number, process
            number += 1
            supervisors.add(process.pid)
        for pid in list(waiting)[:1]:
            expected, process = waiting.pop(pid)
            output, errors = process.communicate()
            try:
                document = json.loads(output)
                right = (document["verdict"], document["stdout"], document["exit_code"], process.returncode) == \
                    ("exited", f"{expected}\n", expected % 7, expected % 7)
            except ValueError:
                right = False
            if not right:
                failures.append(f"run {expected}: exit {process.returncode}: {output[:600]!r} {errors[-200:]!r}")
                print(failures[-1], flush=True)
    # Containers that other tests started have names that begin so, and no number after it.
    names = {name for _, names, _ in os.walk("/sys/fs/cgroup") for name in names}
    groups = {name: re.match(r"ringfence-([0-9]+)-", name) for name in names}
    failures += [f"left: {name}" for name, group in groups.items() if group and int(group[1]) in supervisors]
    return failures


def run_batch(commands, count):
    """As many runs in one batch. -> failures"""
    failures = []
    batch = subprocess.Popen(commands.batch("root"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def descriptors():
        return len(os.listdir(f"/proc/{batch.pid}/fd"))

    def kibibytes():
        return int(re.search(r"VmRSS:\s+([0-9]+)", open(f"/proc/{batch.pid}/status").read())[1])

    first = {}
    for number in range(count):
        command = ["sh", "-c", f"cat; exit {number % 7}"] if number % 3 else ["true"]
        request = {"id": number, "policy": commands.policy("root"), "command": command, "stdin": f"{number}\n"}
        batch.stdin.write(json.dumps(request) + "\n")
        batch.stdin.flush()
        result = json.loads(batch.stdout.readline())
        expected = (number, f"{number}\n", number % 7) if number % 3 else (number, "", 0)
        if (result["id"], result.get("stdout"), result.get("exit_code")) != expected:
            failures.append(f"run {number} of a batch: {str(result)[:600]}")
            print(failures[-1], flush=True)
        # What is ready ahead, running and ending comes and goes.
        if number == 100:
            first = {"descriptors": descriptors() + 50, "KiB": kibibytes() + 4096}
    for name, most in first.items():
        value = descriptors() if name == "descriptors" else kibibytes()
        if value > most:
            failures.append(f"a batch had {value} {name} after {count} runs, more than the {most} that are no leak")
    batch.stdin.close()
    if batch.wait() != 0:
        failures.append(f"a batch exited with {batch.returncode}")
    return failures


def main():
    # Where it is ignored (nohup), a run outlasts its caller.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("--ringfence", default=f"{PACKAGE}/.build/release/ringfence")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=10000)
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=1)
    parser.add_argument("--markdown")
    arguments = parser.parse_args()
    before, start, failures, summary = host_state(), time.monotonic(), [], []

    def say(line):
        print(line, flush=True)
        summary.append(line)

    with tempfile.TemporaryDirectory(prefix="ringfence-survival-") as folder:
        os.chmod(folder, 0o755)
        commands = Commands(os.path.abspath(arguments.ringfence), folder)
        results = multiprocessing.Queue()
        shares = [arguments.kills // arguments.jobs + (job < arguments.kills % arguments.jobs)
                  for job in range(arguments.jobs)]
        workers = [multiprocessing.Process(target=kill_many, args=(arguments, commands, arguments.seed * 1000 + job,
                                                                   share, results))
                   for job, share in enumerate(shares) if share]
        for worker in workers:
            worker.start()
        counts = collections.Counter()
        for _ in workers:
            part, wrong = results.get()
            counts += part
            failures += wrong
        for worker in workers:
            worker.join()
        killed = time.monotonic()
        details = ", ".join(f"{n} {victim} ({'no result' if verdict == 'none' else 'result ' + verdict})"
                            for (victim, verdict), n in sorted(counts.items()))
        say(f"{arguments.kills} kills in {killed - start:.0f} s: {details}; {len(failures)} wrong")

        become_subreaper()
        wrong = run_many(commands, arguments.runs, 1)
        row = time.monotonic()
        say(f"{arguments.runs} runs in a row in {row - killed:.0f} s: {len(wrong)} wrong")
        failures += wrong
        wrong = run_many(commands, arguments.runs, arguments.at_once)
        say(f"{arguments.runs} runs, {arguments.at_once} at once, in {time.monotonic() - row:.0f} s: {len(wrong)} wrong")
        failures += wrong
        together = time.monotonic()
        wrong = run_batch(commands, arguments.runs)
        say(f"{arguments.runs} runs in one batch in {time.monotonic() - together:.0f} s: {len(wrong)} wrong")
        failures += wrong
        try:
            reap_all(time.monotonic() + 1)
            # Somebody else's run has a lease, too.
            patience = time.monotonic() + 5
            while leases() and time.monotonic() < patience:
                time.sleep(0.01)
                patience = time.monotonic() + 5 if others_run() and time.monotonic() < row + 600 else patience
            if leases() and not others_run():
                raise Left("leases of user ids")
        except Left as left:
            failures.append(f"at the end: {left}")
    for name, value in host_state().items():
        if value != before[name]:
            failures.append(f"{name} of the host: {sorted(set(map(str, value)) ^ set(map(str, before[name])))}")
    for failure in failures[-10:]:
        print(failure)
    say(f"in all {len(failures)} wrong, and nothing left on the host" if not failures else f"in all {len(failures)} wrong")
    if arguments.markdown:
        record(arguments.markdown, "survival", summary)
    sys.exit(1 if failures else 0)


main()
