#!/usr/bin/python3
"""Writes the generated part of docs/attacks.md from the tables of run.py.

usage: page.py PAGE NAME=TABLE...

The first table is what the others are compared with. Names are the columns.
"""
import csv
import datetime
import sys

OUTCOMES = ("contained", "reported", "wrong-verdict", "escaped", "left-behind", "skipped")
MARK = "<!-- generated -->\n"


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    host = [row for row in rows if row["class"] == "host"]
    return {row["name"]: row for row in rows if row["class"] != "host"}, host


def cell(text, length=110):
    """A text that an attack had a hand in, as a cell."""
    text = "".join(character if character.isprintable() else " " for character in text)
    for old, new in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("`", "'"), ("*", "\\*"), ("_", "\\_")):
        text = text.replace(old, new)
    return text if len(text) <= length else text[:length - 1] + "…"


def detail(row):
    """What the attack says, or the sandbox of it."""
    words = row["detail"].partition("ESCAPED: ")[2]
    return words or row["detail"].rstrip("; ").split("; ")[0]


def count(rows):
    found = {outcome: sum(row["outcome"] == outcome for row in rows) for outcome in OUTCOMES}
    return ", ".join(f"{number} {outcome.replace('-', ' ')}" for outcome, number in found.items() if number) or "–"


def page(names, tables):
    rows, hosts = zip(*(read(table) for table in tables))
    attacks = [name for name in rows[0] if all(name in each for each in rows)]
    classes = list(dict.fromkeys(rows[0][name]["class"] for name in attacks))
    yield f"\n{len(attacks)} attacks as root, on {datetime.date.today()}.\n\n"
    yield "| class | attacks | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names) + "\n"
    for group in [*classes, None]:
        mine = [name for name in attacks if group in (None, rows[0][name]["class"])]
        cells = [count([each[name] for name in mine]) for each in rows]
        yield f"| {group or '**all**'} | {len(mine)} | " + " | ".join(cells) + " |\n"
    for title, each, host in zip(names, rows, hosts):
        for row in host:
            yield f"\n{title}, after all of them: {cell(row['detail'])}\n"
        different = [name for name in attacks if each[name]["outcome"] not in ("contained", "skipped")]
        if each is rows[0] or not different:
            continue
        yield f"\n## What is different on {title}\n\n"
        if len(different) > len(attacks) // 2:
            yield f"{len(different)} attacks: it has no limits and, called like this, no filter of system calls.\n"
            continue
        yield "| class | attack | outcome | what it says |\n|---|---|---|---|\n"
        for name in different:
            row = each[name]
            yield f"| {row['class']} | `{name}` | {row['outcome'].replace('-', ' ')} | {cell(detail(row))} |\n"


def main():
    target, *pairs = sys.argv[1:]
    names, tables = zip(*(pair.split("=", 1) for pair in pairs))
    with open(target) as file:
        head, mark, _ = file.read().partition(MARK)
    if not mark:
        sys.exit(f"{target} has no place for it")
    text = "".join(page(names, tables))
    with open(target, "w") as file:
        file.write(head + mark + text)


main()
