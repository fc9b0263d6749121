"""Filter, sort, count by value and leaf through results.

    .venv/bin/python examples/filters_and_sorting.py

A filter narrows without touching the score; a sort replaces the score; facets count the values of
a field over all that matched, not only over the page shown.
"""

from __future__ import annotations

import tempfile
from datetime import date

import searchlib as sl

SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2.0),
    body=sl.Text(),
    city=sl.Keyword(facet=True, sortable=True),
    tags=sl.Keyword(multiple=True, facet=True),
    price=sl.Integer(sortable=True),
    published=sl.Date(sortable=True),
)

ADVERTISEMENTS = [
    ("1", "Лодка вёсельная", "Деревянная лодка, вёсла в подарок.", "Казань", "лодки дерево", 18000),
    ("2", "Лодочный мотор", "Мотор для лодки, пять сил.", "Елец", "моторы", 32000),
    ("3", "Байдарка", "Туристская лодка на двоих, с чехлом.", "Ёлкино", "лодки поход", 41000),
    ("4", "Надувная лодка", "Заплата на борту, воздух держит.", "Казань", "лодки", 7500),
    ("5", "Палатка", "Трёхместная, для похода с лодками и без.", "Яхрома", "поход", 9000),
    ("6", "Самовар", "Тульский, на дровах, кипит быстро.", "Казань", "быт", 15000),
]


def main() -> None:
    """Make a small index and ask it for boats in several ways."""
    with tempfile.TemporaryDirectory() as folder:
        index = sl.Index.create(folder, SCHEMA)
        with index.writer() as writer:
            writer.add_many(
                {
                    "id": key,
                    "title": title,
                    "body": body,
                    "city": city,
                    "tags": tags.split(),
                    "price": price,
                    "published": date(2025, 5, int(key)),
                }
                for key, title, body, city, tags, price in ADVERTISEMENTS
            )
        # One snapshot for all the questions: they see one state, whatever is written meanwhile.
        boats = index.snapshot()

        show("best first", boats.search("лодка"))
        show("below 20,000", boats.search("лодка", filter="price:<20000"))
        show("first days of May", boats.search("лодка", filter="published:..2025-05-03"))
        show("not in Казань", boats.search("лодка", filter="NOT city:Казань"))
        show("cheapest first", boats.search("лодка", sort="price"))
        # By the Russian alphabet: Елец and Ёлкино stand before Казань.
        show("by city", boats.search("лодка", sort="city"))
        show("everything, newest first", boats.search("*", sort="-published"))
        show("second page of two", boats.search("лодка", limit=2, offset=2, sort="price"))

        counted = boats.search("лодка", limit=0, count=True, facets=["city", "tags"])
        print(f"{counted.total} in all")
        for field, values in counted.facets.items():
            print(f"  {field}: {', '.join(f'{value} {number}' for value, number in values)}")


def show(what: str, results: sl.Results) -> None:
    """Print one line of titles."""
    print(f"{what}: {', '.join(hit['title'] for hit in results)}")


if __name__ == "__main__":
    main()
