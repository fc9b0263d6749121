"""Our core without Python: the example `queries` over an index that the library wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.drivers.face import SECONDS, Timed, UnavailableError
from benchmarks.drivers.process import QUERIES, timed
from benchmarks.drivers.python import indexed
from benchmarks.systems.face import Shape
from benchmarks.systems.ours import Peer
from benchmarks.workload import Class

_RUST = Path(__file__).parents[2] / "rust"


class Core:
    """The core in a loop of its own; the index is the library's."""

    name = "searchlib core"
    kept = Peer.name
    version = Peer.version
    note = "no Python in the loop"
    shapes: frozenset[Shape] = Peer.shapes
    factor = 1.0

    def __init__(self) -> None:
        if shutil.which("cargo") is None:
            raise UnavailableError("cargo is missing, which builds the loop around the core")
        built = subprocess.run(
            ["cargo", "build", "--release", "--quiet", "--locked", "--example", "queries"],
            cwd=_RUST / "core",
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            raise UnavailableError(built.stderr.strip())
        target = Path(os.environ.get("CARGO_TARGET_DIR", _RUST / "target"))
        self._program = target / "release" / "examples" / "queries"

    def index(self, keys: Path, folder: Path) -> float:
        """Index by the library."""
        return indexed(Peer(), keys, folder)

    def search(self, folder: Path, classes: list[Class], passes: int) -> dict[str, Timed]:
        """Time the classes in the example's loop."""
        options = ["--passes", str(passes), "--seconds", str(SECONDS)]
        return timed([self._program, folder, QUERIES, *options], classes)
