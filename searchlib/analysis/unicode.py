"""What ICU knows better than we do, asked a few times a document and never once a token."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icu import Collator


@lru_cache(maxsize=1)
def _collator() -> Collator:
    from icu import Collator, Locale

    return Collator.createInstance(Locale("ru"))


def sort_key(text: str) -> bytes:
    """Return bytes that sort as Russian readers expect: ё beside е, small before capital.

    Keys change with ICU's version, so `icu_version` stands beside them in the index.

    >>> sorted(["жук", "ёж", "Ель", "еда"], key=sort_key)
    ['еда', 'ёж', 'Ель', 'жук']
    """
    return bytes(_collator().getSortKey(text))


def icu_version() -> str:
    """Return the version of the ICU library that makes the sort keys."""
    from icu import ICU_VERSION

    return str(ICU_VERSION)
