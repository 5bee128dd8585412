#!/usr/bin/env python3
"""Builds and runs programs as users of zvm do: out of the tree, with the compiler's flags as they are, from an installed
package and from the sources added as a folder, by clang and by g++, in Rust, with RTTI and without. Every C++ block of
docs/embedding.md and README.md is a program.

`--build` is a built tree, which is installed into `--out`; libraries are compiled again only where zvm is added as a folder,
with the flags of the presets that are built anyway, so that ccache has them.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CPP_BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.M | re.S)
EXAMPLES = [ROOT / "docs/examples/embed.cpp", HERE / "classes.cpp"]

# How the sources are compiled where they are a folder of the user's: as a preset does it.
FOLDER_FLAGS = {
    "clang++-19": ["-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O3 -DNDEBUG"],
    "g++-12": ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1", "-DZVM_ASSERTIONS=ON"],
}


class Users:
    def __init__(self, arguments):
        self.build, self.out, self.jobs = arguments.build.resolve(), arguments.out.resolve(), str(arguments.jobs)
        self.prefix = self.out / "prefix"
        self.passed = self.failed = 0

    def check(self, what, problem):
        print(f"{what}: {problem or 'ok'}", flush=True)
        self.passed, self.failed = self.passed + (not problem), self.failed + bool(problem)

    def run(self, *command, env=None):
        """Output and None, or what went wrong."""
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=env)
        output = done.stdout + done.stderr
        wrong = f"{' '.join(map(str, command))} ends with {done.returncode}\n{output}" if done.returncode else None
        return output, wrong

    def install(self):
        shutil.rmtree(self.prefix, ignore_errors=True)
        _, wrong = self.run("cmake", "--install", self.build, "--prefix", self.prefix, "--component", "development")
        self.check("cmake --install", wrong)
        bare = [path.name for path in (self.prefix / "include").iterdir() if path.name != "zvm"]
        self.check("headers stand below zvm/", f"these do not: {' '.join(bare)}" if bare else None)
        wrong = [f"{path.relative_to(self.prefix)}: {name}" for path in (self.prefix / "include").rglob("*")
                 if path.is_file() for name in re.findall(r'#include "([^"]+)"', path.read_text())
                 if not (self.prefix / "include" / name).is_file() or not name.startswith("zvm/")]
        self.check("headers include each other as zvm/", "\n".join(wrong))

    def lean(self):
        """What one include costs: lines of zvm's own, and with those of the standard library (libstdc++ 12)."""
        includer = self.out / "includer.cpp"
        includer.write_text("#include <zvm/zvm.hpp>\n")
        text, wrong = self.run("clang++-19", "-std=c++23", f"-I{self.prefix}/include", "-E", includer)
        own, where = 0, ""
        for line in text.splitlines():
            marker = re.match(r'# \d+ "([^"]+)"', line)
            where = marker[1] if marker else where
            own += where.startswith(str(self.prefix))
        lines = text.count("\n")
        print(f"zvm/zvm.hpp: {lines} lines, {own} of them its own")
        self.check("zvm/zvm.hpp is lean", wrong or ("it is not" if own > 5500 or lines > 80_000 else None))

    def document_programs(self):
        folder = self.out / "documents"
        folder.mkdir(parents=True, exist_ok=True)
        programs = []
        for document in ("README.md", "docs/embedding.md"):
            text = (ROOT / document).read_text()
            for block in CPP_BLOCK.finditer(text):
                line = text.count("\n", 0, block.start()) + 1
                program = folder / f"{Path(document).stem}_line_{line}.cpp"
                if not program.exists() or program.read_text() != block[1]:
                    program.write_text(block[1])
                programs.append(program)
        return programs

    def project(self, name, compiler, programs, *options):
        """Configures, builds and runs the programs."""
        # As deep as the trees of the presets: where ccache makes paths relative, it still has what those compiled.
        tree = self.build.parent / f"users-{name}"
        _, wrong = self.run("cmake", "-G", "Ninja", "-S", HERE, "-B", tree, f"-DCMAKE_CXX_COMPILER={compiler}",
                            f"-DPROGRAMS={';'.join(map(str, programs))}", *options)
        if wrong:
            self.check(f"{name} is configured", wrong)
            return
        output, wrong = self.run("cmake", "--build", tree, "--parallel", self.jobs, "--target", "programs", "--", "-k", "0")
        for program in programs:
            for target in [program.stem] if "_line_" in program.stem else [program.stem, program.stem + "_no_rtti"]:
                binary = tree / "programs" / target
                if not binary.exists():
                    self.check(f"{name}: {target}", "is not built")
                else:
                    self.check(f"{name}: {target}", self.run(binary)[1])
        if wrong:
            print(output)

    def versions(self):
        """Which versions the package stands for: until 1.0 the API may change with any minor one."""
        for wanted, is_taken in (("0.1", True), ("0.1.0", True), ("0.1.99", False), ("0.2", False), ("0.0", False), ("9", False)):
            said, wrong = self.run("cmake", "-G", "Ninja", "-S", HERE, "-B", self.out / f"version-{wanted}",
                                   f"-DZVM_WANTED={wanted}", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                                   "-DCMAKE_CXX_COMPILER=clang++-19")
            is_refused = wrong and f'compatible with requested version "{wanted}"' in " ".join(said.split())
            self.check(f"find_package(zvm {wanted}) is {'taken' if is_taken else 'refused'}",
                       wrong if is_taken else (None if is_refused else said))

    def build_types(self):
        """What is said, and done, where nobody chose a build type."""
        empty = ["-DCMAKE_BUILD_TYPE=", "-DCMAKE_CXX_COMPILER=clang++-19", "-DZVM_CURVES=OFF", "-G", "Ninja"]
        said, _ = self.run("cmake", "-S", HERE, "-B", self.out / "empty-folder", f"-DZVM_FOLDER={ROOT}", *empty)
        self.check("as a folder, an empty build type is warned of",
                   None if "so nothing is optimised and contracts run" in " ".join(said.split()) else said)
        said, _ = self.run("cmake", "-S", HERE, "-B", self.out / "chosen-folder", f"-DZVM_FOLDER={ROOT}", *empty[1:],
                           "-DCMAKE_BUILD_TYPE=Debug")
        self.check("one that was chosen is not", said if "CMAKE_BUILD_TYPE is" in said else None)
        _, wrong = self.run("cmake", "-S", ROOT, "-B", self.out / "empty-alone", *empty, "-DZVM_TESTS=OFF", "-DZVM_BENCH=OFF")
        cache = self.out / "empty-alone" / "CMakeCache.txt"
        self.check("alone, it is Release",
                   wrong or (None if "CMAKE_BUILD_TYPE:STRING=Release\n" in cache.read_text() else "it is not"))

    def rust(self):
        tree = self.out / "rust"
        tree.mkdir(parents=True, exist_ok=True)
        if not (self.prefix / "lib/libzvm_curves.a").exists() or not shutil.which("cargo"):
            print("no curves, or no cargo: no program in Rust")
            return
        _, wrong = self.run("clang++-19", "-std=c++23", "-O1", f"-I{self.prefix}/include", "-c", HERE / "rust/shim.cpp",
                            "-o", tree / "shim.o")
        if not wrong:
            _, wrong = self.run("ar", "rcs", tree / "libshim.a", tree / "shim.o")
        if not wrong:
            flags = f"-L native={tree} -L native={self.prefix}/lib"
            _, wrong = self.run("cargo", "build", "--locked", "--offline", "--quiet", "--manifest-path", HERE / "rust/Cargo.toml",
                                "--target-dir", tree / "target", env={**os.environ, "RUSTFLAGS": flags})
        self.check("a program in Rust links the static libraries", wrong)
        if not wrong:
            self.check("and runs", self.run(tree / "target/debug/embeds_zvm")[1])

    def all(self, parts):
        self.install()
        self.lean()
        documents = self.document_programs()
        for compiler in ("clang++-19", "g++-12"):
            if "package" in parts:
                self.project(f"package-{compiler}", compiler, EXAMPLES + documents, f"-DCMAKE_PREFIX_PATH={self.prefix}")
            if "folder" in parts:
                curves = f"-DZVM_CURVES_TARGET_DIR={self.build.parent / 'curves'}"
                self.project(f"folder-{compiler}", compiler, EXAMPLES, f"-DZVM_FOLDER={ROOT}", "-DZVM_WERROR=ON", curves,
                             *FOLDER_FLAGS[compiler])
        if "types" in parts:
            self.versions()
            self.build_types()
        if "rust" in parts:
            self.rust()
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--parts", nargs="+", default=["package", "folder", "types", "rust"])
    arguments = parser.parse_args()
    return Users(arguments).all(arguments.parts)


if __name__ == "__main__":
    sys.exit(main())
