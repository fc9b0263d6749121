"""Engines in a process of their own: they are given files and print an object of JSON a line."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.drivers.face import Timed
from benchmarks.keyfile import write_queries
from benchmarks.workload import Class


def objects(command: Sequence[str | Path]) -> list[dict[str, Any]]:
    """Run a program and return what it prints; RuntimeError with its message when it fails."""
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {ran.stderr.strip() or ran.returncode}")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def timed(command: Sequence[str | Path], classes: list[Class]) -> dict[str, Timed]:
    """Run a program over the queries, whose file takes the place of `QUERIES` in the command."""
    with tempfile.TemporaryDirectory() as folder:
        queries = Path(folder) / "queries.tsv"
        write_queries(classes, queries)
        found = objects([queries if part == QUERIES else part for part in command])
    return {
        one["class"]: Timed(
            one["seconds"] / one["queries"],
            [[(document, score) for document, score in hits] for hits in one["hits"]],
        )
        for one in found
    }


QUERIES = "<queries>"
