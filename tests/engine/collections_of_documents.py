"""Random collections of Russian documents, each an index of several segments and an oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import searchlib as sl
from searchlib.engines import EngineName
from tests.engine.oracle import Oracle

WORDS = tuple(
    (
        "стали сталь стать нефть нефти нефтью газ газа люди человек людей шёл идти шла замок замка "
        "мыла мыло мыть ёж ежи Ёжик узнаём узнаем узнать тест-кейс кейсы Ростов-на-Дону Дону 2025 "
        "15 и не или быть в транспортировка транспорта провод нефтепровод печь печи лев льва льды "
        "ложь ВОЗ воз 4 ноября 04.11.2025 мини-отель г. 12 000 кг"
    ).split()
)
TAGS = ("нефть", "спорт", "наука")
SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2.0),
    body=sl.Text(),
    day=sl.Date(sortable=True),
    price=sl.Integer(),
    tags=sl.Keyword(multiple=True),
)
FIRST_DAY = date(2025, 1, 1)


@dataclass(frozen=True)
class Collection:
    """The same documents twice."""

    snapshot: sl.Snapshot
    oracle: Oracle

    def keys(self, numbers: list[int]) -> list[str]:
        """The keys of the oracle's documents."""
        return [self.oracle.documents[number].values["id"] for number in numbers]


def document(rng: random.Random, key: int) -> dict[str, Any]:
    """A document of random words; any field but the key may be missing."""

    def text(most: int) -> str:
        return " ".join(
            rng.choice(WORDS) + rng.choice(["", "", ",", "."]) for _ in range(rng.randint(1, most))
        )

    made = {
        "id": str(key),
        "title": text(4),
        "body": text(rng.choice([3, 12, 60])),
        "day": FIRST_DAY + timedelta(days=rng.randrange(40)),
        "price": rng.randrange(10),
        "tags": rng.sample(TAGS, rng.randint(1, 2)),
    }
    return {name: value for name, value in made.items() if name == "id" or rng.random() < 0.9}


def build(folder: Path, seed: int, engine: EngineName) -> Collection:
    """Write three segments, too few to be merged; delete and replace some; tell the oracle all."""
    rng = random.Random(seed)
    analyzer = sl.analysis.russian()
    oracle = Oracle({"title": 2.0, "body": 1.0}, "id", analyzer.analyze, analyzer.analyze_query)
    index = sl.Index.create(folder, SCHEMA, engine=engine)
    count = 0
    for _ in range(2):
        with index.writer() as writer:
            for _ in range(rng.randint(9, 28)):
                made = document(rng, count)
                writer.add(made)
                oracle.add(made)
                count += 1
    # Less than half of any segment, so that no segment is rewritten and statistics stay.
    with index.writer() as writer:
        for key in range(0, count, 7):
            oracle.delete(str(key))
            assert writer.delete(str(key))
        for key in range(3, count, 11):
            made = document(rng, key)
            oracle.add(made)
            writer.upsert(made)
    snapshot = index.snapshot()
    assert len(snapshot._engine.segments()) >= 3
    return Collection(snapshot, oracle)
