"""Which files are read, in which order.

A folder gives the files whose suffix a reader knows, in order of name, hidden ones left out; a file
that is named is read whatever it is called when the format is given.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from searchlib.errors import ReaderError
from searchlib.readers.base import OnSkip, Reason, Skipped, Source
from searchlib.readers.detect import Format, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def find(paths: Sequence[Path], format: Format, on_skip: OnSkip) -> list[Source]:
    """Return the files to read; what is passed over is reported.

    Raises ReaderError when a path is not there.
    """
    for path in paths:
        if not path.exists():
            raise ReaderError("there is no such file or folder", path=Source(path, "").shown)
    sources: dict[tuple[int, int], Source] = {}
    start = 0
    for path in paths:
        for source, named in _files(path, on_skip):
            known = is_known(source, format) or (named and format is not Format.AUTO)
            try:
                status = source.path.stat()
            except OSError as error:
                on_skip(Skipped(Reason.UNREADABLE, source.shown, None, error.strerror or ""))
                continue
            # A pipe that is named is the caller's wish; one met in a folder would wait for ever.
            if not known or not (named or source.path.is_file()):
                on_skip(Skipped(Reason.UNKNOWN_FORMAT, source.shown))
                continue
            # The same file by another way is read once.
            if (status.st_dev, status.st_ino) in sources:
                continue
            source.size, source.start = status.st_size, start
            start += source.size
            sources[status.st_dev, status.st_ino] = source
    return list(sources.values())


def _files(path: Path, on_skip: OnSkip) -> Iterator[tuple[Source, bool]]:
    """Yield the files of a path, and whether the path names the file itself."""
    if not path.is_dir():
        yield Source(path, _stem(path.name)), True
        return

    def closed(error: OSError) -> None:
        folder = Source(Path(error.filename), "").shown
        on_skip(Skipped(Reason.UNREADABLE, folder, None, error.strerror or ""))

    for folder, folders, names in os.walk(path, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                file = Path(folder, name)
                yield Source(file, _stem(file.relative_to(path).as_posix())), False


def _stem(name: str) -> str:
    """Return a relative path without the suffixes that say the format."""
    path = Path(name)
    if path.suffix.lower() == ".gz":
        path = path.with_suffix("")
    return (path.with_suffix("") if path.suffix else path).as_posix()
