#!/usr/bin/env python3
"""compare.py EXPECTED ACTUAL: two JSON lists as totals.py writes them. Every run of EXPECTED must be in ACTUAL, once, with the
same result and the same units."""

import json
import pathlib
import sys

KEY = ("kernel", "n", "schedule")
VALUES = ("result", "units")


def read(file):
    runs = {}
    for run in json.loads(pathlib.Path(file).read_text()):
        key = tuple(run[name] for name in KEY)
        if key in runs:
            sys.exit(f"compare.py: {file} has {key} twice")
        runs[key] = tuple(str(run[name]) for name in VALUES)
    return runs


def main(expected, actual):
    expected, actual = read(expected), read(actual)
    failed = 0
    for key, want in expected.items():
        found = actual.get(key)
        if found != want:
            failed += 1
            print(f"{key}: {dict(zip(VALUES, want))}, found {dict(zip(VALUES, found)) if found else 'nothing'}")
    print(f"{len(expected) - failed} passed, {failed} failed")
    return 1 if failed or not expected else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
