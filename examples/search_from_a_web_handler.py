"""Answer queries over HTTP, with nothing but the standard library.

    .venv/bin/searchlib index seeds --format articles --to seeds.idx
    .venv/bin/python examples/search_from_a_web_handler.py seeds.idx 8000

`/?q=нефть` is a page, `/search.json?q=нефть` the same as JSON. All threads search one snapshot, so
every visitor sees one state while another process writes; `POST /refresh` moves on to the newest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from html import escape
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIServer, make_server

import searchlib as sl

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><title>{question}</title>
<form><input name="q" value="{question}" autofocus> <button>Найти</button></form>
<p>{summary}</p><ol>{hits}</ol></html>"""
HIT = "<li><b>{title}</b><br>{passage}</li>"


class Application:
    """A WSGI application: it is called for every request, by many threads at a time."""

    def __init__(self, index: sl.Index) -> None:
        self._index = index
        self._snapshot = index.snapshot()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, text = self._answer(environ)
        headers = [("Content-Type", f"{kind}; charset=utf-8")]
        start_response(status, headers)
        return [text.encode()]

    def _answer(self, environ: Environ) -> tuple[str, str, str]:
        path = environ["PATH_INFO"]
        if path == "/refresh":
            if environ["REQUEST_METHOD"] != "POST":
                return "405 Method Not Allowed", "text/plain", "POST this"
            # One assignment: a request under way keeps the state it began with.
            self._snapshot = self._index.snapshot()
            return "200 OK", "text/plain", f"{len(self._snapshot)} documents"
        if path not in ("/", "/search.json"):
            return "404 Not Found", "text/plain", "not found"
        question = parse_qs(environ.get("QUERY_STRING", "")).get("q", [""])[0]
        try:
            # Visitors type anything: lenient reading never refuses, and no query takes for ever.
            results = self._snapshot.search(question, lenient=True, count=True, timeout=2.0)
        except sl.SearchTimeoutError:
            return "503 Service Unavailable", "text/plain", "this query takes too long"
        if path == "/search.json":
            return "200 OK", "application/json", as_json(results)
        return "200 OK", "text/html", as_page(question, results)


def as_json(results: sl.Results) -> str:
    """Return the hits as JSON, with a passage in place of the whole body."""
    hits = []
    for hit in results:
        passage = hit.snippet("body")
        # Where the matches stand, for a page that marks them itself; dates become text below.
        found = {"score": hit.score, "body": passage.plain(), "marks": passage.ranges}
        hits.append({**hit, **found})
    answer = {"total": results.total, "seconds": results.took, "hits": hits}
    return json.dumps(answer, ensure_ascii=False, default=str)


def as_page(question: str, results: sl.Results) -> str:
    """Return the hits as HTML. What we write ourselves is escaped here, snippets are already."""
    hits = [
        HIT.format(
            title=hit.highlighted("title").html(),
            passage=hit.snippet("body", fragments=2, length=200).html(),
        )
        for hit in results
    ]
    summary = f"{results.total} найдено" if question else "Спросите о чём-нибудь."
    return PAGE.format(question=escape(question), summary=summary, hits="".join(hits))


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """A thread for each request; fit for trying out, not for the open net."""

    daemon_threads = True


def main(folder: str, port: str = "8000") -> None:
    """Serve the index in `folder` on this machine alone; port 0 takes any that is free."""
    application = Application(sl.Index.open(folder))
    with make_server("127.0.0.1", int(port), application, ThreadingServer) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:3])
