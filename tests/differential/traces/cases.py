"""Which cases of public state tests are compared."""

import collections
import hashlib
import json
import pathlib
import random

SLOW = ("stTimeConsuming", "VMTests/vmPerformance", "stQuadraticComplexityTest", "Call50000", "loopMul", "loopExp",
        "static_Call50000", "CALLBlake2f_MaxRounds", "10_revertUndoes", "ABAcalls")


def chosen_files(folders, seed):
    """All files, each folder in its turn: whichever number of them is taken, no folder has many more than another."""
    def order(path):
        return hashlib.sha256(f"{seed} {path}".encode()).digest()
    files = [p for folder in folders for p in pathlib.Path(folder).rglob("*.json") if not any(s in str(p) for s in SLOW)]
    turns = collections.Counter()
    turn_of = {}
    for path in sorted(files, key=order):
        turn_of[path] = turns[path.parent]
        turns[path.parent] += 1
    return sorted(files, key=lambda path: (turn_of[path], order(path)))


def cases_of(path):
    """The cases of a file, each with its fork, as a file of it alone would have it."""
    document = json.loads(path.read_text())
    if not isinstance(document, dict):
        return
    for name, test in document.items():
        if not isinstance(test, dict) or not isinstance(test.get("post"), dict) or "transaction" not in test:
            continue
        for fork, posts in test["post"].items():
            yield from ((fork, {name: dict(test, post={fork: [post]})}) for post in posts)


def has_bare_storage(case):
    """Whether there is an account of storage alone. A contract cannot be created there (EIP-7610): so the specification and
    we; go-ethereum has a list of such accounts of mainnet instead, and revm nothing."""
    pre = next(iter(case.values()))["pre"]
    return any(account["storage"] and account["code"] in ("", "0x") and not account["nonce"].strip("0x")
               for account in pre.values())


def cases(folders, files, per_file, seed):
    """(path, fork, document) of up to `per_file` cases, 0: all, of each of `files` files."""
    for path in chosen_files(folders, seed):
        if files == 0:
            return
        found = list(cases_of(path))
        if not found:
            continue
        files -= 1
        if per_file:
            found = random.Random(f"{seed} {path}").sample(found, min(per_file, len(found)))
        yield from ((path, fork, case) for fork, case in found)
