"""A Whoosh index in a folder: Whoosh's files, and ours that says what they are.

Whoosh keeps its list of segments pickled, and unpickling runs what a stranger may have written. So
an index is opened only when this process made it or the caller trusts it; our own file is JSON.
"""

from __future__ import annotations

import json
import secrets
import shutil
import threading
from pathlib import Path
from typing import Any

from whoosh import versionstring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from searchlib.engines import WHOOSH_DESCRIPTION
from searchlib.engines.whoosh.layout import whoosh_schema
from searchlib.engines.whoosh.snapshot import WhooshSnapshot, reading
from searchlib.engines.whoosh.writer import WhooshWriter
from searchlib.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
    IndexVersionError,
    UntrustedIndexError,
)
from searchlib.schema import Schema

_FORMAT = 1
_NAME = "MAIN"
_COPIES = 10
"""How often a backup begins anew because a commit took the files away."""
_MADE: set[str] = set()
"""The marks of the indexes that this process made."""


def create(folder: Path, schema: Schema) -> WhooshIndex:
    """Make a new index. Raises IndexExistsError."""
    _make_empty(folder)
    with reading(folder):
        FileIndex.create(FileStorage(str(folder)), whoosh_schema(schema), _NAME)
    mark = secrets.token_hex(16)
    _MADE.add(mark)
    described = {"format": _FORMAT, "made": mark, "schema": json.loads(schema.to_json())}
    text = json.dumps(described, ensure_ascii=False, indent=1)
    (folder / WHOOSH_DESCRIPTION).write_text(text + "\n", encoding="utf-8")
    return WhooshIndex(folder, schema)


def schema_of(folder: Path) -> str:
    """Return the schema of an index in JSON. Raises IndexNotFoundError, CorruptIndexError."""
    return json.dumps(_described(folder)["schema"], ensure_ascii=False)


def open_index(folder: Path, schema: Schema, *, trusted: bool) -> WhooshIndex:
    """Open an index whose schema was read before. Raises UntrustedIndexError."""
    if not trusted and _described(folder).get("made") not in _MADE:
        raise UntrustedIndexError(
            f"{folder} is a Whoosh index, whose files can run any code when they are read; if you "
            "made it, open it with Index.open(path, trusted=True), or --trusted on the command line"
        )
    return WhooshIndex(folder, schema)


def _described(folder: Path) -> dict[str, Any]:
    path = folder / WHOOSH_DESCRIPTION
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        found = described["format"]
        described["schema"]["fields"]
    except FileNotFoundError:
        raise IndexNotFoundError(
            f"{folder}: no index here; create one with Index.create or `searchlib index`"
        ) from None
    except (ValueError, LookupError, TypeError) as error:
        raise CorruptIndexError(
            f"{path}: expected the description of an index ({error}); restore the index from a "
            "backup or build it anew"
        ) from None
    if found != _FORMAT:
        raise IndexVersionError(
            f"{path}: format version {found}, this searchlib reads version {_FORMAT}; build the "
            "index anew"
        )
    assert isinstance(described, dict)
    return described


def _make_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise IndexExistsError(f"{folder}: there is an index or something else already")
    folder.mkdir(parents=True, exist_ok=True)


class WhooshIndex:
    """An index of Whoosh's."""

    name = "whoosh"

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._folder = folder
        self._schema = schema
        with reading(folder):
            storage = FileStorage(str(folder))
            # With a schema given Whoosh leaves its own, pickled one alone.
            self._index = FileIndex(storage, whoosh_schema(schema), _NAME)
        self._lock = threading.Lock()
        self._opened: tuple[int, WhooshSnapshot] | None = None

    def snapshot(self) -> WhooshSnapshot:
        """Return the newest committed state; the same one until there is another."""
        with self._lock, reading(self._folder):
            # Asked before the files are opened: what is committed meanwhile is seen the next time.
            generation = self._index.latest_generation()
            if self._opened is None or self._opened[0] != generation:
                opened = WhooshSnapshot(self._index, self._schema, self._folder)
                self._opened = generation, opened
            return self._opened[1]

    def writer(
        self,
        *,
        wait: float,
        threads: int,  # noqa: ARG002
        memory: int,
    ) -> WhooshWriter:
        """Take the one writer; Whoosh works in one thread."""
        return WhooshWriter(
            self._index, self._schema, self._folder, self.snapshot, wait=wait, memory=memory
        )

    def versions(self) -> dict[str, str]:
        """Return the versions of our file and of Whoosh."""
        return {"format": str(_FORMAT), "whoosh": versionstring(build=False)}

    def backup(self, target: Path) -> None:
        """Copy the newest committed state."""
        _make_empty(target)
        for _ in range(_COPIES):
            try:
                for name in self._files():
                    shutil.copyfile(self._folder / name, target / name)
            except FileNotFoundError:
                # A commit took the place of the state that was being copied.
                for file in target.iterdir():
                    file.unlink()
            else:
                return
        raise IndexLockedError(f"{self._folder}: commits come faster than the index can be copied")

    def _files(self) -> list[str]:
        """The files of the newest committed state."""
        with reading(self._folder):
            contents = TOC.read(self._index.storage, _NAME, schema=self._index.schema)
        patterns = [f"{segment.segment_id()}.*" for segment in contents.segments]
        found = [file.name for pattern in patterns for file in self._folder.glob(pattern)]
        return [f"_{_NAME}_{contents.generation}.toc", *found, WHOOSH_DESCRIPTION]

    def check(self) -> list[tuple[Path, str]]:
        """Return what is wrong, by file: all that can be seen without checksums."""
        try:
            # Opened anew: what is open already was read before the damage.
            WhooshSnapshot(self._index, self._schema, self._folder).read_everything()
        except CorruptIndexError as error:
            return [(self._folder, str(error))]
        return []
