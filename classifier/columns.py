"""The names of columns: which hold an ad's text, which holds its label, which we add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from classifier.errors import DataError

#: What is appended to every scored table, in this order.
OUTPUT = ("fraud_score", "fraud_band", "fraud_scheme", "fraud_reasons")

#: Headers under which people keep an ad's text, by the part of the ad they hold.
_TITLE = ("title", "заголовок", "название", "тақырып", "атауы")
_DESCRIPTION = ("description", "описание", "сипаттама")
_TEXT = ("text", "текст", "объявление", "мәтін", "хабарландыру")
_KNOWN = _TITLE + _DESCRIPTION + _TEXT


def text_columns(names: Sequence[str], wanted: Iterable[str] | None = None, *, source: str = "table") -> list[str]:
    """Find the columns whose cells, joined by a line break, are an ad's text.

    Parameters
    ----------
    names : sequence of str
        The table's column names.
    wanted : iterable of str, optional
        Columns named by the user; then these and no others.
    source : str, default="table"
        What to call the table in an error.

    Returns
    -------
    list of str
        A title first, then a description, then whatever else is text.

    Raises
    ------
    DataError
        If a wanted column is absent, or none of the known names is there, or one that is needed is there twice.

    Examples
    --------
    >>> text_columns(["id", "Описание", "Заголовок"])
    ['Заголовок', 'Описание']
    >>> text_columns(["anything"])
    ['anything']
    """
    if wanted is not None:
        # One name is a text too, and would be taken for its letters.
        return _only(require(names, [wanted] if isinstance(wanted, str) else list(wanted), source), names, source)
    by_name = {name.strip().casefold(): name for name in reversed(names)}
    found = [by_name[known] for known in _KNOWN if known in by_name]
    if not found and len(names) == 1:
        return list(names)
    if not found:
        raise DataError(
            f"{source}: no text column among {_listed(names)}; "
            "name it title, description or text, or say which by --text-columns NAME (text_columns in Python)"
        )
    return _only(found, names, source)


def _only(found: list[str], names: Sequence[str], source: str) -> list[str]:
    doubled = [name for name in found if list(names).count(name) > 1]
    if doubled:
        raise DataError(f"{source}: there is more than one column {_listed(doubled)}; rename one of them")
    return found


def is_text(name: str) -> bool:
    """Whether a column of this name holds an ad's text.

    Examples
    --------
    >>> is_text(" Описание")
    True
    """
    return name.strip().casefold() in _KNOWN


def require(names: Sequence[str], wanted: Sequence[str], source: str) -> list[str]:
    """Give back the columns that are wanted.

    Raises
    ------
    DataError
        If one of them is absent, or none is wanted.
    """
    missing = [name for name in wanted if name not in names]
    if missing or not wanted:
        raise DataError(f"{source}: no column {_listed(missing)}; the columns are {_listed(names)}")
    return list(dict.fromkeys(wanted))


def label_column(names: Sequence[str], *, source: str = "table") -> str:
    """Find the column of labels.

    Raises
    ------
    DataError
        If there is no column ``label``, in whatever case.

    Examples
    --------
    >>> label_column(["text", "Label"])
    'Label'
    """
    for name in names:
        if name.strip().casefold() == "label":
            return name
    raise DataError(f"{source}: training needs a column label (1/0, fraud/legit); the columns are {_listed(names)}")


def check_free(names: Sequence[str], *, source: str = "table") -> None:
    """Refuse a table that has a name twice or already holds a column that we would add.

    Raises
    ------
    DataError
        Naming the column.
    """
    doubled = sorted({name for name in names if list(names).count(name) > 1})
    if doubled:
        raise DataError(f"{source}: the header has {_listed(doubled)} more than once; rename one of them")
    taken = [name for name in names if name in OUTPUT]
    if taken:
        raise DataError(f"{source}: there is already a column {_listed(taken)}; rename or remove it before scoring")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "(none)"
