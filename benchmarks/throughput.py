"""Ads a second, whole process, CSV to CSV: this program, what a user would pick instead, and a bare copy.

    python benchmarks/throughput.py [--ads 500000] [--rivals 10000]
    python benchmarks/throughput.py --scaling            10 thousand to 1 million ads, this program only

Every contender is a process of its own that reads a CSV of ads, scores them and writes a CSV with a
score column; start-up and loading of the model are included. Slow rivals get fewer ads. Ads are
made of pairs of the collection's, two in a hundred of them of fraudulent ones, with other digits and
some letters changed, so that each is new and brings words never met.
fastText and Vowpal Wabbit take part where they are installed (``pip install fasttext-wheel vowpalwabbit``).
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import platform
import random
import re
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

#: The share of fraudulent ads, which take longer: they are explained.
FRAUD = 0.02

#: The share of words in which a letter is changed. With the digits it makes one or two chunks an ad that
#: were never met before, as in a stock of a million ads by Heaps' law (real ones: D(n) ~ n^0.7).
NEW_WORDS = 0.01

ROOT = Path(__file__).resolve().parent.parent


def collection():
    files = sorted((ROOT / "datasets").glob("*.csv"))
    ads = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
    return (ads["title"] + "\n" + ads["description"]).str.strip(), (ads["label"] == "1").astype(int)


def write_ads(path, how_many):
    """Write ads made of the halves of two, with other digits and a letter changed in some words."""
    texts, labels = collection()
    of_class = [[text.split() for text in texts[labels == label]] for label in (0, 1)]
    rng = random.Random(1)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "price", "text"])
        for number in range(how_many):
            ads = of_class[rng.random() < FRAUD]
            words = rng.choice(ads)[:40] + rng.choice(ads)[:40]
            writer.writerow([number, "0 500", " ".join(renewed(word, rng) for word in words)])


def renewed(word, rng):
    """Draw the digits of a word anew, all but the first of each number, and once in a while one of its letters."""
    if any(map(str.isdigit, word)):
        return re.sub(r"(?<=\d)\d", lambda _: rng.choice("0123456789"), word)
    if rng.random() < NEW_WORDS and len(word) > 3:
        place = rng.randrange(1, len(word))
        return word[:place] + rng.choice("аеиоуклмнрст") + word[place + 1 :]
    return word


def plain(text):
    return " ".join(re.findall(r"\w+", text.lower()))


def train_rivals(folder):
    """Train each rival that is installed; give the names of all contenders."""
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    texts, labels = collection()
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
    )
    pipeline = make_pipeline(union, LogisticRegression(C=10, max_iter=3000)).fit(texts, labels)
    joblib.dump(pipeline, folder / "sklearn.joblib")
    if importlib.util.find_spec("fasttext"):
        import fasttext

        lines = folder / "lines.txt"
        lines.write_text("".join(f"__label__{y} {plain(t)}\n" for t, y in zip(texts, labels, strict=True)), "utf-8")
        model = fasttext.train_supervised(
            str(lines), epoch=40, lr=0.5, wordNgrams=2, minn=3, maxn=5, dim=50, verbose=0
        )
        model.save_model(str(folder / "fasttext.bin"))
    if importlib.util.find_spec("vowpalwabbit"):
        import vowpalwabbit

        model = vowpalwabbit.Workspace("--loss_function logistic --ngram 2 -b 22 --quiet")
        for _ in range(5):
            for text, label in zip(texts, labels, strict=True):
                model.learn(f"{2 * label - 1} | {plain(text)}")
        model.save(str(folder / "vw.model"))


def score_with_sklearn(folder, source, target):
    import joblib

    pipeline = joblib.load(folder / "sklearn.joblib")
    for number, part in enumerate(pd.read_csv(source, dtype=str, keep_default_na=False, chunksize=5000)):
        part["fraud_score"] = pipeline.predict_proba(part["text"])[:, 1]
        part.to_csv(target, mode="a", header=number == 0, index=False)


def score_with_fasttext(folder, source, target):
    import fasttext

    score_rows(source, target, lambda model, text: model.f.predict(f"{plain(text)}\n", 1, 0.0, "strict")[0][0],
               fasttext.load_model(str(folder / "fasttext.bin")))  # fmt: skip


def score_with_vw(folder, source, target):
    import vowpalwabbit

    model = vowpalwabbit.Workspace(f"-i {folder / 'vw.model'} -t --quiet")
    score_rows(source, target, lambda model, text: model.predict(f"| {plain(text)}"), model)


def score_rows(source, target, score, model):
    with open(source, encoding="utf-8", newline="") as file, open(target, "w", encoding="utf-8", newline="") as out:
        rows, writer = csv.reader(file), csv.writer(out)
        writer.writerow([*next(rows), "fraud_score"])
        writer.writerows([*row, f"{score(model, row[-1]):.6f}"] for row in rows)


def copy_with_arrow(_folder, source, target):
    import pyarrow.csv as pc

    options = pc.ReadOptions(block_size=4 * 2**20, use_threads=False)
    parsing = pc.ParseOptions(newlines_in_values=True)
    with (
        pc.open_csv(source, read_options=options, parse_options=parsing) as reader,
        open(target, "wb") as out,
        pc.CSVWriter(out, reader.schema) as writer,
    ):
        for batch in reader:
            writer.write(batch)


WORKERS = {
    "scikit-learn, words and char_wb": score_with_sklearn,
    "fastText": score_with_fasttext,
    "Vowpal Wabbit": score_with_vw,
    "bare Arrow copy": copy_with_arrow,
}
INSTALLED = {"fastText": "fasttext", "Vowpal Wabbit": "vowpalwabbit"}


def run(command):
    """Run a process to its end: seconds, and the peak memory of its largest process in MB."""
    start = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, *command])
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def contenders(folder, many, few):
    """Name, command and number of ads of each."""
    target = str(folder / "out.csv")
    yield "this, 1 job", ours(folder / "many.csv", target, 1), many
    yield "this, 2 jobs", ours(folder / "many.csv", target, 2), many
    for name in WORKERS:
        if name in INSTALLED and not importlib.util.find_spec(INSTALLED[name]):
            continue
        slow = name.startswith("scikit")
        source = folder / ("few.csv" if slow else "many.csv")
        yield name, [__file__, "--worker", name, str(folder), str(source), target], few if slow else many


def ours(source, target, jobs):
    return [str(ROOT / "predict.py"), str(source), "-o", target, "--force", "--quiet", "--jobs", str(jobs)]


def compare(folder, many, few):
    """Print what each contender takes, side by side."""
    write_ads(folder / "many.csv", many)
    write_ads(folder / "few.csv", few)
    train_rivals(folder)
    rows = [(who, n, *run(command)) for who, command, n in contenders(folder, many, few)]
    speed = {who: n / seconds for who, n, seconds, _ in rows}
    base = speed["scikit-learn, words and char_wb"]
    print("| | times scikit-learn | ads a second | peak memory, MB |\n| --- | --- | --- | --- |")
    for who, _, _, memory in rows:
        print(f"| {who} | {speed[who] / base:.1f} | {speed[who]:,.0f} | {memory:,.0f} |")
    size = (folder / "many.csv").stat().st_size / many
    print(f"\n{size:.0f} bytes an ad; {os.cpu_count()} cores, {platform.processor() or platform.machine()}, "
          f"Python {platform.python_version()}")  # fmt: skip


def scale(folder):
    """Print how time and memory grow with the number of ads."""
    print("| ads | jobs | seconds | ads a second | peak memory, MB |\n| --- | --- | --- | --- | --- |")
    for many in (10_000, 100_000, 1_000_000):
        write_ads(folder / "many.csv", many)
        for jobs in (1, 2):
            seconds, memory = run(ours(folder / "many.csv", str(folder / "out.csv"), jobs))
            print(f"| {many:,} | {jobs} | {seconds:.1f} | {many / seconds:,.0f} | {memory:,.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", type=int, default=500_000)
    parser.add_argument("--rivals", type=int, default=10_000, help="ads for scikit-learn")
    parser.add_argument("--scaling", action="store_true")
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        name, folder, source, target = options.worker
        Path(target).unlink(missing_ok=True)
        WORKERS[name](Path(folder), source, target)
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.scaling:
            scale(Path(folder))
        else:
            compare(Path(folder), options.ads, options.rivals)


if __name__ == "__main__":
    main()
