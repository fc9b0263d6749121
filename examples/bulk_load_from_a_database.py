"""Load a table of a database, then keep the index in step with it.

    .venv/bin/python examples/bulk_load_from_a_database.py

Rows stream from the cursor into the index: neither side holds the table in memory. A row at fault
is told and left out, and a later run takes only what has changed since the newest document.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import searchlib as sl

SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2.0),
    body=sl.Text(),
    price=sl.Integer(sortable=True),
    changed=sl.Integer(sortable=True),
)

TABLE = """
CREATE TABLE goods (
    id INTEGER PRIMARY KEY, title TEXT, body TEXT, price INTEGER,
    changed INTEGER NOT NULL,             -- a number that grows with every change of any row
    deleted INTEGER NOT NULL DEFAULT 0    -- a row that is gone stays as a mark that it is gone
);
CREATE INDEX goods_changed ON goods (changed);
INSERT INTO goods (id, title, body, price, changed) VALUES
    (1, 'Чайник медный', 'Носик длинный, ручка деревянная.', 2400, 1),
    (2, 'Самовар', 'На дровах, с трубой и подносом.', 15000, 2),
    (3, 'Кофемолка ручная', 'Жернова чугунные.', 'спросите', 3),
    (4, 'Сковорода', 'Чугунная, на ней пекут блины.', 1900, 4);
"""

CHANGES = """
UPDATE goods SET body = 'Носик короткий, ручка бакелитовая.', changed = 5 WHERE id = 1;
UPDATE goods SET deleted = 1, changed = 6 WHERE id = 4;
UPDATE goods SET price = 3200, changed = 7 WHERE id = 3;
INSERT INTO goods (id, title, body, price, changed)
    VALUES (5, 'Турка', 'Медная, для кофе на песке.', 1700, 8);
"""


def document(row: sqlite3.Row) -> dict[str, Any]:
    """Return what the index keeps of a row."""
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("title", "body", "price", "changed")},
    }


def load_all(database: sqlite3.Connection, index: sl.Index) -> int:
    """Add every row there is, the fast way; return how many."""
    rows = database.execute("SELECT * FROM goods WHERE NOT deleted")
    with index.writer() as writer:
        return writer.add_many(map(document, rows), on_error=report)


def load_changes(database: sqlite3.Connection, index: sl.Index) -> int:
    """Follow what changed since the last run; return how many rows that was.

    The index itself says how far it got, so the answer is never ahead of what is committed. One
    statement reads both changes and deletions: between two, a row could change unseen. A change
    that is followed twice does no harm.
    """
    newest = index.search("*", sort="-changed", limit=1)
    since = newest[0]["changed"] if newest else 0
    count = 0
    with index.writer() as writer:
        for row in database.execute("SELECT * FROM goods WHERE changed > ?", [since]):
            count += 1
            if row["deleted"]:
                writer.delete(str(row["id"]))
                continue
            try:
                writer.upsert(document(row))
            except sl.DocumentError as error:
                report(error)
    return count


def report(error: sl.DocumentError) -> None:
    """Tell of a row that the index refused; the others go on."""
    print(f"left out: {error}")


def ask(index: sl.Index, question: str) -> None:
    """Print titles and prices."""
    found = ", ".join(f"{hit['title']} {hit['price']}" for hit in index.search(question))
    print(f"{question}: {found}")


def main() -> None:
    """Make a small shop, load it, change it, follow the changes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder, "shop.db"))) as database,
    ):
        database.row_factory = sqlite3.Row
        database.executescript(TABLE)
        index = sl.Index.create(Path(folder, "shop.idx"), SCHEMA)
        print(f"{load_all(database, index)} loaded")
        ask(index, "чугунный")

        database.executescript(CHANGES)
        print(f"{load_changes(database, index)} changed")
        ask(index, "чугунный")
        ask(index, "медный")


if __name__ == "__main__":
    main()
