"""Pages: which text, title and day are read from HTML, in which charset, and what is reported."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from searchlib import readers
from searchlib.readers import Format, Skipped, isolated

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
