"""Each file of examples/ is run as a reader would run it, and prints what it promises."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

import searchlib as sl

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ENVIRONMENT = os.environ | {"PYTHONUTF8": "1"}


def run(name: str, *arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        cwd=cwd,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_has_a_line_in_both_readmes_and_a_test() -> None:
    names = {path.name for path in EXAMPLES.glob("*.py")}
    assert names
    for told in (EXAMPLES / "README.md", EXAMPLES / "README.ru.md", Path(__file__)):
        text = told.read_text(encoding="utf-8")
        assert {name for name in names if name in text} == names, told.name


def test_a_folder_is_indexed_and_again_after_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("01-ktk-peregovory", "07-kak-topit-pech", "32-arest-sudna"):
        shutil.copy(ROOT / "seeds" / f"{name}.txt", folder)
    (folder / "broken.txt").write_bytes(b"")
    first = run("index_a_folder.py", "archive", "как топить печь", cwd=tmp_path)
    assert "3 added, 0 replaced in archive.idx" in first
    assert "passed over: archive/broken.txt: empty" in first
    assert "1. Дровяная печь" in first
    assert "\x1b[1;33mПечь\x1b[0m" in first

    (folder / "32-arest-sudna.txt").write_text(
        "date 2025-01-01 Печник\n\nКупили печник и печь.", encoding="utf-8"
    )
    again = run("index_a_folder.py", "archive", "печника", cwd=tmp_path)
    assert "0 added, 3 replaced" in again
    assert "1. Печник  " in again


def test_filters_and_sorting(tmp_path: Path) -> None:
    told = dict(
        line.split(": ", 1)
        for line in run("filters_and_sorting.py", cwd=tmp_path).splitlines()
        if ": " in line
    )
    assert told["best first"].startswith("Лодка вёсельная")
    assert "Самовар" not in told["best first"]
    assert set(told["below 20,000"].split(", ")) == {"Лодка вёсельная", "Надувная лодка", "Палатка"}
    assert "Палатка" not in told["first days of May"]
    assert "Надувная" not in told["not in Казань"]
    cheapest = ["Надувная лодка", "Палатка", "Лодка вёсельная", "Лодочный мотор", "Байдарка"]
    assert told["cheapest first"].split(", ") == cheapest
    assert told["second page of two"].split(", ") == cheapest[2:4]
    by_city = told["by city"].split(", ")
    assert by_city[:2] == ["Лодочный мотор", "Байдарка"]
    assert by_city[-1] == "Палатка"
    assert told["everything, newest first"].startswith("Самовар, Палатка")
    assert "Казань 2" in told["  city"]
    assert "лодки 3" in told["  tags"]


def test_an_analyzer_of_ones_own(tmp_path: Path) -> None:
    told = run("custom_analyzer.py", cwd=tmp_path)
    assert "граната: 1 2108-2215012 Заменили внутренний <mark>ШРУС</mark>" in told
    assert "двигатели: 2 11194-1005020/10 После ремонта <mark>движка</mark>" in told
    assert "part:21082215012: 1 " in told
    assert "part:11194-1005020-10: 2 " in told


def test_a_table_is_loaded_and_followed(tmp_path: Path) -> None:
    lines = run("bulk_load_from_a_database.py", cwd=tmp_path).splitlines()
    assert lines == [
        "left out: give an int, not a value of type str "
        "(field 'price', value 'спросите', document 2 of the batch)",
        "3 loaded",
        "чугунный: Сковорода 1900",
        "4 changed",
        "чугунный: Кофемолка ручная 3200",
        "медный: Чайник медный 2400, Турка 1700",
    ]


def test_moving_from_whoosh(tmp_path: Path) -> None:
    lines = run("moving_from_whoosh.py", cwd=tmp_path).splitlines()
    assert "not stored, so not copied: draft" in lines
    assert "3 documents copied" in lines
    assert "ледоколы: Whoosh ['1'], searchlib ['1']" in lines
    assert "человек: Whoosh ['3'], searchlib ['3', '1']" in lines
    assert "tags:море: Whoosh ['1', '2'], searchlib ['1', '2']" in lines


def test_moving_an_index_of_ones_own_from_whoosh(tmp_path: Path) -> None:
    from whoosh import fields, index

    (tmp_path / "old").mkdir()
    schema = fields.Schema(path=fields.ID(stored=True), text=fields.TEXT(stored=True))
    writer = index.create_in(tmp_path / "old", schema).writer()
    writer.add_document(path="письма/1", text="Пёс охранял амбар.")
    writer.add_document(path="письма/2", text="Дождь шёл всю ночь.")
    writer.commit()
    assert "2 documents copied" in run("moving_from_whoosh.py", "old", "new", cwd=tmp_path)
    found = sl.Index.open(tmp_path / "new").search("псы амбара")
    assert [dict(hit) for hit in found] == [{"path": "письма/1", "text": "Пёс охранял амбар."}]


# ---- the web handler -----------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path: Path) -> sl.Index:
    schema = sl.Schema(
        id=sl.Keyword(unique=True), date=sl.Date(), title=sl.Text(weight=2.0), body=sl.Text()
    )
    made = sl.Index.create(tmp_path / "site.idx", schema)
    with made.writer() as writer:
        writer.add({"id": "1", "title": "Цена <b>нефти</b>", "body": "Нефть & газ < 60 $."})
        writer.add({"id": "2", "title": "Пасека", "body": "Пчёлы роятся в мае."})
    return made


@pytest.fixture
def site(index: sl.Index) -> Iterator[str]:
    """The address of the example's server."""
    server = subprocess.Popen(
        [sys.executable, EXAMPLES / "search_from_a_web_handler.py", index.path, "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=ENVIRONMENT,
    )
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def get(address: str, method: str = "GET") -> str:
    with urlopen(Request(address, method=method), timeout=60) as answer:
        text: str = answer.read().decode()
    return text


def test_a_page_shows_matches_and_lets_no_markup_through(site: str) -> None:
    page = get(f"{site}?q={quote('нефтью <script>')}")
    assert "<mark>Нефть</mark> &amp; газ &lt; 60 $." in page
    assert "Цена &lt;b&gt;<mark>нефти</mark>&lt;/b&gt;" in page
    assert 'value="нефтью &lt;script&gt;"' in page
    assert "<script>" not in page
    assert "Спросите" in get(site)


def test_json_for_many_visitors_at_once(site: str) -> None:
    questions = ["нефть", "пчела", "(обрыв", "", "кит"] * 6
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda q: get(f"{site}search.json?q={quote(q)}"), questions))
    totals = [json.loads(answer)["total"] for answer in answers]
    assert totals == [1, 1, 0, 0, 0] * 6
    (hit,) = json.loads(answers[1])["hits"]
    assert hit["id"] == "2"
    assert hit["body"] == "Пчёлы роятся в мае."
    assert hit["marks"] == [[0, 5]]


def test_a_commit_is_seen_after_a_refresh(site: str, index: sl.Index) -> None:
    with index.writer() as writer:
        writer.add({"id": "3", "title": "Киты", "body": "Кит вынырнул у берега."})
    before = json.loads(get(f"{site}search.json?q={quote('кит')}"))
    assert before["total"] == 0
    assert get(f"{site}refresh", "POST") == "3 documents"
    assert json.loads(get(f"{site}search.json?q={quote('кит')}"))["total"] == 1


@pytest.mark.parametrize(("path", "status"), [("refresh", 405), ("admin", 404)])
def test_what_is_not_there(site: str, path: str, status: int) -> None:
    with pytest.raises(HTTPError) as caught:
        get(site + path)
    assert caught.value.code == status
    caught.value.close()
