"""Markdown: front matter, titles, text without markup, and what is reported."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from searchlib import readers
from searchlib.readers import Format, Reason, Skipped, front_matter, markdown_text
from searchlib.readers.base import RowError

if TYPE_CHECKING:
    from pathlib import Path

NOTE = """---
title: Как топить печь
date: 2024-10-09
tags: [печь, дача]
author: Анна Лужина
rating: 4.5
draft: false
---

# Печь на даче

Сначала **осмотрите** кладку и [дымоход](https://example.org/truba "Труба").
"""


def read_all(*paths: Path) -> tuple[list[dict[str, Any]], list[Skipped]]:
    skipped: list[Skipped] = []
    sources = readers.find(paths, Format.AUTO, skipped.append)
    return [r.document for r in readers.read(sources, Format.AUTO, skipped.append)], skipped


def text_of(markup: str) -> str:
    body: str = markdown_text.parse(markup)["body"]
    return body


# ---- files -------------------------------------------------------------------------------------


def test_front_matter_gives_the_fields(tmp_path: Path) -> None:
    (tmp_path / "печь.md").write_text(NOTE, encoding="utf-8")
    (document,), skipped = read_all(tmp_path)
    assert skipped == []
    assert document == {
        "id": "печь",
        "title": "Как топить печь",
        "date": date(2024, 10, 9),
        "tags": ["печь", "дача"],
        "author": "Анна Лужина",
        "rating": 4.5,
        "draft": False,
        "body": "Печь на даче\n\nСначала осмотрите кладку и дымоход.",
    }


def test_charsets_and_suffixes(tmp_path: Path) -> None:
    for name in ("utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"):
        (tmp_path / f"{name}.md").write_bytes(NOTE.replace("\n", "\r\n").encode(name))
    (tmp_path / "печь.markdown").write_text(NOTE, encoding="utf-8")
    documents, skipped = read_all(tmp_path)
    assert skipped == []
    assert len(documents) == 6
    assert {document["title"] for document in documents} == {"Как топить печь"}


def test_what_is_broken_is_told_by_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    broken = {
        "1.md": ("---\ntitle: Печь\ntags: [печь\n---\nТекст.", Reason.BROKEN_FRONT_MATTER, 3),
        "2.md": ("+++\ntitle = 'Печь'\ntags = печь\n+++\n", Reason.BROKEN_FRONT_MATTER, 3),
        "3.md": ("---\ntitle: Печь\n\nТекст без конца.", Reason.BROKEN_FRONT_MATTER, 1),
        "4.md": ("---\n- печь\n- дача\n---\nТекст.", Reason.BROKEN_FRONT_MATTER, 2),
        "5.md": ("---\ntitle: Печь\ndate: 2024-02-30\n---\n", Reason.WRONG_DATE, 3),
        "6.md": ("---\na: &x [1]\nb: *x\n---\n", Reason.BROKEN_FRONT_MATTER, 3),
        "7.md": ("---\na: !!python/name:os.system\n---\n", Reason.BROKEN_FRONT_MATTER, 2),
        "8.md": ("", Reason.EMPTY, None),
        "9.md": ("\n\n<!-- -->\n", Reason.EMPTY, None),
    }
    for name, (text, _, _) in broken.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "целый.md").write_text(NOTE, encoding="utf-8")
    documents, skipped = read_all(tmp_path)
    assert [document["id"] for document in documents] == ["целый"]
    told = {(s.path, s.reason, s.line) for s in skipped}
    assert told == {
        (str(tmp_path / name), reason, line) for name, (_, reason, line) in broken.items()
    }


# ---- front matter --------------------------------------------------------------------------------


def test_front_matter_in_toml() -> None:
    fields, rest = front_matter.split(
        '+++\ntitle = "Печь"\ndate = 2024-10-09T12:00:00+03:00\ntags = ["дача"]\n'
        "[extra]\ndays = [2024-10-10]\n+++\nТекст."
    )
    assert rest == "Текст."
    assert fields == {
        "title": "Печь",
        "date": "2024-10-09",
        "tags": ["дача"],
        "extra": {"days": ["2024-10-10"]},
    }


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-10-09", "2024-10-09"),
        ("2024-10-09 21:00:00 +0300", "2024-10-09"),
        ("2024-10-09T21:00:00Z", "2024-10-09"),
        ("'2024-1-9'", "2024-01-09"),
        ("09.10.2024", "2024-10-09"),
    ],
)
def test_days_are_written_in_several_ways(written: str, day: str) -> None:
    fields, _ = front_matter.split(f"---\nDate: {written}\n---\n")
    assert fields == {"date": day}


@pytest.mark.parametrize("written", ["9 октября", "2024", "31.02.2024", "[1]"])
def test_other_days_are_refused(written: str) -> None:
    with pytest.raises(RowError) as error:
        front_matter.split(f"---\ntitle: Печь\ndate: {written}\n---\n")
    assert (error.value.reason, error.value.line) == (Reason.WRONG_DATE, 3)


def test_values_are_what_they_look_like() -> None:
    fields, _ = front_matter.split(
        "---\nначало: 12:30\nномер: 012\nномера: [1, 2.5, true, ~]\nответ: no\nпусто:\n"
        "tags: печь, дача\ntitle: 1984\n---\n"
    )
    assert fields == {
        "начало": "12:30",
        "номер": "012",
        "номера": [1, 2.5, True, None],
        "ответ": "no",
        "tags": ["печь", "дача"],
        "title": "1984",
    }


def test_a_rule_above_a_text_is_no_front_matter() -> None:
    for text in ("---\nПечь.\n\nДача.", "---\nПечь на даче\n---\n", "--- печь", "----\nпечь\n----"):
        assert front_matter.split(text) == ({}, text)


# ---- text ----------------------------------------------------------------------------------------


def test_title_is_the_first_heading_or_the_first_line() -> None:
    assert markdown_text.parse("Слово.\n\n## Про *печь*\n\n# Дача")["title"] == "Про печь"
    assert markdown_text.parse("Дача\n====\nТекст.")["title"] == "Дача"
    assert markdown_text.parse("Просто *текст*.\n\nЕщё.")["title"] == "Просто текст."


def test_markup_is_gone_and_text_is_kept() -> None:
    assert text_of("**Печь** _и_ ~~дым~~ `код  печи` &laquo;да&raquo; \\*звезда\\*") == (
        "Печь и дым код  печи «да» *звезда*"
    )
    assert text_of("![фото печи](p.jpg) и <https://example.org/>") == (
        "фото печи и https://example.org/"
    )
    assert text_of("Строка\nдальше  \nновая<br>ещё") == "Строка дальше\nновая\nещё"
    assert text_of("Смотри [сюда][1].\n\n[1]: https://example.org/") == "Смотри сюда."


def test_blocks_stay_apart() -> None:
    markup = (
        "# Печь\nПервый.\n\n> Цитата\n> дальше\n\n- глина\n- песок\n  1. мелкий\n\n***\n"
        "```python\nif печь:\n    топить()\n```\n\n| Год | Дрова |\n|---|---|\n| 2024 | берёза |\n"
    )
    assert text_of(markup) == (
        "Печь\n\nПервый.\n\nЦитата дальше\n\nглина\nпесок\n\nмелкий\n\n"
        "if печь:\n    топить()\n\nГод | Дрова\n2024 | берёза"
    )


def test_footnotes_tasks_and_definitions() -> None:
    assert text_of("Печь[^1].\n\n[^1]: Русская.\n\nПосле.") == "Печь.\n\nПосле.\n\nРусская."
    assert text_of("- [x] заслонка\n- [ ] труба") == "заслонка\nтруба"
    assert text_of("Печь\n: греет\n\nДача\n: стоит") == "Печь\nгреет\nДача\nстоит"


def test_html_inside_is_read_as_a_page_is() -> None:
    assert text_of("<div>Печь <b>греет</b><script>x()</script></div>\n\nДача <i>стоит</i>.") == (
        "Печь греет\n\nДача стоит."
    )


def test_text_nested_too_deep_for_the_parser_is_not_lost() -> None:
    assert "печь" in text_of(">" * 300 + " печь")
    assert "печь" in text_of("[" * 300 + " печь")
    assert "печь" in text_of("".join(f"{'  ' * n}- а\n" for n in range(300)) + "печь")
