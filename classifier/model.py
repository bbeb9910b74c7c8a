"""The frozen model: scores, bands and reasons without scikit-learn."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import pyarrow as pa

from classifier import ads as ads_in
from classifier.arrays import Floats, Ints, column, indices, nullable, scattered
from classifier.bands import BANDS, HeldOut, Thresholds, prior_logit, sigmoid
from classifier.columns import OUTPUT
from classifier.errors import UsageError
from classifier.lookup import parts
from classifier.reading import Tokens
from classifier.reasons import Evidence, Explanation, evidence
from classifier.scheme_model import SchemeModel
from classifier.scored import in_language
from classifier.vocabulary import Lexicon, Lookup, Vocabulary
from classifier.weighing import Vectors, known_pairs, vectors

if TYPE_CHECKING:
    import os

    import pandas as pd

#: How many distinct chunks, runs and tokens a thread remembers, some 40 MB, before it forgets all but the commonest.
MEMORY = 200_000

#: How many ads are weighed at once; more is no faster and takes more memory.
BATCH = 5120

#: How many flagged ads are looked into at once.
FLAGGED = 1024


@dataclass(frozen=True)
class Model:
    """A trained detector of fraudulent ads.

    Made by `classifier.train` or `classifier.load`.

    Attributes
    ----------
    vocabulary : Vocabulary
    coefficients : ndarray of float64, shape (n_pieces + n_pairs,)
    intercept : float
        Together a logistic regression, calibrated, at even odds.
    thresholds : Thresholds
    held_out : HeldOut
        Out-of-fold likelihoods of the ads it was trained on.
    about : dict
        What the model was trained on and with; for people and cards, not for scoring.
    schemes : SchemeModel or None
        Names the scheme of flagged ads; None where training was told of none.
    """

    vocabulary: Vocabulary
    coefficients: Floats
    intercept: float
    thresholds: Thresholds
    held_out: HeldOut
    about: dict[str, Any] = field(default_factory=dict)
    schemes: SchemeModel | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "_of_thread", threading.local())

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_of_thread"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        object.__setattr__(self, "_of_thread", threading.local())

    def score(
        self, ads: ads_in.Ads, *, text_columns: Sequence[str] | None = None, prevalence: float | None = None
    ) -> Floats:
        """Give the likelihood of fraud of each ad.

        Parameters
        ----------
        ads : collection of str or None; Series; DataFrame; pyarrow Array, ChunkedArray, Table or RecordBatch
            The texts. Of a table the columns title, description and text.
        text_columns : sequence of str, optional
            Which columns of a table hold the text, where their names do not say.
        prevalence : float, optional
            The share of fraud, between 0 and 1, in the stream the ads come from; without it
            likelihoods are stated at even odds.

        Returns
        -------
        ndarray of float64, shape (n_ads,)
            From 0 to 1; NaN where there is nothing to read.

        Raises
        ------
        TextTypeError
            If `ads` is a bare string, None, a number, or holds anything but texts.
        DataError
            If a table has no text column, or not those named.
        UsageError
            If `prevalence` is not between 0 and 1, or `text_columns` are named where there is no table.

        Examples
        --------
        >>> import classifier
        >>> model = classifier.load()
        >>> model.score(["Нужны карты Каспи, 50 000 в день", "Продам диван, самовывоз"]).round(1)
        array([1., 0.])
        """
        shift = prior_logit(prevalence)
        parts = [self._weigh(part).logits for part in _slices(ads_in.to_column(ads, text_columns))]
        return sigmoid(np.concatenate([np.empty(0), *parts]) + shift)

    def predict(
        self,
        ads: ads_in.Ads,
        *,
        text_columns: Sequence[str] | None = None,
        prevalence: float | None = None,
        language: str | None = None,
    ) -> pd.DataFrame:
        """Give each ad its likelihood, band, scheme and reasons.

        Parameters
        ----------
        ads, text_columns, prevalence
            As in `score`.
        language : {"en", "ru", "kk"}, optional
            In which schemes are named; by default they are ids, see `classifier.schemes`.

        Returns
        -------
        DataFrame
            Columns ``fraud_score``, ``fraud_band``, ``fraud_scheme``, ``fraud_reasons``; the
            index of a Series or DataFrame is kept.

        Raises
        ------
        TextTypeError, DataError, UsageError
            As in `score`; also if there is no such language.

        Examples
        --------
        >>> import classifier
        >>> model = classifier.load()
        >>> model.predict(["Продам диван, самовывоз", None])["fraud_band"].tolist()
        ['clear', 'unscored']
        >>> model.predict(["Нужны карты Каспи Голд, 50 000 в день"], language="ru")["fraud_scheme"].tolist()
        ['Скупка и аренда карт, счетов, симок']
        """
        texts = ads_in.to_column(ads, text_columns)
        frame: pd.DataFrame = self.predict_arrow(texts, prevalence=prevalence, language=language).to_pandas()
        frame.index = ads_in.index_of(ads, len(frame))
        return frame

    def schemes_of(self, ads: ads_in.Ads) -> list[str]:
        """Name the scheme that each ad looks like, as if all were fraudulent.

        Parameters
        ----------
        ads : collection of str
            As in `score`.

        Returns
        -------
        list of str, length n_ads
            Ids, see `classifier.schemes`; all empty where the model knows no schemes.

        Examples
        --------
        >>> import classifier
        >>> classifier.load().schemes_of(["Нужны карты Каспи Голд"])
        ['account_trade']
        """
        return [
            scheme for part in _slices(ads_in.to_column(ads), FLAGGED) for scheme in self._named(self._weigh(part))
        ]

    def predict_arrow(
        self,
        ads: pa.Array | pa.ChunkedArray | pa.RecordBatch | pa.Table,
        *,
        text_columns: Sequence[str] | None = None,
        prevalence: float | None = None,
        language: str | None = None,
    ) -> pa.Table:
        """Do what `predict` does, from Arrow to Arrow.

        All ways lead through here: files, DataFrames and engines hand over a batch at a time. Put
        the answer beside what was asked with `classifier.scored.beside`.

        Parameters
        ----------
        ads : pyarrow.Array or ChunkedArray of string; RecordBatch or Table with columns of text
        text_columns, prevalence, language
            As in `predict`.

        Returns
        -------
        pyarrow.Table, shape (n_ads, 4)
            ``fraud_score`` is a double, null where there is nothing to read; the others are strings, never null.

        Raises
        ------
        TextTypeError, DataError, UsageError
            As in `predict`.

        Examples
        --------
        >>> import classifier
        >>> import pyarrow as pa
        >>> batch = pa.record_batch({"id": [7], "text": ["Нужны карты Каспи Голд, 50 000 в день"]})
        >>> classifier.load().predict_arrow(batch).column("fraud_scheme").to_pylist()
        ['account_trade']
        """
        texts = ads_in.to_column(ads, text_columns)
        shift = prior_logit(prevalence)
        parts = [self._predicted(part, shift) for part in _slices(texts)] or [self._predicted(texts, shift)]
        return in_language(pa.Table.from_batches(parts).combine_chunks(), language)

    def _predicted(self, ads: pa.Array, shift: float) -> pa.RecordBatch:
        """Give the likelihoods, bands, schemes and reasons of a batch."""
        logits = self._weigh(ads).logits
        bands = self.thresholds.band_numbers(sigmoid(logits))
        flagged = np.flatnonzero((bands == BANDS.index("review")) | (bands == BANDS.index("hold")))
        schemes, why = [], []
        # Few ads are flagged: those are read again, with the place of each word.
        for some in np.split(flagged, range(FLAGGED, len(flagged), FLAGGED)):
            weighed = self._weigh(ads.take(indices(some)))
            schemes += self._named(weighed)
            why += ["; ".join(phrases) for phrases in weighed.evidence().reasons()]
        columns = [
            nullable(sigmoid(logits + shift)),
            column(BANDS).take(indices(bands)),
            scattered(schemes, flagged, len(ads)),
            scattered(why, flagged, len(ads)),
        ]
        return pa.RecordBatch.from_arrays(columns, names=list(OUTPUT))

    def _named(self, weighed: _Weighed) -> list[str]:
        """Name the scheme of each ad of a batch, as if all were fraudulent."""
        if self.schemes is None:
            return [""] * len(weighed.logits)
        codes = weighed.vectors.of_tokens.columns
        return self.schemes.named(weighed.vectors, self._memory.of_schemes(self.schemes, codes))

    @overload
    def explain(self, ads: str) -> Explanation: ...  # type: ignore[overload-overlap]

    @overload
    def explain(self, ads: ads_in.Ads, *, text_columns: Sequence[str] | None = None) -> list[Explanation | None]: ...

    def explain(
        self, ads: str | ads_in.Ads, *, text_columns: Sequence[str] | None = None
    ) -> Explanation | list[Explanation | None]:
        """Say which words gave an ad its likelihood.

        Parameters
        ----------
        ads : str, or a collection of them as in `score`
            One ad, or many.
        text_columns : sequence of str, optional
            As in `score`.

        Returns
        -------
        Explanation, or a list with one for each ad
            In a list None stands where there is no word to explain.

        Raises
        ------
        TextTypeError, DataError
            As in `score`.
        UsageError
            If there is no word in the one ad that was passed.

        Examples
        --------
        >>> import classifier
        >>> model = classifier.load()
        >>> why = model.explain("Нужны карты Каспи, 50 000 в день")
        >>> logit = np.log(why.fraud_score / (1 - why.fraud_score))
        >>> bool(np.isclose(why.base + sum(word.weight for word in why.words), logit))
        True
        >>> [why and why.reasons for why in model.explain(["Нужны карты Каспи", None])]
        [['Нужны карты Каспи'], None]
        """
        if not isinstance(ads, str):
            return [self._explained(text) for text in _slices(ads_in.to_column(ads, text_columns), 1)]
        why = self._explained(ads_in.to_column([ads]))
        if why is None:
            raise UsageError("there is no word in this ad to explain")
        return why

    def _explained(self, texts: pa.Array) -> Explanation | None:
        """Explain the one ad of a column; a null or empty text has no explanation."""
        weighed = self._weigh(texts)
        if not len(weighed.vectors.tokens.codes):
            return None
        found = weighed.evidence()
        score = sigmoid(weighed.logits)
        band = str(self.thresholds.bands(score)[0])
        return Explanation(
            text=texts[0].as_py(),
            fraud_score=float(score[0]),
            fraud_band=band,
            fraud_scheme="" if band == "clear" else self._named(weighed)[0],
            base=self.intercept,
            words=found.words(),
            reasons=found.reasons()[0],
        )

    def with_thresholds(self, review: float, hold: float) -> Model:
        """Give the same model with other bands.

        Parameters
        ----------
        review, hold : float
            Likelihoods at even odds from which an ad falls into the band.

        Raises
        ------
        UsageError
            Unless ``0 <= review <= hold <= 1``.

        Examples
        --------
        >>> import classifier
        >>> model = classifier.load().with_thresholds(0.0, 1.0)
        >>> model.predict(["Продам диван"])["fraud_band"].tolist()
        ['review']
        """
        if not 0.0 <= review <= hold <= 1.0:
            raise UsageError(
                f"thresholds must be 0 <= review <= hold <= 1, for example 0.5,0.9; not {review:g},{hold:g}"
            )
        return dataclasses.replace(self, thresholds=Thresholds(review, hold))

    def with_false_alarms(self, review: float, hold: float) -> Model:
        """Give the same model with bands that alarm at most these shares of honest ads, measured out of fold.

        Parameters
        ----------
        review, hold : float
            Between 0 and 1, ``hold <= review``.

        Raises
        ------
        UsageError
        """
        return dataclasses.replace(self, thresholds=self.held_out.thresholds(review, hold))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to a file, whole or not at all.

        Parameters
        ----------
        path : path-like
            Usually ends in ``.zip``.
        """
        from classifier import store

        store.save(self, path)

    @property
    def _pair_weights(self) -> Floats:
        return self.coefficients[len(self.vocabulary.pieces) :]

    def _weigh(self, ads: pa.Array) -> _Weighed:
        """Read a batch and sum what its tokens and pairs add; logits are NaN where there is nothing to read."""
        tokens, known, weights = self._read(ads)
        pairs = known_pairs(tokens, known, self.vocabulary)
        weighed = vectors(tokens, pairs, known.idf, self.vocabulary.pair_idf)
        logits = self.intercept + weighed.times(weights, self._pair_weights)
        logits[~tokens.readable] = np.nan
        names = self._memory.reader.tokens
        return _Weighed(ads, weighed, names, (weights, self._pair_weights), logits)

    def _read(self, ads: pa.Array) -> tuple[Tokens, Lookup, Floats]:
        memory = getattr(self._of_thread, "memory", None)  # type: ignore[attr-defined]
        if memory is None or len(memory) > MEMORY:
            common = memory.reader.commonest(MEMORY // 8) if memory else []
            memory = self._of_thread.memory = _Memory(self)  # type: ignore[attr-defined]
            memory.weigh(column(common))
        return memory.weigh(ads)

    @property
    def _memory(self) -> _Memory:
        """What this thread remembers, after it has read."""
        memory: _Memory = self._of_thread.memory  # type: ignore[attr-defined]
        return memory


class _Weighed(NamedTuple):
    """A batch of ads as read and weighed, and the logits that come of it."""

    ads: pa.Array
    vectors: Vectors
    names: list[str]
    weights: tuple[Floats, Floats]
    logits: Floats

    def evidence(self) -> Evidence:
        return evidence(self.ads, self.vectors, self.names, self.weights)


class _Memory(Lexicon):
    """What one thread remembers: the tokens it has met, their idf and weight, and what names a scheme."""

    def __init__(self, model: Model) -> None:
        super().__init__(model.vocabulary)
        self._coefficients = model.coefficients[: len(model.vocabulary.pieces)]
        self._weights = np.empty(0)
        self._of_schemes: dict[int, Floats] = {}

    def weigh(self, ads: pa.Array) -> tuple[Tokens, Lookup, Floats]:
        tokens, known = self.read(ads)
        new = [
            self._vocabulary.weights(part, self._coefficients)
            for part in parts(self.reader.tokens[len(self._weights) :])
        ]
        self._weights = np.concatenate([self._weights, *new])
        return tokens, known, self._weights

    def of_schemes(self, schemes: SchemeModel, codes: Ints) -> Floats:
        """Give each token's number for each scheme, shape (n_codes, n_schemes)."""
        distinct, which = np.unique(codes, return_inverse=True)
        new = [code for code in distinct.tolist() if code not in self._of_schemes]
        of_new = schemes.of_tokens([self.reader.tokens[code] for code in new], self._vocabulary)
        self._of_schemes.update(zip(new, of_new, strict=True))
        found = np.array([self._of_schemes[code] for code in distinct.tolist()]).reshape(-1, len(schemes.ids))
        return found[which]


def _slices(ads: pa.Array, length: int | None = None) -> Iterator[pa.Array]:
    length = length or BATCH
    return (ads.slice(start, length) for start in range(0, len(ads), length))
