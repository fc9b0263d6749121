"""What drives the engines that are compared over files of keys (`face.py`): each in its own loop.

`python` holds the engines that Python calls, `pisa` one that it calls with many queries at once;
`core`, our core alone, and `lucene` run in processes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks.drivers.face import Driver, Timed, UnavailableError
from benchmarks.systems import Skipped

__all__ = ["NAMES", "Driver", "Timed", "UnavailableError", "load"]


_ALL_AT_ONCE = 3 << 30
"""A heap that ends a million documents in one segment: tantivy cannot be told to merge."""


def _ours() -> Driver:
    from benchmarks.drivers.python import Python
    from benchmarks.systems.ours import Peer

    return Python(Peer(), 1.0)


def _core() -> Driver:
    from benchmarks.drivers.core import Core

    return Core()


def _tantivy() -> Driver:
    from benchmarks.drivers.python import Python
    from benchmarks.systems.face import K1
    from benchmarks.systems.tantivy import Peer

    return Python(Peer(_ALL_AT_ONCE), K1 + 1)


def _lucene() -> Driver:
    from benchmarks.drivers.lucene import Lucene

    return Lucene()


def _lucene_ten() -> Driver:
    from benchmarks.drivers.lucene import LuceneTen

    return LuceneTen()


def _pisa() -> Driver:
    try:
        from benchmarks.drivers.pisa import Pisa
    except ImportError as error:
        raise UnavailableError(
            f"{error}; pyterrier-pisa has wheels for Linux on x86-64, `make bench` installs it"
        ) from error
    return Pisa()


_MAKERS: dict[str, Callable[[], Driver]] = {
    "searchlib": _ours,
    "core": _core,
    "tantivy": _tantivy,
    "lucene": _lucene,
    "lucene10": _lucene_ten,
    "pisa": _pisa,
}
NAMES = tuple(_MAKERS)


def load(names: Iterable[str]) -> tuple[dict[str, Driver], list[Skipped]]:
    """Return the drivers that can run here, by name, and those that cannot with the reason.

    Raises ValueError for a name that is none of `NAMES`.
    """
    found, skipped = {}, []
    for name in dict.fromkeys(names):
        if name not in _MAKERS:
            raise ValueError(f"no engine {name}; there are {', '.join(NAMES)}")
        try:
            found[name] = _MAKERS[name]()
        except (ImportError, UnavailableError) as error:
            skipped.append(Skipped(name, str(error)))
    return found, skipped
