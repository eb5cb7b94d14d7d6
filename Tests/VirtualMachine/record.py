#!/usr/bin/python3
"""Writes what came of the attacks in the virtual machine into a page of the documentation.

usage: record.py CONSOLE PAGE
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../FaultTests"))
from record import record

WHO = ("as root, and as nobody with a delegated group", "as root, in batches", "as nobody without a group")


def main():
    console, page = sys.argv[1:]
    with open(console) as file:
        lines = re.findall(r"^\d+ runs in \d+ s: .*$", file.read(), re.M)
    if len(lines) != len(WHO):
        raise SystemExit(f"{console} has the results of {len(lines)} sets of attacks, not {len(WHO)}")
    record(page, "virtual machine", [f"{who}: {line}" for who, line in zip(WHO, lines)])


main()
