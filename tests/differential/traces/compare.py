#!/usr/bin/env python3
"""Traces of state tests beside another client's, line by line.

    compare.py ZVM geth=PATH/OF/evm|revm=PATH/OF/revme FOLDER... [--files N] [--cases N] [--seed S]

Has both tools run cases of N files below the folders, and compares each line and the end: state root, output, and, where
the other says it, gas. Lines that differ must differ in a way that the other's module names (docs/testing.md, Beside other
clients); anything else fails. Interrupted, it reports what it has compared."""

import argparse
import collections
import contextlib
import json
import pathlib
import signal
import sys
import tempfile

from cases import cases, has_bare_storage
from geth import Geth
from revm import Revm
from tools import End, Zvm, end_difference

PEERS = {"geth": Geth, "revm": Revm}


def differences(zvm, peer, path, fork, most_lines):
    """(kind, ours, theirs) for each line of a case, then for its end. What is beyond `most_lines` is passed over."""
    ended = False
    for count, (a, b) in enumerate(zip(zvm.run(path), peer.run(path))):
        if isinstance(a, End) or isinstance(b, End):
            yield end_difference(a, b, fork), a, b
            ended = isinstance(a, End) and isinstance(b, End)
            break
        if count == most_lines:
            break
        yield None if a == b else peer.difference(a, b), a, b
    if not ended:
        zvm.stop()
        peer.stop()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zvm")
    parser.add_argument("peer", help="geth=PATH or revm=PATH")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--cases", type=int, default=1, help="of a file; 0: all")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--most-lines", type=int, default=300_000, help="of a case; the rest of it is passed over")
    options = parser.parse_args()
    kind, _, path = options.peer.partition("=")
    if kind not in PEERS or not path:
        parser.error(f"{options.peer}: one of " + ", ".join(f"{name}=PATH" for name in PEERS))
    options.peer = PEERS[kind](path)
    return options


class Tally:
    """What was compared, and what came of it."""

    def __init__(self):
        self.kinds = collections.Counter()
        self.examples = {}
        self.forks = collections.Counter()
        self.paths = set()
        self.lines = self.wrong = self.skipped = 0

    def add(self, path, fork, found):
        where, is_wrong = f"{path} {fork}", False
        for kind, a, b in found:
            self.lines += 1
            if kind:
                self.kinds[kind] += 1
                self.examples.setdefault(kind, (where, a, b))
                is_wrong |= not kind.startswith("(named)")
        self.paths.add(path)
        self.forks[fork] += 1
        self.wrong += is_wrong

    def report(self):
        for kind, count in self.kinds.most_common():
            print(f"{count:8}  {kind}")
            if not kind.startswith("(named)"):
                print("          " + "\n          ".join(str(text)[:400] for text in self.examples[kind]))
        print("of each fork: " + ", ".join(f"{fork} {count}" for fork, count in sorted(self.forks.items())))
        named = sum(count for kind, count in self.kinds.items() if kind.startswith("(named)"))
        folders = len({path.parent for path in self.paths})
        print(f"{self.lines} lines of {len(self.paths)} files of {folders} folders, {named} that differ as named")
        run = self.forks.total()
        print(f"{run - self.wrong} passed, {self.wrong} failed, {self.skipped} skipped")
        return 1 if self.wrong or not run else 0


def main():
    options = arguments()
    zvm, peer = Zvm(options.zvm), options.peer
    tally = Tally()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        one = pathlib.Path(folder) / "case.json"
        for path, fork, case in cases(options.folders, options.files, options.cases, options.seed):
            if fork in peer.UNKNOWN_FORKS or has_bare_storage(case):
                tally.skipped += 1
                continue
            one.write_text(json.dumps(case))
            tally.add(path, fork, differences(zvm, peer, one, fork, options.most_lines))
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
