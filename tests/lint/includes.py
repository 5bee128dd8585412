#!/usr/bin/env python3
"""Fails when a header does not compile alone: whoever includes it must not have to know what it needs."""

import argparse
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sources import ROOT, finish, project_files


def compile_alone(compiler, header):
    name = header.relative_to("include") if header.parts[0] == "include" else header
    language = "c" if header.suffix == ".h" else "c++"
    command = [compiler, "-fsyntax-only", f"-x{language}", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}", f"-I{ROOT}/include"]
    if language == "c++":
        command += ["-std=c++23", "-fno-rtti"]
    if platform.machine() == "x86_64":
        command.append("-march=x86-64-v3")
    # Twice, so that a missing #pragma once shows too.
    source = f'#include "{name}"\n' * 2
    run = subprocess.run(command + ["-"], input=source, capture_output=True, text=True)
    return None if run.returncode == 0 else f"{header}: does not compile alone\n{run.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="clang++-19")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    headers = [h for h in project_files("*.hpp", "*.h") if h.parts[:2] != ("tests", "compile_fail")]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = pool.map(lambda h: compile_alone(arguments.compiler, h), headers)
        findings = [r for r in results if r]
    return finish(f"self-contained headers, {len(headers)} files", findings)


if __name__ == "__main__":
    sys.exit(main())
