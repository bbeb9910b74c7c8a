"""What repair and named things cost a clean ad: against a reader that only splits words, and as a share of scoring.

    python benchmarks/reading.py [--ads 40000]

The plain reader lower-cases the column, splits it and folds Kazakh letters, by the same Arrow
kernels and the same memory. Ads are made of halves of the collection's, so that each is new but its
words are not; both readers have met the words before, as in a long file, and take turns.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from classifier import load  # noqa: E402
from classifier.arrays import column, numbers  # noqa: E402
from classifier.characters import ODD  # noqa: E402
from classifier.reading import Reader, Tokens  # noqa: E402

_KAZAKH = str.maketrans("әғқңөұүһіё", "агкноууhие")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_ROUNDS = 5


class PlainReader(Reader):
    """Words as they stand: no repair, no spelling, nothing named."""

    def read(self, ads):
        pieces = pc.ascii_split_whitespace(pc.utf8_lower(ads))
        encoded = pc.list_flatten(pieces).dictionary_encode()
        names = encoded.dictionary.to_pylist()
        of_chunks = self._numbers_of(names, encoded.dictionary)[numbers(encoded.indices, np.int32)]
        (codes,), origin = self._of_chunks.unfold(of_chunks)
        ads_of = numbers(pc.list_parent_indices(pieces), np.int64)[origin]
        places = np.arange(len(codes))
        return Tokens(codes, ads_of, len(ads), np.ones(len(codes), bool), places, places + 1, None)

    def _read_new(self, chunks, column_of_chunks):
        words = [[word.translate(_KAZAKH) for word in _WORD.findall(chunk)] for chunk in chunks]
        self._of_chunks.extend([[self.number(word) for word in found] for found in words])
        self._chunks.update(zip(chunks, count(len(self._chunks))))


def clean_ads(how_many):
    """Ads in which the pattern of oddities finds nothing, made of halves of the collection's."""
    files = sorted((ROOT / "datasets").glob("*.csv"))
    ads = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files])
    words = [text.split() for text in ads["title"] + " " + ads["description"] if not re.search(ODD, text)]
    rng = random.Random(1)
    return [" ".join(rng.choice(words)[:40] + rng.choice(words)[:40]) for _ in range(how_many)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=40_000)
    ads = column(clean_ads(parser.parse_args().ads))
    works = {"words only": PlainReader().read, "reading": Reader().read, "scoring": load().score}
    spent = {name: [] for name in works}
    for round_ in range(_ROUNDS + 1):
        for name, work in works.items():
            start = time.process_time()
            work(ads)
            if round_:
                spent[name].append((time.process_time() - start) / len(ads) * 1e6)
    took = {name: np.array(times) for name, times in spent.items()}
    share = (took["reading"] - took["words only"]) / took["scoring"]
    for name, times in took.items():
        print(f"{name:12s} median {np.median(times):5.1f} µs an ad  (min {min(times):.1f}, max {max(times):.1f})")
    print(f"repair, spelling and names: {np.median(share):.1%} of scoring")


if __name__ == "__main__":
    main()
