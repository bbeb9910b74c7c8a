"""Finds fraudulent classified ads in Kazakh and Russian, and says which words gave them away.

>>> import classifier
>>> model = classifier.load()
>>> model.predict(["Продам диван, самовывоз, торг при осмотре"])["fraud_band"].tolist()
['clear']
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

from classifier.home import MODEL

if TYPE_CHECKING:
    from classifier.errors import (
        ClassifierError,
        DataError,
        ModelFileError,
        OutputError,
        TextTypeError,
        TrainingError,
        UsageError,
    )
    from classifier.model import Model
    from classifier.reasons import Explanation, Mark, Word
    from classifier.training import Trained, train

# Names and where they live; fetched when first used, so that `import classifier` costs nothing
# and scoring never imports scikit-learn.
_HOMES = {
    "ClassifierError": "errors",
    "DataError": "errors",
    "Explanation": "reasons",
    "Mark": "reasons",
    "Model": "model",
    "ModelFileError": "errors",
    "OutputError": "errors",
    "TextTypeError": "errors",
    "Trained": "training",
    "TrainingError": "errors",
    "UsageError": "errors",
    "Word": "reasons",
    "train": "training",
}

__all__ = [
    "MODEL",
    "ClassifierError",
    "DataError",
    "Explanation",
    "Mark",
    "Model",
    "ModelFileError",
    "OutputError",
    "TextTypeError",
    "Trained",
    "TrainingError",
    "UsageError",
    "Word",
    "load",
    "train",
]


def load(path: str | os.PathLike[str] | None = None) -> Model:
    """Load a model.

    Parameters
    ----------
    path : path-like, optional
        By default the model that ships.

    Returns
    -------
    Model

    Raises
    ------
    ModelFileError
        If there is no such file, or it is not a model file, or not a whole one.

    Examples
    --------
    >>> import classifier
    >>> classifier.load().score(["Продам диван, самовывоз"]).shape
    (1,)
    """
    from classifier import store

    return store.load(MODEL if path is None else path)


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name not in _HOMES:
        raise AttributeError(f"module 'classifier' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"classifier.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
