"""The files the lint scripts look at: what git tracks or would track."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

LIBRARY_FOLDERS = ("base", "gas", "ir", "frontend", "runtime", "backend", "engine")


def project_files(*patterns):
    """Paths relative to the root, sorted, of the files that match and exist."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


def cxx_files():
    return project_files("*.cpp", "*.hpp", "*.h", "*.inc", "*.def")


def finish(what, findings):
    """Prints the findings; the exit code of the script."""
    for finding in findings:
        print(finding)
    print(f"{what}: {len(findings)} findings" if findings else f"{what}: clean")
    return 1 if findings else 0
