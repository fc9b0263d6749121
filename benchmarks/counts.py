"""How many instructions the hot loops of the core take, under valgrind: a check without a clock.

`python -m benchmarks.counts PROGRAM` runs each class of `rust/core/examples/hot_loops.rs` (PROGRAM
is that example, built) and compares it with `counts.tsv`. A class that takes 3 % more than it did
fails; `--accept` writes the counts of today down. Where there is no valgrind, or a processor that
it would show another face of, nothing is compared, and that is said.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from searchlib.analysis.morphology import dictionary_folder

EXPECTED = Path(__file__).with_name("counts.tsv")
TOLERANCE = 0.03
_ACCEPT = "if that is meant, `make counts-accept` writes the new counts down"
_TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)


def reason_to_skip() -> str | None:
    """Return why nothing can be counted here that could be compared; None when it can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return "the counts are those of Linux on x86-64"
    if shutil.which("valgrind") is None:
        return "valgrind is not installed (Debian's package valgrind)"
    # Valgrind shows programs one of a few processors, the newest that the real one can do.
    if " avx2 " not in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        return "the counts are those of a processor with AVX2"
    return None


def count(program: Path, index: Path, name: str) -> int:
    """Return the instructions of one class. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command: list[str | Path] = [
            *("valgrind", "--quiet", "--tool=callgrind", "--toggle-collect=hot_loops::measured*"),
            *(f"--callgrind-out-file={out}", program, "run", index, dictionary_folder(), name),
        ]
        # What stands in the environment lies on the stack and moves it.
        subprocess.run(command, check=True, env={"PATH": os.defpath, "LC_ALL": "C"})
        totals = _TOTAL.findall(out.read_text(encoding="utf-8"))
    if not totals or totals[-1] == "0":
        raise SystemExit(f"nothing was counted in {name!r}: its function is not found by its name")
    return int(totals[-1])


def count_all(program: Path) -> dict[str, int]:
    """Return the instructions of every class, by name."""
    names = subprocess.run([program, "names"], check=True, capture_output=True, text=True)
    classes = names.stdout.splitlines()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        index = Path(folder) / "index"
        subprocess.run([program, "make", index, dictionary_folder()], check=True)
        counts = pool.map(lambda name: count(program, index, name), classes)
        return dict(zip(classes, counts, strict=True))


def compiler() -> str:
    """Return the compiler's version, which the counts depend on."""
    answer = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    return answer.stdout.strip()


def written(counts: Mapping[str, int], made_by: str) -> str:
    """Return counts as they stand in the file."""
    lines = [f"# instructions a class of hot_loops.rs; {made_by}"]
    return "\n".join([*lines, *(f"{name}\t{number}" for name, number in counts.items())]) + "\n"


def read(text: str) -> tuple[dict[str, int], str]:
    """Return the counts in the text of a file, and the compiler that they were made by."""
    head, *lines = text.splitlines()
    pairs = [line.split("\t") for line in lines]
    return {name: int(number) for name, number in pairs}, head.partition("; ")[2]


def compared(found: Mapping[str, int], expected: Mapping[str, int]) -> tuple[list[str], bool]:
    """Return a line for each class, and whether all is as expected or better."""
    lines, good = [], True
    for name in {**expected, **found}:
        now, before = found.get(name), expected.get(name)
        if now is None or before is None:
            good = False
            lines.append(f"{name:20} {'is gone' if now is None else 'is new'}; {_ACCEPT}")
            continue
        change = now / before - 1
        line = f"{name:20} {now:12,} {change:+8.2%}"
        if change > TOLERANCE:
            good = False
            line += f"  more than {TOLERANCE:.0%} slower; {_ACCEPT}"
        elif change < -TOLERANCE:
            line += "  faster: `make counts-accept` keeps it so"
        lines.append(line)
    return lines, good


def main() -> int:
    """Count and compare, or write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--accept", action="store_true", help="write the counts down")
    options = parser.parse_args()
    reason = reason_to_skip()
    if reason is not None:
        print(f"counting instructions is skipped: {reason}")
        return int(options.accept)
    found, made_by = count_all(options.program.resolve()), compiler()
    if options.accept:
        EXPECTED.write_text(written(found, made_by), encoding="utf-8")
        print(EXPECTED.read_text(encoding="utf-8"), end="")
        return 0
    expected, expected_by = read(EXPECTED.read_text(encoding="utf-8"))
    lines, good = compared(found, expected)
    print("\n".join(lines))
    if made_by != expected_by:
        print(f"the counts were written down with {expected_by}, these are by {made_by}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
