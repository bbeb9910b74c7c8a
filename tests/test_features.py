"""The transformer: against the definition of its matrix, and as a scikit-learn citizen."""

from collections import Counter

import by_hand
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

import classifier
from classifier.features import WordPieceTfidf
from classifier.pieces import pieces
from classifier.text import ASIDES


def idf(df, n):
    return np.log((1 + n) / (1 + df)) + 1


def pairs_of(words):
    plain = [word for word in words if word not in ASIDES]
    return zip(plain, plain[1:], strict=False)


def by_definition(train, ads, lengths=(4, 6), least=2):
    """The matrix of the docstring with dicts and loops only; a row is a dict from feature name to value."""
    n = len(train)
    plain_df = Counter(word for ad in train for word in set(by_hand.tokens(ad, known=None)))
    sure = {word for word in plain_df if plain_df[word] >= least and "|" not in word}
    read = [by_hand.tokens(ad, known=sure) for ad in train]
    df = Counter(word for words in read for word in set(words))
    known = {word for word in df if df[word] >= least}
    ranked = sorted(known, key=lambda w: (-df[w], w))
    unseen = np.quantile([idf(df[w], n) for w in known], 0.3)
    pair_df = Counter(p for w in read for p in set(pairs_of(w)) if set(p) <= known)
    pair_df = {pair: n_ads for pair, n_ads in pair_df.items() if n_ads >= least}
    piece_df = Counter(piece for word in df for piece in pieces(word, lengths))
    piece_df = {p: k for p, k in piece_df.items() if k >= least or p[1:-1] in known and p == f"<{p[1:-1]}>"}

    def row_of_word(word):
        row = {p: k * idf(piece_df[p], len(df)) for p, k in pieces(word, lengths).items() if p in piece_df}
        length = np.sqrt(sum(v * v for v in row.values())) or 1
        return {p: v / length for p, v in row.items()}

    def row_of_ad(ad):
        words = [by_hand.undo_slip(word, ranked) for word in by_hand.tokens(ad, known=known)]
        vector = {w: (1 + np.log(k)) * (idf(df[w], n) if w in known else unseen) for w, k in Counter(words).items()}
        pairs = Counter(p for p in pairs_of(words) if p in pair_df)
        vector |= {p: (1 + np.log(k)) * idf(pair_df[p], n) for p, k in pairs.items()}
        length = np.sqrt(sum(v * v for v in vector.values())) or 1
        row = Counter()
        for token, value in vector.items():
            for piece, share in (row_of_word(token) if isinstance(token, str) else {" ".join(token): 1}).items():
                row[piece] += value / length * share
        return row

    return [row_of_ad(ad) for ad in ads]


def as_dicts(matrix, names):
    coo = matrix.tocoo()
    rows = [{} for _ in range(matrix.shape[0])]
    for i, j, value in zip(coo.row, coo.col, coo.data, strict=True):
        rows[i][names[j]] = value
    return rows


def test_transform_equals_the_definition(texts):
    train, unseen = texts[::17], [*texts[5::97], "", "жаңадан сөздер сөздер сөздер"]
    transformer = WordPieceTfidf().fit(train)
    rows = as_dicts(transformer.transform(unseen), transformer.get_feature_names_out())
    for row, expected in zip(rows, by_definition(train, unseen), strict=True):
        assert row.keys() == expected.keys()
        assert all(np.isclose(row[name], expected[name], rtol=1e-12) for name in expected)


def test_clone_and_parameters():
    transformer = WordPieceTfidf(piece_lengths=(2, 4), min_pair=3)
    assert clone(transformer).get_params() == transformer.get_params()
    assert transformer.set_params(min_piece=5).min_piece == 5


def test_feature_names_match_the_columns(texts):
    transformer = WordPieceTfidf().fit(texts[:200])
    assert len(transformer.get_feature_names_out()) == transformer.transform(texts[:3]).shape[1]
    assert len(set(transformer.get_feature_names_out())) == len(transformer.get_feature_names_out())


def test_lives_in_a_pipeline_under_cross_validation(slice_of_collection):
    ads = slice_of_collection["title"] + "\n" + slice_of_collection["description"]
    labels = (slice_of_collection["label"] == "1").astype(int)
    pipeline = make_pipeline(WordPieceTfidf(), LogisticRegression(C=10, max_iter=1000))
    assert cross_val_score(pipeline, ads, labels, cv=3, scoring="roc_auc").mean() > 0.6


@pytest.mark.parametrize("ads", ["one bare string", [1, 2], [["nested"]]])
def test_what_is_not_a_collection_of_texts_is_refused(ads):
    with pytest.raises(classifier.TextTypeError, match="collection of texts"):
        WordPieceTfidf().fit(ads)
