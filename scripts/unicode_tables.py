"""Writes the table of characters that cuts text into words, from the ICU that PyICU is linked with.

`python scripts/unicode_tables.py` prints the module `rust/core/src/text/characters/tables.rs`; what
the classes and marks mean is said in `characters.rs` beside it, which has the same numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import icu

UPPER, LOWER, DIGIT, LETTER, LATIN, CYRILLIC, FOLDS, IGNORABLE, COUNTS = (
    1 << bit for bit in range(6, 15)
)
EXTEND = r"[\p{Word_Break=Extend}\p{Word_Break=Format}\p{Word_Break=ZWJ}]"
RAISED = "[⁰¹²³⁴-⁹₀-₉]"

# Class and marks of the characters of a set; later rows take from those above them.
CLASSES = (
    (32, COUNTS | LETTER, r"\p{Word_Break=ALetter}"),
    (32, COUNTS | DIGIT, r"\p{Word_Break=Numeric}"),
    (1, FOLDS, EXTEND),
    (2, COUNTS | DIGIT | FOLDS, RAISED),
    (3, COUNTS, r"[\p{General_Category=Currency_Symbol}%‰№§]"),
    (4, 0, "[+#]"),
    (6, COUNTS | LETTER, r"\p{Word_Break=Hebrew_Letter}"),
    (7, COUNTS | LETTER, r"[\uac00-\ud7a3]"),
    (8, COUNTS | LETTER, r"[[:LineBreak=Complex_Context:]-\p{Word_Break=Extend}]"),
    (9, COUNTS | LETTER, r"[[:Han:][:Hiragana:]-\p{Word_Break=Extend}]"),
    (10, COUNTS | LETTER, r"\p{Word_Break=Katakana}"),
    (11, COUNTS | LETTER, r"[\p{Ideographic}-[:Han:]-\p{Word_Break=Extend}]"),
    # A narrow no-break space groups digits and holds initials together: to a reader it is a space.
    (12, FOLDS, r"[\p{Word_Break=ExtendNumLet}-[\u202f]]"),
    (13, 0, r"[\p{Word_Break=MidLetter}-[\:\uFE55\uFF1A]]"),
    (14, 0, r"\p{Word_Break=MidNum}"),
    (15, 0, r"\p{Word_Break=MidNumLet}"),
    (16, 0, r"\p{Word_Break=Single_Quote}"),
    (17, 0, r"\p{Word_Break=Double_Quote}"),
    (18, 0, r"[\:]"),
)

MARKS = (
    (UPPER, "[[:Uppercase:]&[:Alphabetic:]]"),
    (LOWER, "[[:Lowercase:]&[:Alphabetic:]]"),
    (LATIN, "[[:Latin:]&[:Alphabetic:]]"),
    (CYRILLIC, "[[:Cyrillic:]&[:L:]]"),
    # Nothing that is seen by itself; what is a letter (the Hangul fillers) stays one.
    (
        IGNORABLE,
        r"[[[:Default_Ignorable_Code_Point:]\p{Word_Break=Format}\p{Word_Break=ZWJ}[:Me:]]"
        rf"&{EXTEND}]",
    ),
    # What composition changes, and the apostrophes that are made plain.
    (FOLDS, "[[:NFC_Quick_Check=No:][:NFC_Quick_Check=Maybe:]‘’ʼ＇]"),
)
# A letter composed with one of these loses it.
STRESS = {"\u0300", "\u0301"}
LOW = 0x800


def table() -> list[int]:
    """Return the entry of every character: its class and its marks."""
    entries = [0] * 0x110000
    for number, marks, pattern in CLASSES:
        for character in icu.UnicodeSet(pattern):
            entries[ord(character)] = number | marks
    for mark, pattern in MARKS:
        for character in icu.UnicodeSet(pattern):
            # What stands in no word needs no marks.
            if entries[ord(character)]:
                entries[ord(character)] |= mark
    decompose = icu.Normalizer2.getNFDInstance()
    for character in icu.UnicodeSet(r"[[:NFD_Quick_Check=No:]&[[:Latin:][:Cyrillic:]]]"):
        if STRESS & set(decompose.normalize(character)):
            entries[ord(character)] |= FOLDS
    return entries


def ranges(entries: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield first, last and entry of each stretch of alike characters that are anything."""
    first = LOW
    for number in range(LOW + 1, len(entries) + 1):
        if number == len(entries) or entries[number] != entries[first]:
            if entries[first]:
                yield first, number - 1, entries[first]
            first = number


def main() -> None:
    """Print the Rust module."""
    entries = table()
    version = ", ".join([*icu.UNICODE_VERSION.split("."), "0", "0"][:3])
    print(f"""\
//! Written by `scripts/unicode_tables.py`; not to be edited by hand.

/// The version of Unicode whose properties of characters these are.
pub const UNICODE_VERSION: (u8, u8, u8) = ({version});

/// The entries of the characters below U+{LOW:04X}: whatever UTF-8 writes with one byte or two.
#[rustfmt::skip]
pub(super) static LOW: [u16; {LOW:#x}] = [""")
    for start in range(0, LOW, 16):
        print("    " + " ".join(f"{entry:#06x}," for entry in entries[start : start + 16]))
    stretches = list(ranges(entries))
    print(f"""\
];

/// First and last character and entry of each stretch above them, in order.
#[rustfmt::skip]
pub(super) static HIGH: [(u32, u32, u16); {len(stretches)}] = [""")
    for start in range(0, len(stretches), 4):
        row = stretches[start : start + 4]
        cells = (f"({first:#x}, {last:#x}, {entry:#06x})," for first, last, entry in row)
        print("    " + " ".join(cells))
    print("];")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main()
