"""A folder with a file of each format in each charset, and a broken one of each format.

All good documents are found with the texts they have, each bad file is named. A new format is a row
of `GOOD`, made for every charset, and one of `BROKEN`.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest

from searchlib.readers import Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Run

CHARSETS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
    *("cp1251", "koi8-r", "cp866", "cp855", "iso8859-5", "mac-cyrillic"),
)
TITLE = "Щука съела ежа; рыбаки ждут объяснений, а цены растут"
BODY = (
    "На Волге встал лёд. Рыбаки вышли к берегу ещё до рассвета.\n\n"
    "Жители пишут: снег идёт третий день, школы закрыты, хлеб привозят из города."
)


def row(name: str) -> dict[str, str]:
    return {"id": name, "title": TITLE, "body": BODY, "date": "2025-11-04"}


def table(name: str, delimiter: str) -> str:
    cells = [f'"{cell}"' for cell in row(name).values()]
    return f"{delimiter.join(row(name))}\n{delimiter.join(cells)}\n"


def page() -> str:
    paragraphs = "".join(f"<p>{part}</p>" for part in BODY.split("\n\n"))
    head = f'<title>{TITLE}</title><meta property="article:published_time" content="2025-11-04">'
    body = f"<nav><a href='/'>Главная</a></nav><main>{paragraphs}</main>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


# Suffix, and the text of a file whose one document has the name of the file for its id.
GOOD: dict[str, Callable[[str], str]] = {
    "csv": lambda name: table(name, ";"),
    "tsv": lambda name: table(name, "\t"),
    "json": lambda name: json.dumps([row(name)], ensure_ascii=False, indent=2),
    "jsonl": lambda name: json.dumps(row(name), ensure_ascii=False) + "\n",
    "txt": lambda _: f"date 2025-11-04 {TITLE}\n\n{BODY}\n",
    "md": lambda _: f"---\ntitle: {TITLE}\ndate: 2025-11-04\n---\n\n{BODY}\n",
    "html": lambda _: page(),
}


class Broken(NamedTuple):
    """A broken file: why and at which line it is reported, and how many documents it still has."""

    name: str
    content: bytes
    reason: Reason
    line: int | None
    documents: int = 0


def packed(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("внутри.csv", content)
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    data = bytearray(packed(content))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def line(name: str) -> bytes:
    return json.dumps(row(name), ensure_ascii=False).encode()


BROKEN = (
    Broken("width.csv", b"id,title\n1,a,b\n" + b"w1,c\n", Reason.COLUMNS, 2, 1),
    Broken("quotes.tsv", b'id\ttitle\nq1\t"a"\nq2\t"b\nq3\t"c"\n', Reason.BROKEN_ROW, 3, 2),
    Broken(
        "cut.json", b"[\n" + line("первая") + b",\n" + line("?")[:-20], Reason.BROKEN_JSON, 3, 1
    ),
    Broken("cut.jsonl", line("?")[:-20] + b"\n", Reason.BROKEN_JSON, 1),
    Broken("day.txt", "date 2025-02-30 Нет такого дня\n\nА.".encode(), Reason.WRONG_DATE, 1),
    Broken("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Reason.BINARY, None),
    Broken("mixed.txt", BODY.encode()[:-1] + b"\xff\xfe", Reason.ENCODING, 3),
    Broken("mixed.jsonl", line("вторая") + b'\n{"id": "\xd0"}\n', Reason.ENCODING, 2, 1),
    Broken("open.md", "---\ntitle: Волга\n\nЛёд.\n".encode(), Reason.BROKEN_FRONT_MATTER, 1),
    Broken("blank.html", b"<!DOCTYPE html><html><body></body></html>", Reason.EMPTY, None),
    Broken("empty.csv", b"", Reason.EMPTY, None),
    Broken("cut.csv.gz", gzip.compress(b"id,title\n" * 9)[:-9], Reason.UNREADABLE, None),
    Broken("cut.zip", packed(b"id,title\n1,a\n")[:-9], Reason.UNREADABLE, None),
    Broken("secret.zip", encrypted(b"id,title\n1,a\n"), Reason.ENCRYPTED, None),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("everything")
    for suffix, text in GOOD.items():
        for charset in CHARSETS:
            name = f"{suffix}-{charset}"
            (folder / f"{name}.{suffix}").write_bytes(text(name).encode(charset))
        (folder / f"{suffix}-gzip.{suffix}.gz").write_bytes(
            gzip.compress(text(f"{suffix}-gzip").encode())
        )
    with zipfile.ZipFile(folder / "zip.zip", "w") as archive:
        for suffix, text in GOOD.items():
            archive.writestr(f"{suffix}.{suffix}", text(f"zip/{suffix}"))
    return folder


def names() -> set[str]:
    ids = {f"{suffix}-{how}" for suffix in GOOD for how in (*CHARSETS, "gzip")}
    return ids | {f"zip/{suffix}" for suffix in GOOD}


def test_good_documents_are_in_with_their_texts(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("index", folder, "--to", tmp_path / "all.idx", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["added"] == len(names())
    found = run("search", tmp_path / "all.idx", "рыбак", "--limit", "1000", "--json").stdout
    hits = {hit["id"]: hit["fields"] for hit in map(json.loads, found.splitlines())}
    assert hits.keys() == names()
    for name, fields in hits.items():
        assert fields == row(name), name


def test_broken_files_are_named_and_cost_nothing_else(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    both = tmp_path / "both"
    both.mkdir()
    for path in folder.iterdir():
        (both / path.name).hardlink_to(path)
    for broken in BROKEN:
        (both / broken.name).write_bytes(broken.content)
    done = run("index", both, "--to", tmp_path / "all.idx", "--json")
    assert done.returncode == 1
    account = json.loads(done.stdout)
    told = {
        (e["path"].rsplit("/", 1)[-1].split("!")[0], e["reason"], e["line"])
        for e in account["examples"]
    }
    assert told == {(broken.name, broken.reason, broken.line) for broken in BROKEN}
    assert account["read"] == len(names()) + sum(broken.documents for broken in BROKEN)
    found = run("search", tmp_path / "all.idx", "рыбак", "--limit", "1000", "--json").stdout
    ids = {json.loads(line)["id"] for line in found.splitlines()}
    assert ids == names() | {"первая", "вторая"}
