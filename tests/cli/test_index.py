"""`searchlib index`: what is read, replaced, skipped and refused."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Run


def found(run: Run, index: Path, query: str, *options: str) -> list[str]:
    """The ids a query finds."""
    done = run("search", index, query, "--json", *options)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line)["id"] for line in done.stdout.splitlines()]


def summary(run: Run, *arguments: str | Path, status: int) -> dict[str, Any]:
    """The account of an indexing run as an object."""
    done = run("index", *arguments, "--json")
    assert done.returncode == status, done.stderr
    (line,) = done.stdout.splitlines()
    account: dict[str, Any] = json.loads(line)
    return account


def write_lines(path: Path, *lines: str | dict[str, Any]) -> Path:
    texts = [x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_folder_of_articles(run: Run, archive: Path, tmp_path: Path) -> None:
    (archive / "README.rst").write_text("Не статья.", encoding="utf-8")
    done = run("index", archive, "--to", tmp_path / "news.idx")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "4 documents read: 4 added, 0 replaced" in done.stdout
    assert "not a known format (--format names one): 1" in done.stdout
    assert found(run, tmp_path / "news.idx", "люди") == ["2023/04-lyudi"]


def test_russian_account(run: Run, archive: Path, tmp_path: Path) -> None:
    done = run("index", archive, "--to", tmp_path / "news.idx", LANG="ru_RU.UTF-8")
    assert "Прочитано 4 документа: 4 добавлено, 0 заменено за" in done.stdout


def test_second_run_replaces(run: Run, archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "news.idx"
    run("index", archive, "--to", index)
    (archive / "03-pech.txt").write_text(
        "date 2024-10-10 Уголь подорожал\n\nТонна угля стоит дороже.", encoding="utf-8"
    )
    (archive / "05.txt").write_text("date 2024-10-10 Новая\n\nТекст.", encoding="utf-8")
    account = summary(run, archive, "--to", index, status=0)
    assert (account["read"], account["added"], account["replaced"]) == (5, 1, 4)
    assert found(run, index, "дымоход") == []
    assert found(run, index, "уголь") == ["03-pech"]


def test_lines_with_broken_rows(run: Run, tmp_path: Path) -> None:
    source = write_lines(
        tmp_path / "rows.jsonl",
        {"id": 1, "title": "Нефть дорожает", "date": "2025-11-04", "price": 70},
        '{"id": 2, "title": "обрыв',
        '["не", "объект"]',
        {"id": 3, "title": "Газ дешевеет", "date": "2025-11-05", "price": 30},
        {"id": 4, "title": "Неверная цена", "price": "даром"},
        {"id": 5, "title": "Неверная дата", "date": "2025-02-30"},
        {"title": "Нет ключа"},
    )
    index = tmp_path / "rows.idx"
    done = run("index", source, "--to", index, "--schema", schema_file(tmp_path))
    assert done.returncode == 1
    assert "7 documents" not in done.stdout
    assert "2 added" in done.stdout
    assert "5 skipped" in done.stdout
    for line in (2, 3, 5, 6, 7):
        assert f"rows.jsonl:{line}" in done.stdout
    for line in (1, 4):
        assert f"rows.jsonl:{line}:" not in done.stdout
    assert "broken JSON: 1" in done.stdout
    assert "JSON, but not an object: 1" in done.stdout
    assert "price = 'даром'" in done.stdout
    assert "2025-02-30" in done.stdout
    assert sorted(found(run, index, "*")) == ["1", "3"]


def schema_file(folder: Path) -> Path:
    path = folder / "schema.toml"
    path.write_text(
        '[fields.id]\ntype = "keyword"\nunique = true\n'
        '[fields.title]\ntype = "text"\nweight = 2.0\n'
        '[fields.date]\ntype = "date"\nsortable = true\n'
        '[fields.price]\ntype = "integer"\n',
        encoding="utf-8",
    )
    return path


def test_only_five_examples_of_a_reason(run: Run, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "rows.jsonl", {"id": 1, "title": "Нефть"}, *["{"] * 8)
    done = run("index", source, "--to", tmp_path / "rows.idx")
    assert done.returncode == 1
    assert done.stdout.count("rows.jsonl:") == 5
    assert "and 3 more" in done.stdout


def test_schema_of_lines_is_inferred(run: Run, tmp_path: Path) -> None:
    rows = [
        {"id": n, "title": f"Новость о нефти номер {n}", "date": f"2025-11-{n:02}", "tags": ["a"]}
        for n in range(1, 31)
    ]
    index = tmp_path / "rows.idx"
    account = summary(run, write_lines(tmp_path / "r.ndjson", *rows), "--to", index, status=0)
    assert account["added"] == 30
    told = json.loads(run("info", index, "--json").stdout)
    assert told["documents"] == 30
    assert set(told["fields"]) == {"id", "title", "date", "tags"}
    assert found(run, index, "нефть", "--filter", "date:2025-11-07") == ["7"]


def test_without_a_unique_field_documents_are_appended(run: Run, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "rows.jsonl", {"body": "Нефть и газ."}, {"body": "Уголь."})
    for _ in range(2):
        done = run("index", source, "--to", tmp_path / "rows.idx")
        assert done.returncode == 0, done.stderr
        assert "no unique field" in done.stdout
    assert json.loads(run("info", tmp_path / "rows.idx", "--json").stdout)["documents"] == 4


def test_same_key_twice_keeps_the_last(run: Run, tmp_path: Path) -> None:
    source = write_lines(
        tmp_path / "rows.jsonl", {"id": "а", "title": "Прежнее"}, {"id": "а", "title": "Новое"}
    )
    index = tmp_path / "rows.idx"
    account = summary(run, source, "--to", index, "--schema", schema_file(tmp_path), status=0)
    assert (account["read"], account["added"], account["replaced"]) == (2, 1, 1)
    assert found(run, index, "новое") == ["а"]
    assert found(run, index, "прежнее") == []


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "utf-16"])
def test_old_charsets(run: Run, tmp_path: Path, charset: str) -> None:
    source = tmp_path / "статья.txt"
    source.write_bytes("date 2025-11-04 Запуск\n\nРакета взлетела с космодрома.".encode(charset))
    index = tmp_path / "news.idx"
    assert run("index", source, "--to", index).returncode == 0
    assert found(run, index, "космодром") == ["статья"]


def test_folder_of_pages_notes_and_articles(run: Run, archive: Path, tmp_path: Path) -> None:
    for name in ("cp1251", "koi8-r", "utf-8"):
        for declared, meta in (("yes", f'<meta charset="{name}">'), ("no", "")):
            page = f"<html><head>{meta}<title>Причал</title></head><p>Причал принимает суда.</html>"
            (archive / f"{name}-{declared}.html").write_bytes(page.encode(name))
    (archive / "печь.md").write_text(
        "---\ntitle: Дрова\ndate: 2024-10-09\ntags: [дача, печь]\nauthor: Анна\n---\n# Печь\n\n"
        "Топите **сухими** поленьями.\n",
        encoding="utf-8",
    )
    (archive / "обрыв.md").write_text("---\ntitle: [Дрова\n---\nТекст.", encoding="utf-8")
    (archive / "пусто.html").write_text("<html><script>x()</script></html>", encoding="utf-8")
    index = tmp_path / "all.idx"
    account = summary(run, archive, "--to", index, status=1)
    assert account["added"] == 4 + 6 + 1
    assert {(e["reason"], e["line"]) for e in account["examples"]} == {
        ("broken_front_matter", 2),
        ("empty", None),
    }
    assert len(found(run, index, "причалы")) == 6
    assert found(run, index, "полено AND tags:дача AND date:[2024-10-01 TO 2024-10-31]") == ["печь"]
    # The schema is settled by now: what it lacks is left out and told.
    (archive / "печь.md").write_text("---\ntitle: Печь\nhouse: дача\n---\nПоленья.", "utf-8")
    account = summary(run, archive / "печь.md", "--to", index, status=0)
    assert (account["replaced"], account["not_in_schema"]) == (1, ["house"])
    assert found(run, index, "полено AND tags:дача") == []


def test_one_schema_fits_tables_notes_and_pages_of_a_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "смесь"
    folder.mkdir()
    (folder / "рейсы.csv").write_text(
        "id;date;title;tonnage\n"
        "р1;04.11.2025 9:30;Баржа с песком вышла из порта;1 200\n"
        "р2;05.11.2025 18:00;Баржа со щебнем вернулась;950\n",
        encoding="utf-8",
    )
    note = "---\ntitle: Баржа и пристань\ndate: 2025-11-06\ntags: [порт]\n---\nБаржа стоит."
    (folder / "заметка.md").write_text(note, encoding="utf-8")
    page = '<meta property="article:published_time" content="2025-11-07"><p>Баржа уходит завтра.'
    # So many pages without a day that none with one is looked at for the schema.
    for number in range(12):
        (folder / f"стр{number:02}.html").write_text(f"<p>Баржа номер {number}.", encoding="utf-8")
    (folder / "я.html").write_text(page, encoding="utf-8")
    index = tmp_path / "all.idx"
    account = summary(run, folder, "--to", index, status=0)
    assert account["added"] == 2 + 1 + 12 + 1
    kinds = {name: made["type"] for name, made in account["guessed"].items()}
    assert kinds == {
        "id": "keyword",
        "date": "datetime",
        "title": "text",
        "body": "text",
        "tonnage": "integer",
        "tags": "keyword",
    }
    assert found(run, index, "баржа AND date:[2025-11-06 TO 2025-11-08]") == ["заметка", "я"]


@pytest.mark.parametrize(("name", "kind"), [("страница", "html"), ("заметка", "markdown")])
def test_named_file_is_read_as_the_format_says(
    run: Run, tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / name).write_text("# Печь\n\n<p>Топите <b>сухими</b> поленьями.", encoding="utf-8")
    account = summary(run, tmp_path / name, "--to", tmp_path / "a.idx", "--format", kind, status=0)
    assert account["added"] == 1
    assert found(run, tmp_path / "a.idx", '"сухое полено"') == [name]


def test_files_that_are_no_text_do_not_stop_the_run(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    (archive / "empty.txt").write_bytes(b"")
    (archive / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (archive / "day.txt").write_text("date 2025-02-30 Нет такого дня\n\nА.", encoding="utf-8")
    account = summary(run, archive, "--to", tmp_path / "news.idx", status=1)
    assert account["added"] == 4
    assert account["skipped"] == {"empty": 1, "binary": 1, "wrong_date": 1}
    assert {(e["reason"], e["line"]) for e in account["examples"]} == {
        ("empty", None),
        ("binary", None),
        ("wrong_date", 1),
    }


def test_nothing_readable_makes_no_index(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "1.txt"
    source.write_bytes(b"")
    done = run("index", source, "--to", tmp_path / "news.idx")
    assert done.returncode == 1
    assert "Nothing was indexed." in done.stdout
    assert not (tmp_path / "news.idx").exists()


def test_missing_source_is_wrong_use(run: Run, tmp_path: Path) -> None:
    done = run("index", tmp_path / "нет", "--to", tmp_path / "news.idx")
    assert done.returncode == 2
    assert "нет" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "news.idx").exists()


def test_schema_that_is_wrong(run: Run, archive: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema.toml"
    schema.write_text('[fields.title]\ntype = "txet"\n', encoding="utf-8")
    done = run("index", archive, "--to", tmp_path / "news.idx", "--schema", schema)
    assert done.returncode == 2
    assert "did you mean 'text'" in done.stderr
    assert not (tmp_path / "news.idx").exists()


def test_schema_of_an_index_cannot_be_changed(run: Run, archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "news.idx"
    run("index", archive, "--to", index)
    done = run("index", archive, "--to", index, "--schema", schema_file(tmp_path))
    assert done.returncode == 2
    assert "another schema" in done.stderr
    assert len(found(run, index, "*")) == 4


def test_folder_of_two_kinds_has_the_fields_of_both(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    write_lines(archive / "rows.jsonl", {"id": 1, "title": "Нефть", "source": "радио"})
    index = tmp_path / "news.idx"
    account = summary(run, archive, "--to", index, status=0)
    assert account["added"] == 5
    told = json.loads(run("info", index, "--json").stdout)
    assert set(told["fields"]) == {"id", "date", "title", "body", "source"}
    account = summary(run, archive, "--to", tmp_path / "2.idx", "--format", "articles", status=0)
    assert account["added"] == 4


TABLE = (
    "id;Заголовок;Дата;Цена, руб.\n1;Нефть дорожает;04.11.2025;12,5\n2;Газ дешевеет;05.11.2025;7\n"
)


def test_russian_table(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "цены.csv"
    source.write_bytes((TABLE + "3;Уголь\n").encode("cp1251"))
    index = tmp_path / "цены.idx"
    done = run("index", source, "--to", index)
    assert done.returncode == 1
    assert "2 added" in done.stdout
    assert f"{source}:4: 2 instead of 4" in done.stdout
    assert found(run, index, "нефть") == ["1"]
    assert found(run, index, "Дата:05.11.2025") == ["2"]
    assert found(run, index, "Цена_руб:>10") == ["1"]


def test_guessed_schema_is_shown_when_an_index_is_made_and_only_then(
    run: Run, tmp_path: Path
) -> None:
    source = tmp_path / "a.csv"
    source.write_text(TABLE, encoding="utf-8")
    index = tmp_path / "a.idx"
    first = run("index", source, "--to", index).stdout
    assert [line.split() for line in first.splitlines() if line.startswith("   ")] == [
        ["field", "type", "options"],
        ["id", "keyword", "unique"],
        ["Заголовок", "text", "weight", "2"],
        ["Дата", "date", "sortable"],
        ["Цена_руб", "float", "sortable"],
    ]
    assert "--schema FILE" in first
    assert "--schema FILE" not in run("index", source, "--to", index).stdout
    account = summary(run, source, "--to", tmp_path / "b.idx", status=0)
    assert account["guessed"]["Цена_руб"] == {"type": "float", "sortable": True}


def test_schema_is_printed_edited_and_given_back(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(TABLE, encoding="utf-8")
    printed = run("index", source, "--show-schema")
    assert printed.returncode == 0, printed.stderr
    schema = tmp_path / "schema.toml"
    edited = printed.stdout.replace('type = "float"\nsortable = true', 'type = "text"')
    assert edited != printed.stdout
    schema.write_text(edited, encoding="utf-8")
    index = tmp_path / "a.idx"
    done = run("index", source, "--to", index, "--schema", schema)
    assert done.returncode == 0, done.stderr
    assert "--schema FILE" not in done.stdout
    assert found(run, index, "Цена_руб:7") == ["2"]
    assert list(tmp_path.glob("*.idx")) == [index]


def test_columns_of_a_table_without_a_header_can_be_named(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "города.csv"
    source.write_text("Тверь;На Волге\nПсков;На Великой\n", encoding="utf-8")
    index = tmp_path / "a.idx"
    account = summary(run, source, "--to", index, "--columns", "id,title", status=0)
    assert account["added"] == 2
    assert found(run, index, "волга") == ["Тверь"]


def test_index_without_a_place_is_wrong_use(run: Run, archive: Path) -> None:
    done = run("index", archive)
    assert done.returncode == 2
    assert "--to" in done.stderr


def test_patterns_choose_files(run: Run, archive: Path, tmp_path: Path) -> None:
    only = summary(run, archive, "--to", tmp_path / "1.idx", "--include", "2023/", status=0)
    assert only["added"] == 1
    rest = summary(
        *(run, archive, "--to", tmp_path / "2.idx", "--exclude", "2023", "--exclude", "*-pech.txt"),
        status=0,
    )
    assert rest["added"] == 2
    deep = summary(run, archive / "**/0[34]*.txt", "--to", tmp_path / "3.idx", status=0)
    assert deep["added"] == 2


def test_unknown_format_is_wrong_use(run: Run, archive: Path, tmp_path: Path) -> None:
    done = run("index", archive, "--to", tmp_path / "news.idx", "--format", "docx")
    assert done.returncode == 2
    assert "docx" in done.stderr


def test_progress_is_shown_on_a_terminal_only(archive: Path, tmp_path: Path, home: Path) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "searchlib", "index", str(archive), "--to", str(tmp_path / "idx")],
        stdout=subprocess.PIPE,
        stderr=slave,
        env=environment_of(home),
    )
    os.close(slave)
    output, _ = process.communicate(timeout=60)
    shown = os.read(master, 65536).decode()
    os.close(master)
    assert process.returncode == 0
    assert "4 documents" in shown
    assert "4 added" in output.decode()


def test_interrupted_run_writes_nothing(archive: Path, tmp_path: Path, home: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    os.mkfifo(rows)
    process = subprocess.Popen(
        [sys.executable, "-m", "searchlib", "index", str(rows), "--to", str(tmp_path / "idx")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_of(home),
        # Who starts tests in the background of a shell hands down that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # Opening waits until the run reads, and the run then waits for lines that do not come.
    with rows.open("wb") as lines:
        lines.write(b'{"id": 1}\n')
        lines.flush()
        # A signal just before the call that waits for the next line is seen only when that call
        # ends: a person presses the keys again.
        for _ in range(6):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
                break
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == b""
    assert b"Interrupted." in errors
    assert b"Traceback" not in errors
    assert not (tmp_path / "idx").exists()


def test_an_index_of_the_whoosh_engine_is_opened_on_trust_only(run: Run, tmp_path: Path) -> None:
    articles = tmp_path / "статьи"
    articles.mkdir()
    (articles / "1.txt").write_text(
        "date 2025-11-04 Порт\n\nТранспортировка нефти.\n", encoding="utf-8"
    )
    index = tmp_path / "порт.idx"
    made = run("index", articles, "--to", index, "--engine", "whoosh")
    assert made.returncode == 0, made.stderr
    refused = run("search", index, "нефть")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--trusted" in refused.stderr
    found = run("search", index, "нефть", "--trusted", "--show", "id,title")
    assert (found.returncode, found.stdout) == (0, "1\tПорт\n")
    assert run("info", index, "--trusted", "--json").stdout.count('"engine": "whoosh"') == 1
    again = run("index", articles, "--to", index, "--trusted", "--json")
    assert '"replaced": 1' in again.stdout
