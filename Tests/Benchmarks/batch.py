"""Runs a second of `ringfence run --batch`, for /bin/true."""

import json
import subprocess
import time

REQUESTS = 600


def rate(ringfence: str, jobs: int) -> float:
    """From the first request to the last result; starting the batch is a part of it."""
    request = {"policy": "hardened", "command": ["/bin/true"]}
    text = "".join(json.dumps({"id": number} | request) + "\n" for number in range(REQUESTS))
    start = time.monotonic()
    result = subprocess.run(
        [ringfence, "run", "--batch", "--jobs", str(jobs)], input=text, capture_output=True, text=True, check=True
    )
    elapsed = time.monotonic() - start
    successes = sum(json.loads(line)["success"] for line in result.stdout.splitlines())
    if successes != REQUESTS:
        raise SystemExit(f"{REQUESTS - successes} of {REQUESTS} runs of the batch failed: {result.stderr}")
    return REQUESTS / elapsed
