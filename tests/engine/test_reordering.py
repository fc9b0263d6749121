"""`optimize` of many documents writes them in another order; nobody sees that but by speed."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib as sl

TOPICS = (
    "Нефть и газ дорожают на мировой бирже",
    "Команда забила гол и выиграла матч чемпионата",
    "Учёные открыли планету у далёкой звезды",
    "Театр показал премьеру новой оперы",
)
COUNT = 10_200


@pytest.fixture
def index(tmp_path: Path) -> sl.Index:
    schema = sl.Schema(
        id=sl.Keyword(unique=True),
        text=sl.Text(),
        price=sl.Integer(),
        section=sl.Keyword(sortable=True, facet=True),
    )
    index = sl.Index.create(tmp_path / "новости", schema)
    with index.writer() as writer:
        writer.add_many(
            {
                "id": str(at),
                "text": f"{TOPICS[at * 7 % 4]} {at % 11}",
                "price": at % 3,
                "section": f"раздел {at % 5}",
            }
            for at in range(COUNT)
        )
    return index


def keys(index: sl.Index, query: str, **options: object) -> list[str]:
    return [hit.key for hit in index.search(query, limit=COUNT, **options)]  # type: ignore[misc, arg-type]


def test_hits_scores_and_orders_stay_as_they_were(index: sl.Index, tmp_path: Path) -> None:
    def answers(index: sl.Index) -> list[object]:
        found: list[object] = [keys(index, "*")]
        for query in ("планета", '"гол и выиграла"', "газ 7"):
            results = index.search(query, limit=COUNT, facets=("section",), count=True)
            found += [results.total, results.facets, {hit.key: hit.score for hit in results}]
        found += [keys(index, "гол", sort=order) for order in ("added", "-price", "section")]
        return found

    index.backup(tmp_path / "прежний")
    before = sl.Index.open(tmp_path / "прежний")
    index.optimize()
    assert answers(before) == answers(index)
    # Documents of a topic stand together now: among equal scores the order of adding is gone.
    assert keys(index, "газ") != keys(index, "газ", sort="added")
    assert index.check() == []
    info = index.info()
    index.optimize()
    assert index.info() == info, "a second time there is nothing to do"

    with index.writer() as writer:
        writer.add_many([{"id": "7", "text": "Новый текст о погоде"}], replace=True)
        writer.delete("100")
    assert keys(index, "*", sort="added")[-1] == "7"
    snapshot = index.snapshot()
    assert len(snapshot) == COUNT - 1
    assert snapshot.document("7") == {"id": "7", "text": "Новый текст о погоде"}
    assert keys(index, "погода") == ["7"]
    assert index.check() == []
