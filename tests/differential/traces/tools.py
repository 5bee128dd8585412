"""Tools that trace a state test: each yields the lines of its instructions, then its End."""

import json
import subprocess
import typing

TRACE = ["statetest", "--trace", "--trace.format=json", "--trace.nomemory=true", "--trace.noreturndata=true"]


class End(typing.NamedTuple):
    """What a trace ends with; None: the tool does not say."""
    root: str
    refused: bool  # the transaction: nothing has run
    output: str  # without 0x
    failed: bool
    gas_used: int | None = None  # by the transaction's message
    regular_gas_used: int | None = None  # of it, where there are two dimensions


BEFORE_EIP158 = {"Frontier", "Homestead", "EIP150"}


def end_difference(ours, theirs, fork):
    """The name of a known difference; None where the ends are equal; what differs otherwise."""
    if not isinstance(ours, End) or not isinstance(theirs, End):
        return "one trace ends before the other"
    fields = [name for name, a, b in zip(End._fields, ours, theirs) if b is not None and a != b]
    if fields == ["root"] and ours.refused and fork in BEFORE_EIP158:
        return "(named) a refused transaction leaves an empty coinbase, as suites before EEST have it"
    if fields == ["output"] and ours.output == "" and ours.failed:
        return "(named) what a creation returned that failed then, since its code was refused"
    if fields == ["gas_used"] and ours.regular_gas_used is not None and ours.regular_gas_used <= theirs.gas_used < ours.gas_used:
        return "(named) gasUsed without the state gas that the reservoir has paid"
    return "end: " + ", ".join(fields) if fields else None


class Batch:
    """One process for all files, whose names go to its standard input."""

    def __init__(self, program):
        self.program = program
        self.process = self.start()

    def start(self):
        return subprocess.Popen([self.program] + TRACE, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, bufsize=1 << 20)

    def stop(self):
        """Ends the run that is under way."""
        self.process.kill()
        self.process.communicate()
        self.process = self.start()

    def lines(self, path):
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        for line in self.process.stderr:
            yield line.rstrip("\n")
        raise SystemExit(f"{self.program} ended at {path}")


class Zvm(Batch):
    def run(self, path):
        for line in self.lines(path):
            if not line.startswith('{"stateRoot"'):
                yield line
                continue
            end = json.loads(line)
            failed = "error" in end
            yield End(end["stateRoot"], not failed and not end["pass"], end["output"], failed, int(end["gasUsed"], 16),
                      int(end["regularGasUsed"], 16) if "regularGasUsed" in end else None)
            return
