#!/usr/bin/env python3
"""What the kernels of the public data cost, counted by a program that shares no code with the engine.

    totals.py KERNELS [--out FILE]

KERNELS is the folder with gasinst.py and wasm/*.wasm. gasinst.py puts a counter into each module, which V8 (node) then runs;
the weights are the prices of docs/reference. Three of its ways to place the counter must agree, which is what is checked here.

FILE gets a JSON list of what was found, an object a run:
    {"module": "/data/fib.wasm", "function": "run", "n": 15, "schedule": "wasm-1", "result": "610", "units": 3992300}
`units` are sub-units of gas. `zvm conformance wasm-gas FILE` runs the same and compares.
"""

import argparse
import contextlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCHEDULES = ("wasm-1", "wasm-v03")
MODES = ("bb", "local", "wt")  # where gasinst.py charges and checks
ARGUMENTS = (1, 5)  # interp ends only with a count of at least one
MORE_ARGUMENTS = {"fib": (15,), "keccak": (50,), "bigint": (50,), "interp": (50,), "nbody": (50,)}


def cells(line):
    return [cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def weights():
    """By schedule, the price of each instruction that is one byte."""
    prices = {}
    for line in (ROOT / "docs/reference/gas.md").read_text().splitlines():
        if line.startswith("| `Wasm"):
            name, *columns = cells(line)
            prices[name] = [int(price) for price in columns[: len(SCHEDULES)]]
    tables = {schedule: {} for schedule in SCHEDULES}
    for line in (ROOT / "docs/reference/wasm.md").read_text().splitlines():
        if re.match(r"\| `[0-9a-f]{2}` \|", line):
            row = cells(line)
            cost = next(cell for cell in row if cell in prices)
            for schedule, price in zip(SCHEDULES, prices[cost]):
                tables[schedule][int(row[0], 16)] = price
    return tables


def make_instrumenter(kernels, weight):
    """gasinst.py's main, with these weights instead of its own: there, one an instruction and none for loop."""
    source = (kernels / "gasinst.py").read_text()
    source, own = re.subn(r"def weight\(op\):[^\n]*", "weight = WEIGHT", source)
    source, call = re.subn(r"^main\(\*sys\.argv.*", "", source, flags=re.MULTILINE)
    if (own, call) != (1, 1):
        sys.exit("totals.py: gasinst.py is not what it was: its weights are not found")
    names = {"WEIGHT": weight.__getitem__, "__name__": "gasinst"}
    exec(compile(source, "gasinst.py", "exec"), names)
    return names["main"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernels", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()

    modules = sorted((options.kernels / "wasm").glob("*.wasm"))
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for schedule, weight in weights().items():
            instrument = make_instrumenter(options.kernels, weight)
            for module in modules:
                kernel = module.stem
                for mode in MODES:
                    with contextlib.redirect_stdout(io.StringIO()):
                        instrument(str(module), f"{folder}/{kernel}.{schedule}.{mode}", mode)
                for n in sorted({*ARGUMENTS, *MORE_ARGUMENTS.get(kernel, ())}):
                    runs.append({"module": str(module.resolve()), "function": "run", "n": n, "schedule": schedule})
                    lines += [f"{folder}/{kernel}.{schedule}.{mode} {n}" for mode in MODES]
        js = pathlib.Path(__file__).with_name("run.js")
        answers = subprocess.run(["node", js], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=120).stdout.split("\n")

    failed = 0
    for i, run in enumerate(runs):
        found = answers[i * len(MODES) : (i + 1) * len(MODES)]
        run["result"], units = found[0].split()
        run["units"] = int(units)
        if len(set(found)) != 1 or run["units"] <= 0:
            failed += 1
            print(f"{run['module']} {run['n']} {run['schedule']}: {dict(zip(MODES, found))}", file=sys.stderr)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(runs, indent=1) + "\n")
    print(f"{len(runs) - failed} passed, {failed} failed")
    return 1 if failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
