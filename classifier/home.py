"""Where what is not code lies: the model that ships, and in a checkout the collection it learned from."""

from __future__ import annotations

from pathlib import Path

from classifier.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent

# A wheel carries the model inside the package; in a checkout it lies in models/, where train.py writes it.
_INSTALLED = _PACKAGE / "shipped" / "ads.zip"

#: The folder of a checkout, or None where the package was installed from a wheel.
CHECKOUT = None if _INSTALLED.exists() else _PACKAGE.parent

#: The model that ships.
MODEL = _INSTALLED if CHECKOUT is None else CHECKOUT / "models" / "ads.zip"


def collection() -> list[str]:
    """Give the files of labelled ads that the model that ships was trained on.

    Raises
    ------
    UsageError
        If there are none: they are in a checkout, not in a wheel.
    """
    found = sorted(str(path) for path in (CHECKOUT / "datasets").glob("*.csv")) if CHECKOUT else []
    if not found:
        raise UsageError(
            "the collection of labelled ads is not installed, only the model is; "
            "name the tables of labelled ads to train on, for example: mine.csv -o mine.zip"
        )
    return found


def target() -> str:
    """Give the file that a newly trained model replaces unless another is named.

    Raises
    ------
    UsageError
        If that would be the model inside an installed package.
    """
    if CHECKOUT is None:
        raise UsageError("name the file to write the model to, for example -o mine.zip")
    return str(MODEL)


def command(door: str) -> str:
    """Say how a door is opened here.

    Parameters
    ----------
    door : str
        ``predict`` or ``train``.

    Returns
    -------
    str
        In a checkout the script, where the package was installed the console command.
    """
    return f"python {door}.py" if CHECKOUT else f"ads-fraud-{door}"
