#!/usr/bin/env python3
"""Score classified ads: ``python predict.py ads.csv -o scored.csv``, or ``from predict import predict``."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import classifier
from classifier.cli import predict_main

if TYPE_CHECKING:
    import pandas as pd

    from classifier.ads import Ads


def predict(
    ads: Ads,
    *,
    text_columns: Sequence[str] | None = None,
    prevalence: float | None = None,
    language: str | None = None,
) -> pd.DataFrame:
    """Give each ad its likelihood of fraud, band, scheme and reasons, by the model that ships.

    Parameters
    ----------
    ads, text_columns, prevalence, language
        As in `classifier.Model.predict`.

    Returns
    -------
    DataFrame
        Columns ``fraud_score``, ``fraud_band``, ``fraud_scheme``, ``fraud_reasons``.

    Examples
    --------
    >>> predict(["Продам диван, самовывоз"])["fraud_band"].tolist()
    ['clear']
    """
    return _model().predict(ads, text_columns=text_columns, prevalence=prevalence, language=language)


@functools.cache
def _model() -> classifier.Model:
    return classifier.load()


if __name__ == "__main__":
    sys.exit(predict_main())
