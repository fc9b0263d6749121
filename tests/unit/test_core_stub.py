"""The typed face of the compiled core has the names that the core has."""

from __future__ import annotations

import ast
from pathlib import Path

import searchlib
from searchlib import _core

STUB = ast.parse((Path(searchlib.__file__).parent / "_core.pyi").read_text(encoding="utf-8"))


def public(names: list[str]) -> set[str]:
    return {name for name in names if not name.startswith("_")}


def test_classes_and_functions_are_those_of_the_module() -> None:
    declared = {n.name for n in STUB.body if isinstance(n, ast.ClassDef | ast.FunctionDef)}
    constants = {
        n.target.id
        for n in STUB.body
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    }
    assert public(dir(_core)) == declared | constants


def test_methods_are_those_of_each_class() -> None:
    for node in STUB.body:
        if isinstance(node, ast.ClassDef):
            declared = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            assert public(dir(getattr(_core, node.name))) == public(list(declared)), node.name
