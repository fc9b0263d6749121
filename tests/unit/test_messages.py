"""Messages: both languages say the same, with the plurals of theirs."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from searchlib.messages import COUNTED, TEXTS, Language, Messages, language_of
from searchlib.readers import Reason

PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "Найдено 0 документов"),
        (1, "Найден 1 документ"),
        (2, "Найдено 2 документа"),
        (5, "Найдено 5 документов"),
        (11, "Найдено 11 документов"),
        (12, "Найдено 12 документов"),
        (21, "Найден 21 документ"),
        (104, "Найдено 104 документа"),
        (111, "Найдено 111 документов"),
        (10_001, "Найден 10\u00a0001 документ"),
    ],
)
def test_russian_plurals(n: int, expected: str) -> None:
    assert Messages("ru").counted("found", n) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "0 documents found"),
        (1, "1 document found"),
        (21, "21 documents found"),
        (12_345, "12,345 documents found"),
    ],
)
def test_english_plurals(n: int, expected: str) -> None:
    assert Messages("en").counted("found", n) == expected


@pytest.mark.parametrize("key", TEXTS)
def test_texts_have_the_same_places_in_both_languages(key: str) -> None:
    english, russian = TEXTS[key]
    assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(russian))


@pytest.mark.parametrize("key", COUNTED)
def test_counted_texts_have_every_form_of_their_language(key: str) -> None:
    assert set(COUNTED[key]["en"]) == {"one", "other"}
    assert set(COUNTED[key]["ru"]) == {"one", "few", "many", "other"}
    for forms in COUNTED[key].values():
        assert all(PLACE.findall(form) == ["n"] for form in forms.values())


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_is_told(language: Language) -> None:
    told = {Messages(language).text(f"reason.{reason}") for reason in Reason}
    assert len(told) == len(Reason)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "rue_UA"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "ru_RU.KOI8-R"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": ""}, "ru"),
    ],
)
def test_language_follows_the_locale(environment: dict[str, str], expected: str) -> None:
    assert language_of(environment) == expected


def test_numbers_times_and_sizes() -> None:
    english, russian = Messages("en"), Messages("ru")
    assert (english.number(7100), russian.number(7100)) == ("7100", "7100")
    assert (english.number(1.25, 3), russian.number(1.25, 3)) == ("1.250", "1,250")
    assert (english.time(0.0004), russian.time(0.25)) == ("1 ms", "250 мс")
    assert (english.time(12.34), russian.time(12.34)) == ("12.3 s", "12,3 с")
    assert (english.size(999), english.size(52_400_000)) == ("999 B", "52.4 MB")
    assert russian.size(7 * 10**12) == "7000,0 ГБ"


@pytest.mark.parametrize(("language", "needs_icu"), [("en", False), ("ru", True)])
def test_icu_is_imported_only_for_russian(language: str, needs_icu: bool) -> None:
    code = (
        "import sys; from searchlib.messages import Messages;"
        f"Messages({language!r}).counted('found', 3); print('icu' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(needs_icu)
