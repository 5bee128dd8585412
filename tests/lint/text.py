#!/usr/bin/env python3
"""Fails on white space nobody sees (tabs, trailing blanks, carriage returns, a missing last newline), on open ends
(to-do marks), and on documents that name a file of the project that does not exist.
"""

import re
import sys
from pathlib import Path

from sources import ROOT, finish, project_files

TEXT = {".cpp", ".hpp", ".h", ".inc", ".def", ".py", ".sh", ".md", ".txt", ".cmake", ".case", ".yml", ".json", ".zvm",
        ".asm", ".sol", ".rs", ".toml", ""}
OPEN_END = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
TICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
# What looks like a path of this repository: a top-level name, a slash, and nothing that a shell would expand.
PATH = re.compile(r"^(?:\./)?[\w.-]+(?:/[\w.+-]+)+/?$")


def check_white_space(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if line.endswith("\r"):
            yield f"{path}:{number}: carriage return"
        elif line != line.rstrip():
            yield f"{path}:{number}: trailing white space"
        if "\t" in line:
            yield f"{path}:{number}: tab"
    if text and not text.endswith("\n"):
        yield f"{path}: no newline at the end"
    elif text.endswith("\n\n"):
        yield f"{path}: empty lines at the end"


def check_open_ends(path, text):
    for match in OPEN_END.finditer(text):
        yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"


def check_paths(path, text, top_level):
    """`folder/file` in back ticks and relative links must exist. Build output (build/...) does not have to."""
    prose = FENCE.sub(lambda m: "\n" * m[0].count("\n"), text)
    for match in TICKED.finditer(prose):
        name = match[1].removeprefix("./")
        if PATH.match(match[1]) and name.split("/")[0] in top_level and not (ROOT / name).exists():
            yield f"{path}:{prose.count(chr(10), 0, match.start()) + 1}: `{match[1]}` does not exist"
    for match in LINK.finditer(prose):
        if "://" not in match[1] and not match[1].startswith("mailto:"):
            target = (ROOT / path).parent / match[1]
            if not target.exists():
                yield f"{path}:{prose.count(chr(10), 0, match.start()) + 1}: link to {match[1]}, which does not exist"


def main():
    files = project_files()
    top_level = {f.parts[0] for f in files if len(f.parts) > 1}
    findings, looked_at = [], 0
    for path in files:
        if path.suffix not in TEXT:
            continue
        looked_at += 1
        try:
            text = (ROOT / path).read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            findings.append(f"{path}: not UTF-8: {error}")
            continue
        findings += check_white_space(path, text)
        findings += check_open_ends(path, text)
        if path.suffix == ".md":
            findings += check_paths(path, text, top_level)
    return finish(f"text, {looked_at} files", findings)


if __name__ == "__main__":
    sys.exit(main())
