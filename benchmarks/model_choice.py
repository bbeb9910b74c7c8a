"""The search for the best linear model these ads allow: variants of ours and rivals, on the same folds.

    python benchmarks/model_choice.py [--only TEXT]

Five folds, grouped. Chosen by average precision, and by that of the worst language. fastText is
measured where it is installed (``pip install fasttext-wheel``).
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import joblib
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from tricks import TRICKS  # noqa: E402

from classifier import fitting, spelling, weighing  # noqa: E402
from classifier.evaluation import recall_at  # noqa: E402
from classifier.features import WordPieceTfidf  # noqa: E402
from classifier.labelled import check, fingerprint  # noqa: E402

NEVER = 10**9


class Unseen(WordPieceTfidf):
    """With another idf for words never seen: a quantile of the known ones."""

    def __init__(self, quantile=0.3, piece_lengths=(4, 6), min_token=2, min_pair=2, min_piece=2):
        super().__init__(piece_lengths, min_token, min_pair, min_piece)
        self.quantile = quantile

    def fit(self, X, y=None):
        super().fit(X)
        idf = float(np.quantile(self.vocabulary_.token_idf, self.quantile))
        self.vocabulary_ = dataclasses.replace(self.vocabulary_, unseen_idf=idf)
        return self


class NbSvm(ClassifierMixin, BaseEstimator):
    """Log-count ratios into a logistic regression (Wang and Manning, *Baselines and Bigrams*, 2012)."""

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        positive, negative = (1 + X[y == label].sum(axis=0) for label in (1, 0))
        self.ratio_ = np.log(np.asarray(positive / positive.sum()) / np.asarray(negative / negative.sum())).ravel()
        self.regression_ = LogisticRegression(C=1, max_iter=2000).fit(X.multiply(self.ratio_).tocsr(), y)
        return self

    def decision_function(self, X):
        return self.regression_.decision_function(X.multiply(self.ratio_).tocsr())


class NbLogit(MultinomialNB):
    """Naive Bayes with a decision function."""

    def decision_function(self, X):
        logs = self.predict_joint_log_proba(X)
        return logs[:, 1] - logs[:, 0]


class FastText(ClassifierMixin, BaseEstimator):
    """fastText, words and pieces of 3 to 5 letters."""

    def fit(self, X, y):
        import fasttext

        self.classes_ = np.array([0, 1])
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.writelines(f"__label__{label} {plain(text)}\n" for text, label in zip(X, y, strict=True))
            file.flush()
            self.model_ = fasttext.train_supervised(
                file.name, epoch=40, lr=0.5, wordNgrams=2, minn=3, maxn=5, dim=50, thread=1, verbose=0
            )
        return self

    def decision_function(self, X):
        found = [self.model_.f.predict(f"{plain(text)}\n", 2, 0.0, "strict") for text in X]
        return np.array([{label: share for share, label in pairs}.get("__label__1", 0.0) for pairs in found])


def plain(text):
    return " ".join(re.findall(r"\w+", text.lower()))


def ours(C=fitting.C, features=None, **options):
    return lambda: Pipeline(
        [("tfidf", features or WordPieceTfidf()), ("regression", LogisticRegression(C=C, max_iter=3000, **options))]
    )


def first_line(texts):
    return [text.split("\n", 1)[0] for text in texts]


def with_title_apart():
    title = make_pipeline(FunctionTransformer(first_line), WordPieceTfidf())
    return make_pipeline(make_union(WordPieceTfidf(), title), LogisticRegression(C=fitting.C, max_iter=3000))


def binary(ads, columns, idf, weigh=weighing.weigh):
    weighed = weigh(ads, columns, idf)
    return weighed._replace(shares=idf[weighed.columns])


def words_only(chunks):
    return [
        [
            "|".join(spelling.readings(word)) if word.isalpha() else f"<{'0' * len(word)}>"
            for word in re.findall(r"[^\W\d_]+|\d+", chunk)
        ]
        for chunk in chunks
    ]


def union(classifier):
    return lambda: make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
        ),
        classifier,
    )


def counts(classifier):
    return lambda: make_pipeline(CountVectorizer(ngram_range=(1, 2), binary=True, min_df=2), classifier)


#: Name, how the model is made, what is patched meanwhile, whether training gets a noisy copy of each ad.
VARIANTS = [
    ("**this**: pieces 4–6, the whole word twice, pairs, C 10", ours(), [], False),
    ("pieces 2–5", ours(features=WordPieceTfidf((2, 5))), [], False),
    ("pieces 3–5", ours(features=WordPieceTfidf((3, 5))), [], False),
    ("pieces 3–6", ours(features=WordPieceTfidf((3, 6))), [], False),
    ("pieces 4–7", ours(features=WordPieceTfidf((4, 7))), [], False),
    ("pieces 5–7", ours(features=WordPieceTfidf((5, 7))), [], False),
    ("no pieces: whole words and pairs", ours(features=WordPieceTfidf(min_piece=NEVER)), [], False),
    ("the whole word once", ours(), [("classifier.pieces._WHOLE", 1)], False),
    ("the whole word three times", ours(), [("classifier.pieces._WHOLE", 3)], False),
    ("no word pairs", ours(features=WordPieceTfidf(min_pair=NEVER)), [], False),
    ("pairs from 4 ads on", ours(features=WordPieceTfidf(min_pair=4)), [], False),
    ("idf of a word never seen: the 10th percentile", ours(features=Unseen(0.1)), [], False),
    ("idf of a word never seen: the median", ours(features=Unseen(0.5)), [], False),
    ("idf of a word never seen: the highest", ours(features=Unseen(1.0)), [], False),
    ("tf 0 or 1", ours(), [("classifier.weighing.weigh", binary)], False),
    ("title apart from the text", with_title_apart, [], False),
    ("nothing named (phones, links, sums as digits)", ours(), [("classifier.text.words_of", words_only)], False),
    ("C 3", ours(C=3), [], False),
    ("C 30", ours(C=30), [], False),
    ("classes weigh the same", ours(class_weight="balanced"), [], False),
    ("a copy of each ad with typing errors", ours(), [], True),
    (
        "scikit-learn: words (1,2) and char_wb (3,5), logistic",
        union(LogisticRegression(C=10, max_iter=3000)),
        [],
        False,
    ),
    ("scikit-learn: the same, linear SVM", union(LinearSVC(C=0.5)), [], False),
    ("multinomial naive Bayes, words (1,2)", counts(NbLogit()), [], False),
    ("NB-SVM log-count ratios, words (1,2)", counts(NbSvm()), [], False),
    ("fastText, words (1,2), pieces 3–5", FastText, [], False),
]


def one_fold(labelled, number, train, test):
    _, make, _, noisy = VARIANTS[number]
    texts = np.array(labelled.texts, dtype=object)
    seen, labels = list(texts[train]), labelled.labels[train]
    if noisy:
        seen += [TRICKS["typing errors"](text, random.Random(text)) for text in seen]
        labels = np.concatenate([labels, labels])
    return make().fit(seen, labels).decision_function(list(texts[test]))


def measure(labelled, variant):
    """Out-of-fold logits; processes are forked, so that they see what is patched."""
    folds = list(StratifiedGroupKFold(5).split(labelled.texts, labelled.labels, labelled.clusters))
    with ExitStack() as stack:
        for target, replacement in variant[2]:
            stack.enter_context(patch(target, replacement))
        parts = joblib.Parallel(2, backend="multiprocessing")(
            joblib.delayed(one_fold)(labelled, VARIANTS.index(variant), *fold) for fold in folds
        )
    logits = np.empty(len(labelled.labels))
    for (_, test), part in zip(folds, parts, strict=True):
        logits[test] = part
    return logits


def row(name, labelled, logits):
    y, languages = labelled.labels, labelled.slices["language"].to_numpy()
    of_language = {
        lang: average_precision_score(y[languages == lang], logits[languages == lang])
        for lang in ("ru", "kk", "mixed")
    }
    figures = [
        roc_auc_score(y, logits),
        average_precision_score(y, logits),
        min(of_language.values()),
        *of_language.values(),
        recall_at(y, logits, 0.01),
        recall_at(y, logits, 0.05),
    ]
    return f"| {name} | {' | '.join(f'{figure:.3f}' for figure in figures)} |"


HEAD = """\
| | ROC AUC | average precision | worst language | ru | kk | mixed | recall at 1 % | recall at 5 % |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="variants whose name holds this text")
    options = parser.parse_args()
    files = sorted((ROOT / "datasets").glob("*.csv"))
    ads = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
    labelled = check(ads)
    print(f"{len(ads):,} ads, {fingerprint(labelled)[:16]}\n\n{HEAD}", flush=True)
    for variant in VARIANTS:
        if options.only in variant[0]:
            print(row(variant[0], labelled, measure(labelled, variant)), flush=True)


if __name__ == "__main__":
    main()
