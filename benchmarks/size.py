"""How many bytes on disk: the same documents by every system, one segment each."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed import Makers
from benchmarks.systems.face import Field
from benchmarks.workload import keys_of

Sizes = dict[str, dict[str, dict[str, int]]]
"""Bytes by what was indexed, by system, by part."""


def measure(makers: Makers, texts: Sequence[str]) -> Sizes:
    """Index the keys without, and raw text with the text to be shown, and weigh the folders."""
    variants: list[tuple[str, Sequence[str], Field, bool]] = [
        ("pre-analysed keys, no text stored", list(keys_of(texts)), "keys", False),
        ("raw text, own Russian analysis, no text stored", texts, "raw", False),
        ("raw text, own Russian analysis, text stored", texts, "raw", True),
    ]
    found: Sizes = {}
    for what, given, field, stored in variants:
        found[what] = {}
        for name, make in makers.items():
            system = make()
            with tempfile.TemporaryDirectory() as folder:
                system.index(given, field, Path(folder) / "index", stored=stored)
                system.one_segment()
                found[what][name] = system.size()
                system.close()
    return found
