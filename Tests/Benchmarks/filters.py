#!/usr/bin/env python3
"""Compares our filter for Docker's default profile with those that libseccomp makes of it, and with the shapes that other
compilers give to filters; writes docs/seccomp.md.

    python3 Tests/Benchmarks/filters.py [--rounds N] [--write] [RINGFENCE COMPILE-TIMES]

All filters take turns in one run. Without --write nothing is written but the tables on standard output.
"""

import argparse
import collections
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

import shapes

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "Libseccomp"))
import libseccomp  # noqa: E402

DOCUMENT = ROOT / "docs/seccomp.md"
PROFILE = ROOT / "Tests/TargetsTests/Corpus/seccomp-moby.json"
BEGIN, END = "<!-- written by `make bench-seccomp` from here -->\n", "<!-- to here -->\n"
OURS, LINEAR = "**ringfence**", "libseccomp, linear"
OURS3, LINEAR3 = "**ringfence**, 3 ABIs", "libseccomp, linear, 3 ABIs"
EPERM, ENOSYS = libseccomp.errno_action(1), libseccomp.errno_action(38)
PERSONALITY, KCMP, UNKNOWN = 135, 312, 600
CALLS = ["getpid", "read", "futex_waitv", "personality", "socket 40", "kcmp", "number 600"]


def resolved(profile):
    """Docker's choice of rules for amd64 without capabilities: (name, action, conditions)."""
    for rule in profile["syscalls"]:
        includes, excludes = rule.get("includes") or {}, rule.get("excludes") or {}
        if includes.get("caps") or "amd64" in excludes.get("arches", []):
            continue
        if includes.get("arches") and "amd64" not in includes["arches"]:
            continue
        action = libseccomp.ALLOW
        if rule["action"] == "SCMP_ACT_ERRNO":
            action = libseccomp.errno_action(rule.get("errnoRet", 1))
        conditions = [
            (each["index"], each["op"].removeprefix("SCMP_CMP_"), each["value"], each.get("valueTwo", 0))
            for each in rule.get("args") or []
        ]
        for name in rule["names"]:
            yield name, action, conditions


def by_number(rules):
    """The same for the shapes: one entry for each call of x86_64."""
    found = {}
    for name, action, conditions in rules:
        number = libseccomp.number(name)
        if number < 0:
            continue
        if conditions:
            if isinstance(found.setdefault(number, []), list):
                found[number].append((conditions, action))
        else:
            found[number] = action
    return found


def ours(ringfence, folder, architectures):
    policy = {
        "version": 1, "name": "docker", "network": {"socket_families": ["unix", "inet", "inet6"]},
        "syscalls": {"allow": ["@container-default"], "architectures": architectures},
    }
    path = pathlib.Path(folder, "docker.yaml")
    path.write_text(json.dumps(policy))
    output = pathlib.Path(folder, f"out{len(architectures)}")
    subprocess.run([ringfence, "compile", path, "--target", "native", "-o", output], check=True, capture_output=True)
    return next(output.glob("**/filter.bpf")).read_bytes()


def filters(ringfence, folder):
    rules = list(resolved(json.loads(PROFILE.read_text())))
    numbered = by_number(rules)
    three = ("x86_64", "x86", "x32")
    mine = ours(ringfence, folder, ["x86_64"])
    personality = [([(0, "EQ", value)], libseccomp.ALLOW) for value in (0, 8, 0x20000, 0x20008, 0xFFFFFFFF)]
    return {
        "no filter": b"",
        OURS: mine,
        LINEAR: libseccomp.compile_filter(rules, EPERM),
        "libseccomp, binary tree": libseccomp.compile_filter(rules, EPERM, is_tree=True),
        "interval tree (kafel's shape)": shapes.interval_tree(numbered, EPERM),
        "range search tree (gVisor's shape)": shapes.search_tree(numbered, EPERM),
        "chain of tests": shapes.chain(numbered, EPERM),
        OURS3: ours(ringfence, folder, list(three)),
        LINEAR3: libseccomp.compile_filter(rules, EPERM, three),
        "libseccomp, binary tree, 3 ABIs": libseccomp.compile_filter(rules, EPERM, three, is_tree=True),
    }, {
        "personality": shapes.answered_first(mine, PERSONALITY, personality, EPERM),
        "kcmp": shapes.answered_first(mine, KCMP, [], EPERM),
        "number 600": shapes.answered_first(mine, UNKNOWN, [], ENOSYS),
    }


def measure(folder, programs, rounds):
    """Medians by place in the list and by what was measured."""
    program = pathlib.Path(folder, "filters")
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", program, HERE / "filters.c"], check=True)
    paths = []
    for index, code in enumerate(programs):
        path = pathlib.Path(folder, f"{index}.bpf")
        path.write_bytes(code)
        paths.append(path if code else "-")
    output = subprocess.run([program, str(rounds), *paths], check=True, capture_output=True, text=True).stdout
    values = collections.defaultdict(list)
    for line in output.splitlines():
        index, what, nanoseconds = line.split("\t")
        values[int(index), what].append(float(nanoseconds))
    return {key: statistics.median(each) for key, each in values.items()}


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{model}, {os.cpu_count()} processors, {system}, Linux {platform.release().split('-')[0]}, load {os.getloadavg()[0]:.1f}"


def render(programs, ideal, medians, compile_times, rounds):
    names = list(programs)
    lines = [
        f"Measured on {datetime.date.today()}: {machine()}; libseccomp {libseccomp.version()}. {rounds} rounds.", "",
        "| filter | instructions | install µs | " + " | ".join(CALLS) + " |",
        "|---|--:|--:|" + "--:|" * len(CALLS),
    ]
    for index, name in enumerate(names):
        size = len(programs[name]) // 8
        install = f"{medians[index, 'install'] / 1000:.0f}" if size else ""
        cells = [f"{medians[index, call]:.1f}" for call in CALLS]
        lines.append(f"| {name} | {size or ''} | {install} | " + " | ".join(cells) + " |")
    lines += ["", "The columns of calls are nanoseconds a call.", "", "| | instructions | compile and prove, µs | of which proof |"]
    lines.append("|---|--:|--:|--:|")
    for count, size, whole, proof in compile_times:
        title = "x86_64" if count == 1 else f"{count} ABIs"
        lines.append(f"| {title} | {size} | {whole / 1000:.0f} | {proof / 1000:.0f} |")

    def ratio(linear, mine):
        return medians[names.index(linear), "install"] / medians[names.index(mine), "install"]

    def verdict(holds):
        return "reached" if holds else "**missed**"
    sizes = [len(programs[OURS]) // 8, len(programs[OURS3]) // 8]
    aims = [
        ("instructions, x86_64: at most 85", sizes[0], sizes[0] <= 85),
        ("instructions, three ABIs: at most 300", sizes[1], sizes[1] <= 300),
        ("times as quick to install as libseccomp's linear filter, x86_64: at least 7", f"{ratio(LINEAR, OURS):.1f}",
         ratio(LINEAR, OURS) >= 7),
        ("the same, three ABIs: at least 7", f"{ratio(LINEAR3, OURS3):.1f}", ratio(LINEAR3, OURS3) >= 7),
        ("compile and prove one policy, µs: under 1000", f"{compile_times[0][2] / 1000:.0f}", compile_times[0][2] < 1e6),
    ]
    lines += ["", "| aim | measured | |", "|---|--:|---|"]
    lines += [f"| {aim} | {value} | {verdict(holds)} |" for aim, value, holds in aims]

    lines += ["", "What an order of tests by the frequency of calls could save at most, as nanoseconds a call:", ""]
    lines += ["| call | ours | asked for before all others | difference |", "|---|--:|--:|--:|"]
    for place, call in enumerate(ideal):
        mine, best = medians[names.index(OURS), call], medians[len(names) + place, call]
        lines.append(f"| {call} | {mine:.1f} | {best:.1f} | {mine - best:.1f} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ringfence", nargs="?", default=".build/release/ringfence")
    parser.add_argument("compile_times", nargs="?", default=".build/release/compile-times")
    parser.add_argument("--rounds", type=int, default=60, help="(default: 60)")
    parser.add_argument("--write", action="store_true", help="write docs/seccomp.md")
    options = parser.parse_args()
    if platform.machine() != "x86_64":
        sys.exit("filters: the calls are numbered as on x86_64")
    with tempfile.TemporaryDirectory(prefix="ringfence-bench.") as folder:
        programs, ideal = filters(os.path.abspath(options.ringfence), folder)
        medians = measure(folder, [*programs.values(), *ideal.values()], options.rounds)
    output = subprocess.run([options.compile_times], check=True, capture_output=True, text=True).stdout
    compile_times = [tuple(int(word) for word in line.split()) for line in output.splitlines()]
    miscompilations = subprocess.run(
        [HERE.parent / "Libseccomp/miscompilations", options.ringfence], capture_output=True, text=True
    ).stdout
    report = render(programs, ideal, medians, compile_times, options.rounds)
    report += "\n### Rules that libseccomp compiles into something else\n\n" + miscompilations.strip() + ".\n"
    print(report)
    if options.write:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(before + BEGIN + "\n" + report + "\n" + END + after)


if __name__ == "__main__":
    main()
