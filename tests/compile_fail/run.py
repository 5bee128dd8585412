#!/usr/bin/env python3
"""Misuse that must not compile. Each file here is compiled twice: as it stands it must compile, with
-DZVM_MISUSE it must not, and the compiler's message must match the file's first line, `// expect: REGEX`;
so a test cannot pass because the file is broken in some other way.
"""

import argparse
import platform
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def compile_one(compiler, source, *extra):
    command = [compiler, "-std=c++23", "-fsyntax-only", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror",
               f"-I{ROOT}", f"-I{ROOT}/include", *extra, str(source)]
    if platform.machine() == "x86_64":
        command.insert(1, "-march=x86-64-v3")
    return subprocess.run(command, capture_output=True, text=True)


def check(compiler, source):
    """None, or what is wrong."""
    expected = re.match(r"// expect: (.+)", source.read_text())
    if not expected:
        return "the first line is not `// expect: REGEX`"
    good = compile_one(compiler, source)
    if good.returncode != 0:
        return "does not compile even without the misuse\n" + good.stderr
    bad = compile_one(compiler, source, "-DZVM_MISUSE")
    if bad.returncode == 0:
        return "the misuse compiles"
    if not re.search(expected[1], bad.stderr):
        return f"refused for another reason than {expected[1]!r}\n{bad.stderr}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="clang++-19")
    arguments = parser.parse_args()
    sources, failed = sorted(HERE.glob("*.cpp")), 0
    for source in sources:
        problem = check(arguments.compiler, source)
        print(f"{source.name}: {problem or 'ok'}")
        failed += problem is not None
    print(f"{len(sources) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
