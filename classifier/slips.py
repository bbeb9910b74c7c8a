"""Slips of the finger: an inner letter too many or missing, two inner letters the wrong way round.

A word that training never met is read as the known word from which one such slip makes it. One
letter typed for another is left alone: in Kazakh and Russian that is more often another ending than
a slip. Known words are found by what is left of them without one letter, as in the deletion
neighbourhoods of Garbe's SymSpell (2012), so a word costs a dozen look-ups, not a search.
"""

from __future__ import annotations

from collections.abc import Iterable

#: Shorter words have too many neighbours.
SHORTEST = 5


class Slips:
    """Known words by the slips that are made of them.

    Parameters
    ----------
    words : iterable of str
        Known words, those to be preferred first.

    Examples
    --------
    >>> slips = Slips(["предоплата", "карта"])
    >>> slips.undo("прдеоплата"), slips.undo("предплата"), slips.undo("карата"), slips.undo("парта")
    ('предоплата', 'предоплата', 'карта', 'парта')
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._ranks: dict[str, int] = {}
        self._shortened: dict[str, list[str]] = {}
        for rank, word in enumerate(w for w in words if len(w) >= SHORTEST and w.isalpha()):
            self._ranks[word] = rank
            for short in _without_a_letter(word):
                self._shortened.setdefault(short, []).append(word)

    def undo(self, word: str) -> str:
        """Give the known word that a word is a slip of, or the word itself where there is none."""
        if len(word) < SHORTEST or not word.isalpha() or word in self._ranks:
            return word
        found = {*self._shortened.get(word, ())}
        for short in _without_a_letter(word):
            if short in self._ranks:
                found.add(short)
            found.update(known for known in self._shortened.get(short, ()) if _is_swapped(word, known))
        return min(found, key=self._ranks.__getitem__, default=word)


def _without_a_letter(word: str) -> set[str]:
    """Leave out each letter but the first and the last in turn; those are seldom mistyped."""
    return {word[:place] + word[place + 1 :] for place in range(1, len(word) - 1)}


def _is_swapped(word: str, other: str) -> bool:
    places = [place for place, (a, b) in enumerate(zip(word, other, strict=False)) if a != b]
    return (
        len(word) == len(other)
        and len(places) == 2
        and places[1] == places[0] + 1
        and word[places[0]] == other[places[1]]
        and word[places[1]] == other[places[0]]
    )
