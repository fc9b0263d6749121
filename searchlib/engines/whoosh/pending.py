"""The documents of a writer before its commit, laid out for Whoosh, in memory or in a file.

Whoosh cannot replace a document of the batch it is writing, so a batch is written only at its
commit, when what was replaced or deleted in it is known.
"""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from typing import Any


class Pending:
    """Documents in order of adding, some of them dropped again; above `memory` bytes in a file."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._begin()

    def _begin(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=self._memory)  # noqa: SIM115
        self._starts: dict[int, int] = {}
        self._keys: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._starts)

    def __contains__(self, key: str) -> bool:
        return key in self._numbers

    def add(self, key: str | None, document: dict[str, Any]) -> None:
        """Add a document, in place of the one with its key."""
        if key is not None:
            self.drop_key(key)
            self._numbers[key] = self._count
            self._keys[self._count] = key
        self._starts[self._count] = self._file.seek(0, 2)
        marshal.dump(document, self._file)
        self._count += 1

    def drop_key(self, key: str) -> bool:
        """Drop the document with this key; False when there is none."""
        number = self._numbers.get(key)
        if number is None:
            return False
        self.drop(number)
        return True

    def drop(self, number: int) -> None:
        """Drop a document by its number."""
        del self._starts[number]
        key = self._keys.pop(number, None)
        if key is not None:
            del self._numbers[key]

    def items(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the documents with their numbers, in order of adding."""
        for number, start in list(self._starts.items()):
            self._file.seek(start)
            yield number, marshal.load(self._file)

    def clear(self) -> None:
        """Forget them all."""
        self._file.close()
        self._begin()

    def close(self) -> None:
        """Give the memory and the file back."""
        self._file.close()
