"""Traces of revm's `revme statetest --json`, and how they differ from ours: docs/testing.md, Beside other clients."""

import json
import subprocess

from tools import End

AMSTERDAM = {"SLOTNUM", "DUPN", "SWAPN", "EXCHANGE"}
CREATIONS = {"CREATE", "CREATE2"}
# It shows how a message ends on its last line, whether it fails or not.
NO_FAILURES = {None, "Stop", "Return", "SelfDestruct", "Revert"}
FIELDS = ("pc", "op", "gas", "gasCost", "memSize", "stack", "depth", "opName")


def creates_with_empty_code(path):
    """Whether the one case of a file is a creation with nothing."""
    test = next(iter(json.loads(path.read_text()).values()))
    post = next(iter(test["post"].values()))[0]
    data = test["transaction"]["data"][post["indexes"]["data"]]
    return test["transaction"].get("to", "") in ("", None) and data in ("", "0x")


class Revm:
    """A process for each file."""

    UNKNOWN_FORKS = {"Constantinople"}

    def __init__(self, program):
        self.program = program

    def stop(self):
        """Ends the run that is under way."""
        self.process.kill()
        self.process.wait()

    def run(self, path):
        self.process = subprocess.Popen([self.program, "statetest", "--json", str(path)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, bufsize=1 << 20)
        depth_of_nothing = 1 if creates_with_empty_code(path) else 0
        for line in self.process.stderr:
            if line.startswith('{"pc"'):
                if depth_of_nothing and line.startswith(f'{{"pc":0,"depth":{depth_of_nothing},"opName":"STOP"'):
                    depth_of_nothing = 0
                    continue  # init code that is empty is a STOP for it
                yield line
                depth_of_nothing = 0
                if '"opName":"CREATE' in line:
                    step = json.loads(line)
                    if "error" not in step and step["stack"][-3] == "0x0":
                        depth_of_nothing = step["depth"] + 1
            elif line.startswith('{"') and '"stateRoot"' in line:
                end = json.loads(line)
                result = end["evmResult"].partition(":")[0]
                yield End(end["stateRoot"], result not in ("Success", "Revert", "Halt"), end["output"].removeprefix("0x"),
                          result in ("Revert", "Halt"))
        self.process.wait()

    @staticmethod
    def difference(ours, theirs):
        """The name of a known difference; None where the lines are equal as far as it shows the same; the fields that differ
        otherwise."""
        a, b = json.loads(ours), json.loads(theirs)
        b["memSize"] = int(b["memSize"], 16)
        failed = "error" in a
        if failed == (b.get("error") in NO_FAILURES):
            return f"error in one only: {a['opName']}, {b.get('error')}"
        fields = [k for k in FIELDS if k in b and a[k] != b[k]]
        if a.get("stateGasReservoir", "0x0") != b.get("reservoir", "0x0"):
            fields.append("stateGasReservoir")
        if not fields:
            return None
        if a["opName"] == "PREVRANDAO" and b["opName"] == "DIFFICULTY":
            fields.remove("opName")
            if not fields:
                return "(named) 0x44 is DIFFICULTY in every revision"
        if failed and a["opName"].endswith("not defined") and b["opName"] in AMSTERDAM:
            return "(named) name of an opcode of Amsterdam"
        if fields == ["gasCost"] and a.get("stateGasCost", "0x0") != "0x0":
            return "(named) gasCost counts the state gas that spills, too"
        if failed and fields == ["gasCost"]:
            return "(named) gasCost of an instruction that fails: all that was left, or what it had taken by then"
        if a["opName"] in CREATIONS and fields == ["gasCost"] and int(b["gasCost"], 16) > int(a["gasCost"], 16):
            return "(named) gasCost of a creation counts the gas of its code"
        return f"{a['opName']}{' failing' if failed else ''}: {', '.join(fields)}, {b.get('error')}"
