"""Everything that can go wrong, as one tree.

::

    ClassifierError                 catch this one to catch them all
    ├── TextTypeError (TypeError)   something other than a collection of texts was passed
    ├── UsageError (ValueError)     an option or argument that cannot be used
    ├── DataError (ValueError)      a table that cannot be read: file, row and column are named
    │   └── TrainingError           labelled ads from which no model can be trained
    ├── ModelFileError (ValueError) a file that is not a model, or not a whole one
    └── OutputError                 a file that cannot be written: no space, no permission

Each message is one line: what was found, where, and what to do about it.
"""

from __future__ import annotations


class ClassifierError(Exception):
    """The base of every error that this package raises on purpose."""


class TextTypeError(ClassifierError, TypeError):
    """Something other than a collection of texts was passed where one belongs."""


class UsageError(ClassifierError, ValueError):
    """An option or argument that cannot be used as given."""


class DataError(ClassifierError, ValueError):
    """A table that cannot be read or written as asked."""


class TrainingError(DataError):
    """Labelled ads from which no model can be trained."""


class ModelFileError(ClassifierError, ValueError):
    """A file that is not a model of this package, or not a whole one."""


class OutputError(ClassifierError):
    """A file that cannot be written: no space, no permission, another process writing it."""
