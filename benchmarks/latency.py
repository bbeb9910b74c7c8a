"""Milliseconds that one ad takes in a running process, as in a web back end: `score` of one text at a time.

    python benchmarks/latency.py [--ads 2000] [--warm-up 500]

Ads of about 400 characters are made of halves of the collection's, so that no ad is met twice, and with the
share of words never met before that a stream has. The first ads, while common words are learned, are not timed.
What takes part in another is timed alone, on the same ads, new to it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import classifier  # noqa: E402
from classifier.arrays import column  # noqa: E402
from classifier.reading import Reader  # noqa: E402
from classifier.vocabulary import Lexicon  # noqa: E402


def ads_of(length, how_many, seed):
    """Give new ads: the first half of one of the collection's and the second of another, cut at about `length`."""
    files = sorted((ROOT / "datasets").glob("*.csv"))
    ads = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
    texts = (ads["title"] + "\n" + ads["description"]).tolist()
    rng = random.Random(seed)

    def half(side):
        text = ""
        while len(text) < length / 2:
            words = rng.choice(texts).split(" ")
            middle = len(words) // 2
            text += " " + " ".join(words[:middle] if side == 0 else words[middle:])
        return text[: length // 2]

    return [half(0).strip() + half(1) for _ in range(how_many)]


def timed(work, ads, warm_up):
    """Give the time on the clock and that on the processor, in ms, of each ad after the first ones."""
    for ad in ads[:warm_up]:
        work(ad)
    took = []
    for ad in ads[warm_up:]:
        start = time.perf_counter(), time.process_time()
        work(ad)
        took.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return np.array(took).T * 1e3


def of_column(read):
    return lambda ad: read(column([ad]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=2000)
    parser.add_argument("--warm-up", type=int, default=500, help="how many ads go before those that are timed")
    options = parser.parse_args()
    works = {
        "score": lambda model: lambda ad: model.score([ad]),
        "of which reading": lambda model: of_column(Reader().read),
        "reading, known pieces looked up": lambda model: of_column(Lexicon(model.vocabulary).read),
        "score of an ad met before": lambda model: lambda ad: model.score([ads[0]]),
        "predict_arrow": lambda model: lambda ad: model.predict_arrow(pa.array([ad])),
        "predict": lambda model: lambda ad: model.predict([ad]),
        "explain": lambda model: model.explain,
    }
    ads = ads_of(400, options.warm_up + options.ads, seed=1)
    print("| one ad of 400 characters | p50, ms | p99, ms | p50 of processor time |\n| --- | --- | --- | --- |")
    for name, made in works.items():
        clock, processor = timed(made(classifier.load()), ads, options.warm_up)
        print(f"| {name} | {np.median(clock):.2f} | {np.quantile(clock, 0.99):.2f} | {np.median(processor):.2f} |")
    print(f"\n{np.mean([len(ad) for ad in ads]):.0f} characters an ad; Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
