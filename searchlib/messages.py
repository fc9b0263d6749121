"""What the command line says, in English and in Russian, with the right plurals.

The language is Russian when the locale of the environment is (`LC_ALL`, `LC_MESSAGES`, `LANG`),
English otherwise. Which form a Russian number takes is asked of ICU, which is imported only then.
Nothing here prints.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["en", "ru"]

# By key: English, Russian.
TEXTS: dict[str, tuple[str, str]] = {
    "error": ("Error: {message}", "Ошибка: {message}"),
    # wrong use
    "usage.try_help": (
        "Try '{command} --help' for help.",
        "Подсказка: {command} --help",
    ),
    "usage.invalid": ("Invalid value for {name}: {reason}", "Не годится значение {name}: {reason}"),
    "usage.no_argument": ("Missing argument {name}.", "Не хватает аргумента {name}."),
    "usage.no_command": ("Missing command.", "Не хватает команды."),
    "usage.unknown_option": ("No such option: {name}", "Нет такого параметра: {name}"),
    "usage.which_option": (
        "No such option: {name}. Did you mean {known}?",
        "Нет такого параметра: {name}. Может быть, {known}?",
    ),
    "usage.unknown_command": ("No such command: {name}", "Нет такой команды: {name}"),
    "usage.which_command": (
        "No such command: {name}. Did you mean {known}?",
        "Нет такой команды: {name}. Может быть, {known}?",
    ),
    "usage.too_many": (
        "Unexpected: {name} (several words of one argument stand in quotes)",
        "Лишнее: {name} (несколько слов одного аргумента берут в кавычки)",
    ),
    "usage.no_value": ("Option {name} needs a value.", "Параметру {name} нужно значение."),
    "usage.needless_value": (
        "Option {name} takes no value.",
        "У параметра {name} нет значения.",
    ),
    "usage.whole_number": ("give a whole number", "нужно целое число"),
    "usage.at_least": ("give a number from {least} on", "нужно число от {least}"),
    "usage.not_one_of": ("{value} is not one of {known}", "{value} — не одно из {known}"),
    "interrupted": ("Interrupted.", "Прервано."),
    "nothing_found": ("Nothing found.", "Ничего не найдено."),
    "no_words": ("There is no word in this text.", "В этом тексте нет ни одного слова."),
    "note": ("Note: {note}", "Замечание: {note}"),
    "show_alone": (
        "--show prints values only; with --facet use --json, and --count needs no --show",
        "--show печатает только значения; с --facet нужен --json, а --count обходится без --show",
    ),
    "at_line": ("line {line}: {message}", "строка {line}: {message}"),
    "at_least": ("At least {count} found", "Найдено документов: не меньше {count}"),
    "and_took": ("{found} in {time}.", "{found} за {time}."),
    "seconds": ("{value} s", "{value} с"),
    "milliseconds": ("{value} ms", "{value} мс"),
    "bytes": ("{value} B", "{value} Б"),
    "kilobytes": ("{value} KB", "{value} КБ"),
    "megabytes": ("{value} MB", "{value} МБ"),
    "gigabytes": ("{value} GB", "{value} ГБ"),
    # index
    "nothing_indexed": ("Nothing was indexed.", "Ничего не проиндексировано."),
    "written": ("{read}: {added}, {replaced}", "{read}: {added}, {replaced}"),
    "appended": (
        "The schema has no unique field: documents were appended, none could be replaced.",
        "В схеме нет уникального поля: документы добавлены, заменить прежние нельзя.",
    ),
    "left_out": (
        "Left out, since these names cannot name a field: {names}",
        "Не взято: этими именами нельзя назвать поле: {names}",
    ),
    "not_in_schema": (
        "Left out, since the schema does not have these fields: {names}",
        "Не взято: в схеме нет этих полей: {names}",
    ),
    "to_wanted": (
        "Say where the index is to be: --to DIR",
        "Скажите, где быть индексу: --to ПАПКА",
    ),
    "guessed": (
        "Fields, as the first documents tell:",
        "Поля, какими их показывают первые документы:",
    ),
    "guessed_hint": (
        "For other fields: save them with --show-schema, edit the file, give it as --schema FILE.",
        "Нужны другие поля — сохраните эти (--show-schema), поправьте файл и дайте его: "
        "--schema FILE.",
    ),
    "skipped_group": ("  {reason}: {count}", "  {reason}: {count}"),
    "skipped_example": ("    {place}", "    {place}"),
    "skipped_detail": ("    {place}: {detail}", "    {place}: {detail}"),
    "skipped_more": ("    and {count} more", "    и ещё {count}"),
    # why something was skipped, by searchlib.readers.Reason
    "reason.empty": ("nothing in it", "пусто"),
    "reason.binary": ("binary, no text", "двоичный файл, не текст"),
    "reason.encoding": ("unknown encoding", "неизвестная кодировка"),
    "reason.too_large": ("too large", "слишком большой документ"),
    "reason.unreadable": ("cannot be read", "не удалось прочесть"),
    "reason.encrypted": ("packed with a password", "закрыто паролем"),
    "reason.not_an_article": (
        "no first line “date YYYY-MM-DD Title”",
        "нет первой строки «date ГГГГ-ММ-ДД Заголовок»",
    ),
    "reason.wrong_date": ("wrong date", "неверная дата"),
    "reason.broken_json": ("broken JSON", "испорченный JSON"),
    "reason.not_an_object": ("JSON, but not an object", "JSON, но не объект"),
    "reason.broken_row": ("broken quotes", "испорченные кавычки"),
    "reason.columns": ("wrong number of columns", "не то число столбцов"),
    "reason.wrong_value": ("a value its field cannot hold", "значение не подходит полю"),
    "reason.same_id": ("the id of another file", "имя уже занято другим файлом"),
    "reason.too_complex": ("too complex to be read", "слишком запутанная разметка"),
    "reason.broken_front_matter": ("broken front matter", "испорченный заголовочный блок"),
    "reason.rejected": ("does not fit the schema", "не подходит к схеме"),
    "reason.unknown_format": (
        "not a known format (--format names one)",
        "неизвестный формат (указать его: --format)",
    ),
    # info, check, optimize, backup, analyze
    "engine": ("engine", "движок"),
    "documents": ("documents", "документы"),
    "deleted": ("deleted", "удалено"),
    "segments": ("segments", "сегменты"),
    "size": ("size", "размер"),
    "field": ("field", "поле"),
    "type": ("type", "тип"),
    "options": ("options", "свойства"),
    "terms": ("different terms", "разных термов"),
    "analyzer": ("analyzer", "анализатор"),
    "made_with": ("the index was made with", "индекс сделан с"),
    "not_current": ("not what analyses now: rebuild", "сейчас анализ иной: постройте заново"),
    "segment": ("segment", "сегмент"),
    "part": ("part", "часть"),
    "share": ("share", "доля"),
    "percent": ("{value}%", "{value}%"),
    "version_of": ("what works here", "что работает здесь"),
    "version": ("version", "версия"),
    "option.weight": ("weight {value}", "вес {value}"),
    "option.unique": ("unique", "уникальное"),
    "option.multiple": ("multiple", "много значений"),
    "option.facet": ("facet", "фасет"),
    "option.sortable": ("sortable", "для сортировки"),
    "option.not_stored": ("not stored", "не хранится"),
    "option.not_exact": ("no exact forms", "без точных форм"),
    "part.terms": ("term dictionary", "словарь термов"),
    "part.postings": ("postings and impacts", "списки вхождений и оценки"),
    "part.positions": ("positions", "позиции"),
    "part.norms": ("lengths of texts", "длины текстов"),
    "part.sentences": ("sentence starts", "начала предложений"),
    "part.columns": ("columns of values", "столбцы значений"),
    "part.stored": ("stored documents", "тексты документов"),
    "part.deletions": ("deletions", "удаления"),
    "part.frame": ("frames of the files", "обрамление файлов"),
    "version.searchlib": ("searchlib", "searchlib"),
    "version.format": ("index format", "формат индекса"),
    "version.unicode": ("Unicode", "Юникод"),
    "version.icu": ("ICU", "ICU"),
    "version.dictionary": ("dictionary of Russian", "словарь русского языка"),
    "check_passed": ("The index is whole.", "Индекс цел."),
    "optimized": ("The index is one segment now.", "Индекс собран в один сегмент."),
    "backed_up": ("Copied to {target}.", "Скопировано в {target}."),
    "parse": ("parse", "разбор"),
    "key": ("key", "ключ"),
    # the REPL
    "welcome": (
        "{documents} in {path}. Type a query, or :help.",
        "{documents} в {path}. Введите запрос или :помощь.",
    ),
    "unknown_command": (
        "There is no command {name}; :help names them all.",
        "Нет команды {name}; все команды называет :помощь.",
    ),
    "no_such_hit": (
        "There is no result {number}; search first, then give the number of a result.",
        "Нет ответа {number}; сначала спросите, потом назовите номер ответа.",
    ),
    "search_first": ("Search first.", "Сначала спросите."),
    "no_more": ("There are no more results.", "Больше ответов нет."),
    "limit_is": ("Results shown at a time: {limit}", "Показывать ответов сразу: {limit}"),
    "limit_wanted": ("Give a number from 1: :limit 20", "Нужно число от 1: :предел 20"),
    "sort_is": ("Sorted by {sort}.", "Порядок: {sort}."),
    "sorted_by_score": ("Sorted by score.", "Порядок: по оценке."),
    "filter_is": ("Filter: {filter}", "Фильтр: {filter}"),
    "no_filter": ("There is no filter.", "Фильтра нет."),
    "json_on": ("Results come as JSON.", "Ответы выводятся в JSON."),
    "json_off": ("Results come as text.", "Ответы выводятся текстом."),
    "json_wanted": ("Give on or off: :json on", "Нужно вкл или выкл: :json вкл"),
    "time_on": ("Times are shown.", "Время показывается."),
    "time_off": ("Times are not shown.", "Время не показывается."),
    "time_wanted": ("Give on or off: :time on", "Нужно вкл или выкл: :время вкл"),
    "times": (
        "Query read in {planning}, searched in {searching}, documents shown in {showing}.",
        "Запрос прочитан за {planning}, поиск занял {searching}, показ документов — {showing}.",
    ),
    "text_wanted": ("Give a text: :analyze мама мыла раму", "Нужен текст: :анализ мама мыла раму"),
    "other_layout": ("“{typed}” for “{read}”", "«{typed}» вместо «{read}»"),
    "reread": (
        "Typed in the other keyboard layout, it seems: {words}.",
        "Похоже, набрано в другой раскладке: {words}.",
    ),
    "searched_for": (
        "Searched for: {query}   (=word is always taken as typed)",
        "Найдено по запросу: {query}   (=слово ищется как набрано)",
    ),
    "help": (
        ":help            this list\n"
        ":open N          the whole of result N, matches marked\n"
        ":explain N       why result N has its score\n"
        ":next            further results\n"
        ":limit N         how many results to show at a time\n"
        ":sort FIELD      order by a field; -FIELD descends, off is by score\n"
        ":filter QUERY    only documents that match this too; off for all\n"
        ":fields          the fields of the index\n"
        ":info            documents, segments and size of the index\n"
        ":analyze TEXT    the keys of every word of a text\n"
        ":json on|off     results as JSON, one a line\n"
        ":time on|off     what took how long\n"
        ":quit            leave (Ctrl-D too)\n"
        "Anything else is a query. Tab completes words, fields and commands; Ctrl-C leaves a line "
        "or a search. Russian names work too (:помощь), and so does the wrong keyboard layout.",
        ":помощь          этот список\n"
        ":открой N        весь ответ N с отмеченными словами\n"
        ":объясни N       почему у ответа N такая оценка\n"
        ":дальше          следующие ответы\n"
        ":предел N        сколько ответов показывать сразу\n"
        ":порядок ПОЛЕ    упорядочить по полю; -ПОЛЕ по убыванию, выкл по оценке\n"
        ":фильтр ЗАПРОС   только документы, где есть и это; выкл — все\n"
        ":поля            поля индекса\n"
        ":сведения        документы, сегменты и размер индекса\n"
        ":анализ ТЕКСТ    ключи каждого слова текста\n"
        ":json вкл|выкл   ответы в JSON, по одному на строке\n"
        ":время вкл|выкл  что сколько заняло\n"
        ":выход           выйти (и Ctrl-D)\n"
        "Всё остальное — запрос. Tab дописывает слова, поля и команды, Ctrl-C бросает строку или "
        "поиск. Английские имена (:help) тоже годятся, как и чужая раскладка.",
    ),
}

# By key and language: the forms that the language tells apart.
COUNTED: dict[str, dict[Language, dict[str, str]]] = {
    "found": {
        "en": {"one": "{n} document found", "other": "{n} documents found"},
        "ru": {
            "one": "Найден {n} документ",
            "few": "Найдено {n} документа",
            "many": "Найдено {n} документов",
            "other": "Найдено {n} документа",
        },
    },
    "documents": {
        "en": {"one": "{n} document", "other": "{n} documents"},
        "ru": {
            "one": "{n} документ",
            "few": "{n} документа",
            "many": "{n} документов",
            "other": "{n} документа",
        },
    },
    "read": {
        "en": {"one": "{n} document read", "other": "{n} documents read"},
        "ru": {
            "one": "Прочитан {n} документ",
            "few": "Прочитано {n} документа",
            "many": "Прочитано {n} документов",
            "other": "Прочитано {n} документа",
        },
    },
    "added": {
        "en": {"one": "{n} added", "other": "{n} added"},
        "ru": {
            "one": "{n} добавлен",
            "few": "{n} добавлено",
            "many": "{n} добавлено",
            "other": "{n} добавлено",
        },
    },
    "replaced": {
        "en": {"one": "{n} replaced", "other": "{n} replaced"},
        "ru": {
            "one": "{n} заменён",
            "few": "{n} заменено",
            "many": "{n} заменено",
            "other": "{n} заменено",
        },
    },
    "skipped": {
        "en": {"one": "{n} skipped:", "other": "{n} skipped:"},
        "ru": {
            "one": "Пропущен {n}:",
            "few": "Пропущено {n}:",
            "many": "Пропущено {n}:",
            "other": "Пропущено {n}:",
        },
    },
    "problems": {
        "en": {"one": "{n} problem found.", "other": "{n} problems found."},
        "ru": {
            "one": "Найдена {n} неисправность.",
            "few": "Найдены {n} неисправности.",
            "many": "Найдено {n} неисправностей.",
            "other": "Найдено {n} неисправности.",
        },
    },
}

_UNITS = ("bytes", "kilobytes", "megabytes", "gigabytes")


class Messages:
    """The texts of one language.

    >>> Messages("ru").counted("found", 21), Messages("en").counted("found", 5)
    ('Найден 21 документ', '5 documents found')
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def text(self, key: str, **values: Any) -> str:
        """Return a text with its places filled. Raises KeyError for a key that is not there."""
        return TEXTS[key][self.language == "ru"].format(**values)

    def counted(self, key: str, n: int, **values: Any) -> str:
        """Return a text in the form that `n` things take."""
        forms = COUNTED[key][self.language]
        form = _russian_form(n) if self.language == "ru" else ("one" if n == 1 else "other")
        return forms[form].format(n=self.number(n), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with the language's separators; thousands from 10,000 on.

        >>> Messages("ru").number(1234.5, 1), Messages("en").number(12345)
        ('1234,5', '12,345')
        """
        text = f"{value:,.{digits}f}" if abs(value) >= 10_000 else f"{value:.{digits}f}"
        if self.language == "ru":
            text = text.translate({ord(","): "\u00a0", ord("."): ","})
        return text

    def time(self, seconds: float) -> str:
        """Return a duration, in milliseconds below a second.

        >>> Messages("en").time(0.0123), Messages("ru").time(2.5)
        ('12 ms', '2,5 с')
        """
        if seconds < 1:
            return self.text("milliseconds", value=self.number(max(1, round(seconds * 1000))))
        return self.text("seconds", value=self.number(seconds, 1))

    def size(self, count: int) -> str:
        """Return a number of bytes in the unit that suits it, of 1,000.

        >>> Messages("en").size(1_540_000), Messages("ru").size(980)
        ('1.5 MB', '980 Б')
        """
        value: float = count
        unit = 0
        while value >= 1000 and unit < len(_UNITS) - 1:
            value /= 1000
            unit += 1
        return self.text(_UNITS[unit], value=self.number(value, 1 if unit else 0))


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language that the environment's locale asks for.

    >>> language_of({"LANG": "ru_RU.UTF-8"}), language_of({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"})
    ('ru', 'en')
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environment.get(name)
        if locale:
            return "ru" if locale.lower().split(".")[0].split("_")[0] == "ru" else "en"
    return "en"


@lru_cache(maxsize=1)
def current() -> Messages:
    """Return the texts of this process's language."""
    return Messages(language_of(os.environ))


def _russian_form(n: int) -> str:
    return str(_russian_rules().select(n))


@lru_cache(maxsize=1)
def _russian_rules() -> Any:
    from icu import Locale, PluralRules

    return PluralRules.forLocale(Locale("ru"))
