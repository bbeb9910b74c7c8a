"""The TF-IDF transformer: ads × tokens times tokens × pieces, for an ordinary scikit-learn Pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from classifier.arrays import Floats, Ints, column
from classifier.errors import TextTypeError
from classifier.lookup import UNKNOWN
from classifier.pieces import pieces
from classifier.reading import Reader, Tokens
from classifier.spelling import choose
from classifier.vocabulary import Lexicon, Vocabulary
from classifier.weighing import Weights, known_pairs, neighbours, vectors

#: A word never seen weighs as much as the known word at this quantile of the idf: of such words only
#: pieces are known, and an ad full of them must not drown the words that are.
_UNSEEN_IDF = 0.3


class WordPieceTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF over tokens and pairs, each word spread over its pieces.

    ``X = normalise(ads × [tokens, pairs]) · [tokens × pieces, identity]``. Both factors are
    TF-IDF matrices: the first with sublinear term frequency, each row (ad) of length 1; the
    second with a word's own n-gram counts, each row (word) of length 1.

    Parameters
    ----------
    piece_lengths : (int, int), default=(4, 6)
        The shortest and the longest character n-gram of a word.
    min_token : int, default=2
        Tokens in fewer ads than this count as unseen.
    min_pair : int, default=2
        Pairs in fewer ads than this are left out.
    min_piece : int, default=2
        Pieces in fewer distinct words than this are left out; whole words are not held to it.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        What `fit` learned.

    Examples
    --------
    >>> ads = ["Сатылады үй", "Продам дом срочно", "Продам дом"]
    >>> WordPieceTfidf().fit_transform(ads).shape[0]
    3
    """

    def __init__(
        self,
        piece_lengths: tuple[int, int] = (4, 6),
        min_token: int = 2,
        min_pair: int = 2,
        min_piece: int = 2,
    ) -> None:
        self.piece_lengths = piece_lengths
        self.min_token = min_token
        self.min_pair = min_pair
        self.min_piece = min_piece

    def fit(self, X: Iterable[str], y: Any = None) -> WordPieceTfidf:  # noqa: ANN401, N803
        """Learn tokens, pairs and pieces, and how rare each is.

        Parameters
        ----------
        X : iterable of str, shape (n_ads,)
            The texts.
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        TextTypeError
            If `X` is a bare string or holds anything but texts.
        """
        reader = Reader()
        tokens = reader.read(_texts(X))
        self.vocabulary_ = self._learn(reader.tokens, tokens)
        return self

    def _learn(self, names: list[str], tokens: Tokens) -> Vocabulary:
        names, tokens = _meant(names, tokens, self.min_token)
        df = _document_frequency(tokens.ads, tokens.codes, len(names))
        order = [int(code) for code in np.argsort(np.array(names)) if df[code] >= self.min_token]
        number = np.full(len(names), UNKNOWN, np.int64)
        number[order] = np.arange(len(order))
        pairs, pair_df = _adjacent_pairs(tokens, number[tokens.codes], max(len(order), 1))
        kept = pair_df >= self.min_pair
        piece_names, piece_df = self._pieces(names, df)
        idf = _idf(df[order], tokens.n_ads)
        return Vocabulary(
            tokens=[names[code] for code in order],
            token_idf=idf,
            unseen_idf=float(np.quantile(idf, _UNSEEN_IDF)) if len(idf) else 1.0,
            pairs=pairs[kept],
            pair_idf=_idf(pair_df[kept], tokens.n_ads),
            pieces=piece_names,
            piece_idf=_idf(piece_df, len(names)),
            piece_lengths=(self.piece_lengths[0], self.piece_lengths[1]),
        )

    def _pieces(self, names: list[str], df: Ints) -> tuple[list[str], Ints]:
        counts: dict[str, int] = {}
        whole = {f"<{name}>" for name, n in zip(names, df, strict=True) if n >= self.min_token}
        for name in names:
            for piece in pieces(name, self.piece_lengths):
                counts[piece] = counts.get(piece, 0) + 1
        kept = sorted(p for p, n in counts.items() if p in whole or n >= self.min_piece)
        return kept, np.array([counts[p] for p in kept], np.int64)

    def transform(self, X: Iterable[str]) -> sparse.csr_array:  # noqa: N803
        """Turn texts into rows over pieces and pairs.

        Parameters
        ----------
        X : iterable of str, shape (n_ads,)

        Returns
        -------
        csr_array of float64, shape (n_ads, n_pieces + n_pairs)
        """
        check_is_fitted(self)
        vocabulary: Vocabulary = self.vocabulary_
        lexicon = Lexicon(vocabulary)
        tokens, known = lexicon.read(_texts(X))
        names = lexicon.reader.tokens
        pairs = known_pairs(tokens, known, vocabulary)
        ads = vectors(tokens, pairs, known.idf, vocabulary.pair_idf)
        by_token = _rows(ads.of_tokens, ads.lengths, len(names))
        by_pair = _rows(ads.of_pairs, ads.lengths, len(vocabulary.pairs))
        return sparse.hstack([by_token @ _piece_rows(names, vocabulary), by_pair], format="csr")

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:  # noqa: ANN401
        """Names of the columns: pieces, then pairs.

        Returns
        -------
        ndarray of object, shape (n_pieces + n_pairs,)
        """
        check_is_fitted(self)
        return np.array(self.vocabulary_.feature_names, dtype=object)


def _texts(texts: Iterable[str]) -> pa.Array:
    if isinstance(texts, str):
        raise TextTypeError("a collection of texts is expected, not one string; write [text]")
    try:
        return column(texts)
    except TypeError as error:
        raise TextTypeError(f"a collection of texts is expected: {error}") from error


def _meant(names: list[str], tokens: Tokens, least: int) -> tuple[list[str], Tokens]:
    """Settle doubtful tokens by the plain ones that occur often enough, and forget names that do not occur."""
    df = _document_frequency(tokens.ads, tokens.codes, len(names))
    known = {name for name, n in zip(names, df, strict=True) if n >= least}
    said = [choose(name, known) for name in names]
    settled = sorted({said[code] for code in np.flatnonzero(df)} - {""})
    numbers = {name: number for number, name in enumerate(settled)}
    return settled, tokens.settled(np.array([numbers.get(name, UNKNOWN) for name in said], np.int64))


def _idf(df: npt.NDArray[np.integer[Any]] | Floats, n: int) -> Floats:
    """Smoothed inverse document frequency: ln((1 + n) / (1 + df)) + 1."""
    return np.log((1.0 + n) / (1.0 + df)) + 1.0


def _document_frequency(ads: Ints, columns: Ints, n_columns: int) -> Ints:
    distinct = np.unique(ads * n_columns + columns)
    return np.bincount(distinct % n_columns, minlength=n_columns)


def _adjacent_pairs(tokens: Tokens, numbers: Ints, n_tokens: int) -> tuple[Ints, Ints]:
    """Give distinct pairs of known tokens side by side, sorted, and in how many ads each stands."""
    places, following = neighbours(tokens, numbers)
    keys, codes = np.unique(numbers[places] * n_tokens + numbers[following], return_inverse=True)
    df = _document_frequency(tokens.ads[places], codes, max(len(keys), 1))[: len(keys)]
    return np.stack([keys // n_tokens, keys % n_tokens], axis=1), df


def _piece_rows(names: list[str], vocabulary: Vocabulary) -> sparse.csr_array:
    rows = vocabulary.rows(names)
    shape = (len(names), len(vocabulary.pieces))
    return sparse.csr_array((rows.values, (rows.words, rows.pieces)), shape=shape)


def _rows(weights: Weights, lengths: Floats, n_columns: int) -> sparse.csr_array:
    values = weights.shares / lengths[weights.ads]
    return sparse.csr_array((values, (weights.ads, weights.columns)), shape=(len(lengths), n_columns))
