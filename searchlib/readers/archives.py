"""Zip and gzip: what is packed is read as a stream, and a bomb is stopped while it unpacks.

Nothing is unpacked to the disk, so a member's name can do no harm; it is only shown. Nothing here
knows what the members hold.
"""

from __future__ import annotations

import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from io import RawIOBase
from lzma import LZMAError
from typing import TYPE_CHECKING, Protocol, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO
    from pathlib import Path
    from types import TracebackType
    from zipfile import ZipExtFile

    from _typeshed import WriteableBuffer

# Texts shrink to a tenth, tables that repeat themselves to a hundredth, bombs to a thousandth.
_MOST_TIMES = 400
_HARMLESS = 64 << 20
_ENCRYPTED = 0x1
UTF8_NAME = 0x800
"""The flag of a member that says that its name is UTF-8."""
BROKEN = (
    BadZipFile,
    EOFError,
    zlib.error,
    LZMAError,
    # Of a way of packing that zipfile does not know.
    NotImplementedError,
)
"""What packers raise about what they cannot unpack, besides OSError."""


class BombError(Exception):
    """So little unpacks to so much that it cannot be text."""


class Archive:
    """A zip file, open while it is entered or a member is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._zip: ZipFile | None = None

    def members(self) -> list[ZipInfo]:
        """Return the files in it. Raises OSError and BadZipFile."""
        with self, _explained():
            infos = [info for info in self._opened().infolist() if not info.is_dir()]
        # A way to pack petabytes: members that share what they unpack.
        if sum(info.compress_size for info in infos) > self._path.stat().st_size:
            raise BadZipFile("its members overlap")
        return infos

    def open(self, info: ZipInfo) -> Unpacked:
        """Open a member for reading."""
        with _explained():
            packed = cast("ZipExtFile", self._opened().open(info))
        return Unpacked(packed, lambda: self.taken(info))

    def taken(self, info: ZipInfo) -> int:
        """Return how many packed bytes of the member that is being read were taken."""
        if self._file is None:
            return 0
        return min(max(self._file.tell() - info.header_offset, 0), info.compress_size)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._zip is not None:
            self._zip.close()
        if self._file is not None:
            self._file.close()
        self._zip = self._file = None

    def _opened(self) -> ZipFile:
        if self._zip is None:
            self._file = self._path.open("rb", buffering=0)
            self._zip = ZipFile(self._file)
        return self._zip


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, with its name as it was meant."""

    archive: Archive
    info: ZipInfo
    name: str

    @property
    def is_encrypted(self) -> bool:
        """Whether a password is needed."""
        return bool(self.info.flag_bits & _ENCRYPTED)

    def open(self) -> Unpacked:
        """Open it for reading. Raises OSError, BadZipFile and NotImplementedError."""
        return self.archive.open(self.info)

    @property
    def taken(self) -> int:
        """How many packed bytes were taken of it, while it is read."""
        return self.archive.taken(self.info)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the library lets slip of a damaged directory into its own error."""
    try:
        yield
    except (ValueError, struct.error) as error:
        raise BadZipFile(str(error)) from None


class _Packed(Protocol):
    def read1(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Unpacked(RawIOBase):
    """What comes out of a packed file; `taken` says how much went in.

    Reading raises BombError, and whatever the packer raises.
    """

    def __init__(self, packed: _Packed, taken: Callable[[], int]) -> None:
        super().__init__()
        self._packed = packed
        self._taken = taken
        self._given = 0

    def readable(self) -> bool:
        """Say yes: this is all it is for."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer as far as the packer gives something at once."""
        view = memoryview(buffer).cast("B")
        data = self._packed.read1(len(view))
        self._given += len(data)
        if self._given > max(_HARMLESS, _MOST_TIMES * self._taken()):
            raise BombError(f"unpacks to more than {_MOST_TIMES} times its size")
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the packer as well."""
        self._packed.close()
        super().close()
