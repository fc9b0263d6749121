"""The user's dictionary, as Python code gives it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchlib.analysis.overrides import Overrides
from searchlib.errors import AnalysisError

TEXT = "# слова\nмультиварку -> мультиварка\n+зуммер -> зум созвон\n!Твердь\nпёс = собака\n"
MAPPING = {"мультиварку": "мультиварка", "+зуммер": ["зум", "созвон"], "Твердь": None}


def test_a_text_a_file_and_a_mapping_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "слова.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    versions = {
        Overrides.of_text(TEXT).version,
        Overrides.of(path).version,
        Overrides.of(str(path)).version,
        Overrides.of(MAPPING).version,
        Overrides.of({**MAPPING, "+зуммер": "созвон зум"}).version,
    }
    assert len(versions) == 1
    assert Overrides.of({**MAPPING, "лес": "бор"}).version not in versions
    once = Overrides.of_text(TEXT)
    assert Overrides.of(once) is once


def test_what_changes_no_text_has_the_version_of_nothing() -> None:
    assert Overrides.of_text("пёс = собака").version == Overrides.of({}).version == "00000000"


def test_a_file_is_named_with_the_line_at_fault(tmp_path: Path) -> None:
    path = tmp_path / "слова.txt"
    path.write_text("дом -> изба\nдом -> хата\n", encoding="utf-8")
    with pytest.raises(AnalysisError, match=r"слова\.txt, line 2: line 1 speaks of дом as well"):
        Overrides.of(path)
    path.write_bytes("дом -> изба\n".encode() + "лес -> бор\n".encode("cp1251"))
    with pytest.raises(AnalysisError, match=r"слова\.txt, line 2: byte 19 is not UTF-8; save"):
        Overrides.of(path)
    with pytest.raises(AnalysisError, match=r"нет\.txt: the overrides cannot be read"):
        Overrides.of(tmp_path / "нет.txt")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"большой дом": "дом"}, "'большой дом' is not one word"),
        ({"дом": ["большая изба"]}, "'большая изба' is not one word"),
        ({"дом": ""}, "'дом' has no lemma"),
        ({"дом": []}, "'дом' has no lemma"),
        ({"дом": ["изба\n!лес"]}, "is not one word"),
        ({"дом = изба": "хата"}, "is not one word"),
        ({"#дом": "хата"}, "is not one word"),
        ({"!дом": "хата"}, "is not one word"),
        ({"дом": [5]}, "a word is a str, not int"),
        ({"дом": "изба,"}, 'line 1: "изба," is not one word'),
        ({"Дом": "изба", "дом": "хата"}, "line 2: line 1 speaks of дом as well"),
        (5, "not int"),
    ],
)
def test_what_cannot_be_is_refused(source: Any, message: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        Overrides.of(source)
    assert message in str(caught.value)
