#!/usr/bin/env python3
"""Measures `ringfence lint`: many policies at once, and each text that is meant to be dear to read.

    Tests/Benchmarks/lint.py [--write] [--cases FOLDER] [RINGFENCE]

FOLDER holds hostile texts, as `make bench-lint` exports them from the tests. Without --write nothing is written but the
tables on standard output. Exits with 1 when a text costs more than 100 ms or 64 MiB.
"""

import argparse
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs/lint-performance.md"
BEGIN, END = "<!-- written by `make bench-lint` from here -->\n", "<!-- to here -->\n"
MOST_MILLISECONDS, MOST_MEBIBYTES = 100, 64
COUNTS = [1, 10, 100, 1000, 5000]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ringfence", nargs="?", default=".build/release/ringfence")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=pathlib.Path, help="hostile texts")
    parser.add_argument("--write", action="store_true", help="write docs/lint-performance.md")
    options = parser.parse_args()
    ringfence = os.path.abspath(options.ringfence)

    with tempfile.TemporaryDirectory(prefix="ringfence-bench.") as name:
        folder = pathlib.Path(name)
        measure = folder / "measure"
        subprocess.run(["cc", "-O2", "-static", "-Wall", "-Werror", "-o", measure, HERE / "measure.c"], check=True)
        report = many_policies(measure, ringfence, folder, options.rounds)
        worst = None
        if options.cases:
            hostile, worst = hostile_texts(measure, ringfence, options.cases, options.rounds)
            report += "\n" + hostile
    print(report)
    if options.write:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(before + BEGIN + report + END + after)
    if worst and (worst[0] > MOST_MILLISECONDS or worst[1] > MOST_MEBIBYTES):
        print(f"a text costs {worst[0]:.0f} ms or {worst[1]:.0f} MiB", file=sys.stderr)
        return 1
    return 0


class Cost:
    """Of one command: medians of its times in milliseconds, its most memory in mebibytes."""

    def __init__(self, measure, command, rounds):
        output = subprocess.run(
            [measure, "rounds", str(rounds), ";", *command], check=True, capture_output=True, text=True
        ).stdout
        runs = [tuple(map(int, line.split())) for line in output.splitlines()]
        if any(status not in (0, 0x100, 0x200) for *_, status in runs):
            sys.exit(f"{command} ended with {runs[0][-1]:#x}")
        self.wall = statistics.median(nanoseconds / 1e6 for _, nanoseconds, _, _ in runs)
        self.memory = max(kibibytes / 1024 for _, _, kibibytes, _ in runs)
        self.processor = statistics.median(processor_time(command) for _ in range(rounds))


def processor_time(command) -> float:
    """In milliseconds. The clock of `measure` has none, and the memory of this process would count in its child's."""
    silence = [(os.POSIX_SPAWN_OPEN, descriptor, "/dev/null", os.O_RDWR, 0) for descriptor in range(3)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=silence)
    usage = os.wait4(child, 0)[2]
    return (usage.ru_utime + usage.ru_stime) * 1000


def policy(index: int) -> str:
    """A policy of a fleet: most extend a common parent, some stand alone, and all have findings."""
    parent = ["team-base", "python-untrusted", "hardened", None][index % 4]
    text = f"# Owner: team {index % 17}\nversion: 1\nname: p{index}\ndescription: Runs job {index}.\n"
    if parent:
        text += f"extends: {parent}\n"
    text += f"""resources:
  memory: {64 + index % 512}Mi
  cpus: 0.5
  wall_time: {5 + index % 50}s
  pids: {8 + index % 40}
filesystem:
  read: [/usr, /lib, /lib64, /etc/ld.so.cache]
  tmpfs:
    - {{path: /tmp, size: 16Mi, inodes: 1024}}
  write:
    - {{source: data/{index}, path: /data}}
environment:
  set: {{JOB: "{index}", LANG: C.UTF-8}}
"""
    if index % 5 == 0:
        text += 'syscalls:\n  allow: ["@container-default"]\n  deny: ["@io_uring", ptrace, {name: socket, args: [{index: 0, equals: AF_VSOCK}]}]\n'
    if index % 7 == 0:
        text += "lint:\n  suppress:\n    - {rule: RF3005, reason: results are collected from there}\n"
    text += f'tests:\n  - {{name: runs, run: ["true"], expect: {{exit_code: 0}}}}\n'
    return text


def many_policies(measure, ringfence, folder, rounds) -> str:
    commands = []
    for count in COUNTS:
        place = folder / f"policies-{count}"
        place.mkdir()
        (place / "team-base.yaml").write_text(
            "version: 1\nname: team-base\ndescription: What all of ours share.\nextends: hardened\n"
            "process: {user: \"1000:1000\"}\nresources: {output: 1Mi}\n"
        )
        for index in range(count - 1):
            (place / f"p{index}.yaml").write_text(policy(index))
        commands.append([ringfence, "lint", "--format", "concise", str(place)])
    text = f"""{machine(ringfence)}

| policies | wall time | processor time | a policy | peak memory |
|---:|---:|---:|---:|---:|
"""
    for count, command in zip(COUNTS, commands):
        cost = Cost(measure, command, rounds)
        text += f"| {count} | {cost.wall:.0f} ms | {cost.processor:.0f} ms | {cost.processor / count:.2f} ms |"
        text += f" {cost.memory:.1f} MiB |\n"
    return text


def hostile_texts(measure, ringfence, cases, rounds):
    paths = sorted(cases.glob("*.yaml"))
    costs = [(Cost(measure, [ringfence, "lint", str(path)], rounds), path) for path in paths]

    def row(name, values, unit):
        values = sorted(values)
        at = [values[len(values) // 2], values[int(len(values) * 0.99)], values[-1]]
        return f"| {name} | " + " | ".join(f"{value:.1f} {unit}" for value in at) + " |\n"

    text = f"""{len(costs)} hostile texts, one run of `ringfence lint` each, {rounds} times:

| cost of a text | median | 99th percentile | worst |
|---|---:|---:|---:|
"""
    text += row("wall time", [cost.wall for cost, _ in costs], "ms")
    text += row("processor time", [cost.processor for cost, _ in costs], "ms")
    text += row("peak memory", [cost.memory for cost, _ in costs], "MiB")
    for cost, path in sorted(costs, key=lambda each: -each[0].processor)[:5]:
        first = path.read_bytes()[:48]
        print(f"dearest: {cost.processor:.1f} ms, {cost.memory:.1f} MiB, {path.stat().st_size} bytes {first}", file=sys.stderr)
    return text, (max(cost.processor for cost, _ in costs), max(cost.memory for cost, _ in costs))


def machine(ringfence) -> str:
    processor = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine()
    )
    version = subprocess.run([ringfence, "--version"], capture_output=True, text=True).stdout.strip()
    today = datetime.date.today().isoformat()
    return (
        f"ringfence {version}, {processor}, {os.cpu_count()} processors, Linux {platform.release()}, {today}. One"
        f"\nthread; times are medians, memory is the largest resident set. The machine's load was {os.getloadavg()[0]:.0f}."
    )


if __name__ == "__main__":
    sys.exit(main())
