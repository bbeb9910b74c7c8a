"""A reader of plain loops, against which the fast one is held."""

from classifier import characters, entities, text
from classifier.spelling import choose


def tokens(ad, known=()):
    """Read one ad: repair, split, read each chunk, join runs of tokens that take part, choose readings.

    With ``known=None`` doubtful tokens keep all their readings.
    """
    as_arrow_holds_it = (ad or "").encode("utf-8", "replace").decode()
    raw = [token for chunk in characters.repair(as_arrow_holds_it).split() for token in text.words(chunk)]
    read, run = [], []
    for token in [*raw, None]:
        if token is not None and entities.role(token) != entities.ALONE:
            run.append(token)
            continue
        if any(entities.role(t) == entities.ITSELF for t in run) or len(run) >= entities.SPELLED:
            run = [name for name, _, _ in entities.join(run)]
        run = [entities.alone(name) for name in run]
        read += run
        run = []
        if token is not None:
            read.append(token)
    read = [t for place, t in enumerate(read) if t not in text.ASIDES or t not in read[:place]]
    return read if known is None else [said for token in read if (said := choose(token, known))]


def undo_slip(word, known):
    """The known word, the first by rank, from which leaving out, adding or swapping inner letters makes a word."""
    if word in known or len(word) < 5 or not word.isalpha():
        return word
    candidates = [
        k for k in known if len(k) >= 5 and k.isalpha() and (slips(k, word) or slips(word, k) or swap(k, word))
    ]
    return min(candidates, key=known.index, default=word)


def slips(longer, shorter):
    return shorter in {longer[:i] + longer[i + 1 :] for i in range(1, len(longer) - 1)}


def swap(one, other):
    return other in {one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(1, len(one) - 2)}


def words(ad, known=()):
    """What an ad says, without the asides on how it is written."""
    return [token for token in tokens(ad, known) if token not in text.ASIDES]


def asides(ad):
    return {token for token in tokens(ad) if token in text.ASIDES}
