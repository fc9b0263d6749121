"""The conformance suite: every test that asks for `create` or `engine` runs on each engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

import searchlib as sl
from searchlib.engines import EngineName


class Create(Protocol):
    """Makes an index of the engine under test."""

    def __call__(self, path: Path, schema: sl.Schema) -> sl.Index: ...


@pytest.fixture(params=["native", "whoosh"])
def engine(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name


@pytest.fixture
def create(engine: EngineName) -> Create:
    return partial(sl.Index.create, engine=engine)
