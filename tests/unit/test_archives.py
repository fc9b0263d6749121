"""Zip and gzip: members are read like files, and what cannot be unpacked is named."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from searchlib.errors import ReaderError
from searchlib.readers import Format, Reason, Skipped, archives, find, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TABLE = "id;title\n1;Нефть\n2;Газ\n"
ARTICLE = "date 2025-11-04 Пути нефти\n\nТрубопровод работает надёжно.\n"


class Run:
    """One reading of paths: its documents, and what was skipped, by paths inside the folder."""

    def __init__(
        self,
        *paths: Path,
        kind: Format = Format.AUTO,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        self.skipped: list[Skipped] = []
        sources = find(paths, kind, self.skipped.append, include=include, exclude=exclude)
        rows = list(read(sources, kind, self.skipped.append))
        self.documents: list[dict[str, Any]] = [row.document for row in rows]
        self.places = [row.source.shown.rsplit("/", 1)[-1] for row in rows]

    @property
    def ids(self) -> list[Any]:
        return [document["id"] for document in self.documents]

    @property
    def problems(self) -> list[tuple[Reason, str]]:
        return [(skipped.reason, skipped.path.rsplit("/", 1)[-1]) for skipped in self.skipped]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def pack(path: Path, members: Mapping[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_members_of_all_formats_are_read(tmp_path: Path, how: int) -> None:
    members: dict[str, str | bytes] = {
        "таблица.csv": TABLE,
        "статьи/пути.txt": ARTICLE.encode("cp1251"),
        "lines.jsonl": '{"id": "л"}\n',
        "objects.json": '[{"id": "о"}]',
        "packed.csv.gz": gzip.compress(TABLE.encode()),
        "__MACOSX/._таблица.csv": b"\0",
        ".hidden.csv": TABLE,
        "photo.jpg": b"\xff",
    }
    run = Run(pack(tmp_path / "архив.zip", members, how))
    assert run.ids == ["1", "2", "статьи/пути", "л", "о", "1", "2"]
    assert run.places[0] == "архив.zip!таблица.csv"
    assert run.problems == [(Reason.UNKNOWN_FORMAT, "архив.zip!photo.jpg")]


def test_archive_in_a_folder_is_like_a_folder(tmp_path: Path) -> None:
    pack(tmp_path / "год" / "март.zip", {"1.txt": ARTICLE, "../../2.txt": ARTICLE})
    write(tmp_path / "1.txt", ARTICLE)
    assert Run(tmp_path).ids == ["1", "год/март/1", "год/март/2"]


def test_mistakes_in_members_are_named_with_archive_member_and_line(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"x/b.csv": TABLE + "3\n4;Уголь\n"})
    run = Run(path)
    assert run.ids == ["1", "2", "4"]
    assert [skipped.place for skipped in run.skipped] == [f"{path}!x/b.csv:4"]


@pytest.mark.parametrize("charset", ["cp866", "cp1251", "utf-8"])
def test_names_of_old_russian_archives_are_told(tmp_path: Path, charset: str) -> None:
    names = ["Отчёт за март.csv", "Новости/Сводка погоды.csv"]
    # A name of the same length in ASCII is replaced, since nobody writes such archives any more.
    stand_ins = {"x" * len(name.encode(charset)): name for name in names}
    data = pack(tmp_path / "a.zip", dict.fromkeys(stand_ins, TABLE)).read_bytes()
    for stand_in, name in sorted(stand_ins.items(), reverse=True):
        data = data.replace(stand_in.encode(), name.encode(charset))
    run = Run(write(tmp_path / "old.zip", data))
    assert run.ids == ["1", "2"] * 2
    assert set(run.places) == {"old.zip!Отчёт за март.csv", "Сводка погоды.csv"}


def broken_inside(path: Path) -> bytes:
    rows = "".join(f"{n};Новость номер {n * 7919 % 104729}\n" for n in range(30_000))
    data = bytearray(pack(path, {"a.csv": "id;title\n" + rows, "b.csv": TABLE}).read_bytes())
    data[len(data) // 2 : len(data) // 2 + 50] = bytes(50)
    return bytes(data)


def test_broken_member_gives_what_stands_before_and_leaves_the_others_alone(
    tmp_path: Path,
) -> None:
    run = Run(write(tmp_path / "a.zip", broken_inside(tmp_path / "x.zip")))
    assert len(run.ids) > 1000
    assert run.places[-2:] == ["a.zip!b.csv"] * 2
    assert (Reason.UNREADABLE, "a.zip!a.csv") in run.problems


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive" * 100])
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "b.csv", TABLE)
    write(tmp_path / "a.zip", content)
    run = Run(tmp_path)
    assert run.ids == ["1", "2"]
    assert run.problems == [(Reason.UNREADABLE, "a.zip")]


def test_truncated_archive_is_named(tmp_path: Path) -> None:
    data = pack(tmp_path / "a.zip", {"a.csv": TABLE}).read_bytes()
    assert Run(write(tmp_path / "a.zip", data[:-30])).problems == [(Reason.UNREADABLE, "a.zip")]


def test_member_with_a_password_is_named(tmp_path: Path) -> None:
    data = bytearray(pack(tmp_path / "a.zip", {"a.csv": TABLE, "b.csv": TABLE}).read_bytes())
    # The flag of encryption in the record and in the directory.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1)
    run = Run(write(tmp_path / "a.zip", bytes(data)))
    assert run.ids == ["1", "2"]
    assert run.problems == [(Reason.ENCRYPTED, "a.zip!a.csv")]


def test_unknown_way_of_packing_is_named(tmp_path: Path) -> None:
    data = bytearray(pack(tmp_path / "a.zip", {"a.csv": TABLE}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", data, data.index(mark) + offset, 99)
    assert Run(write(tmp_path / "a.zip", bytes(data))).problems == [
        (Reason.UNREADABLE, "a.zip!a.csv")
    ]


@pytest.mark.parametrize("name", ["a.zip", "a.csv.gz"])
def test_bomb_is_stopped(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_HARMLESS", 1 << 18)
    table = ("id;title\n" + f"1;{'нефть' * 1000}\n" * 1000).encode()
    if name.endswith(".gz"):
        path = write(tmp_path / name, gzip.compress(table))
    else:
        path = pack(tmp_path / name, {"a.csv": table})
    run = Run(path)
    assert 0 < len(run.ids) < 1000
    assert run.problems[0][0] is Reason.TOO_LARGE
    assert "400 times" in run.skipped[0].detail


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TABLE * 1000)
        for name in "bcd":
            again = zipfile.ZipInfo(f"{name}.csv")
            first = archive.infolist()[0]
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size, again.compress_size = first.file_size, first.compress_size
            archive.filelist.append(again)
    assert Run(path).problems == [(Reason.UNREADABLE, "a.zip")]


def test_damaged_archives_never_stop_the_run(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", TABLE)
        archive.writestr("б.txt", ARTICLE)
    whole = buffer.getvalue()
    for place in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        run = Run(write(tmp_path / "a.zip", bytes(damaged)))
        titles = {document.get("title") for document in run.documents}
        assert titles <= {"Нефть", "Газ", "Пути нефти"}, place


# ---- patterns ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("а.csv", "2024/б.csv", "2024/черновики/в.csv", "2025/г.csv"):
        write(tmp_path / "новости" / name, f"id;title\n{name};Нефть\n")
    write(tmp_path / "новости" / "журнал.log", "Записи дня.")
    pack(tmp_path / "новости" / "архив.zip", {"д.csv": "id;title\nд;Газ\n", "е.txt": ARTICLE})
    return tmp_path / "новости"


@pytest.mark.parametrize(
    ("include", "exclude", "ids"),
    [
        (["*.csv"], [], ["а.csv", "д", "2024/б.csv", "2024/черновики/в.csv", "2025/г.csv"]),
        (["/*.csv"], [], ["а.csv"]),
        (["2024/"], [], ["2024/б.csv", "2024/черновики/в.csv"]),
        (["2024/*.csv"], [], ["2024/б.csv"]),
        (["*.csv"], ["черновики", "*.zip"], ["а.csv", "2024/б.csv", "2025/г.csv"]),
        ([], ["2024", "2025", "е.txt"], ["а.csv", "д"]),
    ],
)
def test_patterns_choose_files(
    folder: Path, include: list[str], exclude: list[str], ids: list[str]
) -> None:
    run = Run(folder, include=include, exclude=exclude)
    assert run.ids == ids
    assert {reason for reason, _ in run.problems} <= {Reason.UNKNOWN_FORMAT}


def test_included_file_of_an_unknown_suffix_is_read_by_the_format_that_is_named(
    folder: Path,
) -> None:
    run = Run(folder, kind=Format.TEXT, include=["*.log"])
    assert run.ids == ["журнал"]
    assert run.problems == []


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [
        ("**/*.csv", ["а.csv", "2024/б.csv", "2024/черновики/в.csv", "2025/г.csv"]),
        ("*.csv", ["а.csv"]),
        ("202[0-4]/?.csv", ["2024/б.csv"]),
    ],
)
def test_pattern_that_no_shell_has_expanded_is_expanded(
    folder: Path, pattern: str, ids: list[str]
) -> None:
    assert Run(folder / pattern).ids == ids


def test_file_whose_name_looks_like_a_pattern_is_itself(tmp_path: Path) -> None:
    assert Run(write(tmp_path / "отчёт [1].csv", TABLE)).ids == ["1", "2"]


def test_pattern_without_a_file_is_an_error(folder: Path) -> None:
    with pytest.raises(ReaderError, match="pattern"):
        Run(folder / "*.xml")
