"""What stands between white space in a batch of ads, and what of it shows that an ad needs repair."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier import characters
from classifier.arrays import Ints, flags, indices

Signs = npt.NDArray[np.uint8]

#: What a chunk may show: that it is odd by itself, or with others, with the next, or with the one before.
_ODD, _LINKED, _ENDS, _BEGINS = 1, 2, 4, 8


def signs(chunks: pa.Array) -> Signs:
    """Find what chunks show of odd ads.

    Parameters
    ----------
    chunks : pyarrow.Array of string

    Returns
    -------
    ndarray of uint8, shape (n_chunks,)
        A bit for each kind of sign.
    """
    patterns = {
        _ODD: characters.ODD,
        _LINKED: characters.REST_OF_LINK,
        _ENDS: characters.LETTER_LAST,
        _BEGINS: characters.LETTER_FIRST,
    }
    found = np.zeros(len(chunks), np.uint8)
    for sign, pattern in patterns.items():
        found |= _matches(chunks, pattern) * np.uint8(sign)
    return found


class Chunks(NamedTuple):
    """The chunks of a batch of ads, one after another.

    Attributes
    ----------
    names : list of str
        The distinct ones.
    places : ndarray of int32, shape (n_chunks,)
        Each chunk's place in `names`.
    numbers : ndarray of int64, shape (n_chunks,)
        Its number among all that were ever read.
    ads : ndarray of int64, shape (n_chunks,)
        The position of the ad in which it stands.
    """

    names: list[str]
    places: npt.NDArray[np.integer[Any]]
    numbers: Ints
    ads: Ints

    def odd_ads(self, signs: Signs, ads: pa.Array) -> Ints:
        """Find the ads that need repair.

        Parameters
        ----------
        signs : ndarray of uint8
            Of every chunk that was ever read.
        ads : pyarrow.Array of string, shape (n_ads,)
            The batch.

        Returns
        -------
        ndarray of int64
            Their positions, ascending.
        """
        shown = signs[self.numbers]
        together = (shown[:-1] & _ENDS != 0) & (shown[1:] & _BEGINS != 0)
        places = np.concatenate([np.flatnonzero(shown & (_ODD | _LINKED)), np.flatnonzero(together)])
        suspect = np.unique(self.ads[places])
        return suspect[_matches(ads.take(indices(suspect)), characters.ODD)]

    def replacing(self, ads: Ints, repaired: Chunks) -> Chunks:
        """Put the chunks of repaired ads in the place of those of the odd ones, whose positions are given."""
        are_odd = np.zeros(self.ads.max(initial=-1) + 1, bool)
        are_odd[ads] = True
        kept = ~are_odd[self.ads]
        back = ads[repaired.ads]
        at = np.searchsorted(self.ads[kept], back)
        return Chunks(
            self.names + repaired.names,
            np.insert(self.places[kept], at, repaired.places + len(self.names)),
            np.insert(self.numbers[kept], at, repaired.numbers),
            np.insert(self.ads[kept], at, back),
        )


def _matches(texts: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    return flags(pc.match_substring_regex(texts, pattern))
