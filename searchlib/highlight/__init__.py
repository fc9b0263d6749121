"""Snippets.

`passages` says what is shown of a text, chosen by the core; `markup` renders it.
"""
