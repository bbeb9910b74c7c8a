"""How the time and memory of training grow with the number of ads.

    python benchmarks/training.py [--ads 6000,12000,25000,50000,100000]

Ads are made of the collection's: each keeps its label and has half of its words from another of the
same label, so that words are as frequent as in ads but no two ads are the same. Each size is a
process of its own that runs ``train.py``: five folds, calibration, the final fit, card and page.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from throughput import ROOT, collection, renewed, run  # noqa: E402


def write_labelled(path, how_many):
    texts, labels = collection()
    ads = list(zip([text.split() for text in texts], labels, strict=True))
    of_class = [[words for words, label in ads if label == wanted] for wanted in (0, 1)]
    rng = random.Random(1)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for number in range(how_many):
            words, label = ads[number % len(ads)]
            other = rng.choice(of_class[label])
            mixed = rng.sample(words, len(words) - len(words) // 2) + rng.sample(other, len(other) // 2)
            writer.writerow([" ".join(renewed(word, rng) for word in mixed), label])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", default="6000,12000,25000,50000,100000")
    sizes = [int(size) for size in parser.parse_args().ads.split(",")]
    print(
        "| ads | seconds | microseconds an ad | peak memory of the largest process, MB |\n| --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            table, model = Path(folder, "ads.csv"), Path(folder, "model.zip")
            write_labelled(table, size)
            seconds, memory = run([str(ROOT / "train.py"), str(table), "-o", str(model)])
            print(f"| {size:,} | {seconds:.0f} | {seconds / size * 1e6:,.0f} | {memory:,.0f} |", flush=True)
    print(f"\n{os.cpu_count()} cores")


if __name__ == "__main__":
    main()
