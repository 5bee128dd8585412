#!/usr/bin/env python3
"""Runs what the documents show: every console block (a fence whose first line begins with `$ `) must print, today,
what it shows.

`$ cat FILE` writes the file: its content is what the block shows. `$ build/release/bin/zvm ARGS` runs the program of
--bin. Blocks run in one folder per document, in the order of the document.
"""

import argparse
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from sources import ROOT, project_files

BLOCK = re.compile(r"^```[a-z]*\n(\$ .*?)^```$", re.M | re.S)
SHOWN_FOLDER = "build/release/bin/"


def commands(block):
    """(command, what is shown below it) for each command of a block."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def run_command(command, shown, programs, folder):
    """None, or what is wrong."""
    words = shlex.split(command)
    if words[0] == "cat":
        (folder / words[1]).write_text(shown)
        return None
    if not words[0].startswith(SHOWN_FOLDER):
        return "is neither `cat FILE` nor a program of " + SHOWN_FOLDER
    words[0] = str(programs / words[0].removeprefix(SHOWN_FOLDER))
    run = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
    if run.stdout.rstrip("\n") == shown.rstrip("\n"):
        return None
    return f"ends with {run.returncode} and prints\n{run.stdout}{run.stderr}where the document shows\n{shown}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, required=True, help="the folder of the programs")
    programs = parser.parse_args().bin.resolve()
    passed = failed = 0
    for path in project_files("*.md"):
        with tempfile.TemporaryDirectory() as folder:
            for block in BLOCK.findall((ROOT / path).read_text()):
                for command, shown in commands(block):
                    problem = run_command(command, shown, programs, Path(folder))
                    passed, failed = passed + (problem is None), failed + (problem is not None)
                    if problem:
                        print(f"{path}: `{command}` {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
