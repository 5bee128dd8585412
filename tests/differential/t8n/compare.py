#!/usr/bin/env python3
"""zvm t8n beside go-ethereum's, block by block of random chains over all forks.

    ZVM_GETH_EVM=/path/to/evm compare.py ZVM [--blocks N] [--seed S]

Both tools get the same state, env and transactions on standard input; post-state and result must be equal: roots, receipts,
logs, refusals, difficulty, fees, requests, access lists. Ours traces every other block, which must change nothing. Only the
words of a refusal behind the first colon are each tool's own, and its hash, the effective gas price of receipts and the two
dimensions of gas, which we add. Without go-ethereum's tool there is nothing to compare: exit code 77."""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from generate import FORKS, Chain  # noqa: E402


def run(program, block, fork, reward, options=()):
    args = [program, "t8n", "--input.alloc=stdin", "--input.env=stdin", "--input.txs=stdin", "--output.alloc=stdout",
            "--output.result=stdout", "--output.body=stdout", f"--state.fork={fork}", "--state.chainid=1",
            f"--state.reward={reward}", *options]
    done = subprocess.run(args, input=json.dumps(block), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(args)}: {done.stderr[-1000:]}\n{json.dumps(block)}")
    return json.loads(done.stdout)


def words(error):
    """What of a refusal's text is the same in all tools: up to the first colon, without numbers and what is in brackets."""
    return " ".join(re.sub(r"\([^)]*\)|\d+", " ", error).split(":")[0].split())


def agree_on_nonces(ours, theirs):
    """Where a transaction breaks a rule and comes after one of its sender's that was refused, two rules are broken:
    go-ethereum looks at the nonce first, the specification and we at what needs no account."""
    for a, b in zip(ours.get("rejected", []), theirs.get("rejected", [])):
        if a["index"] == b["index"] and words(b["error"]).startswith("nonce too"):
            a["error"] = b["error"]


# Fields that go-ethereum leaves null or out.
DIMENSIONS = ("regularGasUsed", "stateGasUsed", "gasRefund")
OURS_ALONE = {("receipts", "effectiveGasPrice"), ("rejected", "hash")} | {
    (of, name) for of in ("receipts", "result") for name in DIMENSIONS}


def canonical(value, key=""):
    if isinstance(value, dict):
        return {k.lower(): canonical(v, k) for k, v in value.items()
                if v not in (None, [], {}) and (key, k) not in OURS_ALONE and (k, v) != ("type", "0x0")}
    if isinstance(value, list):
        return [canonical(v, key) for v in value]
    if key == "error":
        return words(value)
    return value.lower() if isinstance(value, str) else value


def account(fields):
    return {"balance": int(fields.get("balance", "0x0"), 16), "nonce": int(fields.get("nonce", "0x0"), 16), "code": fields.get("code", "0x"),
            "storage": {k: v for k, v in fields.get("storage", {}).items()}}


def differences(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key), theirs.get(key), f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (a, b) in enumerate(zip(ours, theirs)):
            yield from differences(a, b, f"{path}/{i}")
    elif ours != theirs:
        yield f"{path}: ours {str(ours)[:120]}, theirs {str(theirs)[:120]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zvm")
    parser.add_argument("--blocks", type=int, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--fork", help="only this one")
    options = parser.parse_args()
    geth = os.environ.get("ZVM_GETH_EVM")
    if not geth:
        print("absent: ZVM_GETH_EVM names no tool of go-ethereum's")
        return 77

    chains = [Chain(fork, options.seed) for fork in FORKS if options.fork in (None, fork)]
    count = collections.Counter()
    refusals = collections.Counter()
    bad = 0
    for i in range(options.blocks):
        chain = chains[i % len(chains)]
        block, reward = chain.block()
        with tempfile.TemporaryDirectory() as folder:
            traces = ["--trace", f"--output.basedir={folder}"] if chain.number % 2 else []
            ours = run(options.zvm, block, chain.fork, reward, traces)
        theirs = run(geth, block, chain.fork, reward)
        found = list(differences({a.lower(): account(f) for a, f in ours["alloc"].items()},
                                 {a.lower(): account(f) for a, f in theirs["alloc"].items()}, "alloc"))
        agree_on_nonces(ours["result"], theirs["result"])
        found += differences(canonical(ours["result"], "result"), canonical(theirs["result"], "result"), "result")
        found += differences(ours["body"], theirs["body"], "body")
        count["transactions"] += len(block["txs"])
        count["included"] += len(theirs["result"]["receipts"])
        count["succeeded"] += sum(r["status"] == "0x1" for r in theirs["result"]["receipts"])
        count["logs"] += sum(len(r["logs"]) for r in theirs["result"]["receipts"])
        count["requests"] += len(theirs["result"].get("requests") or [])
        for one in theirs["result"].get("rejected") or []:
            refusals[words(one["error"])] += 1
        if found:
            bad += 1
            print(f"block {i}, {chain.fork} {chain.number}:\n  " + "\n  ".join(found[:8]))
        chain.follow(theirs["alloc"], theirs["result"])
    for text, number in refusals.most_common():
        print(f"{number:6}  refused: {text}")
    print(f"{options.blocks} blocks on {len(chains)} forks, {dict(count)}")
    print(f"{options.blocks - bad} passed, {bad} failed, 0 skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
