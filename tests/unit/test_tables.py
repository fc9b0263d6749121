"""CSV and TSV: how they are written is found, broken rows are named, cells get their types."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from searchlib.fields import Boolean, Date, Float, Integer, Keyword, Text
from searchlib.readers import Format, Reason, Skipped, find, read, records, schemas, values

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ["id", "заголовок", "дата", "цена"]
ROWS = [
    ["1", "Нефть дорожает, газ дешевеет", "04.11.2025", "12,5"],
    ["2", "«Щука» вышла в море; ждут к лету", "05.11.2025", "7"],
    ["3", "Шахтёры | новая смена", "06.11.2025", "1 200,75"],
]


class Table:
    """A table that was read: its documents with their lines, and what was skipped."""

    def __init__(self, path: Path, content: str | bytes) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.path = path
        self.skipped: list[Skipped] = []
        sources = find([path], Format.CSV, self.skipped.append)
        rows = list(read(sources, Format.CSV, self.skipped.append))
        self.documents: list[dict[str, Any]] = [row.document for row in rows]
        self.lines = [row.line for row in rows]

    @property
    def problems(self) -> list[tuple[Reason, str]]:
        return [(s.reason, s.place.removeprefix(f"{self.path}")) for s in self.skipped]


def written(delimiter: str, *, end: str = "\n", always: bool = False) -> str:
    def cell(text: str) -> str:
        if always or delimiter in text or '"' in text or "\n" in text:
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(delimiter.join(map(cell, row)) + end for row in [HEADER, *ROWS])


EXPECTED = [dict(zip(HEADER, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("always", [False, True])
def test_delimiter_quotes_and_line_ends_are_found(
    tmp_path: Path, delimiter: str, end: str, always: bool
) -> None:
    table = Table(tmp_path / "a.csv", written(delimiter, end=end, always=always))
    assert table.documents == EXPECTED
    assert table.skipped == []


@pytest.mark.parametrize(
    "name",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8-r", "cp866", "mac-cyrillic"],
)
def test_charsets(tmp_path: Path, name: str) -> None:
    text = written(";").replace("«", '"').replace("»", '"')
    expected = [
        {name: cell.replace("«", '"').replace("»", '"') for name, cell in row.items()}
        for row in EXPECTED
    ]
    text = text.replace('"Щука" вышла в море; ждут к лету', '""Щука"" вышла в море; ждут к лету')
    assert Table(tmp_path / "a.csv", text.encode(name)).documents == expected


def test_quoted_cells_may_have_line_breaks_and_lines_are_counted_through_them(
    tmp_path: Path,
) -> None:
    table = Table(tmp_path / "a.csv", 'id;body\r\n1;"Первая.\r\nВторая ""строка""."\r\n2;Ещё\r\n')
    assert table.documents == [
        {"id": "1", "body": 'Первая.\nВторая "строка".'},
        {"id": "2", "body": "Ещё"},
    ]
    assert table.lines == [2, 4]


def test_rows_of_another_width_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    table = Table(
        tmp_path / "a.csv",
        "id;город;жителей\n1;Тверь;416\n2;Псков\n3;Орёл;303;лишнее\n4;Тула;468;;\n;;\n\n5;Омск;1110\n",
    )
    assert [row["город"] for row in table.documents] == ["Тверь", "Тула", "Омск"]
    assert table.problems == [(Reason.COLUMNS, ":3"), (Reason.COLUMNS, ":4")]
    assert table.skipped[1].detail == "4 instead of 3"


@pytest.mark.parametrize(
    "broken",
    ['2;"Газ', '2;"Газ" дешевеет', '2;"Газ;"и" уголь'],
    ids=["never closed", "letters after a quote", "quotes inside quotes"],
)
def test_broken_quotes_cost_their_own_row_only(tmp_path: Path, broken: str) -> None:
    rows = "\n".join(f'{n};"Новость; {n}"' for n in range(3, 300))
    table = Table(tmp_path / "a.csv", f'id;title\n1;"Нефть"\n{broken}\n{rows}\n')
    assert [row["id"] for row in table.documents] == ["1", *map(str, range(3, 300))]
    assert table.problems == [(Reason.BROKEN_ROW, ":3")]


def test_quote_that_is_never_closed_does_not_take_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MAX_RECORD", 1000)
    rows = "".join(f"{n};Новость без кавычек\n" for n in range(500))
    table = Table(tmp_path / "a.csv", f'id;title\n1;"Газ; нефть"\n0;"Обрыв\n{rows}')
    assert len(table.documents) == 501
    assert table.problems == [(Reason.BROKEN_ROW, ":3")]


def test_quotes_of_a_table_that_means_none_are_letters(tmp_path: Path) -> None:
    titles = ['"Война и мир" — роман', 'Фильм "Сталкер"', '"Щука', '"Волга" выиграла']
    text = "id\ttitle\n" + "".join(f"{n}\t{title}\n" for n, title in enumerate(titles))
    table = Table(tmp_path / "a.tsv", text)
    assert [row["title"] for row in table.documents] == titles
    assert table.skipped == []


def test_quotes_may_be_escaped_by_a_backslash(tmp_path: Path) -> None:
    text = 'id,title\n1,"Газета \\"Труд\\", номер 5"\n2,"Газ"\n'
    table = Table(tmp_path / "a.csv", text)
    assert [row["title"] for row in table.documents] == ['Газета "Труд", номер 5', "Газ"]


def test_table_without_a_header_has_numbered_columns(tmp_path: Path) -> None:
    table = Table(tmp_path / "a.csv", "1;Нефть;04.11.2025\n2;Газ;05.11.2025\n")
    assert table.documents[0] == {"column1": "1", "column2": "Нефть", "column3": "04.11.2025"}
    assert table.lines == [1, 2]


@pytest.mark.parametrize("header", ["", "город;река\n"])
def test_columns_that_are_named_need_no_header(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}Тверь;Волга\nПсков;Великая\nОмск\n", encoding="utf-8")
    skipped: list[Skipped] = []
    sources = find([path], Format.AUTO, skipped.append)
    rows = list(read(sources, Format.AUTO, skipped.append, columns=["город", "река"]))
    assert [row.document for row in rows] == [
        {"город": "Тверь", "река": "Волга"},
        {"город": "Псков", "река": "Великая"},
    ]
    assert [problem.reason for problem in skipped] == [Reason.COLUMNS]


def test_names_of_columns_become_names_of_fields(tmp_path: Path) -> None:
    table = Table(tmp_path / "a.csv", "№;Дата выхода;Цена, руб.;Цена, руб.;\n1;04.11.2025;5;6;7\n")
    assert list(table.documents[0]) == [
        "column1", "Дата_выхода", "Цена_руб", "Цена_руб_2", "column5",
    ]  # fmt: skip


def test_excel_may_name_the_delimiter(tmp_path: Path) -> None:
    table = Table(tmp_path / "a.csv", "sep=|\nid|title\n1|а;б;в\n2|г;д;е\n")
    assert table.documents == [{"id": "1", "title": "а;б;в"}, {"id": "2", "title": "г;д;е"}]
    assert table.lines == [3, 4]


def test_decimal_commas_are_no_delimiters(tmp_path: Path) -> None:
    table = Table(tmp_path / "a.csv", "1,5;2,5;3,5\n4,5;5,5;6,5\n")
    assert table.documents[1] == {"column1": "4,5", "column2": "5,5", "column3": "6,5"}


def test_one_column_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    lines = [
        "новость",
        "Нефть, газ, уголь",
        "Хлеб",
        "Соль, перец",
        "Снег",
        "Дождь, град, ветер, гроза",
    ]
    table = Table(tmp_path / "a.csv", "\n".join(lines))
    assert [row["новость"] for row in table.documents] == lines[1:]


@pytest.mark.parametrize("content", ["", "\n\n", ";;;\n", "id;title\n"])
def test_table_without_rows_is_reported(tmp_path: Path, content: str) -> None:
    table = Table(tmp_path / "a.csv", content)
    assert table.documents == []
    assert [reason for reason, _ in table.problems] == [Reason.EMPTY]


def test_line_of_another_charset_is_named(tmp_path: Path) -> None:
    rows = [f"{n};Новость дня".encode() for n in range(50)]
    rows[20] = "20;Новость дня".encode("cp1251")
    table = Table(tmp_path / "a.csv", b"id;title\n" + b"\n".join(rows))
    assert len(table.documents) == 49
    assert table.problems == [(Reason.ENCODING, ":22")]


def test_types_of_columns_are_told_from_their_cells(tmp_path: Path) -> None:
    cities = ["Нижний Новгород", "Тверь"]
    rows = "".join(
        f"{n};Новость о погоде номер {n};{cities[n % 2]};{n % 28 + 1}.02.2025;{n},5;{n};да;00{n};\n"
        for n in range(1, 101)
    )
    table = Table(tmp_path / "a.csv", f"id;заголовок;город;дата;цена;число;есть;код;пусто\n{rows}")
    schema = schemas.infer(
        {name: values.guessed(value) for name, value in row.items()} for row in table.documents
    )
    assert schema.unique == "id"
    assert schema["заголовок"] == Text(weight=2.0)
    assert schema["город"] == Keyword()
    assert schema["дата"] == Date(sortable=True)
    assert schema["цена"] == Float(sortable=True)
    assert schema["число"] == Integer(sortable=True)
    assert schema["есть"] == Boolean(sortable=True)
    assert schema["код"] == Keyword()
    document = values.converted(table.documents[0], schema)
    assert document["дата"] == date(2025, 2, 2)
    assert document["цена"] == 1.5
    assert document["число"] == 1
    assert document["есть"] is True
    assert document["код"] == "001"
    assert schema.row(document)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7), ("-7", -7), ("12,5", 12.5), ("12.5", 12.5), ("1 234 567", 1234567),
        ("1\u00a0200,75", 1200.75), ("1.5e3", 1500.0), ("2,0", 2.0),
        ("1,234.56", "1,234.56"), ("12 34", "12 34"), ("+79031234567", "+79031234567"),
        ("007", "007"), ("0", 0), ("0,5", 0.5), ("5 %", "5 %"), ("Infinity", "Infinity"),
        ("04.11.2025", date(2025, 11, 4)), ("4.2.2025", date(2025, 2, 4)),
        ("2025-11-04", date(2025, 11, 4)), ("31.02.2025", "31.02.2025"),
        ("04.11.25", "04.11.25"), ("04.11.2025 9:30", datetime(2025, 11, 4, 9, 30)),
        ("2025-11-04 09:30:15", datetime(2025, 11, 4, 9, 30, 15)),
        ("Да", True), ("false", False), ("нефть", "нефть"), ("", ""), (" ", " "),
    ],
)  # fmt: skip
def test_what_a_cell_looks_like(text: str, value: Any) -> None:
    assert values.guessed(text) == value
    assert type(values.guessed(text)) is type(value)
