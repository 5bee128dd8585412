"""Traces of go-ethereum's `evm statetest`, and how they differ from ours: docs/testing.md, Beside other clients."""

import json

from tools import Batch, End

# Priced in steps, each of which may find that gas is out.
IN_STEPS = {"CALL", "CALLCODE", "DELEGATECALL", "STATICCALL", "SELFDESTRUCT"}
# Priced as a whole by go-ethereum's functions of dynamic gas, so that nothing is static there.
ZERO_IN_GETH = {"EXP", "SELFDESTRUCT", "SLOAD", "LOG0", "LOG1", "LOG2", "LOG3", "LOG4"}
# The same of a part of the price: in Amsterdam, of their second read.
PARTLY_IN_GETH = {"EXTCODESIZE", "EXTCODECOPY"}
# What it has no field for: state gas, in Amsterdam.
OURS_ALONE = {"stateGasCost", "stateGasReservoir"}


def same_instruction(a, b):
    a, b = json.loads(a), json.loads(b)
    return all(a[k] == b[k] for k in ("pc", "depth", "gas", "op"))


class Geth(Batch):
    UNKNOWN_FORKS = set()

    def run(self, path):
        held = None
        message = None
        for line in self.lines(path):
            if line.startswith('{"output"'):
                message = json.loads(line)  # the last is the transaction's
            elif '"stateRoot"' in line[:20]:
                if held:
                    yield held
                refused = message is None
                message = message or {"output": "", "gasUsed": "0x0"}
                yield End(json.loads(line)["stateRoot"], refused, message["output"], "error" in message,
                          int(message["gasUsed"], 16))
                return
            elif line.startswith('{"pc"'):  # else a warning
                if held and '"error"' in line and same_instruction(held, line):
                    # It shows an instruction that fails at its end twice, and a REVERT, which is no failure.
                    if '"error":"execution reverted"' not in line:
                        held = held[:-1] + ',"error":""}'
                    continue
                if held:
                    yield held
                held = line

    @staticmethod
    def difference(ours, theirs):
        """The name of a known difference; None where the lines are equal; the fields that differ otherwise."""
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
        fields = [k for k in b if a.get(k) != b[k]] + [k for k in a if k not in b and k not in OURS_ALONE]
        if not fields:
            return None
        if failed and fields == ["opName"] and a["opName"].endswith("not defined"):
            return "(named) name of an opcode of the object format (EIP-3540), which never came"
        if failed and fields == ["gasCost"] and b["gasCost"] == "0x0" and a["opName"] in ZERO_IN_GETH:
            return "(named) static price of an instruction that has none in go-ethereum"
        is_dynamic = a["opName"] in ZERO_IN_GETH | PARTLY_IN_GETH
        if failed and fields == ["gasCost"] and is_dynamic and int(a["gas"], 16) < int(a["gasCost"], 16):
            return "(named) the whole price of an instruction whose static price is not there"
        if failed and a["opName"] == "SELFDESTRUCT" and fields == ["gasCost", "refund"]:
            return "(named) gasCost and refund of a SELFDESTRUCT that cannot pay for itself"
        if failed and fields == ["gasCost"] and a["opName"] in IN_STEPS:
            return "(named) gasCost of a call or a SELFDESTRUCT that cannot pay for itself"
        if failed and fields == ["refund"] and a["opName"] in ("SSTORE", "SELFDESTRUCT"):
            return "(named) refund of an instruction that cannot be paid"
        return f"{a['opName']}{' failing' if failed else ''}: {', '.join(fields)}"
