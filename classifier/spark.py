"""Ads in an Apache Spark DataFrame: the same with their scores, computed where the ads are.

Spark comes with the extra ``spark`` and is imported only by those who call this.
"""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

import classifier
from classifier.columns import OUTPUT, check_free, text_columns
from classifier.errors import TextTypeError
from classifier.model import Model
from classifier.schemes import names as scheme_names
from classifier.scored import beside

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    Batches: TypeAlias = Iterator[pa.RecordBatch]

_SCORE, *_TEXTS = OUTPUT


def predict(
    ads: DataFrame,
    model: Model | None = None,
    *,
    text_columns: Sequence[str] | None = None,
    prevalence: float | None = None,
    language: str | None = None,
) -> DataFrame:
    """Give each ad of a Spark DataFrame its likelihood, band, scheme and reasons.

    Nothing is computed until Spark is asked for the result. Each worker process loads the model
    once and keeps it for the tasks that follow; see ``examples/spark_score.py`` for a whole job.

    Parameters
    ----------
    ads : pyspark.sql.DataFrame
        With text columns title, description or text, and whatever others.
    model : Model, optional
        By default the model that ships.
    text_columns, prevalence, language
        As in `Model.predict`.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `ads`, then ``fraud_score`` (double, null where there is nothing to read),
        ``fraud_band``, ``fraud_scheme`` and ``fraud_reasons`` (strings).

    Raises
    ------
    TextTypeError
        If a text column holds anything but strings.
    DataError
        If there is no text column, or already a column named as one of ours.
    UsageError
        If `prevalence` or `language` cannot be used.
    """
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType

    check_free(ads.columns, source="DataFrame")
    found = _texts_of(ads, text_columns)
    model = model or classifier.load()
    # What cannot be used is said here, in one line, and not by every worker.
    scheme_names([], language)
    model.score([], prevalence=prevalence)
    ours = [StructField(_SCORE, DoubleType()), *(StructField(name, StringType()) for name in _TEXTS)]
    score = scoring(model, text_columns=found, prevalence=prevalence, language=language)
    return ads.mapInArrow(score, StructType([*ads.schema.fields, *ours]))


def scoring(
    model: Model,
    *,
    text_columns: Sequence[str],
    prevalence: float | None = None,
    language: str | None = None,
) -> Callable[[Batches], Batches]:
    """Make the function that a worker maps over its batches.

    It carries the model as bytes and is sent to each worker; Spark broadcasts one of this size.

    Parameters
    ----------
    model : Model
    text_columns, prevalence, language
        As in `predict`.

    Returns
    -------
    function
        From record batches to the same with four columns more.
    """
    return functools.partial(
        _scored, model=pickle.dumps(model), text_columns=text_columns, prevalence=prevalence, language=language
    )


@functools.lru_cache(maxsize=2)
def loaded(model: bytes) -> Model:
    """Give the model that these bytes hold, the same one each time: what it has read it remembers."""
    unpickled: Model = pickle.loads(model)
    return unpickled


def _scored(
    batches: Batches, *, model: bytes, text_columns: Sequence[str], prevalence: float | None, language: str | None
) -> Batches:
    scorer = loaded(model)
    for batch in batches:
        scored = scorer.predict_arrow(batch, text_columns=text_columns, prevalence=prevalence, language=language)
        yield from beside(batch, scored).to_batches()


def _texts_of(ads: DataFrame, wanted: Sequence[str] | None) -> list[str]:
    from pyspark.sql.types import NullType, StringType

    found = text_columns(ads.columns, wanted, source="DataFrame")
    for name in found:
        if not isinstance(ads.schema[name].dataType, (StringType, NullType)):
            of = ads.schema[name].dataType.simpleString()
            raise TextTypeError(f"DataFrame: column {name!r} holds {of}, not text; cast it to string")
    return found
