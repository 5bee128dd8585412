#!/usr/bin/env python3
"""Traces of state tests beside go-ethereum's, line by line.

    ZVM_GETH_EVM=/path/to/evm state_traces.py ZVM FOLDER... [--files N] [--seed S]

Takes one case of each of N files below the folders, has both tools run it (`statetest --trace`, names on standard input),
and compares each line. Lines that differ must differ in a way that is named below (docs/testing.md, Beside other
clients); anything else fails. Without go-ethereum's tool there is nothing to compare: exit code 77."""

import argparse
import collections
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TRACE = ["statetest", "--trace", "--trace.format=json", "--trace.nomemory=true", "--trace.noreturndata=true"]
CALLS = {"CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"}
# Priced as a whole by go-ethereum's functions of dynamic gas, so that nothing is static there.
ZERO_IN_GETH = {"EXP", "SELFDESTRUCT", "SLOAD", "LOG0", "LOG1", "LOG2", "LOG3", "LOG4"}
SLOW = ("stTimeConsuming", "VMTests/vmPerformance", "stQuadraticComplexityTest", "Call50000", "loopMul", "loopExp",
        "static_Call50000", "CALLBlake2f_MaxRounds", "10_revertUndoes", "ABAcalls")


def cases(folders, count, seed):
    """One case of each of `count` files, in an order that the seed decides."""
    def order(path):
        return hashlib.sha256(f"{seed} {path}".encode()).digest()
    files = [p for folder in folders for p in pathlib.Path(folder).rglob("*.json") if not any(s in str(p) for s in SLOW)]
    for path in sorted(files, key=order):
        if count == 0:
            return
        try:
            document = json.loads(path.read_text())
        except (OSError, ValueError):
            continue
        tests = [(n, t) for n, t in document.items() if isinstance(t, dict) and isinstance(t.get("post"), dict)
                 and "transaction" in t]
        if not tests:
            continue
        pick = int.from_bytes(order(str(path) + " case")[:4], "big")
        name, test = tests[pick % len(tests)]
        fork = sorted(test["post"])[pick // 7 % len(test["post"])]
        posts = test["post"][fork]
        if not posts or fork in ("Constantinople", "Amsterdam"):
            continue
        count -= 1
        yield path, {name: dict(test, post={fork: [posts[pick // 91 % len(posts)]]})}


class Tool:
    """One process that runs a file at a time."""

    def __init__(self, program):
        self.process = subprocess.Popen([program] + TRACE, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, bufsize=1 << 20)

    def run(self, path):
        """Yields the lines of instructions, then the root."""
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        held = None
        for line in self.process.stderr:
            line = line.rstrip("\n")
            if '"stateRoot"' in line[:20]:
                if held:
                    yield held
                yield json.loads(line)["stateRoot"]
                return
            if not line.startswith('{"pc"'):
                continue  # ends of messages, which only go-ethereum shows; warnings
            if held and '"error"' in line and same_instruction(held, line):
                # It shows an instruction that fails at its end twice, and a REVERT, which is no failure.
                if '"error":"execution reverted"' not in line:
                    held = held[:-1] + ',"error":""}'
                continue
            if held:
                yield held
            held = line
        raise SystemExit(f"{self.process.args[0]} ended at {path}")


def same_instruction(a, b):
    a, b = json.loads(a), json.loads(b)
    return all(a[k] == b[k] for k in ("pc", "depth", "gas", "op"))


def difference(ours, theirs):
    """The name of a known difference; None where the lines are equal; the fields that differ otherwise."""
    if ours == theirs:
        return None
    a, b = json.loads(ours), json.loads(theirs)
    failed = "error" in a
    if failed != ("error" in b):
        return f"error in one only: {a['opName']}"
    for line in (a, b):
        line.pop("error", None)
    if a["opName"] == "PREVRANDAO" and b["opName"] == "DIFFICULTY":
        a["opName"] = b["opName"]
        if a == b:
            return "(named) 0x44 is PREVRANDAO in every revision"
    fields = [k for k in b if a.get(k) != b[k]] + [k for k in a if k not in b]
    if not fields:
        return None
    if failed and fields == ["opName"] and a["opName"].endswith("not defined"):
        return "(named) name of an opcode of the object format (EIP-3540), which never came"
    if failed and fields == ["gasCost"] and a["opName"] in CALLS:
        return "(named) gasCost of a call that cannot pay for itself"
    if failed and fields == ["gasCost"] and b["gasCost"] == "0x0" and a["opName"] in ZERO_IN_GETH:
        return "(named) static price of an instruction that has none in go-ethereum"
    if failed and fields == ["refund"] and a["opName"] == "SSTORE":
        return "(named) refund of an SSTORE that cannot be paid"
    return f"{a['opName']}{' failing' if failed else ''}: {', '.join(fields)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zvm")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--most-lines", type=int, default=300_000, help="of a case; the rest of it is passed over")
    options = parser.parse_args()
    geth = os.environ.get("ZVM_GETH_EVM")
    if not geth:
        print("absent: ZVM_GETH_EVM names no tool of go-ethereum's")
        return 77

    tools = [Tool(options.zvm), Tool(geth)]
    kinds = collections.Counter()
    examples = {}
    run = lines = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for path, case in cases(options.folders, options.files, options.seed):
            one = pathlib.Path(folder) / "case.json"
            one.write_text(json.dumps(case))
            ours, theirs = (tool.run(one) for tool in tools)
            run += 1
            in_case = in_case_bad = 0
            while True:
                a, b = next(ours), next(theirs)
                if a.startswith("0x") or b.startswith("0x"):
                    if a != b:
                        in_case_bad += 1
                        kinds["end of the trace, or root"] += 1
                        examples.setdefault("end of the trace, or root", (str(path), a, b))
                    for rest, last in ((ours, a), (theirs, b)):
                        if not last.startswith("0x"):
                            collections.deque(rest, maxlen=0)
                    break
                lines += 1
                in_case += 1
                if in_case > options.most_lines:
                    collections.deque(ours, maxlen=0)
                    collections.deque(theirs, maxlen=0)
                    break
                kind = difference(a, b)
                if kind:
                    kinds[kind] += 1
                    in_case_bad += not kind.startswith("(named)")
                    examples.setdefault(kind, (str(path), a, b))
            wrong += in_case_bad > 0
    for kind, count in kinds.most_common():
        print(f"{count:8}  {kind}")
        if not kind.startswith("(named)"):
            print("          " + "\n          ".join(text[:400] for text in examples[kind]))
    named = sum(count for kind, count in kinds.items() if kind.startswith("(named)"))
    print(f"{lines} lines, {named} that differ as named")
    print(f"{run - wrong} passed, {wrong} failed, 0 skipped")
    return 1 if wrong or not run else 0


if __name__ == "__main__":
    sys.exit(main())
