"""Help and wrong use in the user's language, and the way into the commands.

Typer speaks English only. Its help is translated word by word where the words are typer's own, and
from `russian_help` where they are ours; what it says of wrong use is recognised and said anew. What
is not recognised stays English.
"""

import re
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from searchlib.messages import Messages, current

F = TypeVar("F", bound=Callable[..., Any])

PROGRAM = "searchlib"
"""What the program is called in help and completion, `python -m searchlib` too."""

# Typer's own words in a page of help.
_HELP_WORDS = (
    (re.compile(r"^Usage: ", re.MULTILINE), "Вызов: "),
    (re.compile(r"\[OPTIONS\]"), "[ПАРАМЕТРЫ]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "КОМАНДА [АРГУМЕНТЫ]..."),
    (re.compile(r"^Arguments:$", re.MULTILINE), "Аргументы:"),
    (re.compile(r"^Options:$", re.MULTILINE), "Параметры:"),
    (re.compile(r"^Commands:$", re.MULTILINE), "Команды:"),
    (re.compile(r"\bdefault:"), "по умолчанию:"),
    (re.compile(r"\brequired\]"), "обязательно]"),
)
# The type of an argument, which its help says better; the columns stay where they are.
_TYPE = re.compile(r"<(?:str|path|list\[Path\])>")

# What typer says of wrong use, and the key of what we say instead. Of an error within an error, the
# outer one comes first.
_COMPLAINTS = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (r"Invalid value for (?P<name>.+?): (?P<reason>.+)", "usage.invalid"),
        (r"Missing argument (?P<name>.+?)\.", "usage.no_argument"),
        (r"Missing command\.", "usage.no_command"),
        (r"No such option: (?P<name>\S+)", "usage.unknown_option"),
        (
            r"No such option: (?P<name>\S+) \(Possible options: (?P<known>.+)\)",
            "usage.which_option",
        ),
        (r"No such command (?P<name>.+?)\.", "usage.unknown_command"),
        (r"No such command (?P<name>.+?)\. Did you mean (?P<known>.+)\?", "usage.which_command"),
        (r"Got unexpected extra argument\(s\) \((?P<name>.+)\)", "usage.too_many"),
        (r"Option (?P<name>.+) requires an argument\.", "usage.no_value"),
        (r"Option (?P<name>.+) does not take a value\.", "usage.needless_value"),
        (r"Input should be a valid integer.*", "usage.whole_number"),
        (r"Input should be greater than or equal to (?P<least>.+)", "usage.at_least"),
        (r"Value error, (?P<value>'.*') is not one of (?P<known>.+)\.", "usage.not_one_of"),
    )
)


class Command(TyperCommand):
    """A command whose help is in the user's language."""

    def get_help(self, ctx: Any) -> str:
        """Return the page of help."""
        return _said(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """Return the line of usage."""
        return _said(super().get_usage(ctx))


class Group(TyperGroup):
    """The program itself, whose help is in the user's language."""

    def get_help(self, ctx: Any) -> str:
        """Return the page of help."""
        return _said(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """Return the line of usage."""
        return _said(super().get_usage(ctx))


class App(typer.Typer):
    """An app of such commands."""

    def command(self, *args: Any, **options: Any) -> Callable[[F], F]:
        """Register a command."""
        return super().command(*args, cls=Command, **options)


def run(app: typer.Typer) -> int:
    """Run what the arguments of the process ask for; return the exit status."""
    program = typer.main.get_command(app)
    messages = current()
    if messages.language == "ru":
        translate(program)
    try:
        return program.main(prog_name=PROGRAM, standalone_mode=False) or 0
    except typer.TyperException as error:
        print(_complaint(error, messages), file=sys.stderr)
        return error.exit_code


def translate(program: Any) -> None:
    """Put the Russian help of every command and parameter in place of the English."""
    from searchlib.russian_help import COMMANDS, COMPLETION, PARAMETERS, PROGRAM

    program.help = PROGRAM
    for parameter in program.params:
        parameter.help = COMPLETION.get(parameter.name, parameter.help)
    for name, command in program.commands.items():
        command.help = COMMANDS.get(name, command.help)
        for parameter in command.params:
            told = PARAMETERS.get(f"{name}.{parameter.name}", PARAMETERS.get(parameter.name))
            parameter.help = told or parameter.help


def _said(help_page: str) -> str:
    if current().language == "ru":
        for word, russian in _HELP_WORDS:
            help_page = word.sub(russian, help_page)
        help_page = _TYPE.sub(lambda match: " " * len(match[0]), help_page)
        help_page = help_page.replace("Show this message and exit.", "Показать эту справку.")
    return help_page


def _complaint(error: typer.TyperException, messages: Messages) -> str:
    context: Any = getattr(error, "ctx", None)
    said = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        return said
    complaint = messages.text("error", message=_retold(said, messages))
    if context is None:
        return complaint
    hint = messages.text("usage.try_help", command=context.command_path)
    return f"{context.get_usage()}\n{hint}\n\n{complaint}"


def _retold(said: str, messages: Messages) -> str:
    for pattern, key in _COMPLAINTS:
        if match := pattern.fullmatch(said):
            parts = match.groupdict()
            if "reason" in parts:
                parts["reason"] = _retold(parts["reason"], messages)
            return messages.text(key, **parts)
    return said
