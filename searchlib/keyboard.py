"""The two keyboard layouts: what the keys of one type in the other.

Whoever forgets to switch types `ytanm` for «нефть» and `рудз` for `help`. Knows nothing else.
"""

from __future__ import annotations

# The keys of both layouts in the same order: QWERTY and ЙЦУКЕН, without and with Shift.
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


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
