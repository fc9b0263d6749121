"""What is wrong with a query, in Russian.

Errors are English, since programs and their logs hold them; a user who typed the query is told in
the language of the messages. Other errors stay as they are. Nothing here prints.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from searchlib.errors import QueryError, QuerySyntaxError

if TYPE_CHECKING:
    from searchlib.errors import SearchlibError
    from searchlib.messages import Language

# English as it is raised, Russian; {…} stands for what differs.
RUSSIAN: tuple[tuple[str, str], ...] = (
    # how a query is written
    (
        "this bracket closes nothing; open it or leave it out",
        "эта скобка ничего не закрывает; откройте её или уберите",
    ),
    ("this bracket is never closed", "эта скобка не закрыта"),
    ("there is no word between these brackets", "между этими скобками нет ни одного слова"),
    (
        "more than {most} brackets stand one inside another; make it flatter",
        "вложено больше {most} скобок; упростите запрос",
    ),
    ("the quote {quote} is never closed", "кавычка {quote} не закрыта"),
    (
        "a quorum is a count from 1 or a share from 1% to 100%",
        "кворум — число от 1 или доля от 1% до 100%",
    ),
    (
        "a quorum stands after words without operators",
        "кворум ставят после слов без операторов",
    ),
    (
        "a weight is a finite number above 0, as in нефть^2.5",
        "вес — число больше 0, например нефть^2.5",
    ),
    ("a phrase has ~ or a quorum, not both", "у фразы может быть ~ или кворум, но не всё сразу"),
    (
        '"…"~ needs a number of extra positions, as in "…"~3',
        'после "…"~ нужно число лишних мест, например "…"~3',
    ),
    (
        "a range is [a TO b] or {{a TO b}}, with * for an open side",
        "промежуток — это [a TO b] или {{a TO b}}, вместо открытой границы *",
    ),
    ("NEAR needs a distance from 1, as in NEAR/5", "после РЯДОМ нужно число от 1: РЯДОМ/5"),
    (
        "{operator} stands between two words of one field, and a chain of them has one distance",
        "{operator} ставят между двумя словами одного поля, в цепочке расстояние одно",
    ),
    (
        "a word is within 1 or 2 edits: нефть~ or нефть~2",
        "в слове допускаются 1 или 2 правки: нефть~ или нефть~2",
    ),
    (
        "=, ~ and wildcards cannot be glued to one word; keep one",
        "=, ~ и звёздочки у одного слова не сочетаются; оставьте одно",
    ),
    (
        "a wildcard pattern cannot hold a literal * or ?",
        "в слове со звёздочкой не может быть знаков * и ? самих по себе",
    ),
    (
        "{operator} has nothing after it; complete it or write {escaped} for the word",
        "после {operator} ничего нет; допишите или напишите {escaped}, если это слово",
    ),
    (
        "{operator} has nothing before it; complete it or write {escaped} for the word",
        "перед {operator} ничего нет; допишите или напишите {escaped}, если это слово",
    ),
    (
        "the query is nested more than {most} deep; make it flatter",
        "вложенность запроса больше {most}; упростите его",
    ),
    (
        "a regular expression has at most {most} characters",
        "в регулярном выражении не больше {most} знаков",
    ),
    (
        "the regular expression {text}: {problem}",
        "не годится регулярное выражение {text}: {problem}",
    ),
    # what a field can be asked for
    ("there is no field '{field}'; the index has {known}", "нет поля «{field}»; есть: {known}"),
    (
        "field '{field}' is only stored; it cannot be searched",
        "поле «{field}» только хранится, искать в нём нельзя",
    ),
    (
        "the index has no text field; name one: field:value",
        "в индексе нет текстовых полей; назовите поле: поле:значение",
    ),
    (
        "field '{field}' is no text; this kind of query needs a text or a keyword field",
        "поле «{field}» не текстовое; такому запросу нужен текст или ключевые слова",
    ),
    (
        "field '{field}' is text; ranges need a keyword, a number or a date",
        "поле «{field}» текстовое; промежутки бывают у ключевых слов, чисел и дат",
    ),
    (
        "field '{field}' keeps no exact forms; index it with Text(exact=True)",
        "поле «{field}» не хранит точных форм; их хранит Text(exact=True)",
    ),
    (
        "field '{field}' takes a date: 2025-11-04, 04.11.2025, 2025-11 or 2025; "
        "there is no such day, not '{text}'",
        "нет такого дня, как {text} (поле «{field}»)",
    ),
    (
        "field '{field}' takes a date: 2025-11-04, 04.11.2025, 2025-11 or 2025, not '{text}'",
        "полю «{field}» нужна дата: 2025-11-04, 04.11.2025, 2025-11 или 2025, а не «{text}»",
    ),
    (
        "field '{field}' takes a moment such as 2025-11-04T15:30, a date, a month or a year"
        "; there is no such day, not '{text}'",
        "нет такого дня, как {text} (поле «{field}»)",
    ),
    (
        "field '{field}' takes a moment such as 2025-11-04T15:30, a date, a month or a year, "
        "not '{text}'",
        "полю «{field}» нужно время вроде 2025-11-04T15:30, дата, месяц или год, а не «{text}»",
    ),
    (
        "field '{field}' takes a whole number, not '{text}'",
        "полю «{field}» нужно целое число, а не «{text}»",
    ),
    ("field '{field}' takes a number, not '{text}'", "полю «{field}» нужно число, а не «{text}»"),
    (
        "field '{field}' takes true or false (да, нет), not '{text}'",
        "полю «{field}» нужно да или нет, а не «{text}»",
    ),
    (
        "results cannot be sorted by '{field}' ({kind}); a keyword needs sortable=True, "
        "text has no order",
        "по полю «{field}» ({kind}) упорядочить нельзя: ключевому слову нужно sortable=True, "
        "у текста порядка нет",
    ),
)


def told(error: SearchlibError, language: Language, *, width: int = 80) -> str:
    """Return what an error says to a user, a caret line in at most so many columns.

    >>> print(told(QuerySyntaxError("this bracket is never closed", text="(газ", position=0), "ru"))
    эта скобка не закрыта
      (газ
      ^
    """
    if language == "en" or not isinstance(error, QueryError):
        return error.pointed(width) if isinstance(error, QuerySyntaxError) else str(error)
    message = in_russian(str(error.args[0]))
    if isinstance(error, QuerySyntaxError):
        return QuerySyntaxError(message, text=error.text, position=error.position).pointed(width)
    return message


def in_russian(message: str) -> str:
    """Return a message in Russian; as it is when there is none for it.

    >>> in_russian("field 'year' takes a whole number, not 'давно'")
    'полю «year» нужно целое число, а не «давно»'
    """
    template = template_of(message)
    if template is None:
        return message
    found = _pattern(template).fullmatch(message)
    assert found is not None, "a message fits its template"
    return dict(RUSSIAN)[template].format(**found.groupdict())


def template_of(message: str) -> str | None:
    """Return the English template that a message was made from; None when none is known."""
    return next((text for text, _ in RUSSIAN if _pattern(text).fullmatch(message)), None)


@lru_cache(maxsize=len(RUSSIAN))
def _pattern(template: str) -> re.Pattern[str]:
    """Return an expression that fits every text the template can be filled to."""
    parts = re.split(r"\{(\w+)\}", template)
    literal = [re.escape(part.replace("{{", "{").replace("}}", "}")) for part in parts[::2]]
    names = [rf"(?P<{name}>.+)" for name in parts[1::2]]
    joined = [piece for pair in zip(literal, [*names, ""], strict=True) for piece in pair]
    return re.compile("".join(joined), re.DOTALL)
