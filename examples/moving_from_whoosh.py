"""Copy a Whoosh index into one of ours, and ask both the same.

    .venv/bin/python examples/moving_from_whoosh.py              # with an index made on the spot
    .venv/bin/python examples/moving_from_whoosh.py OLD NEW      # with yours

Opening a Whoosh index unpickles its schema, which runs whatever code the file holds: open only an
index that you made yourself. Only what Whoosh stored can be copied; the fields it did not store
are named, and must come from where the documents came from.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.analysis import LanguageAnalyzer
from whoosh.qparser import MultifieldParser, OrGroup

import searchlib as sl
from searchlib.fields import Field

NOTES = [
    ("1", "Ледокол пришёл в порт", "Люди встречали его на пирсе.", "море,север", 9, True),
    ("2", "Как шили паруса", "Мастер шёл в мастерскую до рассвета.", "море,ремесло", 5, False),
    ("3", "Письмо человеку будущего", "Капсулу заложат под маяком.", "память", 7, True),
]


def make_whoosh_index(folder: Path) -> None:
    """Make an index such as you may have, with Whoosh's stemmer for Russian."""
    stems = LanguageAnalyzer("ru")
    schema = fields.Schema(
        key=fields.ID(unique=True, stored=True),
        title=fields.TEXT(stems, stored=True, field_boost=2.0),
        body=fields.TEXT(stems, stored=True),
        tags=fields.KEYWORD(commas=True, stored=True),
        pages=fields.NUMERIC(stored=True),
        printed=fields.BOOLEAN(stored=True),
        written=fields.DATETIME(stored=True),
        draft=fields.TEXT(stems),
    )
    writer = index.create_in(folder, schema).writer()
    for key, title, body, tags, pages, printed in NOTES:
        writer.add_document(
            key=key,
            title=title,
            body=body,
            tags=tags,
            pages=pages,
            printed=printed,
            written=datetime(2025, 6, pages, 9, 30),
            draft=f"Черновик: {body}",
        )
    writer.commit()


def our_field(theirs: Any) -> Field:
    """Return the field of ours that does what a field of Whoosh does."""
    # Their dates are numbers too, so they are asked for first.
    match theirs:
        case fields.TEXT():
            return sl.Text(weight=theirs.format.field_boost)
        case fields.ID():
            return sl.Keyword(unique=theirs.unique, sortable=theirs.column_type is not None)
        case fields.KEYWORD():
            return sl.Keyword(multiple=True, facet=True)
        case fields.DATETIME():
            return sl.DateTime(sortable=True)
        case fields.BOOLEAN():
            return sl.Boolean()
        case fields.NUMERIC():
            return sl.Integer(sortable=True) if theirs.numtype is int else sl.Float(sortable=True)
        case fields.STORED():
            return sl.Stored()
    raise sl.SchemaError(f"there is no such field here: {theirs!r}; choose one by hand")


def our_documents(reader: Any, kept: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the stored documents; a KEYWORD is cut into its words the way Whoosh did."""
    for _, stored in reader.iter_docs():
        document = {name: value for name, value in stored.items() if name in kept}
        for name, theirs in kept.items():
            if isinstance(theirs, fields.KEYWORD) and isinstance(document.get(name), str):
                words = theirs.analyzer(document[name])
                document[name] = [word.text for word in words if word.text]
        yield document


def move(old: Path, new: Path) -> sl.Index:
    """Make an index in `new` with the fields and documents of the Whoosh index in `old`."""
    with index.open_dir(old).reader() as reader:
        theirs = dict(reader.schema.items())
        kept = {name: field for name, field in theirs.items() if field.stored}
        for name in theirs.keys() - kept.keys():
            print(f"not stored, so not copied: {name}")
        ours = sl.Index.create(
            new, sl.Schema(**{name: our_field(field) for name, field in kept.items()})
        )
        with ours.writer() as writer:
            count = writer.add_many(our_documents(reader, kept), on_error=print)
    print(f"{count} documents copied")
    return ours


def compare(old: Path, ours: sl.Index, question: str) -> None:
    """Print what both find for a question, by the unique field."""
    with index.open_dir(old).searcher() as searcher:
        texts = list(ours.schema.text_fields())
        query = MultifieldParser(texts, searcher.schema, group=OrGroup).parse(question)
        key = ours.schema.unique
        theirs = [hit[key] for hit in searcher.search(query)] if key else []
    print(f"{question}: Whoosh {theirs}, searchlib {[hit.key for hit in ours.search(question)]}")


def main(old: str = "", new: str = "") -> None:
    """Move an index of yours, or show it on one made in a temporary folder."""
    if old and new:
        move(Path(old), Path(new))
        return
    with tempfile.TemporaryDirectory() as folder:
        theirs = Path(folder, "whoosh")
        theirs.mkdir()
        make_whoosh_index(theirs)
        ours = move(theirs, Path(folder, "ours"))
        for question in ("ледоколы", "человек", "идти", "tags:море"):
            compare(theirs, ours, question)


if __name__ == "__main__":
    main(*sys.argv[1:3])
