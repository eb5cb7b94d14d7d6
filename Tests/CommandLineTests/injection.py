"""Compiles policies whose texts are other languages' syntax, and reads every generated file as its consumer does.

Usage: injection.py RINGFENCE FOLDER. Scripts are run by dash with a docker and a runsc that only write down what they are
told; Compose is read by PyYAML with Compose's interpolation, JSON by Python. Prints what arrived changed.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

RINGFENCE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
SHELL = shutil.which("dash") or "sh"

# Legal as an item of an argument vector and as the value of a variable.
TEXTS = [
    "'", '"', "`", "\\", "$", "'; touch pwned; '", '"; touch pwned; "', "$(touch pwned)", "`touch pwned`", "${IFS}touch${IFS}pwned",
    "a\ntouch pwned\n", "\n", "\r\n", "a\r", "\ttab\t", " leading and trailing ", "# comment", "a # b", "!history", "*", "?", "[a-z]*", "~",
    "~root", "{a,b}", "a;b", "a&b", "a|b", "<a", ">pwned", ">>pwned", "a=b=c", "--privileged", "-v/:/host", "--", "-", "--env=X",
    "\\\n", "\\n", "\\x00", "\\0", "%s%n%x", "%", "${HOME}", "$HOME", "$$", "$$$", "${A:-b}", "${A?}", "$((1+1))", "$'\\n'", "<<EOF\nEOF\n",
    "EOF", "'\\''", "'\"'\"'", "a'b\"c`d$e\\f", "- item", "key: value", ": ", "&a", "*a", "!!python/object/apply:os.system [x]", "|", ">-",
    "---", "...", "%YAML 1.1", "@", "null", "~ ", "yes", "no", "on", "0x10", "010", "1e3", "1_000", "12:30:45", "2001-01-01", ".inf", "=", "<<",
    "{", "}", "[", "]", "{}", "[]", ",", "{{.Env}}", "{{ 7*7 }}", "<!-- -->", "]]>", "</script>", "&lt;", '{"a": "b"}', '","x":"y', '\\",', "\\u0022",
    "//comment", "/* */", "é", "e\u0301", "日本語", "🦊", "\u00a0", "ExecStart=/bin/sh", "a\nExecStart=/bin/sh\n", "%h %i %%", "a;\nb",
    "x" * 5000, "'" * 200, "$(" * 50 + ")" * 50, "\n" * 50, "a,b=c,source=/,target=/host", "type=bind,source=/", "0:0", "/etc/passwd:/etc/passwd",
]
# Where one line, or a name of a file, is meant.
LINES = [text for text in TEXTS if not re.search("[\x00-\x1f]", text)]
PATHS = [
    "it's", "a b", "a`id`b", "a;touch pwned;b", "a&b", "a|b", "(x)", "[x]", "{x}", "*", "?", "#x", "a #x", "!x", "%s", "\\n", "\\", "a=b", "@x", "é", "🦊", "<x>",
    "- x", "-x", "--x", "x ", " x", "'; touch pwned; '", "&a", "null", "a\u00a0b", "^x", "a'b`c\\d",
]
# Not legal there: nothing may be written.
REFUSED = {
    "name": ["a/b", "../a", "a b", "a\nb", "-a", "$(id)", "A", "", "a'b", "é", "a:b", "a\"b", "x" * 64, "--privileged"],
    "description": ["a\nb", "a\x1b[31m", "a\rb", "\u202eabc", "a\x00b", "\u2028"],
    "hostname": ["a b", "a;b", "$(id)", "a\nb", "-a", "a/b", "'"],
    "user": ["0:0;id", "1:1\n", "root", "1000", "$(id)", "-1:-1", "4294967295:1"],
    "path": ["/a,b", "/a:b", "/a\"b", "/a\nb", "/$HOME", "/a/../b", "a", "~", "", "/a\x00b"],
    "source": ["/a,b", "/a:b", "/a\"b", "/a\nb", "/$(id)", "../b", "~/x", "", "/a\x00b"],
    "variable": ["A B", "A=B", "A-B", "1A", "", "A\nB", "$(id)", "A;B", "BASH_FUNC_x%%"],
    "image": ["a b", "-a", "a;b", "$(id)", "a\nb", "A", "--privileged", "", "a'b"],
    "runtime": ["a b", "a;b", "$(id)", "a\nb", "-x", "'"],
}

# What the targets lose is not the question here.
LOSSES = [
    ("all", control)
    for control in (
        "process.umask", "environment", "filesystem.proc", "filesystem.dev", "filesystem.tmpfs", "syscalls",
        "resources.cpu_time", "resources.wall_time", "resources.output", "network.socket_families",
    )
]

failures = []


def check(condition, *what):
    if not condition:
        failures.append(" ".join(str(each)[:160] for each in what))


def policy(text=None, path=None, **other):
    document = {
        "version": 1,
        "name": "p",
        "process": {"command": ["prog"], "user": "1000:1000"},
        "environment": {"set": {"FIRST": "1"}, "inherit": ["INHERITED"]},
        "filesystem": {"image": "debian:12", "read": ["/usr"], "write": [], "tmpfs": [{"path": "/tmp", "size": "1Mi"}], "proc": "minimal", "dev": "minimal"},
        "resources": {"wall_time": "5s"},
        "syscalls": {"allow": ["@container-default"]},
        "accept": [{"target": target, "control": control, "reason": "a test"} for target, control in LOSSES],
    }
    if text is not None:
        document["process"]["command"] = ["prog", text, "end"]
        document["environment"]["set"]["HOSTILE"] = text
        document["environment"]["set"]["LAST"] = "1"
        if text in LINES and len(text) <= 1000:
            document["description"] = text
    if path is not None:
        document["filesystem"]["write"] = [{"source": f"/srv/{path}", "path": f"/data/{path}"}]
        document["filesystem"]["tmpfs"].append({"path": f"/scratch/{path}", "size": "1Mi"})
        document["process"]["working_dir"] = f"/data/{path}"
    return document


def compile(document):
    place = FOLDER / "work"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    # JSON is YAML; what a reader of policies refuses raw is escaped.
    (place / "p.yaml").write_text(json.dumps(document, ensure_ascii=False))
    result = subprocess.run([RINGFENCE, "compile", "p.yaml"], cwd=place, capture_output=True, text=True)
    return place, result


FAKE = """#!/bin/sh
printf '%s\\0' "$@" >>"$RECORD"
for word; do [ ! -f "$word/config.json" ] || cp "$word/config.json" "$RECORD.json"; done
exit 1
"""


def run_script(place, script):
    record = place / "record"
    fake = FOLDER / "fake"
    fake.write_text(FAKE)
    fake.chmod(0o755)
    for old in place.glob("record*"):
        old.unlink()
    environment = {"PATH": os.environ["PATH"], "DOCKER": str(fake), "RUNSC": str(fake), "RECORD": str(record)}
    environment["INHERITED"] = "from $(touch pwned) 'the' \"caller\""
    subprocess.run([SHELL, script], cwd=place, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    return record


def after(words, option):
    return [words[index + 1] for index, word in enumerate(words[:-1]) if word == option]


def interpolated(value):
    """As Compose does it: $$ is a $, and any other $ would be a variable."""
    if isinstance(value, str):
        check(not re.search(r"(?<!\$)(\$\$)*\$(?!\$)", value), "compose would interpolate", repr(value))
        return value.replace("$$", "$")
    if isinstance(value, list):
        return [interpolated(each) for each in value]
    if isinstance(value, dict):
        return {interpolated(key): interpolated(each) for key, each in value.items()}
    return value


def read_all(document, place):
    command, variables = document["process"]["command"], document["environment"]["set"]
    generated = place / "generated/p"
    expected = {f"{key}={value}" for key, value in variables.items()}

    words = run_script(place, "generated/p/docker/run.sh").read_bytes().decode().split("\0")[:-1]
    create = words[: words.index("rm")] if "rm" in words else words
    check(create[-len(command) :] == command, "run.sh command", create[-len(command) :], command)
    check(expected <= set(after(create, "--env")), "run.sh env", after(create, "--env"))
    check(set(after(create, "--env")) - expected <= {"INHERITED"}, "run.sh more env", after(create, "--env"))
    check("--privileged" not in create[: -len(command)], "run.sh options", create)

    compose = interpolated(yaml.safe_load((generated / "docker/compose.yaml").read_text()))
    check(list(compose) == ["services"] or set(compose) <= {"services", "name", "x-ringfence"}, "compose keys", compose.keys())
    (service,) = compose["services"].values()
    check(service["command"] == command, "compose command", service["command"])
    check(expected == set(service["environment"]) - {"INHERITED"}, "compose env", service["environment"])

    body = json.loads((generated / "docker/create.json").read_text())
    check(body["Cmd"] == command, "create.json command", body["Cmd"])
    check(expected <= set(body["Env"]), "create.json env", body["Env"])

    config = json.loads((generated / "gvisor/config.json").read_text())
    check(config["process"]["args"] == command, "config.json command")
    check(expected <= set(config["process"]["env"]), "config.json env", config["process"]["env"])

    profile = json.loads((generated / "native/profile.json").read_text())
    check(profile["command"] == command, "profile.json command")
    check(profile["controls"]["environment"]["value"]["set"] == variables, "profile.json env")

    record = run_script(place, "generated/p/gvisor/runsc.sh")
    bundle = record.with_suffix(".json")
    if bundle.exists():
        written = json.loads(bundle.read_text())
        check(written["process"]["args"] == command, "runsc.sh command", written["process"]["args"])
        check(expected <= set(written["process"]["env"]), "runsc.sh env", written["process"]["env"])
        check("INHERITED=from $(touch pwned) 'the' \"caller\"" in written["process"]["env"], "runsc.sh inherited")
    elif not document["filesystem"]["write"]:
        check(False, "runsc.sh started nothing")

    for bind in document["filesystem"]["write"]:
        source, path = bind["source"], bind["path"]
        mounts = after(create, "--mount") + after(create, "--volume")
        check(any(source in mount and path in mount for mount in mounts), "run.sh mount", mounts)
        check(after(create, "--workdir") == [path], "run.sh workdir", after(create, "--workdir"))
        check(any(each["source"] == source and each["target"] == path for each in service["volumes"]), "compose volume")
        check(service["working_dir"] == path, "compose working_dir", service["working_dir"])
        check(any(each["source"] == source and each["destination"] == path for each in config["mounts"]), "config mount")
        check(config["process"]["cwd"] == path, "config cwd")

    for script in generated.glob("*/*.sh"):
        comments = [line for line in script.read_text().splitlines() if line.startswith("# ")]
        check(not any("touch pwned" in line for line in comments), "a comment quotes the policy", script)
    check(not (place / "pwned").exists(), "a command ran")


def main():
    for text in TEXTS:
        document = policy(text=text)
        place, result = compile(document)
        if result.returncode != 0:
            check(False, "refused", repr(text), result.stderr)
            continue
        before = len(failures)
        read_all(document, place)
        if len(failures) > before:
            failures.append(f"  with text {text[:60]!r}")
    for path in PATHS:
        document = policy(path=path)
        place, result = compile(document)
        if result.returncode != 0:
            check(False, "refused path", repr(path), result.stderr)
            continue
        before = len(failures)
        read_all(document, place)
        if len(failures) > before:
            failures.append(f"  with path {path!r}")
    refused = 0
    for key, values in REFUSED.items():
        for value in values:
            document = policy()
            if key in ("name", "description"):
                document[key] = value
            elif key in ("hostname", "user"):
                document["process"][key] = value
            elif key == "path":
                document["filesystem"]["write"] = [{"source": "/srv/x", "path": value}]
            elif key == "source":
                document["filesystem"]["write"] = [{"source": value, "path": "/x"}]
            elif key == "variable":
                document["environment"]["set"][value] = "x"
            elif key == "image":
                document["filesystem"]["image"] = value
            elif key == "runtime":
                document["targets"] = {"docker": {"runtime": value}}
            place, result = compile(document)
            refused += 1
            check(result.returncode == 2, key, repr(value), "was taken with", result.returncode)
            check(not (place / "generated").exists(), key, repr(value), "something was written")
            check("error[RF" in result.stderr and "p.yaml:1:" in result.stderr, key, repr(value), result.stderr)
            check(not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e\u2028]", result.stderr), "a raw control character", repr(value))
    print("\n".join(failures))
    print(f"{len(TEXTS)} texts, {len(PATHS)} paths, {refused} refusals, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
