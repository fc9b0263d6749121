"""A process of its own for the parsers of markup, whose input is anybody's.

No parser of HTML or Markdown bounds its time and memory: some pages of a hundred kilobytes take
minutes or all the memory there is. In a process of its own that costs one document, which is
reported. What goes there and comes back is JSON; formats are known here by name only.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import struct
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, BinaryIO

from searchlib.readers.base import Reason, RowError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 30.0
"""How long the parsing of one document may take."""
MEMORY = 2 << 30
"""How much address space the process may have, in bytes, where the system can limit it."""
MAX_MARKUP = 32 << 20
"""The longest markup that is read, in characters: its tree takes many times more."""

_PARSERS = {"html": "searchlib.readers.page", "markdown": "searchlib.readers.markdown_text"}
_LENGTH = struct.Struct(">Q")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from searchlib.readers.isolated import serve; serve()"
)

_process: subprocess.Popen[bytes] | None = None
_lock = threading.Lock()


def parse(kind: str, text: str) -> dict[str, Any]:
    """Return what the parser of a kind makes of a text: a document as JSON has it.

    Raises RowError, also when the parser takes too long, needs too much memory or crashes.
    """
    if len(text) > MAX_MARKUP:
        raise RowError(Reason.TOO_LARGE, f"above {MAX_MARKUP >> 20} million characters of markup")
    with _lock:
        answer = _asked({"kind": kind, "text": text})
    if answer is None:
        raise RowError(Reason.TOO_COMPLEX, "the parser took too long or too much memory")
    if "reason" in answer:
        raise RowError(Reason(answer["reason"]), answer["detail"], answer["line"])
    document: dict[str, Any] = answer["document"]
    return document


def stop() -> None:
    """End the process if there is one; the next document starts another."""
    with _lock:
        _stop()


def serve() -> None:
    """Answer the questions of the process that started this one, until it closes the pipe."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a parser prints must not come between the answers.
    os.dup2(2, 1)
    _limit_memory()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            question = _receive(questions)
            _send(answers, _answer(question["kind"], question["text"]))


def _asked(question: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer of the process; nothing when it did not live to give one."""
    process = _running()
    assert process.stdin is not None
    assert process.stdout is not None
    overdue = threading.Event()

    def kill() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(SECONDS, kill)
    timer.start()
    answer = None
    try:
        _send(process.stdin, question)
        answer = _receive(process.stdout)
    except (OSError, EOFError):
        pass
    finally:
        timer.cancel()
        timer.join()
        # Without an answer, or killed just after it, the process is no use to the next document.
        if answer is None or overdue.is_set():
            _stop()
    return answer


def _answer(kind: str, text: str) -> dict[str, Any]:
    try:
        return {"document": importlib.import_module(_PARSERS[kind]).parse(text)}
    except RowError as problem:
        return {"reason": problem.reason, "detail": problem.detail, "line": problem.line}
    except (RecursionError, MemoryError) as error:
        return {"reason": Reason.TOO_COMPLEX, "detail": type(error).__name__, "line": None}


def _running() -> subprocess.Popen[bytes]:
    global _process
    if _process is None or _process.poll() is not None:
        _stop()
        _process = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for the process that a person sees; this one ends with its pipe.
            start_new_session=True,
        )
    return _process


@atexit.register
def _stop() -> None:
    global _process
    process, _process = _process, None
    if process is not None:
        process.kill()
        with contextlib.suppress(BrokenPipeError):
            process.__exit__(None, None, None)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or hard > MEMORY:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))


def _send(pipe: BinaryIO | Any, message: Mapping[str, Any]) -> None:
    # surrogatepass: a broken escape in someone's JSON-LD can make half a letter.
    data = json.dumps(message, ensure_ascii=False).encode(errors="surrogatepass")
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: BinaryIO | Any) -> dict[str, Any]:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    message: dict[str, Any] = json.loads(_exactly(pipe, length).decode(errors="surrogatepass"))
    return message


def _exactly(pipe: BinaryIO | Any, length: int) -> bytes:
    data: bytes = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data
