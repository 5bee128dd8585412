#!/usr/bin/env python3
"""Whether each planted defect (base/plants.def) is found: `plants.py BIN [SECONDS
[NAME...]]`, where BIN has the fuzz targets. Each begins with no corpus, and has so many seconds of CPU
(60). The last line counts."""

import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile

ROW = re.compile(r'PLANT\((\w+),\s*"([\w-]+)",\s*"(\w+)"')


def executions(log):
    done = re.findall(r'^#(\d+)', log, re.MULTILINE)
    return done[-1] if done else "?"


def is_found(binary, plant, target, seconds):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [f"{binary}/{target}", "-seed=1", "-timeout=20",
             "-rss_limit_mb=4096", "-detect_leaks=0", "-len_control=0", "-entropic=0",
             "-print_final_stats=1", f"-artifact_prefix={folder}/", folder],
            env={**os.environ, "ZVM_PLANT": plant,
                 "ASAN_OPTIONS": "malloc_context_size=2"}, capture_output=True, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5)))
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    log = run.stderr.decode(errors="replace")
    runs = re.findall(r'number_of_executed_units: *(\d+)', log)
    found = run.returncode not in (0, -signal.SIGXCPU, -signal.SIGKILL)
    print(f"{plant:15} {target:14} {'found' if found else 'NOT FOUND'} "
          f"{runs[-1] if runs else executions(log)} inputs {took:.1f} s", flush=True)
    return found


def main():
    binary = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    wanted = sys.argv[3:]
    rows = ROW.findall((pathlib.Path(__file__).parents[2] / "base/plants.def").read_text())
    results = [is_found(binary, text, target, seconds)
               for _, text, target in rows if not wanted or text in wanted]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
