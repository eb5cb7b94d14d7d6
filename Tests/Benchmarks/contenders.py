"""What is compared, and what each of them needs before it runs."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Callable


@dataclasses.dataclass
class Contender:
    name: str
    # The command for a worker; concurrent containers need names of their own.
    command: Callable[[int], list[str]]
    version: str = ""
    note: str = ""
    # Engines that take a good part of a second a run would make the others' rounds rare.
    is_slow: bool = False


def version(*command: str) -> str:
    """The first number with a dot that a program says of itself."""
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout
    except OSError:
        return ""
    found = re.search(r"(\d+\.[\w.+~-]+|\d{8}\.\d+)", text)
    return found.group(1) if found else ""


def all_contenders(ringfence: str, folder: pathlib.Path) -> tuple[list[Contender], dict[str, str]]:
    """The contenders that are here, ours last, and why the others are not."""
    missing: dict[str, str] = {}
    found = [Contender("plain exec", lambda worker: ["/bin/true"], note="no sandbox at all")]

    def add(name: str, program: str, make: Callable[[str], Contender]) -> None:
        path = shutil.which(program)
        if path:
            found.append(make(path))
        else:
            missing[name] = f"{program} is not installed"

    add(
        "bubblewrap",
        "bwrap",
        lambda path: Contender(
            "bubblewrap",
            lambda worker: [path, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "/bin/true"],
            version(path, "--version"),
            "`--unshare-all --die-with-parent --ro-bind / /`; no limits, no filter",
        ),
    )
    add(
        "nsjail",
        "nsjail",
        lambda path: Contender(
            "nsjail",
            lambda worker: [path, "-Mo", "--really_quiet", "--chroot", "/", "--", "/bin/true"],
            note="`-Mo --chroot /`; no limits but rlimits, no filter",
        ),
    )
    add(
        "minijail",
        "minijail0",
        lambda path: Contender(
            "minijail",
            lambda worker: [path, *"-T static -v -p -n -l -e -N --uts -r -- /bin/true".split()],
            note="`-v -p -n -l -e -N --uts -r`; no limits, no filter",
        ),
    )
    if os.geteuid() != 0:
        missing["crun, runc, runsc, docker"] = "not root"
    else:
        bundle = make_bundle(folder)
        add("crun", "crun", lambda path: crun(path, bundle))
        add("runc", "runc", lambda path: runc(path, bundle, folder))
        add("runsc", "runsc", lambda path: runsc(path, bundle, folder))
        docker_host = os.environ.get("RINGFENCE_TEST_DOCKER_HOST")
        if docker_host:
            add("docker", "docker", lambda path: docker(path, docker_host, bundle))
        else:
            missing["docker"] = "no daemon; run under Tests/Engines/with-engines"

    found.append(
        Contender(
            "ringfence",
            lambda worker: [ringfence, "run", "hardened", "--", "/bin/true"],
            version(ringfence, "--version"),
            "the policy `hardened`: every protection, every limit",
        )
    )
    return found, missing


def make_bundle(folder: pathlib.Path) -> pathlib.Path:
    """An OCI bundle whose root file system holds one static program that does nothing."""
    bundle = folder / "bundle"
    program = bundle / "rootfs/bin/true"
    program.parent.mkdir(parents=True)
    subprocess.run(
        ["cc", "-O2", "-static", "-x", "c", "-o", program, "-"], input=b"int main(void) { return 0; }\n", check=True
    )
    runtime = next((name for name in ("runc", "crun", "runsc") if shutil.which(name)), None)
    if runtime:
        subprocess.run([runtime, "spec"], cwd=bundle, check=True)
        config = json.loads((bundle / "config.json").read_text())
        config["process"]["terminal"] = False
        config["process"]["args"] = ["/bin/true"]
        (bundle / "config.json").write_text(json.dumps(config))
    return bundle


def crun(path: str, bundle: pathlib.Path) -> Contender:
    return Contender(
        "crun",
        lambda worker: [path, "run", "--bundle", str(bundle), f"ringfence-bench-crun-{worker}"],
        version(path, "--version"),
        "its default `config.json`; no limits, no filter",
    )


def runc(path: str, bundle: pathlib.Path, folder: pathlib.Path) -> Contender:
    return Contender(
        "runc",
        lambda worker: [
            path, "--root", str(folder / "runc"), "run", "--bundle", str(bundle), f"ringfence-bench-runc-{worker}",
        ],
        version(path, "--version"),
        "its default `config.json`; no limits, no filter",
    )


def runsc(path: str, bundle: pathlib.Path, folder: pathlib.Path) -> Contender:
    return Contender(
        "runsc",
        lambda worker: [
            path, "--root", str(folder / "runsc"), "--platform=ptrace", "--network=none", "--ignore-cgroups",
            "run", "--bundle", str(bundle), f"ringfence-bench-runsc-{worker}",
        ],
        version(path, "--version"),
        "`--platform=ptrace --network=none --ignore-cgroups`",
        is_slow=True,
    )


def docker(path: str, host: str, bundle: pathlib.Path) -> Contender:
    image = "ringfence-bench:1"
    archive = subprocess.run(["tar", "-C", bundle / "rootfs", "-c", "."], capture_output=True, check=True).stdout
    subprocess.run([path, "-H", host, "import", "-", image], input=archive, capture_output=True, check=True)
    return Contender(
        "docker",
        lambda worker: [path, "-H", host, "run", "--rm", "--network=none", image, "/bin/true"],
        version(path, "--version"),
        "`run --rm --network=none`; its default filter, no limits",
        is_slow=True,
    )
