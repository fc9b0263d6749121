"""Pages: which text, title and day are read from HTML, in which charset, and what is reported."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from searchlib import readers
from searchlib.readers import Format, Reason, Skipped, isolated, page

if TYPE_CHECKING:
    from pathlib import Path

FIRST = (
    "Трубопровод доставляет нефть к морю уже двадцать лет. Весной его закрывали на ремонт, "
    "и танкеры ждали на рейде почти две недели."
)
SECOND = (
    "Теперь, говорят в порту, простоев не будет: насосную станцию заменили, "
    "а новый причал принимает суда любой осадки."
)
NEWS = f"""<!DOCTYPE html>
<html lang="ru"><head><title>Порт открыл новый причал — Вестник порта</title>
<meta property="og:title" content="Порт открыл новый причал">
<meta property="article:published_time" content="2025-11-04T10:20:00+03:00">
<script>var тайна = "скрипт";</script><style>.стиль {{ color: red }}</style></head>
<body>
<header><a href="/">Вестник порта</a>
<nav><ul><li><a href="/n">Новости</a><li><a href="/s">Спорт</a></ul></nav></header>
<main><article><h1>Порт открыл новый причал</h1>
<p>{FIRST}</p><p>{SECOND}</p>
<h2>Что дальше</h2><p>Осенью обещают открыть вторую очередь &laquo;Северную&raquo;.</p>
<ul><li>закончить волнолом</li><li>углубить дно</li></ul>
<table><tr><th>Год</th><th>Груз</th></tr><tr><td>2024</td><td>зерно</td></tr></table>
</article>
<aside class="sidebar"><h3>Читайте также</h3>
<ul><li><a href="1">Зоопарк купил слона</a></ul></aside>
</main>
<footer>© 2020 Вестник порта. <a href="/r">Реклама</a></footer></body></html>"""


def read_all(*paths: Path) -> tuple[list[dict[str, Any]], list[Skipped]]:
    """The documents of files and folders, and what was reported."""
    skipped: list[Skipped] = []
    sources = readers.find(paths, Format.AUTO, skipped.append)
    return [r.document for r in readers.read(sources, Format.AUTO, skipped.append)], skipped


def read(path: Path, content: str | bytes) -> dict[str, Any]:
    """The document of one file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (document,), skipped = read_all(path)
    assert skipped == []
    return document


# ---- what is read ------------------------------------------------------------------------------


def test_article_of_a_news_page(tmp_path: Path) -> None:
    assert read(tmp_path / "причал.html", NEWS) == {
        "id": "причал",
        "title": "Порт открыл новый причал",
        "date": date(2025, 11, 4),
        "body": "\n\n".join(
            (
                "Порт открыл новый причал",
                FIRST,
                SECOND,
                "Что дальше",
                "Осенью обещают открыть вторую очередь «Северную».",
                "закончить волнолом\nуглубить дно",
                "Год | Груз\n2024 | зерно",
            )
        ),
    }


def test_pages_are_known_by_suffix_and_text_files_by_their_beginning(tmp_path: Path) -> None:
    for name in ("1.html", "2.htm", "3.xhtml", "4.HTML", "5.txt"):
        (tmp_path / name).write_text(NEWS, encoding="utf-8")
    documents, skipped = read_all(tmp_path)
    assert skipped == []
    assert [document["id"] for document in documents] == ["1", "2", "3", "4", "5"]
    assert {document["date"] for document in documents} == {date(2025, 11, 4)}


def test_charset_is_found_whatever_is_declared(tmp_path: Path) -> None:
    for charset in ("cp1251", "koi8-r", "cp866", "utf-8", "utf-8-sig", "utf-16"):
        for declared in ("", charset, "iso-8859-1", "utf-8", "windows-1251", "нет-такой"):
            meta = f'<meta charset="{declared}">' if declared else ""
            page = f"<html><head>{meta}<title>Порт</title></head><p>{FIRST}<p>{SECOND}</html>"
            path = tmp_path / f"{charset}, сказано {declared}.html"
            path.write_bytes(page.encode(charset))
    documents, skipped = read_all(tmp_path)
    assert skipped == []
    assert len(documents) == 35
    for document in documents:
        assert document["title"] == "Порт", document["id"]
        assert document["body"] == f"{FIRST}\n\n{SECOND}", document["id"]


def test_process_of_the_parser_ends_with_the_reading(tmp_path: Path) -> None:
    read(tmp_path / "1.html", NEWS)
    assert isolated._process is None


def test_day_and_title_come_from_what_the_page_says_of_itself(tmp_path: Path) -> None:
    said = {
        "время": ('<time datetime="2024-03-08">8 марта</time>', date(2024, 3, 8)),
        "данные": (
            '<script type="application/ld+json">{"@context": "https://schema.org", '
            '"@type": "NewsArticle", "datePublished": "2024-03-08T09:00:00+03:00"}</script>',
            date(2024, 3, 8),
        ),
        "подвал": ("<footer>© 2019–2024 Вестник порта</footer>", None),
        "текст": ("<p>Порт построили 12 мая 1957 года.</p>", None),
    }
    for name, (markup, _) in said.items():
        page = f"<html><body><h1>Причал</h1>{markup}<p>{FIRST}<p>{SECOND}</body></html>"
        (tmp_path / f"{name}.html").write_text(page, encoding="utf-8")
    documents, skipped = read_all(tmp_path)
    assert skipped == []
    assert {d["id"]: d.get("date") for d in documents} == {n: day for n, (_, day) in said.items()}
    assert {document["title"] for document in documents} == {"Причал"}


# ---- the tree of a page -------------------------------------------------------------------------


def test_broken_markup_is_read_as_browsers_do() -> None:
    body = page.parse(
        f"<div class=content><p>{FIRST}<b><i>жирно</b> курсив</i><p>{SECOND}"
        "<!-- без конца -- ></div></body></html><p>После &copy &mdash; &#1103;. 2 < 3 & 4"
    )["body"]
    assert body.startswith(f"{FIRST}жирно курсив\n\n{SECOND}")
    after = page.parse(f"<p>{FIRST}</body></html><p>После &copy; &mdash; &#1103;. 2 < 3 & 4")[
        "body"
    ]
    assert after == f"{FIRST}\n\nПосле © — я. 2 < 3 & 4"


def test_what_is_not_shown_is_not_read() -> None:
    markup = (
        "<p hidden>тайна</p><p style='color:red; display : none'>тайна</p><!-- тайна -->"
        "<script>тайна</script><style>тайна</style><template><p>тайна</p></template>"
        "<noscript>тайна</noscript><iframe>тайна</iframe><svg><text>тайна</text></svg>"
    )
    for whole in (f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>", f"{'<div>' * 250}Порт{markup}"):
        body = page.parse(whole)["body"]
        assert "тайна" not in body
        assert "Порт" in body or FIRST in body


def test_page_without_an_article_gives_all_it_shows() -> None:
    tables = "<tr><td>Причал<td>А</tr>" * 8000
    body = page.parse(f"<title>Причалы</title><nav>Меню</nav><table>{tables}</table>")["body"]
    assert body.startswith("Меню\n\nПричал | А\nПричал | А\n")
    deep = "<span>" * 5000 + "Порт" + "<div>один</div>" + "<pre>a  b\n  c</pre>два<br>три"
    assert page.parse(deep) == {"body": "Порт\n\nодин\n\na  b\n  c\n\nдва\nтри"}


def test_preformatted_text_keeps_its_lines() -> None:
    body = page.parse(f"<p>{FIRST}</p><pre>ls  -l\n  cat</pre><p>{SECOND}</p>")["body"]
    assert body == f"{FIRST}\n\nls  -l\n  cat\n\n{SECOND}"


def test_title_is_the_first_line_of_a_page_that_has_none(tmp_path: Path) -> None:
    assert read(tmp_path / "1.html", f"<p>Молния<p>{FIRST}")["title"] == "Молния"


def test_no_connection_is_ever_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert page.parse("http://127.0.0.1/") == {"body": "http://127.0.0.1/"}
    address = "http://127.0.0.1/причал"
    markup = (
        f'<!DOCTYPE html SYSTEM "{address}.dtd"><base href="{address}"><link rel=stylesheet '
        f'href="{address}"><img src="{address}"><script src="{address}"></script><p>{FIRST}'
    )
    assert page.parse(markup)["body"] == FIRST


# ---- what is reported ----------------------------------------------------------------------------


def test_pages_that_give_nothing_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    broken = {
        "1.html": (b"", Reason.EMPTY),
        "2.html": (b"<html><body><script>x()</script></body></html>", Reason.EMPTY),
        "3.html": (b"\x89PNG\r\n\x1a\n\x00\x00", Reason.BINARY),
        "4.html": (FIRST.encode()[:-3] + b"\xff\xff", Reason.ENCODING),
    }
    for name, (content, _) in broken.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "5.html").write_text(NEWS, encoding="utf-8")
    documents, skipped = read_all(tmp_path)
    assert [document["id"] for document in documents] == ["5"]
    assert [(s.path, s.reason) for s in skipped] == [
        (str(tmp_path / name), reason) for name, (_, reason) in broken.items()
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "".join(f"<font color={n}><p>" for n in range(50_000)),
        "<div>" * 300_000,
        "<p " + " ".join(f"a{n}=1" for n in range(1_000_000)) + ">",
    ],
    ids=["formatting", "depth", "attributes"],
)
def test_hostile_page_is_reported_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hostile: str
) -> None:
    monkeypatch.setattr(isolated, "SECONDS", 3.0)
    (tmp_path / "1.html").write_text(hostile, encoding="utf-8")
    (tmp_path / "2.html").write_text(NEWS, encoding="utf-8")
    skipped: list[Skipped] = []
    sources = readers.find([tmp_path], Format.AUTO, skipped.append)

    def report(problem: Skipped) -> None:
        skipped.append(problem)
        monkeypatch.setattr(isolated, "SECONDS", 60.0)

    rows = readers.read(sources, Format.AUTO, report)
    assert [row.document["id"] for row in rows] == ["2"]
    assert [(s.path, s.reason) for s in skipped] == [(str(tmp_path / "1.html"), Reason.TOO_COMPLEX)]


def test_parser_that_died_is_started_again() -> None:
    try:
        assert isolated.parse("html", "Порт")["body"] == "Порт"
        process = isolated._process
        assert process is not None
        process.kill()
        process.wait()
        assert isolated.parse("html", "Причал")["body"] == "Причал"
    finally:
        isolated.stop()


def test_too_long_a_page_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "MAX_MARKUP", 100)
    (tmp_path / "1.html").write_text(NEWS, encoding="utf-8")
    documents, skipped = read_all(tmp_path)
    assert documents == []
    assert [s.reason for s in skipped] == [Reason.TOO_LARGE]


def test_libraries_of_pages_are_loaded_by_nobody_else() -> None:
    code = (
        "import sys, searchlib, searchlib.cli, searchlib.loading, searchlib.readers\n"
        "print({'selectolax', 'trafilatura', 'lxml', 'yaml', 'mdit_py_plugins'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
