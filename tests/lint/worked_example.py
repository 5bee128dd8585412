#!/usr/bin/env python3
"""Follows docs/ir.md, 14: makes the changes of its diff block, which add an op, in a copy of the files that they name,
and compiles what reads them. At most four files besides tests may need a change.

In the block a line without a sign in front names a file; what follows are lines of it (blank in front), which must stand
in it just once, and new ones (+).
"""

import argparse
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sources import ROOT

MOST_FILES = 4
# Handlers of both interpreters, the translator that derives rows from the table, and what evaluates.
COMPILED = ["ir/evaluate.cpp", "ir/attribute.cpp", "backend/interp/arithmetic.cpp", "backend/interp/narrow.cpp",
            "backend/interp/function/integer.cpp", "backend/interp/function/translate_ops.cpp",
            "backend/interp/libcall.cpp", "tests/support/ir/reference.cpp"]
# What the tables must know once they have the new rows.
SAYS = """#include "backend/lowering.hpp"
static_assert(zvm::ir::info(zvm::ir::Op::{op}).is_pure());
static_assert(zvm::backend::lowering(zvm::ir::Op::{op}).how == zvm::backend::OpLowering::How::Inline);
"""


def changes(block):
    """{file: (lines as they are, lines as they become)}."""
    found = {}
    for line in block.splitlines():
        if not line.startswith((" ", "+")):
            old, new = found.setdefault(line, ([], []))
            continue
        new.append(line[1:])
        if line[0] == " ":
            old.append(line[1:])
    return found


def apply(name, old, new, folder):
    """None, or what is wrong."""
    text, wanted = (ROOT / name).read_text(), "\n".join(old) + "\n"
    if text.count(wanted) != 1:
        return f"the lines of the example stand in it {text.count(wanted)} times:\n{wanted}"
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(wanted, "\n".join(new) + "\n"))
    return None


def compile_one(compiler, source, folder):
    command = [compiler, "-std=c++23", "-fsyntax-only", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror",
               f"-I{folder}", f"-I{ROOT}", f"-I{ROOT}/include", str(source)]
    if platform.machine() == "x86_64":
        command.insert(1, "-march=x86-64-v3")
    run = subprocess.run(command, capture_output=True, text=True)
    return None if run.returncode == 0 else "does not compile\n" + run.stderr[:4000]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="clang++-19")
    compiler = parser.parse_args().compiler
    section = re.search(r"^## 14 (.*?)^## 15 ", (ROOT / "docs/ir.md").read_text(), re.M | re.S)[1]
    edits = changes(re.search(r"^```diff\n(.*?)^```$", section, re.M | re.S)[1])
    op = re.search(r"^\+OP\((\w+),", section, re.M)[1]
    product = [name for name in edits if not name.startswith("tests/")]
    results = {"files to change": None if len(product) <= MOST_FILES else f"{len(product)}: {', '.join(product)}"}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, (old, new) in edits.items():
            results[f"changes of {name}"] = apply(name, old, new, folder)
        says = folder / "says.cpp"
        says.write_text(SAYS.format(op=op))
        for source in [says, *COMPILED]:
            name = "what the tables say" if source == says else source
            changed = folder / source
            results[name] = compile_one(compiler, changed if changed.exists() else ROOT / source, folder)
    for name, problem in results.items():
        print(f"{name}: {problem or 'ok'}")
    failed = sum(problem is not None for problem in results.values())
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
