"""Which scheme a fraudulent ad looks like: a frozen multinomial regression over the same tokens.

As the likelihood does, it factorises: a token has one number a scheme, the product of its row over
the pieces and the coefficients. They are kept as bytes with one scale a scheme, which costs nothing
in the figures and a quarter of what single precision would in the model file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.arrays import Floats
from classifier.vocabulary import Vocabulary
from classifier.weighing import Vectors

Small = npt.NDArray[np.int8]

_LARGEST = np.iinfo(np.int8).max


@dataclass(frozen=True)
class SchemeModel:
    """A trained sorter of fraudulent ads into schemes.

    Attributes
    ----------
    ids : tuple of str
        The schemes, see `classifier.schemes`.
    of_pieces : ndarray of int8, shape (n_pieces, n_schemes)
    of_pairs : ndarray of int8, shape (n_pairs, n_schemes)
        Coefficients, in units of `scales`.
    scales : ndarray of float64, shape (n_schemes,)
    intercepts : ndarray of float64, shape (n_schemes,)
    """

    ids: tuple[str, ...]
    of_pieces: Small
    of_pairs: Small
    scales: Floats
    intercepts: Floats

    @classmethod
    def empty(cls, n_pieces: int, n_pairs: int) -> SchemeModel:
        """Give the model that knows no scheme."""
        return cls((), np.empty((n_pieces, 0), np.int8), np.empty((n_pairs, 0), np.int8), np.empty(0), np.empty(0))

    def of_tokens(self, tokens: Sequence[str], vocabulary: Vocabulary) -> Floats:
        """Give each token's number for each scheme, in units of `scales`, shape (n_tokens, n_schemes)."""
        rows = vocabulary.rows(tokens)
        found = np.zeros((len(tokens), len(self.ids)))
        np.add.at(found, rows.words, rows.values[:, None] * self.of_pieces[rows.pieces])
        return found

    def named(self, ads: Vectors, of_tokens: Floats) -> list[str]:
        """Name the likeliest scheme of each ad.

        Parameters
        ----------
        ads : Vectors
        of_tokens : ndarray of float64, shape (n_token_entries, n_schemes)
            What `of_tokens` gave of each entry of ``ads.of_tokens``.

        Returns
        -------
        list of str, length n_ads
        """
        sums = np.zeros((len(ads.lengths), len(self.ids)))
        for part, of in ((ads.of_tokens, of_tokens), (ads.of_pairs, self.of_pairs[ads.of_pairs.columns])):
            for k in range(len(self.ids)):
                sums[:, k] += np.bincount(part.ads, part.shares * of[:, k], len(sums))
        best = np.argmax(self.intercepts + self.scales * sums / ads.lengths[:, None], axis=1)
        return [self.ids[place] for place in best]


def quantised(coefficients: npt.NDArray[Any]) -> tuple[Small, Floats]:
    """Write each row of coefficients as bytes and one scale.

    Parameters
    ----------
    coefficients : ndarray of float64, shape (n_schemes, n_features)

    Returns
    -------
    bytes : ndarray of int8, shape (n_features, n_schemes)
    scales : ndarray of float64, shape (n_schemes,)

    Examples
    --------
    >>> small, scales = quantised(np.array([[0.5, -1.0, 0.0]]))
    >>> (small * scales).round(2).T.tolist()
    [[0.5, -1.0, 0.0]]
    """
    scales = np.maximum(np.abs(coefficients).max(axis=1), np.finfo(float).tiny * _LARGEST) / _LARGEST
    return np.round(coefficients / scales[:, None]).astype(np.int8).T.copy(), scales
