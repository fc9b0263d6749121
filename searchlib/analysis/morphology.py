"""Where the dictionary is: the files that `pymorphy3-dicts-ru` installs, read by the core."""

from __future__ import annotations

from pathlib import Path

from searchlib.errors import AnalysisError


def dictionary_folder() -> Path:
    """Return the folder of the installed dictionary. Raises AnalysisError when there is none.

    >>> (dictionary_folder() / "words.dawg").exists()
    True
    """
    try:
        import pymorphy3_dicts_ru
    except ImportError:
        raise AnalysisError(
            "the dictionary of Russian is not installed; run: pip install pymorphy3-dicts-ru"
        ) from None
    return Path(pymorphy3_dicts_ru.get_path())


def dictionary_version() -> str:
    """Return the version of the installed dictionary, which is part of an index's fingerprint."""
    import pymorphy3_dicts_ru

    return str(pymorphy3_dicts_ru.__version__)
