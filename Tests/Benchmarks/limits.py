"""How far a program gets beyond its limits of time, by what the kernel counted."""

import json
import pathlib
import statistics
import subprocess

LIMIT = 200
POLICY = """\
version: 1
name: limited
extends: hardened
resources: {%s: %dms}
"""


def overshoots(ringfence: str, folder: pathlib.Path, runs: int) -> dict[str, list[float]]:
    """Milliseconds beyond the limit, run by run, of a program that sleeps and of one that works."""
    found: dict[str, list[float]] = {}
    for limit, field, verdict, command in (
        ("wall_time", "wall_ms", "wall-limit", ["sleep", "60"]),
        ("cpu_time", "cpu_ms", "cpu-limit", ["sh", "-c", "while :; do :; done"]),
    ):
        policy = folder / f"{limit}.yaml"
        policy.write_text(POLICY % (limit, LIMIT))
        found[limit] = []
        for _ in range(runs):
            output = subprocess.run(
                [ringfence, "run", "--json", policy, "--", *command], stdin=subprocess.DEVNULL, capture_output=True
            ).stdout
            result = json.loads(output)
            if result["verdict"] != verdict:
                raise SystemExit(f"{limit}: the verdict is {result['verdict']}, not {verdict}")
            found[limit].append(result["usage"][field] - LIMIT)
    return found


def rows(found: dict[str, list[float]]) -> list[tuple[str, str, bool]]:
    """Aims and what was measured."""
    return [
        (
            f"beyond a {limit} of {LIMIT} ms, in ms (median, worst of {len(values)}): under 10",
            f"{statistics.median(values):.1f}, {max(values):.1f}",
            max(values) < 10,
        )
        for limit, values in found.items()
    ]
