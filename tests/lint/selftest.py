#!/usr/bin/env python3
"""The lint scripts find what they are for: one planted fault per rule, and the repaired twin that must be clean."""

import sys
import tempfile
import unittest
from pathlib import Path

import layers
import text
import worked_example

LAYERS = layers.read_layers(Path(__file__).with_name("layers.txt"))
KNOWN = {Path(name) for name in ("base/vec.hpp", "gas/schedule.hpp", "ir/block.hpp", "runtime/frame.hpp",
                                 "frontend/evm/decode.hpp", "frontend/zvm/decode.hpp", "backend/interp/run.hpp",
                                 "backend/lowering.hpp", "engine/engine.hpp", "include/zvm/engine.hpp")}


def include_findings(path, *includes):
    source = "".join(f'#include "{name}"\n' for name in includes)
    return list(layers.check_includes(Path(path), source, LAYERS, KNOWN, {}))


class Arrows(unittest.TestCase):
    def test_down_is_fine(self):
        for path, name in (("gas/a.cpp", "base/vec.hpp"), ("ir/passes/a.cpp", "gas/schedule.hpp"),
                           ("frontend/evm/a.cpp", "ir/block.hpp"), ("backend/interp/a.cpp", "runtime/frame.hpp"),
                           ("backend/interp/a.cpp", "backend/lowering.hpp"), ("include/zvm/a.hpp", "engine/engine.hpp"),
                           ("cli/a.cpp", "engine/engine.hpp"), ("tests/unit/a.cpp", "backend/interp/run.hpp")):
            self.assertEqual(include_findings(path, name), [], f"{path} -> {name}")

    def test_up_and_sideways_are_not(self):
        for path, name in (("base/a.cpp", "gas/schedule.hpp"), ("ir/passes/a.cpp", "runtime/frame.hpp"),
                           ("runtime/a.cpp", "ir/block.hpp"), ("frontend/evm/a.cpp", "frontend/zvm/decode.hpp"),
                           ("frontend/evm/a.cpp", "runtime/frame.hpp"), ("frontend/evm/a.cpp", "backend/lowering.hpp"),
                           ("backend/interp/a.cpp", "frontend/evm/decode.hpp"), ("runtime/a.cpp", "engine/engine.hpp"),
                           ("backend/a.cpp", "backend/interp/run.hpp")):
            self.assertEqual(len(include_findings(path, name)), 1, f"{path} -> {name}")

    def test_names(self):
        self.assertIn("not relative", include_findings("ir/a.cpp", "../base/vec.hpp")[0])
        self.assertIn("does not exist", include_findings("ir/a.cpp", "block.hpp")[0])
        self.assertIn("has no line", include_findings("elsewhere/a.cpp")[0])

    def test_circles(self):
        a, b, c = Path("a"), Path("b"), Path("c")
        self.assertEqual(list(layers.check_cycles({a: [b, c], b: [c]})), [])
        self.assertEqual(len(list(layers.check_cycles({a: [b], b: [c], c: [a]}))), 1)


class Manners(unittest.TestCase):
    def findings(self, path, source):
        return list(layers.check_manners(Path(path), source)) + list(layers.check_namespace(Path(path), source))

    def test_clean(self):
        self.assertEqual(self.findings("ir/a.hpp", "#pragma once\nnamespace zvm::ir {\n// throw\n}\n"), [])
        self.assertEqual(self.findings("ir/a.cpp", 'auto s = "printf(";\nstatic_assert(true);\n'), [])
        self.assertEqual(self.findings("tests/a.cpp", "throw 1;"), [])

    def test_faults(self):
        for source in ("throw 1;", "try {", "abort();", "assert(x);", "printf(s);", "std::cerr << 1;", "typeid(x)",
                       "namespace zvm::runtime {"):
            self.assertEqual(len(self.findings("ir/a.cpp", source)), 1, source)
        self.assertEqual(len(self.findings("ir/a.hpp", "struct A;\n")), 1)
        self.assertEqual(len(self.findings("frontend/evm/a.cpp", "namespace zvm::frontend::zvm {")), 1)

    def test_headers(self):
        self.assertEqual(len(list(layers.check_includes(Path("ir/a.cpp"), "#include <iostream>\n", LAYERS, KNOWN, {}))), 1)
        self.assertEqual(list(layers.check_includes(Path("cli/a.cpp"), "#include <iostream>\n", LAYERS, KNOWN, {})), [])


class WorkedExample(unittest.TestCase):
    def test_changes(self):
        self.assertEqual(worked_example.changes("a.def\n x\n+y\nb.cpp\n+z\n"),
                         {"a.def": (["x"], ["x", "y"]), "b.cpp": ([], ["z"])})

    def test_lines_that_do_not_fit(self):
        with tempfile.TemporaryDirectory() as folder:
            def apply(*old):
                return worked_example.apply("ir/opcodes.def", [*old], [*old, "more"], Path(folder))
            self.assertIsNone(apply("// The IR in one table."))
            self.assertTrue((Path(folder) / "ir/opcodes.def").read_text().startswith("// The IR in one table.\nmore\n"))
            self.assertIn("0 times", apply("no such line"))
            self.assertIn(" times", apply("")) # ends of lines


class Text(unittest.TestCase):
    def test_white_space(self):
        path = Path("a.md")
        self.assertEqual(list(text.check_white_space(path, "a\n\nb\n")), [])
        for source in ("a \n", "a\tb\n", "a\r\n", "a", "a\n\n"):
            self.assertEqual(len(list(text.check_white_space(path, source))), 1, repr(source))

    def test_open_ends(self):
        self.assertEqual(len(list(text.check_open_ends(Path("a"), "// TO" "DO later\n"))), 1)

    def test_paths(self):
        top_level = {"tests", "docs"}
        clean = "`tests/lint/text.py` `build/release/bin/zvm` `tests/unit/<name>_test.cpp`\n```\n`tests/none`\n```\n"
        self.assertEqual(list(text.check_paths(Path("a.md"), clean, top_level)), [])
        self.assertEqual(len(list(text.check_paths(Path("a.md"), "`tests/none.py`\n", top_level))), 1)
        self.assertEqual(len(list(text.check_paths(Path("a.md"), "[x](none.md)\n", top_level))), 1)


if __name__ == "__main__":
    run = unittest.TextTestRunner(stream=sys.stdout).run(unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__]))
    failed = len(run.failures) + len(run.errors)
    print(f"{run.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
