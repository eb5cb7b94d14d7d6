#!/usr/bin/python3
"""Runs the attacks of manifest.tsv in a sandbox and judges what became of them and of the host.

usage: run.py [--engine ringfence|batch|docker|gvisor|bwrap|none] [--ringfence FILE] [--user root|nobody]... [--undelegated]
              [--jobs N] [--repeat N] [--seed N] [--only PATTERN]... [--table FILE] [--markdown FILE]
              [--programs FOLDER] [--compile]

One row a run goes to the table (tab-separated: name, class, user, outcome, verdict, detail), a summary to standard
output. Exit code 0 when all is contained, 1 when not, 2 when the suite cannot run.

Outcomes: `contained`; `escaped` (the attack says so, or the host shows it); `wrong-verdict`; `left-behind`
(something outlives the run); `reported` (the sandbox said beforehand that it cannot enforce what stops this here);
`skipped` (the attack cannot be tried on this kernel). `host` rows are about all runs together.

Any sandbox can be tried: a program is called as /attack/PROGRAM NAME TOKEN with the environment of `facts`, prints one
line and exits (see cases/attack.h). Needs root, for control groups around every run. `docker` and `gvisor` are
`ringfence run --engine …`; `bounded` holds their engines, too, inside of one group around everything. `batch` is
`ringfence run --batch`, where every attack comes after other runs and before some.
"""
import argparse
import base64
import concurrent.futures
import contextlib
import fcntl
import fnmatch
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# A cache beside the sources would be taken for one of the package's files.
sys.dont_write_bytecode = True
import host

HERE = os.path.dirname(os.path.abspath(__file__))
MiB = 1 << 20
MEMORY, DISK, PIDS, FILES, OUTPUT = 256 * MiB, 64 * MiB, 64, 256, MiB
# The short limits are for the attacks that must run into them; nobody else may, on a slow or busy machine.
CPU_SECONDS, HANG_SECONDS, WALL_SECONDS = 1, 2, 60

# Controls that need control groups: an unprivileged user has them only where they are delegated.
GROUP_CONTROLS = ("resources.memory", "resources.swap", "resources.cpus", "resources.cpu_time", "resources.pids")

LIMIT_OF_VERDICT = {
    "memory-limit": "resources.memory",
    "cpu-limit": "resources.cpu_time",
    "wall-limit": "resources.wall_time",
    "output-limit": "resources.output",
    "pids-limit": "resources.pids",
    "file-limit": "resources.file_size",
}


class Case:
    def __init__(self, row):
        self.name, self.group, self.program, expected, self.control, self.severity, self.stopped_by, self.threat = row
        self.expected = expected.split("|")

    @property
    def wall_seconds(self):
        return HANG_SECONDS if self.expected == ["wall-limit"] else WALL_SECONDS

    def command(self, folder, token):
        path = f"{folder}/{self.program}"
        interpreter = {".py": ["/usr/bin/python3", "-SB"], ".sh": ["/bin/sh"]}.get(os.path.splitext(path)[1], [])
        return [*interpreter, path, self.name, token]


def manifest():
    with open(f"{HERE}/manifest.tsv") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return [Case(row) for row in rows]


def compile_programs(folder):
    """Makes the folder that sandboxes see as /attack: static programs, scripts, and a file to be attacked."""
    os.makedirs(folder, exist_ok=True)
    # Two suites may begin at once. Not in the folder, where sandboxes see it.
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        compile_into(folder)


def compile_into(folder):
    source = f"{HERE}/cases"
    newest_header = os.path.getmtime(f"{source}/attack.h")
    for name in sorted(os.listdir(source)):
        stem, extension = os.path.splitext(name)
        origin, program = f"{source}/{name}", f"{folder}/{stem if extension == '.c' else name}"
        if extension == ".c":
            newest = max(newest_header, os.path.getmtime(origin))
            if os.path.exists(program) and os.path.getmtime(program) > newest:
                continue
            options = "-O1 -static -pthread -Wall -Wextra -Werror -Wno-unused-result".split()
            subprocess.run(["cc", *options, "-o", program + ".new", origin], check=True)
            os.rename(program + ".new", program)
        elif extension != ".h":
            shutil.copyfile(origin, program)
            os.chmod(program, 0o755)
    with open(f"{folder}/sentinel", "w") as file:
        file.write("untouched\n")
    # Whoever may write this file, without a sandbox, is whoever the attack runs as.
    for path in (folder, f"{folder}/sentinel"):
        os.chmod(path, 0o777 if path == folder else 0o666)


class Unsandboxed:
    """No sandbox but the outer limits: shows which attacks are attacks on this machine."""

    is_judged_by_result = False
    # What an outer group has measured is that of so many attacks after each other.
    attack_count = 1
    folder = None

    def __init__(self, session):
        self.session = session

    def environment(self):
        return {**os.environ, "HOST_ONLY_SECRET": self.session.canaries.token, **self.session.facts}

    def command(self, case, token):
        return case.command(self.session.programs, token)


class Bubblewrap(Unsandboxed):
    """As most people call it, with the same root as ours."""

    def command(self, case, token):
        options = "--unshare-all --die-with-parent --proc /proc --dev /dev --ro-bind /usr /usr".split()
        for name in ("bin", "lib", "lib64", "sbin"):
            options += ["--symlink", f"usr/{name}", f"/{name}"]
        options += ["--tmpfs", "/tmp", "--tmpfs", "/work", "--ro-bind", self.session.programs, "/attack", "--clearenv"]
        for name, value in self.session.facts.items():
            options += ["--setenv", name, value]
        return ["bwrap", *options, "--", *case.command("/attack", token)]


class Ringfence(Unsandboxed):
    is_judged_by_result = True
    options = ()

    def __init__(self, session):
        super().__init__(session)
        for name in ("attack", "attack-cpu", "attack-hang", "attack-network"):
            with open(f"{session.folder}/{name}.yaml", "w") as file:
                file.write(self._policy(name))

    @staticmethod
    def _policy_of(case):
        if case.wall_seconds == HANG_SECONDS:
            return "attack-hang"
        if "cpu-limit" in case.expected:
            return "attack-cpu"
        # That there is no network must not hang on the filter that refuses its sockets.
        return "attack-network" if case.control == "network.mode" else "attack"

    def _policy(self, name):
        variables = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in self.session.facts.items())
        text = f"""\
version: 1
name: {name}
description: What the attack suite runs under.
extends: {self.session.options.base}
process:
  command: [/bin/true]
  working_dir: /work
environment:
  set:
    PATH: /usr/local/bin:/usr/bin:/bin
{variables}filesystem:
  image: ringfence-test:1
  read: [/usr, /bin, /lib, /lib64, {{source: {json.dumps(self.session.programs)}, path: /attack}}]
  tmpfs: [{{path: /tmp, size: {DISK // MiB}Mi, inodes: 4096}}, {{path: /work, size: {DISK // MiB}Mi, inodes: 4096}}]
network:
  mode: none
  socket_families: [unix{", inet, inet6" if name == "attack-network" else ""}]
resources:
  memory: {MEMORY // MiB}Mi
  swap: 0
  cpus: 2
  cpu_time: {CPU_SECONDS if name == "attack-cpu" else WALL_SECONDS * self.session.options.patience}s
  wall_time: {HANG_SECONDS if name == "attack-hang" else WALL_SECONDS * self.session.options.patience}s
  pids: {PIDS}
  open_files: {FILES}
  file_size: 16Mi
  stack: 8Mi
  core: 0
  output: {OUTPUT // MiB}Mi
"""
        if self.session.options.undelegated:
            text += "accept:\n" + "".join(
                f"  - {{target: native, control: {control}, reason: no control groups are delegated here}}\n"
                for control in GROUP_CONTROLS
            )
        return text

    def environment(self):
        return {**os.environ, "HOST_ONLY_SECRET": self.session.canaries.token}

    def command(self, case, token):
        policy = self._policy_of(case)
        call = [self.session.options.ringfence, "run", "--json", *self.options]
        return [*call, f"{self.session.folder}/{policy}.yaml", "--", *case.command("/attack", token)]

    def may_report(self, user):
        """What may be missing for want of control groups."""
        return set(GROUP_CONTROLS) if user == "nobody" and self.session.options.undelegated else set()

    def results(self, code, output):
        """-> the documents of the attack, its exit code (None where it has none of its own), problems"""
        return [output], code, []


class Batch(Ringfence):
    """The attack is two of several runs, made of what the ones before have left. The others must not notice."""

    attack_count = 2

    def command(self, case, token):
        policy = f"{self.session.folder}/{self._policy_of(case)}.yaml"
        harmless = {"id": "harmless", "policy": policy, "command": ["/bin/true"]}
        attack = {"id": "attack", "policy": policy, "command": case.command("/attack", token)}
        requests = f"{self.session.folder}/{token}.requests"
        with open(requests, "w") as file:
            for request in [harmless] * 4 + [attack] * 2 + [harmless] * 4:
                file.write(json.dumps(request) + "\n")
        script = 'exec "$1" run --batch --jobs 1 <"$2"'
        return ["sh", "-c", script, "sh", self.session.options.ringfence, requests]

    def results(self, code, output):
        lines = output.splitlines()
        attacks = [line for line in lines if line.startswith(b'{"id":"attack"')]
        problems = [f"the batch ended with {code}"] if code != 0 else []
        others = [json.loads(line) for line in lines if line not in attacks]
        good = [other for other in others if other.get("success") and other["stdout"] == other["stderr"] == ""]
        if len(good) != 8 or len(attacks) != 2:
            problems.append(f"{len(good)} of 8 other runs were well, and {len(attacks)} of 2 attacks had a result")
        return attacks or [b""], None, problems


class Container(Ringfence):
    """Another engine under the same policy, whose base accepts by name what that engine cannot enforce."""

    def __init__(self, session):
        super().__init__(session)
        self.options = ("--engine", session.options.engine)

    def environment(self):
        return {**super().environment(), "DOCKER_HOST": os.environ.get("RINGFENCE_TEST_DOCKER_HOST", "")}

    def may_report(self, user):
        return None


ENGINES = {
    "none": Unsandboxed,
    "bwrap": Bubblewrap,
    "ringfence": Ringfence,
    "batch": Batch,
    "docker": Container,
    "gvisor": Container,
}


class Session:
    """All runs of one call of this program, with what they share."""

    def __init__(self, options, canaries, programs, folder):
        self.options, self.canaries, self.programs, self.folder = options, canaries, programs, folder
        self.facts = {
            "ATTACK_MEMORY": str(MEMORY),
            "ATTACK_DISK": str(DISK),
            "ATTACK_PIDS": str(PIDS),
            "ATTACK_FILES": str(FILES),
            "ATTACK_OUTPUT": str(OUTPUT),
            "ATTACK_CPU_MS": str(CPU_SECONDS * 1000),
            "ATTACK_PATIENCE": str(options.patience),
            "ATTACK_FOLDER": programs if options.engine == "none" else "/attack",
            **canaries.facts(),
        }
        if options.engine == "none":
            self.facts["ATTACK_UNSANDBOXED"] = "1"
            self.facts["ATTACK_SCRATCH"] = canaries.scratch
        self.engine = ENGINES[options.engine](self)

    def run(self, case, user):
        """One run, or two for an attack that looks for what an earlier run left. -> outcome, verdict, detail"""
        token = secrets.token_hex(8)
        result = self._run_once(case, user, token)
        if case.name == "left-for-the-next" and result[0] == "contained":
            result = self._run_once(case, user, token)
        return result

    def _run_once(self, case, user, token):
        owner = host.NOBODY if user == "nobody" and not self.options.undelegated else None
        group = host.OuterGroup(f"attack-{token}", owner)
        # A careless caller: open descriptors, an open umask, groups that mean something, input from a writable file.
        script = group.entrance() + 'exec 8>>"$1" 9</; $2 && exec 0<>"$1"; umask 0; shift 2; exec "$@"'
        drop = "--reuid 65534 --regid 65534 --clear-groups" if user == "nobody" else "--groups 0,4,27"
        terminal = host.Terminal() if case.group == "terminal" else None
        session = ["setsid", "--ctty", "--wait"] if terminal else []
        # A process of the host in the supervisor's own group, for signals that go to the group.
        bystander = subprocess.Popen(["sleep", "1000"], process_group=0)
        problems = []
        try:
            caller_file = os.path.join(self.canaries.scratch, "caller")
            command = ["sh", "-c", script, "sh", caller_file, "false" if terminal else "true"]
            command += [*session, "setpriv", *drop.split(), *self.engine.command(case, token)]
            child = subprocess.Popen(
                command,
                stdin=terminal.keyboard if terminal else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self.canaries.scratch if self.options.engine == "none" else "/",
                env=self.engine.environment(),
                process_group=bystander.pid,
            )
            output, errors, is_late = self._collect(child, group, (case.wall_seconds + 30) * self.options.patience)
            if is_late:
                problems.append("had to be ended from outside")
            if self.options.engine != "none" or case.group == "survivors":
                problems += self._survivors(group, token)
            problems += self._bystander(bystander)
            excesses = list(measured(case, group.peaks(), self.options.patience, self.engine.attack_count))
            if terminal:
                problems += terminal.harmed()
            if self.engine.is_judged_by_result:
                reportable = self.engine.may_report(user)
                documents, code, harm = self.engine.results(child.returncode, output)
                problems += harm
                judged = [
                    judge_result(case, code, document, errors, list(problems), excesses, reportable)
                    for document in documents
                ]
                return next((each for each in judged if each[0] != "contained"), judged[-1])
            return judge_status(case, child.returncode, output, errors, problems, excesses)
        finally:
            with contextlib.suppress(OSError):
                bystander.kill()
            bystander.wait()
            group.end()
            if terminal:
                terminal.__exit__()

    @staticmethod
    def _collect(child, group, seconds):
        """Like communicate, but what floods is not kept, and what hangs is ended by its group."""
        try:
            return *child.communicate(timeout=seconds), False
        except subprocess.TimeoutExpired:
            for process in group.processes():
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
            return *child.communicate(), True

    @staticmethod
    def _survivors(group, token):
        end = time.monotonic() + 1
        while True:
            remaining = group.processes() | set(host.processes_with(token))
            inside = group.left_inside()
            if not remaining and not inside:
                return []
            if time.monotonic() > end:
                names = {process: host.read(f"/proc/{process}/comm").strip() for process in remaining}
                problems = [f"process {process} survives ({name})" for process, name in names.items()]
                return problems[:3] + [f"the group {folder} remains" for folder in inside[:2]]
            time.sleep(0.02)

    @staticmethod
    def _bystander(bystander):
        status = host.read(f"/proc/{bystander.pid}/stat").rpartition(")")[2].split()
        if bystander.poll() is not None:
            return [f"a signal reached the caller's process group ({signal.Signals(-bystander.returncode).name})"]
        return ["the caller's process group was stopped"] if status[:1] == ["T"] else []


def last_line(text):
    lines = text.rstrip().rsplit("\n", 1)
    return lines[-1][-300:] if lines else ""


def label_of(verdict, exit_code, signal_name, line):
    """The word of the manifest for how a run ended."""
    if verdict == "exited":
        words = {(0, "BLOCKED"): "contained", (66, "ESCAPED"): "escaped", (77, "SKIPPED"): "skipped"}
        return words.get((exit_code, line.split(":")[0]), f"exited:{exit_code}")
    if verdict == "signaled":
        return f"signaled:{signal_name}"
    return verdict


def judge_status(case, code, output, errors, problems, excesses):
    """For a sandbox that gives nothing but an exit status. Limits cannot be told apart by it."""
    line = last_line(output.decode(errors="replace"))
    # As for a shell, 128 and more is a signal, or a program that says so.
    if code < 0 or code > 128:
        number = -code if code < 0 else code - 128
        known = {each.value: each.name for each in signal.Signals}
        label = label_of("signaled", None, known.get(number, f"SIG{number}"), line)
    else:
        label = label_of("exited", code, None, line)
    problems += [text for _, text in excesses]
    if len(output) + len(errors) > OUTPUT + 131072:
        problems.append(f"{(len(output) + len(errors)) // MiB} MiB of output")
    detail = "; ".join(problems + [line])
    if label == "escaped" or problems:
        return "escaped", label, detail
    if label == "skipped" or label in case.expected or label == "contained":
        return "skipped" if label == "skipped" else "contained", label, detail
    return "wrong-verdict", label, detail


def measured(case, peaks, patience, count):
    """What the outer group has seen, whatever anybody says. -> the control that did not hold, and what shows it"""
    memory, pids, processor = peaks
    # What an attack has read the kernel keeps, in the outer group's name once its own is gone.
    if memory is not None and memory > count * MEMORY + 64 * MiB:
        yield "resources.memory", f"{memory // MiB} MiB were used"
    if pids is not None and pids > PIDS + 16:
        yield "resources.pids", f"{pids} processes were alive"
    # The supervisor's own start counts here too.
    allowed = count * (CPU_SECONDS if "cpu-limit" in case.expected else WALL_SECONDS) + 3 * patience
    if processor is not None and processor > allowed:
        yield "resources.cpu_time", f"{processor:.1f} s of processor time were used"


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key appears twice among {keys}")
    return dict(pairs)


def judge_result(case, code, output, errors, problems, excesses, may_report):
    """For Ringfence: the document is judged whole, and against what the outer group has measured. `may_report` is what
    may be not enforced; None where all that is has been accepted by name."""
    wrong = []
    try:
        text = output.decode()
        if any(ord(character) < 32 and character != "\n" or 0x7F <= ord(character) < 0xA0 for character in text):
            wrong.append("control characters in the document")
        document = json.loads(text, object_pairs_hook=unique)
        verdict, exit_code, signal_name = (document[key] for key in ("verdict", "exit_code", "signal"))
        streams = {name: document[name] for name in ("stdout", "stderr")}
        if document["encoding"] == "base64":
            streams = {name: base64.b64decode(value).decode(errors="replace") for name, value in streams.items()}
        size = sum(len(value.encode(errors="replace")) for value in streams.values())
        not_enforced = {entry["control"]: entry["reason"] for entry in document["enforcement"]["not_enforced"]}
        hit, usage = document["limits_hit"], document["usage"]
    except (ValueError, KeyError, TypeError) as error:
        reason = errors.decode(errors="replace").strip()[-400:]
        return "wrong-verdict", f"exit code {code}", f"no result: {error!r}; {reason}"

    line = last_line(streams["stdout"])
    label = label_of(verdict, exit_code, signal_name, line)
    if document["success"] != (verdict == "exited" and exit_code == 0):
        wrong.append(f"success is {document['success']}")
    if verdict in LIMIT_OF_VERDICT and LIMIT_OF_VERDICT[verdict] not in hit:
        wrong.append(f"limits_hit {hit} lacks {LIMIT_OF_VERDICT[verdict]}")
    expected_code = {"memory-limit": 137, "cpu-limit": 124, "wall-limit": 124, "setup-failed": 125}.get(verdict)
    if verdict == "exited":
        expected_code = exit_code
    elif verdict == "signaled" or expected_code is None and signal_name:
        expected_code = 128 + getattr(signal, signal_name, 0) if hasattr(signal, signal_name) else code
    if None not in (code, expected_code) and code != expected_code:
        wrong.append(f"exit code {code} instead of {expected_code}")
    # Bytes that are no text count once each, and are replaced by three.
    if size > OUTPUT and document["encoding"] == "utf-8":
        wrong.append(f"{size} bytes of output")
    if verdict == "output-limit" and size < OUTPUT - 4:
        wrong.append(f"only {size} bytes of output were kept")
    if verdict == "wall-limit" and usage["wall_ms"] < case.wall_seconds * 1000:
        wrong.append(f"a wall limit after {usage['wall_ms']} ms")
    unexpected = set(not_enforced) - (may_report or set())
    if may_report is not None and unexpected:
        wrong.append(f"not enforced: {sorted(unexpected)}")

    problems += [text for control, text in excesses if control not in not_enforced]
    detail = "; ".join(problems + wrong + [document["message"], line])
    if problems and any("survives" in problem or "remains" in problem for problem in problems):
        return "left-behind", label, detail
    if label == "skipped":
        return "skipped", label, detail
    if label == "escaped" or problems:
        return "reported" if case.control in not_enforced else "escaped", label, detail
    # Without control groups the kernel refuses forks, and does not count how many.
    expected = case.expected + ["exited:1"] * ("pids-limit" in case.expected and "resources.pids" in (may_report or ()))
    if wrong or label not in expected:
        return "reported" if case.control in not_enforced and not wrong else "wrong-verdict", label, detail
    return "contained", label, detail


def parse_options():
    parser = argparse.ArgumentParser(description="Runs the attack suite.")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="ringfence")
    parser.add_argument("--ringfence", default=os.environ.get("RINGFENCE", f"{HERE}/../../.build/release/ringfence"))
    parser.add_argument("--user", action="append", choices=["root", "nobody"])
    parser.add_argument("--undelegated", action="store_true", help="give nobody no control groups of its own")
    parser.add_argument("--base", default="hardened", help="the policy that the suite's own extends")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None, help="run in random order")
    parser.add_argument("--only", action="append", help="names or classes, with * and ?")
    parser.add_argument("--patience", type=int, default=1, help="times as slow a machine as others")
    parser.add_argument("--table")
    parser.add_argument("--markdown", help="record the summary in this page")
    parser.add_argument("--programs", default=f"{HERE}/../../.build/attacks")
    parser.add_argument("--compile", action="store_true", help="only compile the programs")
    options = parser.parse_args()
    options.user = options.user or ["root", "nobody"]
    options.programs = os.path.abspath(options.programs)
    options.ringfence = os.path.abspath(options.ringfence)
    return options


def selected(options):
    patterns = options.only or ["*"]
    return [
        case
        for case in manifest()
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns for name in (case.name, case.group))
    ]


def changed_verdicts(rows):
    """Repeated runs must agree."""
    seen = {}
    for name, group, user, _, verdict, _ in rows:
        seen.setdefault((name, group, user), {}).setdefault(verdict, 0)
        seen[name, group, user][verdict] += 1
    return [
        (*key, "wrong-verdict", "-", f"verdicts change: {counts}") for key, counts in seen.items() if len(counts) > 1
    ]


def report(rows, seconds):
    counts = {}
    for row in rows:
        counts[row[3]] = counts.get(row[3], 0) + 1
    bad = [row for row in rows if row[3] not in ("contained", "skipped", "reported")]
    for row in bad:
        print(f"{row[3]:14} {row[1]}/{row[0]} as {row[2]}: {row[4]}: {row[5]}")
    summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    line = f"{len(rows)} runs in {seconds:.0f} s: {summary}"
    print(line)
    return bad, line


def main():
    options = parse_options()
    if not os.path.exists(f"{options.programs}/sentinel") or shutil.which("cc"):
        compile_programs(options.programs)
    if options.compile:
        return 0
    if os.geteuid() != 0:
        print("run.py: needs root, for control groups around every run", file=sys.stderr)
        return 2
    runs = [(case, user) for case in selected(options) for user in options.user] * options.repeat
    if not runs:
        print("run.py: no such attack", file=sys.stderr)
        return 2
    if options.seed is not None:
        random.Random(options.seed).shuffle(runs)
    # To be ended is no reason to leave canaries and groups behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows, before, start = [], host.traces(options.programs), time.monotonic()
    with host.Canaries() as canaries, tempfile.TemporaryDirectory(prefix="attack-session-") as folder:
        os.chmod(folder, 0o755)
        session = Session(options, canaries, options.programs, folder)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            try:
                for (case, user), result in zip(runs, pool.map(lambda run: session.run(*run), runs)):
                    rows.append((case.name, case.group, user, *result))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        rows += changed_verdicts(rows)
        if options.engine != "none":
            rows += [("canaries", "host", "-", "escaped", "-", problem) for problem in canaries.harmed()]
            left = host.new_traces(before, options.programs)
            rows += [("traces", "host", "-", "left-behind", "-", trace) for trace in left]
            if host.read(f"{options.programs}/sentinel") != "untouched\n":
                rows.append(("sentinel", "host", "-", "escaped", "-", "the sentinel was changed"))
    if options.table:
        with open(options.table, "w") as file:
            for row in [("name", "class", "user", "outcome", "verdict", "detail"), *rows]:
                cells = ("".join(c if c.isprintable() else " " for c in str(cell)) for cell in row)
                file.write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")
    bad, summary = report(rows, time.monotonic() - start)
    if options.markdown:
        sys.path.append(f"{HERE}/../FaultTests")
        from record import record

        times = f"every attack {options.repeat} times as {' and '.join(options.user)}, {options.jobs} at once"
        changed = sum("verdicts change" in row[5] for row in rows)
        record(options.markdown, "attacks", [f"{times}: {summary}", f"verdicts that changed between them: {changed}"])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
