#!/usr/bin/env python3
"""Compares `ringfence run` with what else starts a program in a sandbox, for /bin/true, and writes docs/performance.md.

    Tests/Engines/with-engines python3 Tests/Benchmarks/bench.py [--rounds N] [--windows N] [RINGFENCE]

The contenders run round robin, so that whatever else the machine does meets all of them; a ratio is the median of the
ratios within the rounds. Without --write nothing is written but the table on standard output.
"""

import argparse
import datetime
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import batch
import chart
import limits
from contenders import Contender, all_contenders

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs/performance.md"
CHART = DOCUMENT.with_suffix(".svg")
BEGIN, END = "<!-- written by `make bench` from here -->\n", "<!-- to here -->\n"
WINDOW_MILLISECONDS = 2000
OURS, BATCH, REFERENCE = "ringfence", "ringfence --batch", "bubblewrap"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ringfence", nargs="?", default=".build/release/ringfence")
    parser.add_argument("--rounds", type=int, default=100, help="of single runs (default: 100)")
    parser.add_argument("--windows", type=int, default=3, help="of throughput for each contender (default: 3)")
    parser.add_argument("--only", help="names of contenders, separated by commas")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its chart")
    options = parser.parse_args()
    enter_own_mounts()

    with tempfile.TemporaryDirectory(prefix="ringfence-bench.") as name:
        folder = pathlib.Path(name)
        measure = folder / "measure"
        subprocess.run(["cc", "-O2", "-static", "-Wall", "-Werror", "-o", measure, HERE / "measure.c"], check=True)
        # As `make install` leaves it. What the linker wrote lies in the page cache page by page, a copy in larger pieces.
        ringfence = shutil.copy2(options.ringfence, folder / "ringfence")
        contenders, missing = all_contenders(str(ringfence), folder)
        if options.only:
            contenders = [each for each in contenders if each.name in options.only.split(",")]
        contenders = [each for each in contenders if works(each, missing)]
        single = measure_single(measure, contenders, options.rounds)
        throughput = measure_throughput(measure, contenders, options.windows, str(ringfence))
        overshoots = limits.overshoots(str(ringfence), folder, 20)

    report = render(contenders, missing, single, throughput, overshoots, options.rounds)
    print(report)
    if options.write:
        medians = {each.name: statistics.median(single[each.name].milliseconds) for each in contenders}
        medians = dict(sorted(medians.items(), key=lambda item: item[1]))
        CHART.write_text(chart.bars("Time to run /bin/true once", "ms", medians, OURS))
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(before + BEGIN + "\n" + report + "\n" + END + after)
    return 0


def enter_own_mounts() -> None:
    """Hides the unified control groups of a hybrid host, which crun refuses to run on, from this process alone."""
    unified = "/sys/fs/cgroup/unified"
    if os.geteuid() != 0 or not os.path.ismount(unified):
        return
    if os.environ.get("RINGFENCE_BENCH_MOUNTS"):
        subprocess.run(["umount", unified], check=True)
    else:
        os.environ["RINGFENCE_BENCH_MOUNTS"] = "own"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])


def works(contender: Contender, missing: dict[str, str]) -> bool:
    """Whether a contender runs here; says why when it does not."""
    result = subprocess.run(contender.command(0), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        missing[contender.name] = f"status {result.returncode}: {last}"
    return result.returncode == 0


class Runs:
    """What was measured of one contender, round by round."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.peak_kibibytes = 0
        self.failures = 0


def arguments(commands: list[list[str]]) -> list[str]:
    return [word for command in commands for word in [";", *command]]


def measure_single(measure: pathlib.Path, contenders: list[Contender], rounds: int) -> dict[str, Runs]:
    runs = {each.name: Runs() for each in contenders}
    warm_up = len(contenders) * 2
    command = [measure, "rounds", str(rounds + 2), *arguments([each.command(0) for each in contenders])]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    for line in lines[warm_up:]:
        index, nanoseconds, kibibytes, status = map(int, line.split())
        run = runs[contenders[index].name]
        run.milliseconds.append(nanoseconds / 1e6)
        run.peak_kibibytes = max(run.peak_kibibytes, kibibytes)
        run.failures += status != 0
    return runs


def measure_throughput(
    measure: pathlib.Path, contenders: list[Contender], windows: int, ringfence: str
) -> dict[str, dict[int, float]]:
    """Runs a second by contender and number of workers: the median of several windows, taken in turn."""
    rates: dict[str, dict[int, list[float]]] = {each.name: {1: [], 2: []} for each in contenders if not each.is_slow}
    rates[BATCH] = {1: [], 2: []}
    for _ in range(windows):
        for workers, seen in rates[BATCH].items():
            seen.append(batch.rate(ringfence, workers))
        for contender in contenders:
            if contender.is_slow:
                continue
            for workers, seen in rates[contender.name].items():
                commands = [contender.command(worker) for worker in range(workers)]
                command = [measure, "throughput", str(WINDOW_MILLISECONDS), *arguments(commands)]
                result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
                # A contender that cannot run twice at once has no number here.
                if result.returncode == 0:
                    count, nanoseconds = map(int, result.stdout.split())
                    seen.append(count / nanoseconds * 1e9)
    return {
        name: {workers: statistics.median(seen) for workers, seen in counts.items() if seen}
        for name, counts in rates.items()
    }


def ratio(single: dict[str, Runs], one: str, other: str) -> float:
    return statistics.median(a / b for a, b in zip(single[one].milliseconds, single[other].milliseconds))


def render(
    contenders: list[Contender],
    missing: dict[str, str],
    single: dict[str, Runs],
    throughput: dict[str, dict[int, float]],
    overshoots: dict[str, list[float]],
    rounds: int,
) -> str:
    lines = [
        f"Measured on {datetime.date.today():%Y-%m-%d}: {machine()}. {rounds} rounds.",
        "",
        "| | version | median ms | p90 ms | × bubblewrap | peak KiB | runs/s, 1 worker | 2 workers |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for each in contenders:
        run = single[each.name]
        rates = throughput.get(each.name, {})
        against = f"{ratio(single, each.name, REFERENCE):.2f}" if REFERENCE in single else ""
        cells = [
            f"**{each.name}**" if each.name == OURS else each.name,
            each.version,
            f"{statistics.median(run.milliseconds):.2f}",
            f"{percentile(run.milliseconds, 90):.2f}",
            against,
            f"{run.peak_kibibytes:,}",
            *(f"{rates[workers]:,.0f}" if workers in rates else "" for workers in (1, 2)),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    rates = throughput[BATCH]
    lines.append(f"| **{BATCH}** | | | | | | " + " | ".join(f"{rates[workers]:,.0f}" for workers in (1, 2)) + " |")
    lines += ["", "How each was run:", ""]
    lines += [f"- {each.name}: {each.note}" for each in contenders]
    lines.append(f"- {BATCH}: the same policy, {batch.REQUESTS} requests; a worker is a job")
    failed = [f"{each.name} {single[each.name].failures}" for each in contenders if single[each.name].failures]
    if failed:
        lines += ["", f"Runs that failed: {', '.join(failed)}."]
    if missing:
        lines += ["", "Not measured: " + "; ".join(f"{name} ({why})" for name, why in missing.items()) + "."]
    lines += ["", *aims(single, throughput, overshoots)]
    return "\n".join(lines) + "\n"


def aims(
    single: dict[str, Runs], throughput: dict[str, dict[int, float]], overshoots: dict[str, list[float]]
) -> list[str]:
    """What we want to reach, and where we are."""
    rows: list[tuple[str, str, bool]] = []
    if REFERENCE in single:
        value = ratio(single, OURS, REFERENCE)
        rows.append(("one run, of bubblewrap's time: at most 0.60", f"{value:.2f}", value <= 0.6))
    if "runc" in single:
        value = ratio(single, "runc", OURS)
        rows.append(("times as fast as runc: at least 10", f"{value:.1f}", value >= 10))
    value = single[OURS].peak_kibibytes / 1024
    rows.append(("peak memory, MiB: under 6", f"{value:.2f}", value < 6))
    if 2 in throughput.get(REFERENCE, {}) and 2 in throughput[OURS]:
        value = throughput[OURS][2] / throughput[REFERENCE][2]
        rows.append(("runs a second with 2 workers, of bubblewrap's: at least 1.8", f"{value:.2f}", value >= 1.8))
    if 1 in throughput.get(REFERENCE, {}):
        value = throughput[BATCH][1] / throughput[REFERENCE][1]
        rows.append(("runs a second of the batch with 1 job, of bubblewrap's: at least 3.5", f"{value:.2f}", value >= 3.5))
    rows += limits.rows(overshoots)
    return ["| aim | measured | |", "|---|--:|---|"] + [
        f"| {aim} | {value} | {'reached' if reached else '**missed**'} |" for aim, value, reached in rows
    ]


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine()
    )
    groups = "cgroup v2" if os.path.exists("/sys/fs/cgroup/cgroup.controllers") else "cgroup v1"
    processors = len(os.sched_getaffinity(0))
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    load = os.getloadavg()[0]
    return f"{model}, {processors} processors, {release}, Linux {platform.release().split('-')[0]}, {groups}, load {load:.1f}"


if __name__ == "__main__":
    sys.exit(main())
