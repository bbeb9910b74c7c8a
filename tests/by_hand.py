"""A reader of plain loops, against which the fast one is held."""

from classifier import characters, entities, text
from classifier.spelling import choose


def tokens(ad, known=()):
    """Read one ad: repair, split, read each chunk, join runs of tokens that take part, choose readings.

    With ``known=None`` doubtful tokens keep all their readings.
    """
    raw = [token for chunk in characters.repair(ad or "").split() for token in text.words(chunk)]
    read, run = [], []
    for token in [*raw, None]:
        if token is not None and entities.role(token) != entities.ALONE:
            run.append(token)
            continue
        if any(entities.role(t) == entities.ITSELF for t in run) or len(run) >= entities.SPELLED:
            run = [name for name, _, _ in entities.join(run)]
        else:
            run = [t[2:] if t[0] == "*" else t for t in run]
        read += run
        run = []
        if token is not None:
            read.append(token)
    read = [t for place, t in enumerate(read) if t not in text.ASIDES or t not in read[:place]]
    return read if known is None else [choose(token, known) for token in read]


def words(ad, known=()):
    """What an ad says, without the asides on how it is written."""
    return [token for token in tokens(ad, known) if token not in text.ASIDES]


def asides(ad):
    return {token for token in tokens(ad) if token in text.ASIDES}
