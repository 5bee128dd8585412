#!/usr/bin/env python3
"""Fails when an include points upwards or sideways, when headers include each other in a circle, when a file lives in
another namespace than its folder's, or when a library file uses what libraries must not (printing, exceptions, abort).

The permitted arrows stand in layers.txt.
"""

import argparse
import re
import sys
from pathlib import Path

from sources import LIBRARY_FOLDERS, ROOT, cxx_files, finish

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)
NAMESPACE = re.compile(r"^(?:inline )?namespace (zvm[\w:]*) \{", re.M)
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)

# Headers that g++ 12 lacks, or that would bring printing or exceptions into the libraries.
BANNED_HEADERS = {"iostream", "fstream", "sstream", "cstdio", "stdio.h", "print", "flat_map", "flat_set", "generator",
                  "mdspan", "regex", "stdexcept"}
# Folders whose name is a keyword.
NAMESPACE_OF = {"asm": "assembler"}

BANNED_TOKENS = {
    "throws an exception": re.compile(r"\bthrow\b"),
    "catches an exception": re.compile(r"\btry\s*\{|\bcatch\s*\("),
    "needs RTTI": re.compile(r"\b(?:dynamic_cast|typeid)\b"),
    # The host function of that name is none of C's.
    "aborts": re.compile(r"(?<!Status )\babort\s*\(|\bstd::(?:_?exit|quick_exit|terminate)\b|(?<!static_)\bassert\s*\("),
    "prints": re.compile(r"\b(?:printf|fprintf|puts|perror)\s*\(|\bstd::c(?:out|err)\b"),
}


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            layers[folder.strip()] = set(allowed.split()) | {folder.strip()}
    for folder, allowed in layers.items():
        for name in allowed - layers.keys():
            sys.exit(f"{path}: {folder} may include {name}, which has no line of its own")
    return layers


def folder_of(path, layers):
    """The deepest listed folder that holds the file."""
    for parent in path.parents:
        if parent.as_posix() in layers:
            return parent.as_posix()
    return None


def check_includes(path, text, layers, known, graph):
    folder = folder_of(path, layers)
    if folder is None:
        yield f"{path}: its folder has no line in tests/lint/layers.txt"
        return
    for match in INCLUDE.finditer(text):
        where = f"{path}:{text.count(chr(10), 0, match.start(1 if match[1] else 2)) + 1}"
        if match[2]:
            if path.parts[0] in LIBRARY_FOLDERS and match[2] in BANNED_HEADERS:
                yield f"{where}: libraries do not include <{match[2]}>"
            continue
        name = match[1]
        if ".." in Path(name).parts or name.startswith("/"):
            yield f'{where}: "{name}" is not relative to the root'
            continue
        target = Path("include") / name if name.startswith("zvm/") else Path(name)
        if target not in known:
            yield f'{where}: "{name}" does not exist (includes are relative to the root)'
            continue
        graph.setdefault(path, []).append(target)
        below = folder_of(target, layers)
        if below is not None and below not in layers[folder]:
            yield f'{where}: {folder} must not include {below} ("{name}")'


def check_namespace(path, text):
    """Folder = namespace: zvm for base and the engine's public face, zvm::<folder> for the other libraries."""
    if path.parts[0] not in LIBRARY_FOLDERS or path.suffix not in (".hpp", ".cpp"):
        return
    depth = 2 if path.parts[0] in ("frontend", "backend") and len(path.parts) > 2 else 1
    wanted = "zvm" if path.parts[0] == "base" else "::".join(["zvm", *(NAMESPACE_OF.get(part, part) for part in path.parts[:depth])])
    found = {name for name in NAMESPACE.findall(text)}
    wrong = {name for name in found if name != wanted and not name.startswith(wanted + "::") and name != "zvm"}
    if wrong:
        yield f"{path}: namespace {', '.join(sorted(wrong))}; its folder's is {wanted}"


def check_manners(path, text):
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield f"{path}: a header begins with #pragma once"
    if path.parts[0] not in LIBRARY_FOLDERS:
        return
    bare = COMMENT_OR_STRING.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    for what, pattern in BANNED_TOKENS.items():
        for match in pattern.finditer(bare):
            yield f"{path}:{bare.count(chr(10), 0, match.start()) + 1}: a library {what}: {match[0].strip()}"


def check_cycles(graph):
    """Depth first over includes, without recursion; a back edge is a circle."""
    done = set()
    for start in sorted(graph):
        if start in done:
            continue
        path, on_path, work = [start], {start}, [iter(graph.get(start, []))]
        while work:
            target = next(work[-1], None)
            if target is None:
                work.pop()
                done.add(path[-1])
                on_path.discard(path.pop())
            elif target in on_path:
                circle = path[path.index(target):] + [target]
                # A table included several times by its own header is not a circle of headers.
                yield "circle of includes: " + " -> ".join(str(p) for p in circle)
            elif target not in done:
                path.append(target)
                on_path.add(target)
                work.append(iter(graph.get(target, [])))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=Path, default=Path(__file__).with_name("layers.txt"))
    arguments = parser.parse_args()
    layers = read_layers(arguments.layers)
    files = [f for f in cxx_files() if f.parts[:2] != ("tests", "compile_fail")]
    known, graph, findings = set(files), {}, []
    for path in files:
        text = (ROOT / path).read_text()
        findings += check_includes(path, text, layers, known, graph)
        findings += check_namespace(path, text)
        findings += check_manners(path, text)
    findings += check_cycles(graph)
    return finish(f"layers, {len(files)} files", findings)


if __name__ == "__main__":
    sys.exit(main())
