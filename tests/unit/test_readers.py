"""Readers: what becomes a document, what is reported and where, in which charset."""

from __future__ import annotations

import gzip
import json
import os
import re
import threading
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from searchlib import readers
from searchlib.errors import ReaderError
from searchlib.readers import Format, Reason, Skipped, base, charset
from searchlib.readers.base import RowError

if TYPE_CHECKING:
    from pathlib import Path

PARAGRAPH = "Трубопровод доставляет нефть к морю. Весной его закрывали на ремонт."
ARTICLE = f"date 2025-11-04 Пути нефти\n\nПервый абзац.\n\n{PARAGRAPH}\n"


class Run:
    """One reading: its documents with their lines, and what was skipped."""

    def __init__(self, *paths: Path, kind: Format = Format.AUTO) -> None:
        self.skipped: list[Skipped] = []
        sources = readers.find(paths, kind, self.skipped.append)
        self.rows = list(readers.read(sources, kind, self.skipped.append))

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [row.document for row in self.rows]

    @property
    def reasons(self) -> list[Reason]:
        return [skipped.reason for skipped in self.skipped]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---- articles and texts --------------------------------------------------------------------------


def test_article_has_date_title_and_paragraphs(tmp_path: Path) -> None:
    assert Run(write(tmp_path / "kazahstan.txt", ARTICLE)).documents == [
        {
            "id": "kazahstan",
            "date": date(2025, 11, 4),
            "title": "Пути нефти",
            "body": f"Первый абзац.\n\n{PARAGRAPH}",
        }
    ]


@pytest.mark.parametrize(
    "text",
    [f" {ARTICLE}", f"\n\n{ARTICLE}", ARTICLE.replace("\n", "\r\n"), f"\ufeff{ARTICLE}"],
    ids=["leading space", "empty lines before", "Windows line ends", "byte order mark"],
)
def test_first_line_may_be_written_in_several_ways(tmp_path: Path, text: str) -> None:
    expected = Run(write(tmp_path / "a" / "1.txt", ARTICLE)).documents
    assert Run(write(tmp_path / "b" / "1.txt", text)).documents == expected


def test_article_without_a_body_is_a_document(tmp_path: Path) -> None:
    (document,) = Run(write(tmp_path / "1.txt", "date 2025-01-31 Молния")).documents
    assert document["title"] == "Молния"
    assert document["body"] == ""


@pytest.mark.parametrize("day", ["2025-02-30", "2025-13-01", "2025-2-3", "0000-01-01"])
def test_wrong_date_is_reported_with_path_and_line(tmp_path: Path, day: str) -> None:
    path = write(tmp_path / "1.txt", f"\ndate {day} Заголовок\n\nТекст.")
    run = Run(path)
    assert run.documents == []
    assert [(s.reason, s.place) for s in run.skipped] == [(Reason.WRONG_DATE, f"{path}:2")]
    assert day in run.skipped[0].detail


def test_asked_for_articles_a_plain_text_is_reported(tmp_path: Path) -> None:
    run = Run(write(tmp_path / "1.txt", PARAGRAPH), kind=Format.ARTICLES)
    assert run.reasons == [Reason.NOT_AN_ARTICLE]


def test_text_takes_its_first_line_for_the_title_and_keeps_all(tmp_path: Path) -> None:
    text = f"\n  Заметки о нефти  \n\n{PARAGRAPH}\n"
    (document,) = Run(write(tmp_path / "заметки.txt", text)).documents
    assert document == {"id": "заметки", "title": "Заметки о нефти", "body": text}


def test_long_first_line_is_cut_after_a_word(tmp_path: Path) -> None:
    (document,) = Run(write(tmp_path / "1.txt", "длинное предложение " * 100)).documents
    title = document["title"]
    assert len(title) <= 121
    assert re.fullmatch("(длинное предложение )+(длинное|длинное предложение)…", title)


def test_large_text_is_one_document(tmp_path: Path) -> None:
    text = PARAGRAPH * (50_000_000 // len(PARAGRAPH.encode()) + 1)
    (document,) = Run(write(tmp_path / "1.txt", text)).documents
    assert len(document["body"].encode()) >= 50_000_000


def test_too_large_a_file_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_DOCUMENT", 100)
    run = Run(write(tmp_path / "1.txt", PARAGRAPH), write(tmp_path / "2.txt", "Коротко."))
    assert run.reasons == [Reason.TOO_LARGE]
    assert [document["id"] for document in run.documents] == ["2"]


# ---- JSON Lines ----------------------------------------------------------------------------------


def test_objects_come_as_they_are(tmp_path: Path) -> None:
    rows = [{"id": 1, "title": "Нефть", "теги": ["а", "б"]}, {"id": 2, "price": 1.5, "ok": True}]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    run = Run(write(tmp_path / "news.jsonl", text))
    assert run.documents == rows
    assert [row.line for row in run.rows] == [1, 2]
    assert run.skipped == []


def test_packed_lines_are_unpacked(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.ndjson.gz"):
        write(tmp_path / name, gzip.compress('{"id": "нефть"}\n'.encode()))
    assert Run(tmp_path).documents == [{"id": "нефть"}, {"id": "нефть"}]


def test_broken_rows_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    lines: list[tuple[str | bytes, Reason | None]] = [
        ('{"id": 1}', None),
        ('{"id": 2', Reason.BROKEN_JSON),
        ("", None),
        ("[1, 2]", Reason.NOT_AN_OBJECT),
        ('"слово"', Reason.NOT_AN_OBJECT),
        ("null", Reason.NOT_AN_OBJECT),
        ('{"price": NaN}', Reason.BROKEN_JSON),
        (b'{"title": "\xd0"}', Reason.ENCODING),
        ('{"deep": ' + "[" * 100_000, Reason.BROKEN_JSON),
        ('{"number": ' + "9" * 10_000 + "}", Reason.BROKEN_JSON),
        ('{"id": 3}', None),
    ]
    content = b"\n".join(row if isinstance(row, bytes) else row.encode() for row, _ in lines)
    path = write(tmp_path / "news.jsonl", content)
    run = Run(path)
    assert run.documents == [{"id": 1}, {"id": 3}]
    assert [(s.reason, s.place) for s in run.skipped] == [
        (reason, f"{path}:{number}") for number, (_, reason) in enumerate(lines, 1) if reason
    ]


def test_lines_of_other_charsets(tmp_path: Path) -> None:
    rows = [{"id": n, "title": f"Нефть и газ, {n} марта"} for n in range(20)]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    for name in ("utf-16", "utf-8-sig", "cp1251", "koi8-r"):
        path = write(tmp_path / name / "news.jsonl", text.encode(name))
        assert Run(path).documents == rows, name


def test_too_long_a_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charset, "MAX_DOCUMENT", 100)
    text = '{"id": 1}\n{"body": "' + "а" * 1000 + '"}\n{"id": 2}\n'
    run = Run(write(tmp_path / "1.jsonl", text))
    assert run.documents == [{"id": 1}, {"id": 2}]
    assert [(s.reason, s.line) for s in run.skipped] == [(Reason.TOO_LARGE, 2)]


def test_truncated_archive_gives_what_it_has(tmp_path: Path) -> None:
    lines = b"".join(b'{"id": "%s"}\n' % os.urandom(20).hex().encode() for _ in range(20_000))
    whole = gzip.compress(lines)
    run = Run(write(tmp_path / "news.jsonl.gz", whole[: len(whole) // 2]))
    assert len(run.documents) > 1000
    assert run.reasons == [Reason.UNREADABLE]


def test_lines_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = write(tmp_path / "news.jsonl", b'{"id": 1}\n' * 100_000)
    skipped: list[Skipped] = []
    (source,) = readers.find([path], Format.AUTO, skipped.append)
    rows = readers.read([source], Format.AUTO, skipped.append)
    next(rows)
    assert source.position < path.stat().st_size / 2
    assert sum(1 for _ in rows) == 99_999
    assert source.position == path.stat().st_size


@pytest.mark.parametrize(
    ("name", "begin", "one"),
    [
        ("a.jsonl", "", '{{"id": {}, "title": "Нефть"}}\n'),
        ("a.json", '{{"items": [', '{{"id": {}, "title": "Нефть"}},\n'),
        ("a.csv", "id;title\n", "{};Нефть\n"),
        ("a.csv.gz", "id;title\n", "{};Нефть\n"),
    ],
)
def test_first_document_comes_before_the_end_is_there(
    tmp_path: Path, name: str, begin: str, one: str
) -> None:
    path = tmp_path / name
    os.mkfifo(path)
    enough = threading.Event()
    given = 0

    def write_slowly() -> None:
        nonlocal given
        plain = path.open("wb", buffering=0)
        with gzip.GzipFile(fileobj=plain, mode="wb") if name.endswith(".gz") else plain as file:
            file.write(begin.format().encode())
            while not enough.is_set() and given < 100_000:
                text = "".join(one.format(given + n) for n in range(1000))
                given += 1000
                file.write(text.encode())
        plain.close()

    writer = threading.Thread(target=write_slowly, daemon=True)
    writer.start()
    skipped: list[Skipped] = []
    rows = readers.read(
        readers.find([path], Format.AUTO, skipped.append), Format.AUTO, skipped.append
    )
    assert next(rows).document["title"] == "Нефть"
    # The pipe holds 64 KiB and the reader a little more; the writer still waits to be rid of it.
    assert given < 100_000
    enough.set()
    assert sum(1 for _ in rows) == given - 1
    writer.join()


# ---- files and folders ---------------------------------------------------------------------------


def test_folder_is_walked_in_order_and_ids_are_paths_inside_it(tmp_path: Path) -> None:
    for name in ("б.txt", "а.txt", "2024/зима/1.txt", "2023/1.txt", ".git/1.txt", ".скрытый.txt"):
        write(tmp_path / name, ARTICLE)
    ids = [document["id"] for document in Run(tmp_path).documents]
    assert ids == ["а", "б", "2023/1", "2024/зима/1"]


def test_other_kinds_in_a_folder_are_counted_and_are_no_problem(tmp_path: Path) -> None:
    for name in ("1.txt", "Makefile", "notes.doc", "photo.jpg"):
        write(tmp_path / name, ARTICLE)
    run = Run(tmp_path)
    assert len(run.documents) == 1
    assert Counter(run.reasons) == {Reason.UNKNOWN_FORMAT: 3}
    assert not any(reason.is_problem for reason in run.reasons)


def test_named_file_is_read_by_the_format_that_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "заметки.rst", PARAGRAPH)
    assert Run(path).reasons == [Reason.UNKNOWN_FORMAT]
    assert len(Run(path, kind=Format.TEXT).documents) == 1


def test_mixed_folder_gives_every_kind(tmp_path: Path) -> None:
    write(tmp_path / "1.txt", ARTICLE)
    write(tmp_path / "2.txt", PARAGRAPH)
    write(tmp_path / "3.jsonl", '{"id": "третий"}')
    documents = Run(tmp_path).documents
    assert [document["id"] for document in documents] == ["1", "2", "третий"]
    assert ["date" in document for document in documents] == [True, False, False]


def test_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="нет-такого"):
        Run(tmp_path / "нет-такого.txt")


def test_file_met_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "а" / "1.txt", ARTICLE)
    assert len(Run(tmp_path, path, path.parent).documents) == 1


def test_second_file_of_the_same_id_is_reported(tmp_path: Path) -> None:
    first = write(tmp_path / "а" / "1.txt", ARTICLE)
    second = write(tmp_path / "б" / "1.txt", PARAGRAPH)
    run = Run(first, second)
    assert len(run.documents) == 1
    assert [(s.reason, s.path) for s in run.skipped] == [(Reason.SAME_ID, str(second))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n\t\r\n", Reason.EMPTY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Reason.BINARY),
        (bytes(range(1, 256)) * 20, Reason.BINARY),
        (b"\x01\x02\x03" * 100, Reason.BINARY),
        (PARAGRAPH.encode()[:-3] + b"\xff\xff", Reason.ENCODING),
    ],
    ids=["empty", "blank", "PNG", "all bytes", "control characters", "broken UTF-8"],
)
def test_what_is_no_text_is_reported(tmp_path: Path, content: bytes, reason: Reason) -> None:
    write(tmp_path / "2.txt", ARTICLE)
    run = Run(write(tmp_path / "1.txt", content), tmp_path / "2.txt")
    assert run.reasons == [reason]
    assert len(run.documents) == 1


def test_empty_file_of_lines_is_reported(tmp_path: Path) -> None:
    assert Run(write(tmp_path / "1.jsonl", "")).reasons == [Reason.EMPTY]


def test_link_to_nowhere_is_reported(tmp_path: Path) -> None:
    (tmp_path / "1.txt").symlink_to(tmp_path / "нет")
    assert Run(tmp_path).reasons == [Reason.UNREADABLE]


def test_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.txt")
    assert Run(tmp_path).reasons == [Reason.UNKNOWN_FORMAT]


def test_name_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xe4\xe0.txt")).touch()
    (skipped,) = Run(tmp_path).skipped
    assert skipped.path.encode().endswith(rb"\xe4\xe0.txt")


# ---- charsets ------------------------------------------------------------------------------------

LETTERS = (
    "В редакцию пишут каждый день. «Щука съела ежа, — жалуется читатель из Вышнего Волочка, — "
    "а рыбнадзор молчит!» Ещё пишут о ценах на хлеб, о новой школе и о погоде: ЦЕНТР обещает снег."
)


@pytest.mark.parametrize(
    "name",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-32",
        "cp1251",
        "koi8-r",
        "cp866",
        "cp855",
        "iso8859-5",
        "mac-cyrillic",
        "utf-16-le",
        "utf-16-be",
    ],
)
@pytest.mark.parametrize("times", [1, 2000])
def test_old_charsets_are_told_apart(name: str, times: int) -> None:
    text = LETTERS.replace("«", '"').replace("»", '"').replace("—", "-") * times
    assert charset.decode(text.encode(name)) == text


@pytest.mark.parametrize("word", ["нефть", "Транспортировка", "ПОЕЗДКА В ГОРОД", "письмо"])
@pytest.mark.parametrize("name", ["cp1251", "koi8-r", "cp866"])
def test_few_letters_are_enough(word: str, name: str) -> None:
    assert charset.decode(word.encode(name)) == word


@pytest.mark.parametrize(
    "name", ["cp1251", "koi8-r", "cp866", "cp855", "iso8859-5", "mac-cyrillic"]
)
def test_every_seed_article_comes_back(name: str, pytestconfig: pytest.Config) -> None:
    paths = sorted((pytestconfig.rootpath / "seeds").glob("*.txt"))
    assert paths
    for path in paths:
        encoded = path.read_text(encoding="utf-8").encode(name, errors="replace")
        assert charset.decode(encoded) == encoded.decode(name), path.name


@pytest.mark.parametrize("name", ["cp855", "mac-cyrillic", "iso8859-5", "utf-16-le"])
def test_a_sentence_is_enough_for_rare_charsets(name: str) -> None:
    text = "Пришла зима. На Волге встал лёд, и рыбаки вышли к Саратову."
    assert charset.decode(text.encode(name)) == text


def test_zero_bytes_that_are_no_letters_are_no_text() -> None:
    for data in (b"\0" * 100, bytes(range(256)) * 4, b"\x7fELF\x02\x01\x01" + bytes(50)):
        with pytest.raises(RowError) as caught:
            charset.decode(data)
        assert caught.value.reason is Reason.BINARY


def test_western_text_is_left_to_icu() -> None:
    text = "Garçon, l’addition s’il vous plaît ! Où est la bibliothèque ? Ça va très bien, merci."
    assert charset.decode(text.encode("cp1252")) == text


def test_beginning_of_a_file_may_end_inside_a_letter() -> None:
    head = LETTERS.encode()
    cut = next(n for n in range(len(head) - 1, 0, -1) if head[n] & 0xC0 == 0x80)
    assert charset.detect(head[:cut], whole=False) == "utf-8"
    with pytest.raises(RowError):
        charset.detect(head[:cut])
