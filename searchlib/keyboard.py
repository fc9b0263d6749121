"""The commands of the REPL by name, in both languages and in the wrong keyboard layout.

Whoever switches between two layouts types `Жрудз` for `:help` and `^gjvjom` for `:помощь`. Knows no
index.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Name = Literal["help", "explain", "open", "analyze", "fields", "limit", "json", "quit"]

NAMES: dict[str, Name] = {
    "help": "help",
    "помощь": "help",
    "explain": "explain",
    "объясни": "explain",
    "open": "open",
    "открой": "open",
    "analyze": "analyze",
    "анализ": "analyze",
    "fields": "fields",
    "поля": "fields",
    "limit": "limit",
    "предел": "limit",
    "json": "json",
    "quit": "quit",
    "выход": "quit",
}
"""Every name a command is called by."""

# The keys of both layouts in the same order: QWERTY and ЙЦУКЕН, without and with Shift.
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
# The key of ":" types Ж in the Russian layout; that of the Russian ":" types ^ in the Latin one.
_COLONS = ":Ж^"


class Command(NamedTuple):
    """A command and what stands after it; `name` is None when there is no such command."""

    name: Name | None
    argument: str
    typed: str


def to_cyrillic(text: str) -> str:
    """Return what the same keys type in the Russian layout.

    >>> to_cyrillic("ytanm")
    'нефть'
    """
    return text.translate(_TO_CYRILLIC)


def to_latin(text: str) -> str:
    """Return what the same keys type in the Latin layout.

    >>> to_latin("рудз")
    'help'
    """
    return text.translate(_TO_LATIN)


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
    typed, _, argument = line.partition(" ")
    argument = argument.strip()
    word = typed[1:].lower()
    spellings = {word: argument, to_latin(word): argument}
    # With Latin letters typed for Russian ones, the text after them was meant to be Russian too.
    spellings.setdefault(to_cyrillic(word), to_cyrillic(argument))
    for spelling, meant in spellings.items():
        if spelling in NAMES:
            return Command(NAMES[spelling], meant, typed)
    return Command(None, argument, typed) if line[0] == ":" else None
