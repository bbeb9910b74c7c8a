"""Where the microseconds of an ad go: the stages of scoring a CSV in one process.

    python benchmarks/stages.py [--ads 200000]

Processor time of each stage, that of the stages within it taken off; the ads are those of
`throughput.py`. What is under no stage (start-up, loading the model, Python between the stages) is
the last line.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from throughput import ROOT, write_ads  # noqa: E402

sys.path[:0] = [str(ROOT)]

from classifier import batch, cli, model, reading, vocabulary  # noqa: E402
from classifier.joins import Joined  # noqa: E402
from classifier.tables import csv_table  # noqa: E402

STAGES = {
    "parse CSV": (csv_table.CsvTable, "batches"),
    "write CSV": (batch._Scoring, "_write"),
    "split into chunks, number the distinct ones": (reading.Reader, "_split"),
    "read chunks never met": (reading.Reader, "_read_new"),
    "find and repair odd ads": (reading.Chunks, "odd_ads"),
    "name neighbours together": (Joined, "name"),
    "settle, unfold": (vocabulary.Lexicon, "read"),
    "tokens never met: slips": (vocabulary.Vocabulary, "meant"),
    "tokens never met: pieces": (vocabulary.Vocabulary, "weights"),
    "pairs": (model, "known_pairs"),
    "TF-IDF": (model, "vectors"),
    "sums": (model.Vectors, "times"),
    "reasons of flagged ads": (model._Weighed, "evidence"),
    "phrases of flagged ads": (model.Evidence, "reasons"),
    "schemes of flagged ads": (model.Model, "_named"),
}


class Clock:
    """Processor time by stage; a stage within another stops its clock."""

    def __init__(self) -> None:
        self.spent = Counter()
        self._running = ["other"]
        self._since = time.process_time()

    def switch(self, name=None):
        now = time.process_time()
        self.spent[self._running[-1]] += now - self._since
        self._since = now
        if name:
            self._running.append(name)
        else:
            self._running.pop()

    def watch(self, stage, owner, name):
        work = getattr(owner, name)

        def timed(*args, **options):
            self.switch(stage)
            try:
                result = work(*args, **options)
            finally:
                self.switch()
            return self.watched(stage, result) if hasattr(result, "__next__") else result

        setattr(owner, name, timed)

    def watched(self, stage, iterator):
        while True:
            self.switch(stage)
            try:
                item = next(iterator)
            except StopIteration:
                return
            finally:
                self.switch()
            yield item


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=200_000)
    how_many = parser.parse_args().ads
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/ads.csv", f"{folder}/scored.csv"
        write_ads(source, how_many)
        clock = Clock()
        for stage, (owner, name) in STAGES.items():
            clock.watch(stage, owner, name)
        cli.predict_main([source, "-o", target, "--quiet", "--jobs", "1"])
        clock.switch("end")
    print("| stage | µs an ad |\n| --- | --- |")
    for stage in (*STAGES, "other"):
        print(f"| {stage} | {clock.spent[stage] / how_many * 1e6:.1f} |")
    print(f"| together | {sum(clock.spent.values()) / how_many * 1e6:.1f} |")


if __name__ == "__main__":
    main()
