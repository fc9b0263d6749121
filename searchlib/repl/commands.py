"""The commands of the REPL: their names in both languages, and how a line is read as one.

A command may be typed in the wrong keyboard layout: `Жрудз` is `:help`, `^gjvjom` is `:помощь`.
Knows no index.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from searchlib.keyboard import to_cyrillic, to_latin

Name = Literal[
    "help",
    "explain",
    "open",
    "next",
    "analyze",
    "fields",
    "info",
    "limit",
    "sort",
    "filter",
    "json",
    "time",
    "quit",
]

NAMES: dict[str, Name] = {
    "help": "help",
    "помощь": "help",
    "explain": "explain",
    "объясни": "explain",
    "open": "open",
    "открой": "open",
    "next": "next",
    "дальше": "next",
    "analyze": "analyze",
    "анализ": "analyze",
    "fields": "fields",
    "поля": "fields",
    "info": "info",
    "сведения": "info",
    "limit": "limit",
    "предел": "limit",
    "sort": "sort",
    "порядок": "sort",
    "filter": "filter",
    "фильтр": "filter",
    "json": "json",
    "time": "time",
    "время": "time",
    "quit": "quit",
    "выход": "quit",
}
"""Every name a command is called by."""

SWITCHES = {"on": True, "вкл": True, "off": False, "выкл": False}
"""The words that turn something on and off."""

# The key of ":" types Ж in the Russian layout; that of the Russian ":" types ^ in the Latin one.
_COLONS = ":Ж^"


class Command(NamedTuple):
    """A command and what stands after it; `name` is None when there is no such command."""

    name: Name | None
    argument: str
    typed: str


def command(line: str) -> Command | None:
    """Return the command of a line; None when the line is a query.

    >>> command("Жрудз").name, command("^gjvjom").name, command(":открой 2")
    ('help', 'help', Command(name='open', argument='2', typed=':открой'))
    >>> command("Жители города") is None
    True
    """
    line = line.strip()
    if not line or line[0] not in _COLONS:
        return None
    typed, *rest = line.split(maxsplit=1)
    argument = rest[0] if rest else ""
    word = typed[1:].lower()
    spellings = {word: argument, to_latin(word): argument}
    # With Latin letters typed for Russian ones, the text after them was meant to be Russian too.
    spellings.setdefault(to_cyrillic(word), to_cyrillic(argument))
    for spelling, meant in spellings.items():
        if spelling in NAMES:
            return Command(NAMES[spelling], meant, typed)
    return Command(None, argument, typed) if line[0] == ":" else None


def beginning_so(typed: str) -> list[str]:
    """Return the commands that a typed beginning may become, in whichever layout it is typed.

    >>> beginning_so(":по"), beginning_so("Жру"), beginning_so("^gjvj")
    ([':помощь', ':поля', ':порядок'], [':help'], [':помощь'])
    >>> beginning_so("Же"), beginning_so("нефть")
    ([':time'], [])
    """
    if not typed or typed[0] not in _COLONS:
        return []
    word = typed[1:].lower()
    if typed[0] == ":":
        readings = [word, to_latin(word), to_cyrillic(word)]
    else:
        readings = [to_latin(word) if typed[0] == "Ж" else to_cyrillic(word)]
    for reading in readings:
        if names := [f":{name}" for name in NAMES if name.startswith(reading)]:
            return names
    return []


def switch(argument: str) -> bool | None:
    """Return what a word turns something to, in any layout; None when it turns nothing.

    >>> switch("on"), switch("выкл"), switch("щаа"), switch("может")
    (True, False, False, None)
    """
    word = argument.lower()
    for reading in (word, to_latin(word), to_cyrillic(word)):
        if reading in SWITCHES:
            return SWITCHES[reading]
    return None
