"""Neighbours named together, for a whole column of ads at once: `entities.join` on each run of tokens that may join.

A run, such as the groups of a phone, is named once and remembered.
"""

from __future__ import annotations

from itertools import count

import numpy as np

from classifier import entities
from classifier.arrays import Ints
from classifier.lookup import Lists, Numbering

#: Codes of a run so long are packed into one number, each in so many bits: two million tokens are never remembered.
_SHORT, _BITS = 3, 21


class Joined:
    """What neighbours are together, and what a token that may join is by itself.

    Parameters
    ----------
    tokens : Numbering
        Learns the names that are given.
    """

    def __init__(self, tokens: Numbering) -> None:
        self._tokens = tokens
        self._roles = np.empty(0, np.int8)
        self._takes_part = np.empty(0, bool)
        self._by_itself = np.empty(0, np.int64)
        self._alike = np.empty(0, np.int64)
        self._fours = np.empty(0, np.int64)
        self._raw = np.empty(0, bool)
        self._runs: dict[bytes, int] = {}
        self._names = Lists(width=3)

    def __len__(self) -> int:
        """How many runs are remembered."""
        return len(self._runs)

    def name(self, codes: Ints, ads: Ints) -> tuple[Ints, Ints, Ints]:
        """Name runs of tokens, in place.

        Parameters
        ----------
        codes : ndarray of int64, shape (n_tokens,)
            The first token of what is named together, and what is named alone, become their names.
        ads : ndarray of int64, shape (n_tokens,)
            The ad in which each stands.

        Returns
        -------
        firsts, lasts : ndarray of int64, shape (n_named,)
            From where to before where each name of a run reaches.
        swallowed : ndarray of int64
            The places that belong to a name whose first place is another.
        """
        self._learn()
        taking_part = np.flatnonzero(self._takes_part[codes])
        run_starts, lengths = _runs(taking_part, ads)
        taken = codes[taking_part]
        strongest = np.maximum.reduceat(self._roles[taken], run_starts) if len(run_starts) else run_starts
        joining = (lengths > 1) & ((strongest == entities.ITSELF) | (lengths >= entities.SPELLED))
        alone = run_starts[lengths == 1]
        codes[taking_part[alone]] = self._by_itself[taken[alone]]
        as_others = self._alike_unless_cards(taken, run_starts, lengths)
        run_starts, lengths = run_starts[joining], lengths[joining]
        (named, first, last), of = self._names.unfold(self._numbers_of(as_others, run_starts, lengths))
        self._learn()
        firsts, lasts = taking_part[run_starts[of]] + first, taking_part[run_starts[of]] + last
        # A number that nothing joins has its own name, not that of the one it was likened to.
        codes[firsts] = np.where(self._raw[named], self._by_itself[codes[firsts]], named)
        return firsts, lasts, _inside(firsts, lasts)

    def _alike_unless_cards(self, taken: Ints, starts: Ints, lengths: Ints) -> Ints:
        """Write one number for all that are joined alike: of prices and phones no two are the same."""
        if not len(starts):
            return taken
        may_be_card = np.add.reduceat(self._fours[taken], starts) >= entities.CARD
        return np.where(np.repeat(may_be_card, lengths), taken, self._alike[taken])

    def _numbers_of(self, taken: Ints, starts: Ints, lengths: Ints) -> Ints:
        """Find the number of each run; of short ones, which are nearly all, each distinct one once."""
        numbers = np.empty(len(starts), np.int64)
        short = lengths <= _SHORT
        packed = np.zeros(short.sum(), np.int64)
        for place in range(_SHORT):
            inside = lengths[short] > place
            packed <<= _BITS
            packed[inside] |= 1 + taken[starts[short][inside] + place]
        _, first, which = np.unique(packed, return_index=True, return_inverse=True)
        once = np.flatnonzero(short)[first]
        numbers[short] = self._look_up(taken, starts[once], lengths[once])[which]
        numbers[~short] = self._look_up(taken, starts[~short], lengths[~short])
        return numbers

    def _look_up(self, taken: Ints, starts: Ints, lengths: Ints) -> Ints:
        written = taken.astype(np.int32).tobytes()
        places = zip((4 * starts).tolist(), (4 * (starts + lengths)).tolist(), strict=True)
        runs = [written[start:stop] for start, stop in places]
        self._name_new([run for run in dict.fromkeys(runs) if run not in self._runs])
        return np.array([self._runs[run] for run in runs], np.int64)

    def _name_new(self, runs: list[bytes]) -> None:
        names = self._tokens.names
        named = [entities.join([names[code] for code in np.frombuffer(run, np.int32).tolist()]) for run in runs]
        self._names.extend(
            [[self._tokens.number(token) for token, _, _ in run] for run in named],
            [[start for _, start, _ in run] for run in named],
            [[stop for _, _, stop in run] for run in named],
        )
        self._runs.update(zip(runs, count(len(self._runs)), strict=False))

    def _learn(self) -> None:
        """Learn of each new token how it takes part, what it is by itself, and which is joined as it is."""
        number = self._tokens.number
        while new := self._tokens.names[len(self._roles) :]:
            known = range(len(self._roles), len(self._roles) + len(new))
            roles = [entities.role(token) for token in new]
            takes_part = list(zip(new, roles, known, strict=True))
            alone = [number(entities.alone(token)) if role else code for token, role, code in takes_part]
            alike = [number(entities.alike(token)) if role else code for token, role, code in takes_part]
            self._roles = np.concatenate([self._roles, np.array(roles, np.int8)])
            self._takes_part = self._roles != entities.ALONE
            self._by_itself = np.concatenate([self._by_itself, np.array(alone, np.int64)])
            self._alike = np.concatenate([self._alike, np.array(alike, np.int64)])
            fours = [entities.is_group_of_card(token) for token in new]
            self._fours = np.concatenate([self._fours, np.array(fours, np.int64)])
            self._raw = np.concatenate([self._raw, np.array([token[0] == "#" for token in new], bool)])


def _runs(taking_part: Ints, ads: Ints) -> tuple[Ints, Ints]:
    """Find runs side by side in one ad: where each begins among those that take part, and how long it is."""
    if not len(taking_part):
        return taking_part, taking_part
    new = np.ones(len(taking_part), bool)
    new[1:] = (np.diff(taking_part) > 1) | (np.diff(ads[taking_part]) != 0)
    starts = np.flatnonzero(new)
    return starts, np.diff(np.append(starts, len(taking_part)))


def _inside(firsts: Ints, lasts: Ints) -> Ints:
    """Every place after a first and before its last."""
    longer = lasts - firsts > 1
    starts, lengths = firsts[longer] + 1, (lasts - firsts)[longer] - 1
    return np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
