"""Which unlabelled ads to label next: those that a model doubts and knows least of, no two alike.

Uncertainty sampling (Lewis and Gale, *A Sequential Algorithm for Training Text Classifiers*, 1994)
picks what is nearest to the threshold; alone it picks the same thing over and over. So an ad is
worth more for words that neither the model nor an ad already picked knows, and for a scheme and a
writing of which few were learned or picked; and what resembles a picked ad is passed over.
"""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from classifier.ads import joined
from classifier.arrays import Floats, indices
from classifier.bands import sigmoid
from classifier.columns import text_columns
from classifier.flagged import cell, explained, wordings
from classifier.model import MEMORY, Model
from classifier.options import Options
from classifier.picking import Candidate, picked
from classifier.reasons import Explanation
from classifier.review import LANGUAGES, About, Case
from classifier.review import page as review_page
from classifier.tables import open_table
from classifier.vocabulary import Lexicon

#: Candidates kept while a file is read, for each ad that is asked for, and at least.
_POOL, _SMALLEST_POOL = 20, 2000

#: Tokens in a shingle, by which copies are told while a file is read.
_SHINGLE = 4


class Asking:
    """Sees batch after batch of ads and picks those to ask about; holds no more than a few thousand.

    Parameters
    ----------
    model : Model
    wanted : int
        How many.
    columns : sequence of str, optional
        The text columns, where the user named them.

    Attributes
    ----------
    rows : int
        How many ads it has seen.

    Examples
    --------
    >>> import classifier
    >>> asking = Asking(classifier.load(), 1)
    >>> asking(pa.record_batch({"text": ["Продам диван", "Нужны карты Каспи", "Подработка, оплата каждый день"]}))
    >>> len(asking.cases())
    1
    """

    def __init__(self, model: Model, wanted: int, columns: Sequence[str] | None = None) -> None:
        self.rows = 0
        self._model, self._wanted, self._columns = model, wanted, columns
        self._limit = max(_SMALLEST_POOL, _POOL * wanted)
        self._lexicon = Lexicon(model.vocabulary)
        self._pool: list[tuple[float, int, int, Candidate]] = []
        self._kinds: set[int] = set()

    def __call__(self, batch: pa.RecordBatch) -> None:
        """Look through a batch."""
        texts = joined(batch, text_columns(batch.schema.names, self._columns))
        scores = self._model.score(texts)
        uncertainty = _uncertainty(scores, self._model.thresholds.review)
        # No ad has more new words than words: what cannot come into the pool need not be read.
        floor = self._pool[0][0] if len(self._pool) >= self._limit else -1.0
        places = np.flatnonzero(uncertainty + 1.0 > floor)
        for place, words in zip(places.tolist(), self._read(texts.take(indices(places))), strict=True):
            self._consider(batch, place, texts[place].as_py(), (scores[place], uncertainty[place]), words)
        self.rows += len(batch)

    def cases(self) -> list[Case]:
        """Give the ads to ask about, the one that teaches most first."""
        pool = [candidate for *_, candidate in sorted(self._pool, key=lambda entry: entry[:2], reverse=True)]
        schemes = self._model.schemes_of([candidate.case.text for candidate in pool]) if pool else []
        return [pool[place].case for place in picked(pool, schemes, self._wanted, self._model.about.get("seen", {}))]

    def _read(self, texts: pa.Array) -> list[list[str]]:
        """Give the words of each ad."""
        if len(self._lexicon) > MEMORY:
            self._lexicon = Lexicon(self._model.vocabulary)
        tokens, _ = self._lexicon.read(texts)
        names = self._lexicon.reader.tokens
        parts = np.split(tokens.codes, np.searchsorted(tokens.ads, np.arange(1, len(texts))))
        return [[names[code] for code in part.tolist()] for part in parts[: len(texts)]]

    def _consider(
        self, batch: pa.RecordBatch, place: int, text: str, found: tuple[float, float], words: list[str]
    ) -> None:
        kind, (score, uncertainty) = _kind(words), found
        if kind in self._kinds:
            return
        new = sorted(set(words) - self._model.vocabulary.token_numbers.keys())
        case = self._case(batch, place, text, score)
        candidate = Candidate(case, uncertainty, new, len(words))
        entry = (candidate.worth, -case.row, kind, candidate)
        self._kinds.add(kind)
        if len(self._pool) < self._limit:
            heapq.heappush(self._pool, entry)
        else:
            self._kinds.discard(heapq.heappushpop(self._pool, entry)[2])

    def _case(self, batch: pa.RecordBatch, place: int, text: str, score: float) -> Case:
        by_name = {name.strip().casefold(): name for name in reversed(batch.schema.names)}
        row = self.rows + place + 1
        key, category = (cell(batch, by_name.get(name), place) for name in ("id", "category"))
        band = str(self._model.thresholds.bands(np.array([score]))[0])
        return Case(key or str(row), row, text, float(score), band, "", category, [], [], [])


def _uncertainty(scores: Floats, threshold: float) -> Floats:
    """4p(1 - p) of each score, restated so that p = 0.5 is the threshold; -2 where there is no score."""
    with np.errstate(divide="ignore"):
        logits = np.log(scores) - np.log1p(-scores) - (np.log(threshold) - np.log1p(-threshold))
    p = sigmoid(np.clip(logits, -700, 700))
    return np.where(np.isnan(scores), -2.0, 4.0 * p * (1.0 - p))


def _kind(words: Sequence[str]) -> int:
    """Give a number that copies share as likely as they are alike (Broder's minhash, 1997), of shingles of words."""
    ends = range(max(1, len(words) - _SHINGLE + 1))
    return min(zlib.crc32(" ".join(words[start : start + _SHINGLE]).encode()) for start in ends)


def ask(model: Model, files: Sequence[str], wanted: int, options: Options) -> list[Case]:
    """Pick the ads of some files whose labels would teach a model most.

    Parameters
    ----------
    model : Model
    files : sequence of str
        Files, or ``-`` for standard input.
    wanted : int
    options : Options
        How they are read, and in which text columns.

    Returns
    -------
    list of Case
        Explained, the one that teaches most first. Rows count on over the files.

    Raises
    ------
    DataError
        If a file cannot be read as a table of ads.
    """
    asking = Asking(model, wanted, options.text_columns)
    for path in files:
        with open_table(
            path, encoding=options.encoding, delimiter=options.delimiter, default=options.default_format
        ) as table:
            for batch in table.batches():
                asking(batch)
    return [_described(case, model.explain(case.text)) for case in asking.cases()]


def page(cases: Sequence[Case], source: str, language: str = LANGUAGES[0]) -> str:
    """Write the ads to ask about as a page to decide on; see `review.page`."""
    return review_page(cases, schemes=wordings(), about=About(source, 0, _HEADING, _INTRO), language=language)


def _described(case: Case, why: Explanation) -> Case:
    return explained(case, why)._replace(scheme=why.fraud_scheme)


_HEADING = {"ru": "Разметьте эти объявления", "kk": "Осы хабарландыруларды белгілеңіз", "en": "Label these ads"}

_INTRO = {
    "ru": "На этих объявлениях модель научится больше всего: она в них сомневается или мало знает таких слов и схем. "
    "Сначала самые полезные.",
    "kk": "Модель осы хабарландырулардан көбірек үйренеді: ол бұларға күмәнданады немесе мұндай сөздер "
    "мен схемаларды аз біледі. Ең пайдалысы — басында.",
    "en": "These teach the model most: it doubts them, or knows few such words and schemes. "
    "The most useful come first.",
}
