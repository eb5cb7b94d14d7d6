#!/usr/bin/python3
"""Lets every system call of a launch fail, one at a time, and looks at what becomes of the run.

usage: faults.py [--ringfence FILE] [--as WAY]... [--sample N] [--seed N] [--jobs N] [--table FILE] [--markdown FILE]

Ways: `root`, `nobody` (no privilege, no control groups), `explaining` (root, with --explain-denials), `batch` (root, some
runs in one process), `over-memory` and `over-time` (root, programs that run into a limit, where only the supervisor's calls
fail: the verdict must stay).

Each call of the supervisor (from main on), its keeper, process 1 and the program before its exec fails with
each error that fits it. Right are two ends: the run is refused (exit 125, 126 or 127 with a result whose verdict is
`setup-failed`, or exit 2 or 70, always with a message), or it is unharmed (the same result and the same protections as
without a fault); of a batch, each of its runs. Wrong are: a hang, an end by a signal, a success that differs, a torn result, anything left behind. Then
standard output is closed, full, and a pipe that nobody reads. Needs root and a machine with ptrace for x86_64.

Exit code 0 when all is right, 1 when not.
"""
import argparse
import collections
import concurrent.futures
import errno
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(os.path.dirname(HERE))
SECONDS = 20

DESCRIPTOR, MEMORY, PROCESS = ["EMFILE", "ENFILE", "ENOMEM"], ["ENOMEM"], ["EAGAIN", "ENOMEM", "ENOSPC"]
SPACE, WRITE, MESSAGE = ["ENOSPC", "ENOMEM"], ["ENOSPC", "ENOMEM", "EAGAIN"], ["ENOMEM", "EAGAIN"]
# What fails for want of something. Calls that are not here cannot (close, getpid, sigaction), or cannot but for a mistake
# of the caller's.
ERRORS = {
    **dict.fromkeys("open openat openat2 socket socketpair pipe2 memfd_create dup3 signalfd4 open_tree fsopen fsmount "
                    "landlock_create_ruleset userfaultfd pidfd_open eventfd2 epoll_create1 timerfd_create accept4".split(), DESCRIPTOR),
    **dict.fromkeys("mmap brk mprotect mremap madvise chdir fchdir read pread64 readlink getdents64 stat fstat newfstatat statfs "
                    "ppoll poll execve sethostname setdomainname capset prctl setgroups setresgid landlock_add_rule "
                    "landlock_restrict_self prlimit64 ioctl pwritev sched_getaffinity sched_setaffinity getcpu".split(),
                    MEMORY),
    **dict.fromkeys("clone clone3 unshare fork vfork setns".split(), PROCESS),
    **dict.fromkeys("mkdir mkdirat mknodat symlinkat fchown fchmod mount move_mount mount_setattr fsconfig pivot_root "
                    "umount2 ftruncate".split(), SPACE),
    **dict.fromkeys("write writev pwrite64".split(), WRITE),
    **dict.fromkeys("sendmsg sendto recvmsg".split(), MESSAGE),
    "setresuid": ["EAGAIN"], "keyctl": ["ENOMEM"], "seccomp": ["ENOMEM"], "fcntl": ["ENOMEM", "EAGAIN"],
}

# What the program shows of its own protections.
PROGRAM = ["/bin/cat", "/proc/self/status", "/proc/self/limits", "/proc/self/mountinfo"]
STATUS = re.compile(r"^(Umask|Uid|Gid|Groups|NStgid|Sig(Blk|Ign|Cgt)|Cap\w+|NoNewPrivs|Seccomp\w*|Cpus_allowed):", re.A)


def protections(text):
    """The lines of the program's output that are the same in each run, in the order of the alphabet: a run by a zygote has its
    mounts in another order, and some of them upon others like them."""
    lines = set()
    for line in text.splitlines():
        if STATUS.match(line) or line.startswith("Max "):
            lines.add(line)
        elif " - " in line and line[0].isdigit():
            fields = line.split()
            # Without the ids of mounts and devices, and those that are the run's own.
            line = " ".join(fields[3:6] + fields[fields.index("-") + 1:])
            lines.add(re.sub(r"([ug]id)=\d+", r"\1", line))
    return sorted(lines)


# What the executable calls before there is a C library (CLaunch/keeper.c).
KEEPERS = ("statfs", "socketpair", "sched_getaffinity", "clone", "getcpu", "sched_setaffinity")
PROCESSES = ["supervisor", "keeper", "process 1", "program", "holder", "zygote", "copy", "copy's program", "other"]
# More than are made ready before the first one ends.
BATCH = 4


class Way:
    def __init__(self, name, folder, ringfence):
        self.name = name
        changes, program = "", PROGRAM
        # A verdict is right or there is none: only the supervisor's calls, whose program runs into a limit.
        self.verdict, self.processes = "exited", PROCESSES
        if name == "over-memory":
            changes, program = "resources: {memory: 16Mi}\n", ["perl", "-e", '$x = "x" x 1e9']
            self.verdict, self.processes = "memory-limit", ["supervisor"]
        if name == "over-time":
            changes, program = "resources: {cpu_time: 20ms}\n", ["sh", "-c", "while :; do :; done"]
            self.verdict, self.processes = "cpu-limit", ["supervisor"]
        if name == "nobody":
            changes = "accept:\n" + "".join(
                f"  - {{target: native, control: resources.{control}, reason: no control groups in this test}}\n"
                for control in ("memory", "swap", "cpus", "cpu_time", "pids"))
        self.is_batch = name == "batch"
        self.policy = f"{folder}/{name}.yaml"
        with open(self.policy, "w") as file:
            file.write(f"version: 1\nname: {name}\nextends: hardened\n{changes}")
        options = ["--explain-denials"] if name == "explaining" else []
        self.command = [ringfence, "run", "--json", *options, self.policy, "--", *program]
        self.requests = os.devnull
        if name == "batch":
            self.command, self.requests = [ringfence, "run", "--batch"], f"{folder}/requests"
            with open(self.requests, "w") as file:
                for number in range(BATCH):
                    file.write(json.dumps({"id": number, "policy": self.policy, "command": program}) + "\n")
        if name == "nobody":
            self.command = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *self.command]


Fault = collections.namedtuple("Fault", "way process call ordinal error")
Outcome = collections.namedtuple("Outcome", "kind detail")


class Harness:
    def __init__(self, arguments, folder):
        self.folder = folder
        self.inject = f"{folder}/inject"
        subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", self.inject, f"{HERE}/inject.c"], check=True)
        self.names = call_names()
        self.numbers = {name: number for number, name in self.names.items()}
        self.ways = [Way(name, folder, arguments.ringfence) for name in arguments.ways]
        self.references = {}

    def run(self, way, fault):
        # Away from the package, so that what it reads does not hang on where it was started.
        with open(way.requests) as requests:
            return subprocess.run([self.inject, str(SECONDS), fault, *way.command], cwd=self.folder, capture_output=True,
                                  stdin=requests)

    def record(self, way):
        """The faults of a way of running, in the order of the calls."""
        path = f"{self.folder}/{way.name}.trace"
        done = self.run(way, path)
        kind, code, _, _ = ending(done)
        self.references[way.name] = reference = self.summary(done.stdout.splitlines()[0] if way.is_batch else done.stdout)
        assert (kind, reference["verdict"]) == ("exit", way.verdict), done.stdout.decode()
        started = False
        for line in open(path):
            process, number, ordinal = line.split("\t")
            name = self.names.get(int(number), number)
            # The first thing that main does; before are the loader and the runtime, and the start of the keeper.
            started = started or process == "supervisor" and name == "rt_sigaction"
            counts = process in way.processes and (started or process != "supervisor" or name in KEEPERS)
            for error in ERRORS.get(name, []) if counts else []:
                yield Fault(way, process, name, int(ordinal), error)

    @staticmethod
    def summary(output):
        document = json.loads(output)
        del document["usage"]
        document.pop("id", None)
        document["stdout"] = protections(document["stdout"])
        return document

    def judge(self, fault):
        number = self.numbers[fault.call]
        done = self.run(fault.way, f"{fault.process}:{number}:{fault.ordinal}:{getattr(errno, fault.error)}")
        kind, code, happened, pid = ending(done)
        left = leftovers(pid)
        if left:
            return Outcome("LEFT BEHIND", ", ".join(left))
        if kind == "hang":
            return Outcome("HANG", "")
        if kind == "signal":
            return Outcome("KILLED", f"by signal {code}: {complaint(done.stderr)}")
        if fault.way.is_batch:
            # What cannot be written ends the batch, wherever it is.
            lines = done.stdout.splitlines() if code == 0 else done.stdout.split(b"\n")[:-1]
            outcomes = [self.judge_result(fault.way, line, happened) for line in lines]
            if code == 0 and len(outcomes) != BATCH:
                return Outcome("TORN", f"{len(outcomes)} results")
            if code not in (0, 70) or code == 70 and not complaint(done.stderr):
                return Outcome("SILENT", f"exit {code}")
            outcomes += [Outcome("refused", f"70: {complaint(done.stderr)}")] if code == 70 else []
            outcomes.sort(key=lambda each: (each.kind.isupper(), each.kind == "refused"))
            return outcomes[-1]
        if code == 0:
            return self.judge_result(fault.way, done.stdout, happened)
        message = complaint(done.stderr)
        if done.stdout:
            try:
                document = json.loads(done.stdout)
            except ValueError as error:
                if code == 70 and message:
                    return Outcome("refused", f"70: {message}")
                return Outcome("TORN", f"exit {code}: {error}")
            if document["verdict"] == fault.way.verdict and code in (124, 137):
                return Outcome("unharmed" if happened == "once" else "not reached", "")
            if document["verdict"] != "setup-failed" or code not in (125, 126, 127) or not document["message"]:
                return Outcome("WRONG VERDICT", f"exit {code}: {document['verdict']}: {document['message']}")
            return Outcome("refused", f"{code}: {document['message']}")
        if code in (2, 70) and message:
            return Outcome("refused", f"{code}: {message}")
        return Outcome("SILENT", f"exit {code}")


    def judge_result(self, way, text, happened):
        """Of a run that has not been refused as a whole."""
        try:
            if way.is_batch and "error" in json.loads(text):
                return Outcome("refused", json.loads(text)["error"])
            summary = self.summary(text)
        except (ValueError, KeyError) as error:
            return Outcome("TORN", f"{error}")
        if way.is_batch and summary["verdict"] == "setup-failed" and summary["message"]:
            return Outcome("refused", f"{summary['exit_code'] or 125}: {summary['message']}")
        reference = self.references[way.name]
        forgive_other_means(reference, summary)
        if summary != reference:
            return Outcome("DIFFERENT", difference(reference, summary))
        return Outcome("unharmed" if happened == "once" else "not reached", "")


def forgive_other_means(expected, found):
    """Where something else holds a limit as well, or where its loss is accepted and reported, nothing is wrong."""
    losses = [{loss["control"] for loss in result["enforcement"]["not_enforced"]} for result in (expected, found)]
    if losses[0] and losses[1] >= losses[0]:
        found["enforcement"] = expected["enforcement"]
    # Without a pids group the limit on processes is an rlimit, and the result says that nobody counts refused forks.
    limits = [[line for line in result["stdout"] if line.startswith("Max processes")] for result in (expected, found)]
    if limits[1] and limits[0] != limits[1] and limits[1][0].split()[2] == "65":
        found["stdout"] = [limits[0][0] if line == limits[1][0] else line for line in found["stdout"]]
        if found["enforcement"]["not_measured"] == ["resources.pids"]:
            found["enforcement"] = found["enforcement"] | {"not_measured": expected["enforcement"]["not_measured"]}


def ending(done):
    words = done.stderr.decode(errors="replace").rstrip("\n").rpartition("\n")[2].split()
    return words[1], int(words[2]), words[3], int(words[4])


def complaint(stderr):
    """What ringfence complained about; the last line of all is the injector's."""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    lines.pop()
    return next((line for line in lines if "error" in line), lines[-1] if lines else "")


def difference(expected, found):
    keys = [key for key in expected if expected[key] != found.get(key)]
    details = [f"{key}: {found.get(key)}" for key in keys if key != "stdout"]
    if "stdout" in keys:
        details += sorted(set(found["stdout"]) ^ set(expected["stdout"]))
    return "; ".join(details)[:500]


def leftovers(pid):
    """What is named after a supervisor a second after its end."""
    for _ in range(20):
        found = [f"{folder}/{name}" for folder, names, _ in os.walk("/sys/fs/cgroup") for name in names
                 if name.startswith(f"ringfence-{pid}-")]
        if not found:
            return []
        time.sleep(0.05)
    return found


def call_names():
    path = next(p for p in ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h")
                if os.path.exists(p))
    return {int(number): name for name, number in re.findall(r"#define __NR_(\w+) (\d+)", open(path).read())}


def standard_output(ways):
    """Runs whose standard output takes nothing: (name, outcome) of each."""
    for way in ways:
        for name in ("closed", "full", "without a reader"):
            for json_too in (True,) if way.is_batch else (True, False):
                command = [word for word in way.command if json_too or word != "--json"]
                reader, writer = os.pipe()
                os.close(reader)
                if name == "closed":
                    command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
                try:
                    with open("/dev/full", "wb") as full:
                        done = subprocess.run(command, stdin=open(way.requests), stderr=subprocess.PIPE, timeout=SECONDS,
                                              stdout=full if name == "full" else writer)
                    message = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
                    kind = "refused" if done.returncode > 0 and message else "SILENT"
                    outcome = Outcome(kind, f"{done.returncode}: {message}")
                except subprocess.TimeoutExpired:
                    outcome = Outcome("HANG", "")
                os.close(writer)
                yield way.name, f"standard output {name}{'' if json_too else ', without --json'}", outcome


def markdown(results, outputs, calls):
    """The page of docs/faults.md: a row for each call of each process, what became of its faults."""
    rows = collections.defaultdict(collections.Counter)
    messages = {}
    for fault, outcome in results:
        if outcome.kind == "not reached":
            continue
        row = rows[fault.way.name, fault.process, fault.call]
        row[outcome.kind] += 1
        row["errors", fault.error] += 1
        if outcome.kind == "refused":
            messages.setdefault((fault.way.name, fault.process, fault.call), outcome.detail)
    text = []
    for way in dict.fromkeys(fault.way.name for fault, _ in results):
        mine = {key: row for key, row in rows.items() if key[0] == way}
        total = sum(row["refused"] + row["unharmed"] for row in mine.values())
        wrong = sum(count for row in mine.values() for kind, count in row.items()
                    if isinstance(kind, str) and kind not in ("refused", "unharmed"))
        text.append(f"\n## As {WAYS[way]}\n")
        text.append(f"{calls[way]} calls of a launch can fail; {total + wrong} faults; {wrong} wrong.\n")
        text.append("| process | call | errors | refused | unharmed | wrong | for example |\n|---|---|---|---|---|---|---|")
        for (_, process, call), row in sorted(mine.items(), key=lambda item: (PROCESSES.index(item[0][1]), item[0][2])):
            errors = " ".join(key[1] for key in row if isinstance(key, tuple))
            bad = sum(count for kind, count in row.items() if isinstance(kind, str) and kind.isupper())
            example = messages.get((way, process, call), "").replace("|", "\\|").replace("`", "")
            # Nothing of this machine's.
            example = re.sub(r"/sys/fs/cgroup/[^ :)]*", "/sys/fs/cgroup/…", re.sub(r"/tmp/\S+?/", "", example))
            if len(example) > 110:
                example = example[:109].rstrip() + "…"
            text.append(f"| {process} | `{call}` | {errors} | {row['refused']} | {row['unharmed']} | {bad} | {example} |")
    text.append("\n## Standard output that takes nothing\n\n| as | | exit code and message |\n|---|---|---|")
    for way, name, outcome in outputs:
        text.append(f"| {way} | {name} | {outcome.detail if outcome.kind == 'refused' else outcome.kind} |")
    return "\n".join(text) + "\n"


WAYS = {"root": "root", "nobody": "a user without privilege and without control groups",
        "explaining": "root, with `--explain-denials`", "batch": f"root, {BATCH} runs in a batch", "over-memory": "root, a program that uses too much memory",
        "over-time": "root, a program that uses too much processor time"}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("--ringfence", default=f"{PACKAGE}/.build/release/ringfence")
    parser.add_argument("--as", dest="ways", action="append", choices=list(WAYS))
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--table")
    parser.add_argument("--markdown")
    arguments = parser.parse_args()
    arguments.ringfence = os.path.abspath(arguments.ringfence)
    arguments.ways = arguments.ways or list(WAYS)
    with tempfile.TemporaryDirectory(prefix="ringfence-faults-") as folder:
        os.chmod(folder, 0o755)
        harness = Harness(arguments, folder)
        mounts = set(open("/proc/self/mountinfo"))
        faults, calls = [], {}
        for way in harness.ways:
            recorded = list(harness.record(way))
            calls[way.name] = len({fault[:4] for fault in recorded})
            faults += recorded
        if arguments.sample:
            # One of each call, and then what the seed picks.
            random.Random(arguments.seed).shuffle(faults)
            first = list({(fault.process, fault.call): fault for fault in faults}.values())
            faults = (first + [fault for fault in faults if fault not in first])[:arguments.sample]
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            results = list(zip(faults, pool.map(harness.judge, faults)))
        outputs = list(standard_output(harness.ways))
    wrong = [(fault.way.name, f"{fault.process}: {fault.call} #{fault.ordinal} {fault.error}", outcome)
             for fault, outcome in results if outcome.kind.isupper()]
    wrong += [row for row in outputs if row[2].kind.isupper()]
    # Others may mount something meanwhile, but not where only a sandbox does.
    left = [line for line in set(open("/proc/self/mountinfo")) - mounts if "ringfence" in line or " - tmpfs none " in line]
    if left:
        wrong.append(("all", "mounts of the host", Outcome("LEFT BEHIND", "".join(left))))
    if arguments.table:
        with open(arguments.table, "w") as file:
            for fault, outcome in results:
                file.write("\t".join([fault.way.name, *map(str, fault[1:]), *outcome]) + "\n")
            for way, name, outcome in outputs:
                file.write("\t".join([way, name, "", "", "", *outcome]) + "\n")
    if arguments.markdown:
        page = open(arguments.markdown).read()
        start = page.index("<!-- generated -->\n") + len("<!-- generated -->\n")
        with open(arguments.markdown, "w") as file:
            file.write(page[:start] + markdown(results, outputs, calls))
    for way, place, outcome in wrong:
        print(f"as {way}: {place}: {outcome.kind}: {outcome.detail}")
    kinds = collections.Counter(outcome.kind for _, outcome in results)
    print(f"{len(results)} faults, {len(outputs)} outputs: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
          + f"; {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


main()
