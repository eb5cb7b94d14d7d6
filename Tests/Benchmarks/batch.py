"""Runs a second of `ringfence run --batch`, for /bin/true."""

import json
import subprocess
import tempfile
import time

REQUESTS = 600


def rate(ringfence: str, jobs: int) -> float:
    """From the first request to the last result; starting the batch is a part of it."""
    request = {"policy": "hardened", "command": ["/bin/true"]}
    text = "".join(json.dumps({"id": number} | request) + "\n" for number in range(REQUESTS))
    # Files, so that nothing is measured of whoever else would read the results as they come.
    with tempfile.TemporaryFile("w+") as requests, tempfile.TemporaryFile("w+") as results:
        requests.write(text)
        requests.seek(0)
        start = time.monotonic()
        subprocess.run([ringfence, "run", "--batch", "--jobs", str(jobs)], stdin=requests, stdout=results, check=True)
        elapsed = time.monotonic() - start
        results.seek(0)
        successes = sum(json.loads(line)["success"] for line in results)
    if successes != REQUESTS:
        raise SystemExit(f"{REQUESTS - successes} of {REQUESTS} runs of the batch failed")
    return REQUESTS / elapsed
