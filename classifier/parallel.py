"""Score batches on several cores, in their order, a few at a time."""

from __future__ import annotations

import functools
import tempfile
import warnings
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from classifier.model import Model

#: Inputs shorter than this, in bytes, are scored in one process: starting others would take longer.
WORTH_IT = 16 * 2**20

_Kept = TypeVar("_Kept")


def predicted(
    model: Model, batches: Iterable[tuple[_Kept, pa.Array]], jobs: int, prevalence: float | None
) -> Generator[tuple[_Kept, pa.Table]]:
    """Score columns of texts, each beside something that is handed back with its scores.

    Parameters
    ----------
    model : Model
    batches : iterable of (anything, pyarrow.Array of string)
    jobs : int
        Processes; with one, everything happens in this one.
    prevalence : float or None
        As in `Model.score`.

    Yields
    ------
    (anything, pyarrow.Table)
        In the order of `batches`; never are more than a few batches a process held in memory.
    """
    if jobs == 1:
        for kept, texts in batches:
            yield kept, model.predict_arrow(texts, prevalence=prevalence)
        return
    import joblib

    waiting: deque[_Kept] = deque()

    def tasks(path: str) -> Iterator[object]:
        for kept, texts in batches:
            waiting.append(kept)
            yield joblib.delayed(_predict)(path, texts, prevalence)

    # Workers load the model from a file, once each: cheaper than to send it with every batch.
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.zip")
        model.save(path)
        with joblib.Parallel(jobs, return_as="generator", batch_size=1, pre_dispatch=2 * jobs) as parallel:
            tables = parallel(tasks(path))
            try:
                for table in tables:
                    yield waiting.popleft(), table
            finally:
                # A run that is interrupted leaves tasks undone, which is no news.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)
                    tables.close()


def processes(wanted: int | None, size: int | None) -> int:
    """Say how many processes to use.

    Parameters
    ----------
    wanted : int or None
        What the user asked for.
    size : int or None
        Bytes to be scored, where known.

    Returns
    -------
    int
        Without a wish, the cores there are for a large input, and one for a small or unknown one.
    """
    if wanted is not None:
        return max(1, wanted)
    if size is None or size < WORTH_IT:
        return 1
    import joblib

    # Those that this process may use, whatever the system; a container has fewer than its machine.
    return int(joblib.cpu_count())


@functools.lru_cache(maxsize=1)
def _loaded(path: str) -> Model:
    from classifier import store

    return store.load(path)


def _predict(path: str, texts: pa.Array, prevalence: float | None) -> pa.Table:
    return _loaded(path).predict_arrow(texts, prevalence=prevalence)
