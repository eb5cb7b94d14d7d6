#!/usr/bin/env python3
"""Writes run-path.order: the functions that `ringfence run hardened -- /bin/true` executes, for the linker to lay together.

    Tests/Benchmarks/run-path.py RINGFENCE

RINGFENCE is a release build with its symbols: take `-s` out of Package.swift for it. The program is run one instruction at a
time, which takes a minute. Names that a later build does not have are no harm; they only help nobody.
"""

import bisect
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main() -> int:
    ringfence = sys.argv[1]
    symbols: dict[int, list[str]] = {}
    listing = subprocess.run(["nm", "-n", ringfence], capture_output=True, text=True, errors="replace", check=True).stdout
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1] in "tTwWi":
            symbols.setdefault(int(fields[0], 16), []).append(fields[2])
    starts = sorted(symbols)

    with tempfile.TemporaryDirectory() as folder:
        step = pathlib.Path(folder) / "step"
        subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", step, HERE / "step.c"], check=True)
        command = [step, ringfence, "run", "hardened", "--", "/bin/true"]
        addresses = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    executed = sorted({starts[bisect.bisect_right(starts, int(address, 16) + 3) - 1] for address in addresses})
    lines = [f".text.{name}\n" for start in executed for name in symbols[start]]
    (HERE / "run-path.order").write_text("".join(lines))
    print(f"{len(executed)} functions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
