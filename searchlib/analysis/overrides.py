"""A dictionary of the user's own: what the analysis of a word is to be instead, and synonyms.

Its language is in `rust/core/src/text/overrides.rs`, which reads and checks it; here it is fetched
from where the user keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path

from searchlib.errors import AnalysisError

Lemmas = str | Sequence[str] | None
"""What a form is to have: a lemma, several, or None for the form itself and nothing else."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """The text of a user's dictionary, checked.

    Two of one `version` make the same keys of every text, so an index made with one can be
    searched with the other; synonyms do not count, since only queries use them.

    >>> overrides = Overrides.of_text("+зуммер -> созвон")
    >>> overrides.version == Overrides.of({"+Зуммер": "созвон"}).version
    True
    """

    text: str = field(repr=False)
    name: str = "overrides"
    version: str = field(init=False)

    def __post_init__(self) -> None:
        # The engine imports this package; importing the core only here keeps the two apart.
        from searchlib import _core

        object.__setattr__(self, "version", f"{_core.overrides_version(self.name, self.text):08x}")

    @classmethod
    def of(cls, source: Overrides | str | PathLike[str] | Mapping[str, Lemmas]) -> Overrides:
        """Return the dictionary of a file's path or of a mapping. Raises AnalysisError.

        A mapping has forms, with `+` before one whose lemmas are added, and their lemmas; the
        rest of the language needs a text.

        >>> Overrides.of({"мультиварку": "мультиварка", "Твердь": None}).name
        'overrides'
        >>> Overrides.of({"дом": ["изба", "хата рубленая"]})
        Traceback (most recent call last):
            ...
        searchlib.errors.AnalysisError: overrides: 'хата рубленая' is not one word ...
        """
        if isinstance(source, Overrides):
            return source
        if isinstance(source, Mapping):
            return cls.of_text("\n".join(_line(form, source[form]) for form in source))
        if isinstance(source, str | PathLike):
            return cls._of_path(Path(fspath(source)))
        raise AnalysisError(
            f"overrides are the path of a file, a mapping of forms to lemmas or Overrides.of_text,"
            f" not {type(source).__name__}"
        )

    @classmethod
    def of_text(cls, text: str, name: str = "overrides") -> Overrides:
        """Return the dictionary of a text; `name` is what messages call it. Raises AnalysisError.

        >>> Overrides.of_text("дом ->", name="слова.txt")
        Traceback (most recent call last):
            ...
        searchlib.errors.AnalysisError: слова.txt, line 1: no lemma stands after ->; ...
        """
        return cls(text, name)

    def changed(self) -> str | None:
        """Return what to say when the file it came from has other keys now; None if all is well.

        An index keeps the text it was made with, so a file that has gone is no problem.
        """
        path = Path(self.name)
        try:
            if not path.is_file():
                return None
            now = self._of_path(path)
        except (AnalysisError, OSError) as error:
            return (
                f"its overrides can no longer be read ({error}); those kept in the index are used"
            )
        if now.version == self.version:
            return None
        return (
            f"{path} has changed since the index was made (version {self.version}, now "
            f"{now.version}); the index keeps to the old one until it is built anew"
        )

    @classmethod
    def _of_path(cls, path: Path) -> Overrides:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise AnalysisError(
                f"{path}: the overrides cannot be read: {error.strerror}"
            ) from error
        try:
            return cls.of_text(data.decode("utf-8"), str(path))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise AnalysisError(
                f"{path}, line {line}: byte {error.start} is not UTF-8; save the file in UTF-8"
            ) from error


def _line(form: str, lemmas: Lemmas) -> str:
    """Return the line of a form, once no word of it can be taken for another part of the line."""
    if lemmas is None:
        _checked(form)
        return f"!{form}"
    words = lemmas.split() if isinstance(lemmas, str) else list(lemmas)
    for word in (form, *words):
        _checked(word)
    if not words:
        raise AnalysisError(
            f"overrides: {form!r} has no lemma; give one, or None to protect the word"
        )
    return f"{form} -> {' '.join(words)}"


def _checked(word: str) -> None:
    if not isinstance(word, str):
        raise AnalysisError(f"overrides: a word is a str, not {type(word).__name__}: {word!r}")
    bare = word.strip()
    if not bare or any(sign in bare for sign in ("->", "=", "\r", "\n")) or bare[0] in "!#":
        raise AnalysisError(f"overrides: {word!r} is not one word; give letters and digits alone")
    if len(bare.split()) > 1:
        raise AnalysisError(f"overrides: {word!r} is not one word of a text; a rule speaks of one")
