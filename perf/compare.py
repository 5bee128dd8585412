#!/usr/bin/env python3
"""Compares two result files of zvm_bench (JSON of Google Benchmark with repetitions) and prints what changed.

A change counts when the medians differ by more than the noise floor and the two ranges of repetitions do not overlap.
Usage: compare.py BASE HEAD [--noise PERCENT] [--all]
"""

import argparse
import json
import math
import statistics
import sys


def read_times(path):
    """Name -> CPU times of its repetitions, in the unit of the benchmark."""
    times = {}
    with open(path) as file:
        for row in json.load(file)["benchmarks"]:
            if row.get("run_type") == "iteration" and not row.get("error_occurred"):
                times.setdefault(row["run_name"], []).append(row["cpu_time"])
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("head")
    parser.add_argument("--noise", type=float, default=5, help="per cent below which nothing is said (default 5)")
    parser.add_argument("--all", action="store_true", help="print every benchmark")
    arguments = parser.parse_args()
    base, head = read_times(arguments.base), read_times(arguments.head)
    common = [name for name in base if name in head]
    if not common:
        sys.exit("the two files have no benchmark in common")
    logs, shown = 0.0, 0
    for name in common:
        before, after = statistics.median(base[name]), statistics.median(head[name])
        change = 100 * (after / before - 1)
        logs += math.log(after / before)
        apart = min(head[name]) > max(base[name]) or max(head[name]) < min(base[name])
        if arguments.all or (apart and abs(change) > arguments.noise):
            print(f"{name:60} {before:12.2f} {after:12.2f} {change:+7.1f} %")
            shown += 1
    if not shown:
        print(f"no change beyond {arguments.noise:g} %")
    for name in sorted(set(base) ^ set(head)):
        print(f"{name}: only in {'base' if name in base else 'head'}")
    print(f"{len(common)} benchmarks, geometric mean of time {100 * (math.exp(logs / len(common)) - 1):+.1f} %")


if __name__ == "__main__":
    main()
