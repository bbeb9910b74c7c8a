"""How much recall is left when ads are written to evade: this model and scikit-learn's usual ones.

    python benchmarks/evasion.py [--jobs 2] [--write models/ads.evasion.json]

Five folds, grouped; each model is trained on clean ads and reads the unseen ones, of both classes,
clean and under each trick of `tricks.py`. The threshold alarms 5 % of the clean honest ads. Of each
trick: the share of recall kept, and false alarms on honest ads written the same way.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from tricks import TRICKS  # noqa: E402

from classifier import fitting  # noqa: E402
from classifier.bands import threshold_for  # noqa: E402
from classifier.labelled import check, fingerprint  # noqa: E402
from classifier.report import evasion_table  # noqa: E402

MODELS = {
    "this": fitting.estimator,
    "words (1,2)": lambda: make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=2000)
    ),
    "char_wb (3,5)": lambda: make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=2000),
    ),
}
FALSE_ALARMS = 0.05


def one_fold(labelled, train, test):
    """Logits of the unseen ads of one fold, by model and trick."""
    texts = np.array(labelled.texts, dtype=object)
    versions = {"clean": texts[test]}
    for name, trick in TRICKS.items():
        versions[name] = [trick(text, random.Random(f"{name} {text}")) for text in texts[test]]
    found = {}
    for model, make in MODELS.items():
        fitted = make().fit(texts[train], labelled.labels[train])
        found |= {(model, name): fitted.decision_function(version) for name, version in versions.items()}
    return found


def measure(labelled, jobs):
    """Recall kept and false alarms by trick and model; of clean ads, recall itself."""
    folds = list(StratifiedGroupKFold(5).split(labelled.texts, labelled.labels, labelled.clusters))
    parts = joblib.Parallel(jobs)(joblib.delayed(one_fold)(labelled, *fold) for fold in folds)
    labels = np.concatenate([labelled.labels[test] for _, test in folds])
    logits = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    rows = []
    for model in MODELS:
        threshold = threshold_for(logits[model, "clean"][labels == 0], FALSE_ALARMS)
        clean = np.mean(logits[model, "clean"][labels == 1] >= threshold)
        for name in ["clean", *TRICKS]:
            alarmed = logits[model, name] >= threshold
            kept = np.mean(alarmed[labels == 1]) / clean if name != "clean" else clean
            false_alarms = np.mean(alarmed[labels == 0])
            rows.append({"trick": name, "model": model, "recall": float(kept), "false_alarms": float(false_alarms)})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument(
        "--write", type=Path, help="write the figures as JSON too, for the card of the model trained on the same ads"
    )
    options = parser.parse_args()
    files = sorted((ROOT / "datasets").glob("*.csv"))
    ads = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
    labelled = check(ads)
    rows = measure(labelled, options.jobs)
    print(evasion_table(rows))
    if options.write:
        measured = {"sha256": fingerprint(labelled), "rows": rows}
        options.write.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
