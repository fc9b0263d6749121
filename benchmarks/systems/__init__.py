"""searchlib and its peers behind one face (`face.py`), a module each; here they are found by name.

A module knows how its system's own users would drive it at its best, on one thread, and nothing of
what is measured. A peer that is not installed is skipped, with the reason.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.systems.face import Found, Operator, Shape, System

OURS = "searchlib"
_MODULES = {
    OURS: "ours",
    "tantivy": "tantivy",
    "whoosh": "whoosh",
    "bm25s": "bm25s",
    "fts5": "fts5",
    "xapian": "xapian",
}
NAMES = tuple(_MODULES)

__all__ = ["NAMES", "OURS", "Found", "Operator", "Shape", "Skipped", "System", "load"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A peer that is not measured, and why."""

    name: str
    reason: str


def load(names: Iterable[str] = NAMES) -> tuple[dict[str, Callable[[], System]], list[Skipped]]:
    """Return what makes each system, ours first, and the peers that cannot be driven here.

    Raises ValueError for a name that is none of `NAMES`.
    """
    chosen = list(dict.fromkeys([OURS, *names]))
    if unknown := [name for name in chosen if name not in _MODULES]:
        raise ValueError(f"no system {', '.join(unknown)}; there are {', '.join(NAMES)}")
    found: dict[str, Callable[[], System]] = {}
    skipped = []
    for name in chosen:
        try:
            module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
        except ImportError as error:
            skipped.append(Skipped(name, str(error)))
        else:
            found[name] = module.Peer
    return found, skipped
