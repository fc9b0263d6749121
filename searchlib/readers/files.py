"""Which files are read, in which order.

A folder gives the files whose suffix a reader knows, in order of name, hidden ones left out, an
archive its members. Patterns are those of `.gitignore`. A file that is named, by itself or by a
pattern, is read whatever it is called when the format is given.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

from searchlib.errors import ReaderError
from searchlib.formats import Format
from searchlib.readers.archives import BROKEN, UTF8_NAME, Archive, Member
from searchlib.readers.base import OnSkip, Reason, RowError, Skipped, Source
from searchlib.readers.charset import detect
from searchlib.readers.detect import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zipfile import ZipInfo

_PACKED = ".zip"
# What Macs put into archives beside each file.
_MAC_FOLDER = "__MACOSX"


def find(
    paths: Sequence[Path],
    asked: Format,
    on_skip: OnSkip,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> list[Source]:
    """Return the files to read; what is passed over is reported.

    A path that is not there may be a pattern, such as `news/**/*.json`. `include` and `exclude` are
    patterns for paths inside folders and archives. Raises ReaderError when a path is not there
    and for what is no pattern.
    """
    wanted, unwanted = _spec(include), _spec(exclude)
    chosen = [file for path in paths for file in _files(path, on_skip)]
    sources: list[Source] = []
    seen: set[tuple[int, int]] = set()
    start = 0
    for file in chosen:
        packed = file.path.suffix.lower() == _PACKED
        # What is wanted of an archive are members.
        if unwanted.match_file(file.inside) or not (
            packed or not include or wanted.match_file(file.inside)
        ):
            continue
        try:
            status = file.path.stat()
        except OSError as error:
            shown = Source(file.path, "").shown
            on_skip(Skipped(Reason.UNREADABLE, shown, None, error.strerror or ""))
            continue
        own = [Source(file.path, _stem(file.inside), size=status.st_size)]
        # The same file by another way is read once.
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        for source in _members(file, on_skip) if packed else own:
            if source.member is not None:
                inside = f"{file.inside}/{source.member.name}"
                if unwanted.match_file(inside) or (include and not wanted.match_file(inside)):
                    continue
            named = bool(include) or (file.named and not packed)
            known = is_known(source, asked) or (named and asked is not Format.AUTO)
            # A pipe that is named is the caller's wish; one met in a folder would wait for ever.
            if not known or not (file.named or file.path.is_file()):
                on_skip(Skipped(Reason.UNKNOWN_FORMAT, source.shown))
            elif source.member is not None and source.member.is_encrypted:
                on_skip(Skipped(Reason.ENCRYPTED, source.shown))
            else:
                source.start = start
                start += source.size
                sources.append(source)
    return sources


@dataclass(frozen=True, slots=True)
class _File:
    """A file, its path inside the folder that was given, and whether it was named itself."""

    path: Path
    inside: str
    named: bool


def _files(path: Path, on_skip: OnSkip) -> Iterator[_File]:
    if path.is_dir():
        yield from _walk(path, on_skip, named=False)
    elif path.exists():
        yield _File(path, path.name, named=True)
    elif has_magic(str(path)):
        parts = path.parts
        fixed = next(n for n, part in enumerate(parts) if has_magic(part))
        pattern = _spec(["/" + "/".join(parts[fixed:])])
        found = False
        for file in _walk(Path(*parts[:fixed]), on_skip, named=True):
            if pattern.match_file(file.inside):
                found = True
                yield file
        if not found:
            raise ReaderError("no file has a name of this pattern", path=Source(path, "").shown)
    else:
        raise ReaderError("there is no such file or folder", path=Source(path, "").shown)


def _walk(top: Path, on_skip: OnSkip, *, named: bool) -> Iterator[_File]:
    def closed(error: OSError) -> None:
        folder = Source(Path(error.filename), "").shown
        on_skip(Skipped(Reason.UNREADABLE, folder, None, error.strerror or ""))

    for folder, folders, names in os.walk(top, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                file = Path(folder, name)
                yield _File(file, file.relative_to(top).as_posix(), named)


def _members(file: _File, on_skip: OnSkip) -> Iterator[Source]:
    """Yield the files in an archive, hidden ones left out."""
    archive = Archive(file.path)
    try:
        infos = archive.members()
    except OSError as error:
        shown = Source(file.path, "").shown
        on_skip(Skipped(Reason.UNREADABLE, shown, None, error.strerror or str(error)))
        return
    except BROKEN as error:
        on_skip(Skipped(Reason.UNREADABLE, Source(file.path, "").shown, None, str(error)))
        return
    # Inside a folder the archive is a folder more.
    above = "" if file.named else f"{_stem(file.inside)}/"
    for info, name in zip(infos, _names(infos), strict=True):
        parts = [part for part in name.split("/") if part not in ("", ".", "..")]
        if not parts or parts[0] == _MAC_FOLDER or any(part.startswith(".") for part in parts):
            continue
        inside = "/".join(parts)
        yield Source(
            file.path,
            f"{above}{_stem(inside)}",
            size=info.compress_size,
            member=Member(archive, info, inside),
        )


def _names(infos: Sequence[ZipInfo]) -> list[str]:
    """Return the names of members; the charset of old ones is told by all of them together.

    Old Russian archives have the code page of DOS where the standard says cp437.
    """
    old = [info.orig_filename for info in infos if not info.flag_bits & UTF8_NAME]
    try:
        charset = detect("\n".join(old).encode("cp437"))
    except RowError:
        charset = "cp866"
    return [
        info.filename
        if info.flag_bits & UTF8_NAME
        else info.orig_filename.encode("cp437").decode(charset, errors="replace").replace("\\", "/")
        for info in infos
    ]


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise ReaderError(f"not a pattern of file names: {error}") from None


def _stem(name: str) -> str:
    """Return a relative path without the suffixes that say the format."""
    path = Path(name)
    if path.suffix.lower() == ".gz":
        path = path.with_suffix("")
    return (path.with_suffix("") if path.suffix else path).as_posix()
