"""A batch that can be trusted with the only copy of the night's file."""

import contextlib
import csv
import errno
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from classifier import atomic, batch, cli, output, resume
from classifier.columns import OUTPUT
from classifier.errors import DataError, OutputError, UsageError
from classifier.options import Options
from classifier.selection import Selection
from classifier.tables import csv_table, json_table, open_table

FRAUD = "Нужны карты Каспи Голд 50 000 в день пишите в телеграм"
HONEST = "Продам диван самовывоз"
ROWS = [("007", FRAUD, "NA"), ("", HONEST, "+7 700"), ("=1", "", ' x "y" ')]
COLUMNS = ["id", "text", "note"]


@pytest.fixture
def score(tmp_path, model):
    """Score files in a folder; give the summary and the rows of the output as text."""

    def score(inputs, target="scored.csv", **options):
        inputs = [inputs] if isinstance(inputs, str) else inputs
        path = tmp_path / target
        summary = batch.score_files(model, [str(tmp_path / name) for name in inputs], str(path), Options(**options))
        return summary, rows_of(path)

    return score


def rows_of(path):
    """Read the rows of a table; of JSON lines, cells as text."""
    with open_table(str(path)) as table:
        return [row for part in table.batches() for row in part.select(table.names).to_pylist()]


def write(path, rows=ROWS, columns=COLUMNS):
    """Write a table in the format that the name says."""
    table = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=columns)
    kind = path.name.split(".")[1]
    if kind == "parquet":
        pq.write_table(table, path)
        return
    if kind == "jsonl":
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()).encode()
    else:
        sink = pa.BufferOutputStream()
        pc.write_csv(table, sink, pc.WriteOptions(delimiter="\t" if kind == "tsv" else ","))
        data = sink.getvalue().to_pybytes()
    codec = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix)
    if codec:
        with pa.CompressedOutputStream(str(path), codec) as file:
            file.write(data)
    else:
        path.write_bytes(data)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


# Formats


@pytest.mark.parametrize("source", ["a.csv", "a.csv.gz", "a.tsv", "a.jsonl", "a.jsonl.zst", "a.parquet"])
@pytest.mark.parametrize("target", ["s.csv", "s.csv.zst", "s.tsv", "s.jsonl", "s.jsonl.gz", "s.parquet"])
def test_every_format_into_every_other(tmp_path, score, model, source, target):
    write(tmp_path / source)
    summary, rows = score(source, target)
    assert summary.rows == 3
    assert [tuple(row[name] for name in COLUMNS) for row in rows] == ROWS
    assert [float(row["fraud_score"] or "nan") for row in rows[:2]] == pytest.approx(
        model.score([FRAUD, HONEST]), abs=1e-6
    )
    assert [row["fraud_band"] for row in rows] == ["hold", "clear", "unscored"]
    assert rows[2]["fraud_score"] is None
    assert left_in(tmp_path) == sorted([source, target])


def test_formats_mixed_and_columns_in_any_order(tmp_path, score):
    write(tmp_path / "a.csv")
    write(tmp_path / "b.jsonl")
    write(tmp_path / "c.parquet", [row[::-1] for row in ROWS], COLUMNS[::-1])
    _, rows = score(["a.csv", "b.jsonl", "c.parquet"])
    assert [tuple(row[name] for name in COLUMNS) for row in rows] == ROWS * 3


def test_a_folder_and_a_file(tmp_path, score):
    (tmp_path / "in").mkdir()
    for name in ("b.csv", "a.jsonl", "readme.txt"):
        write(tmp_path / "in" / name) if name != "readme.txt" else (tmp_path / "in" / name).touch()
    write(tmp_path / "c.csv")
    assert score(["in", "c.csv"])[0].rows == 9


def test_json_lines_keep_their_very_text(tmp_path, score):
    lines = ['{"n": 1.50, "text":"Диван",  "deep": {"a": [1e400, null]}, "n": 2}', '{"text": "\\ud800"}', "{}"]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    score("a.jsonl", "s.jsonl")
    out = (tmp_path / "s.jsonl").read_text("utf-8").splitlines()
    assert [line.startswith(whole[:-1]) for line, whole in zip(out, lines, strict=True)] == [True] * 3
    assert [list(json.loads(line))[-4:] for line in out] == [list(OUTPUT)] * 3
    assert json.loads(out[2])["fraud_score"] is None


def test_chosen_fields_of_json_lines_keep_their_values(tmp_path, score):
    (tmp_path / "a.jsonl").write_text('{"id": 1.50, "text": "Диван", "deep": {"a": [1e400, null]}}\n')
    score("a.jsonl", "s.jsonl", selection=Selection(columns=["deep", "id"]))
    assert (
        (tmp_path / "s.jsonl")
        .read_text("utf-8")
        .startswith('{"deep": {"a": [1e400, null]}, "id": 1.50, "fraud_score": 0.')
    )


def test_parquet_keeps_types_and_what_pandas_noted(tmp_path, score):
    frame = pd.DataFrame({"text": ["Диван", None], "price": [5, 7], "day": pd.to_datetime(["2024-01-02", None])})
    frame = frame.astype({"price": "int16"}).set_index(pd.Index([10, 20], name="key"))
    frame.to_parquet(tmp_path / "a.parquet")
    score("a.parquet", "s.parquet")
    back = pd.read_parquet(tmp_path / "s.parquet")
    pd.testing.assert_frame_equal(back[frame.columns], frame)
    assert back["fraud_score"].dtype == "float64"
    assert back["fraud_band"].tolist() == ["clear", "unscored"]


def test_parquet_of_two_types_is_refused(tmp_path, score):
    pq.write_table(pa.table({"text": ["a"], "n": [1]}), tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("text,n\nb,2\n")
    with pytest.raises(DataError, match="b.csv, column 'n': its type is large_string and int64 in the first input"):
        score(["a.parquet", "b.csv"], "s.parquet")
    assert left_in(tmp_path) == ["a.parquet", "b.csv"]


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl"])
def test_a_pipe_of_each_format(tmp_path, kind):
    write(tmp_path / f"a.{kind}")
    command = [sys.executable, str(cli.MODEL.parent.parent / "predict.py"), "-", "--format", kind, "--quiet"]
    done = subprocess.run(command, input=(tmp_path / f"a.{kind}").read_bytes(), capture_output=True, check=True)
    (tmp_path / f"out.{kind}").write_bytes(done.stdout)
    assert [row["fraud_band"] for row in rows_of(tmp_path / f"out.{kind}")] == ["hold", "clear", "unscored"]


def test_a_long_row_in_a_pipe_cannot_be_read_again(tmp_path):
    command = [sys.executable, str(cli.MODEL.parent.parent / "predict.py"), "-"]
    data = b"id,text\n0,a\n1," + b"x" * (10 * 2**20) + b"\n"
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: standard input: a row after row ")
    assert b"is longer than 1 MB" in done.stderr


# What is written


def test_smaller_outputs(tmp_path, score):
    write(tmp_path / "a.csv")
    for chosen, ids in [
        (Selection(bands=["review", "hold"]), ["007"]),
        (Selection(bands=["unscored"]), ["=1"]),
        (Selection(min_score=0.5), ["007"]),
        (Selection(min_score=0.0), ["007", ""]),
        (Selection(top=1), ["007"]),
        (Selection(top=9), ["007", "", "=1"]),
    ]:
        summary, rows = score("a.csv", selection=chosen, force=True)
        assert [row["id"] for row in rows] == ids
        assert (summary.rows, summary.written) == (3, len(ids))
    _, rows = score("a.csv", selection=Selection(columns=["note", "id"]), force=True)
    assert list(rows[0]) == ["note", "id", *OUTPUT]


def test_the_top_of_many_is_that_of_all_sorted(tmp_path, score, texts, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**14)
    monkeypatch.setattr("classifier.selection._SLACK", 0)
    rows = [(str(n), text) for n, text in enumerate(texts[:300])]
    write(tmp_path / "a.csv", rows, ["id", "text"])
    write(tmp_path / "b.jsonl", rows, ["id", "text"])
    _, whole = score(["a.csv", "b.jsonl"], "whole.csv")
    _, top = score(["a.csv", "b.jsonl"], "top.csv", selection=Selection(top=40))
    assert top == sorted(whole, key=lambda row: -float(row["fraud_score"]))[:40]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bands": ["hold", "maybe"]}, "there is no band maybe"),
        ({"bands": []}, "--only takes hold, review, clear, unscored"),
        ({"min_score": 5}, "--min-score must be between 0 and 1"),
        ({"top": 0}, "--top must be at least 1"),
    ],
)
def test_a_selection_that_makes_no_sense(wrong, said):
    with pytest.raises(UsageError, match=said):
        Selection(**wrong)


def test_a_column_that_is_not_there(tmp_path, score):
    write(tmp_path / "a.csv")
    with pytest.raises(DataError, match="a.csv: no column 'price'; the columns are 'id', 'text', 'note'"):
        score("a.csv", selection=Selection(columns=["price"]))
    assert left_in(tmp_path) == ["a.csv"]


def test_for_excel(tmp_path, score):
    write(tmp_path / "a.csv")
    score("a.csv", for_excel=True)
    data = (tmp_path / "scored.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid;text;note;fraud_score;")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["007", "", "'=1"]
    assert rows[2][2] == "'+7 700"
    with pytest.raises(UsageError, match="let the output end in .csv"):
        score("a.csv", "s.jsonl", for_excel=True)


def test_counts_as_json(tmp_path, score):
    (tmp_path / "a.csv").write_text(f"text,n\n{FRAUD},1\nб\n,2\n{HONEST},3\n", "utf-8")
    counts, rejects = tmp_path / "counts.json", tmp_path / "bad.csv"
    score("a.csv", summary=str(counts), rejects=str(rejects), selection=Selection(bands=["hold"]))
    found = json.loads(counts.read_text())
    assert found["bands"] == {"hold": 1, "review": 0, "clear": 1, "unscored": 1}
    assert [found[name] for name in ("rows", "written", "rejected", "question_marks_in_words")] == [3, 1, 1, 0]
    assert found["seconds"] >= 0
    assert found["inputs"] == [str(tmp_path / "a.csv")]


def test_bad_rows_of_all_formats_go_to_one_file(tmp_path, score):
    (tmp_path / "a.csv").write_text("text,n\nа\nб,1\n", "utf-8")
    (tmp_path / "b.jsonl").write_text('{"text": "в", "n": 1}\n[]\n', "utf-8")
    summary, rows = score(["a.csv", "b.jsonl"], rejects=str(tmp_path / "bad.csv"))
    assert ([row["text"] for row in rows], summary.rejected) == (["б", "в"], 2)
    with open(tmp_path / "bad.csv", newline="", encoding="utf-8") as file:
        assert [(os.path.basename(row[0]), *row[1:]) for row in csv.reader(file)] == [
            ("file", "row", "reason", "text"),
            ("a.csv", "2", "1 cells, but the header has 2", "а"),
            ("b.jsonl", "2", "no JSON object in it", "[]"),
        ]


def test_lost_kazakh_letters_are_warned_of(tmp_path, capsys):
    damaged = "Қызметкер керек, күніне төлейміз".encode("cp1251", "replace")
    (tmp_path / "a.csv").write_bytes(b"text\n" + damaged + b"\n" + damaged + b"\n")
    argv = [
        str(tmp_path / "a.csv"),
        "-o",
        str(tmp_path / "s.csv"),
        "--encoding",
        "cp1251",
        "--delimiter",
        "tab",
        "--quiet",
    ]
    assert cli.predict_main(argv) == 0
    said = capsys.readouterr().err
    assert said.startswith(f"warning: {tmp_path / 'a.csv'}: 6 question marks inside words; cp1251")
    assert said.count("\n") == 1


# Outputs


@pytest.mark.parametrize("kind", ["output", "rejects", "summary"])
def test_no_output_is_written_over_an_input(tmp_path, score, kind):
    write(tmp_path / "a.csv")
    before = (tmp_path / "a.csv").read_bytes()
    os.link(tmp_path / "a.csv", tmp_path / "b.csv")
    options = {} if kind == "output" else {kind: str(tmp_path / "b.csv")}
    with pytest.raises(UsageError, match="b.csv: is an input"):
        score("a.csv", "b.csv" if kind == "output" else "scored.csv", force=True, **options)
    assert (tmp_path / "a.csv").read_bytes() == before


def test_no_file_is_named_for_two_outputs(tmp_path, score):
    write(tmp_path / "a.csv")
    with pytest.raises(UsageError, match="is named for two outputs"):
        score("a.csv", rejects=str(tmp_path / "scored.csv"))


def test_existing_outputs_of_every_kind_are_kept(tmp_path, score):
    write(tmp_path / "a.csv")
    (tmp_path / "kept").write_text("precious")
    for options in ({"rejects": str(tmp_path / "kept")}, {"summary": str(tmp_path / "kept")}):
        with pytest.raises(UsageError, match="kept: exists already; --force replaces it"):
            score("a.csv", **options)
    assert (tmp_path / "kept").read_text() == "precious"
    assert left_in(tmp_path) == ["a.csv", "kept"]


def test_a_link_stays_a_link(tmp_path, score):
    write(tmp_path / "a.csv")
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "scored.csv").symlink_to("real.csv")
    assert len(score("a.csv", force=True)[1]) == 3
    assert (tmp_path / "scored.csv").is_symlink()
    assert len(rows_of(tmp_path / "real.csv")) == 3


def test_a_device_is_written_to_not_replaced(tmp_path, model):
    write(tmp_path / "a.csv")
    batch.score_files(model, [str(tmp_path / "a.csv")], os.devnull, Options(force=True))
    assert not os.path.isfile(os.devnull)


def test_two_processes_cannot_write_one_output(tmp_path, score):
    write(tmp_path / "a.csv")
    part = atomic.Part(tmp_path / "scored.csv")
    with pytest.raises(OutputError, match="scored.csv: another process is writing this file"):
        score("a.csv")
    part.close()
    assert len(score("a.csv")[1]) == 3


def test_no_permission(tmp_path, score, monkeypatch):
    write(tmp_path / "a.csv")

    def denied(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(atomic.Part, "_opened", denied)
    with pytest.raises(OutputError, match="scored.csv: cannot be written: Permission denied; choose a folder"):
        score("a.csv")


def test_a_bad_row_leaves_nothing(tmp_path, score, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**10)
    monkeypatch.setattr(output, "CHECKPOINT", 0)
    (tmp_path / "a.csv").write_text("id,text\n" + "1,Диван\n" * 500 + "2\n", "utf-8")
    with pytest.raises(DataError, match="row 502 has 1 cells"):
        score("a.csv")
    assert left_in(tmp_path) == ["a.csv"]


def test_an_input_that_changes_leaves_nothing(tmp_path, model, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**10)
    (tmp_path / "a.csv").write_text("id,text\n" + "1,Диван\n" * 50_000, "utf-8")

    def grow(*_):
        with open(tmp_path / "a.csv", "a") as file:
            file.write("x")

    with pytest.raises(DataError, match="changed from .* while it was read"):
        batch.score_files(model, [str(tmp_path / "a.csv")], str(tmp_path / "s.csv"), Options(), grow)
    assert left_in(tmp_path) == ["a.csv"]


def test_an_input_that_vanishes_is_scored_to_its_end(tmp_path, model, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**10)
    monkeypatch.setattr(output, "CHECKPOINT", 0)
    (tmp_path / "a.csv").write_text("id,text\n" + "1,Диван\n" * 500, "utf-8")
    options = Options(summary=str(tmp_path / "n.json"))
    summary = batch.score_files(
        model,
        [str(tmp_path / "a.csv")],
        str(tmp_path / "s.csv"),
        options,
        lambda *_: (tmp_path / "a.csv").unlink(True),
    )
    assert summary.rows == 500
    assert left_in(tmp_path) == ["n.json", "s.csv"]


# Interrupted, and gone on with


@pytest.fixture
def long_file(tmp_path, texts, monkeypatch):
    """A file of several blocks with a bad row, and a record of the progress after each of them."""
    monkeypatch.setattr(csv_table, "BLOCK", 2**14)
    monkeypatch.setattr(json_table, "BLOCK", 2**14)
    monkeypatch.setattr(output, "CHECKPOINT", 0)
    path = tmp_path / "in" / "a.csv"
    path.parent.mkdir()
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "text"], *([n, text] for n, text in enumerate(texts[:150])), ["bad"]])
        csv.writer(file).writerows([n, text] for n, text in enumerate(texts[150:250]))
    return path


def interrupt_after(monkeypatch, batches, error):
    """Let a run end by an error after so many batches."""
    advance, seen = output.Output.advance, []

    def advance_or_raise(self, *arguments):
        advance(self, *arguments)
        seen.append(1)
        if len(seen) == batches:
            raise error

    monkeypatch.setattr(output.Output, "advance", advance_or_raise)
    return lambda: monkeypatch.setattr(output.Output, "advance", advance)


@pytest.mark.parametrize("target", ["s.csv", "s.csv.gz", "s.tsv", "s.jsonl", "s.jsonl.zst"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_after_ctrl_c_the_result_is_the_same_to_the_byte(
    tmp_path, model, long_file, monkeypatch, capsys, target, jobs
):
    argv = [
        str(long_file),
        "--rejects",
        str(tmp_path / "bad.csv"),
        "--review-rate",
        "0.1",
        "--only",
        "review,hold,clear",
    ]
    argv += ["--jobs", str(jobs), "-o", str(tmp_path / target)]
    assert cli.predict_main(argv) == 0
    expected = (tmp_path / target).read_bytes(), (tmp_path / "bad.csv").read_bytes()
    for path in (tmp_path / target, tmp_path / "bad.csv"):
        path.unlink()
    whole = capsys.readouterr().err

    restore = interrupt_after(monkeypatch, 3, KeyboardInterrupt)
    assert cli.predict_main(argv) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: interrupted; the same command with --resume goes on after ")
    assert said.count("\n") == 1
    assert left_in(tmp_path) == sorted(["in", f".{target}.part", f".{target}.resume"])
    restore()

    assert cli.predict_main(argv) == 2
    assert "an interrupted run is there; --resume goes on with it, --force starts anew" in capsys.readouterr().err
    scored = []
    monkeypatch.setattr(type(model), "score", lambda *_: pytest.fail("the thresholds were found already"))
    monkeypatch.setattr(output.Output, "advance", lambda self, *_: scored.append(1))
    assert cli.predict_main([*argv, "--resume"]) == 0
    assert 0 < len(scored) < 20
    assert ((tmp_path / target).read_bytes(), (tmp_path / "bad.csv").read_bytes()) == expected
    assert capsys.readouterr().err == whole, "the counts are those of an uninterrupted run"
    assert left_in(tmp_path) == sorted(["in", "bad.csv", target])


def test_an_interruption_before_the_first_batch_leaves_nothing(tmp_path, long_file, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch._Scoring, "_write", interrupt)
    assert (
        cli.predict_main([str(long_file), "-o", str(tmp_path / "s.csv"), "--rejects", str(tmp_path / "b.csv")]) == 1
    )
    assert capsys.readouterr().err == "error: interrupted; no output was written\n"
    assert left_in(tmp_path) == ["in"]


@pytest.fixture
def interrupted(tmp_path, score, long_file, monkeypatch):
    """Leave an interrupted run of long_file to scored.csv behind."""
    restore = interrupt_after(monkeypatch, 3, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        score("in/a.csv", rejects=str(tmp_path / "bad.csv"))
    restore()
    return {"rejects": str(tmp_path / "bad.csv"), "resume": True}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prevalence": 0.1}, "other prevalence"),
        ({"encoding": "cp1251"}, "other encoding"),
        ({"selection": Selection(bands=["hold"])}, "other selection"),
        ({"rejects": None}, "other rejects"),
    ],
)
def test_a_run_with_other_options_is_not_gone_on_with(tmp_path, score, interrupted, change, said):
    with pytest.raises(UsageError, match=said):
        score("in/a.csv", **interrupted | change)
    assert score("in/a.csv", **interrupted)[0].rows == 250


def test_a_run_of_another_model_or_input_is_not_gone_on_with(tmp_path, model, score, long_file, interrupted):
    with pytest.raises(UsageError, match="other model"):
        other = model.with_thresholds(0.1, 0.2)
        batch.score_files(other, [str(long_file)], str(tmp_path / "scored.csv"), Options(**interrupted))
    os.utime(long_file, ns=(1, 1))
    with pytest.raises(UsageError, match="other inputs"):
        score("in/a.csv", **interrupted)
    assert score("in/a.csv", rejects=interrupted["rejects"], force=True)[0].rows == 250
    assert left_in(tmp_path) == ["bad.csv", "in", "scored.csv"]


def test_a_damaged_state_is_refused(tmp_path, score, interrupted):
    part, state = tmp_path / ".scored.csv.part", tmp_path / ".scored.csv.resume"
    whole = state.read_bytes()
    for damaged in (b"", b"{}", b"[]", whole.replace(b'"format": 1', b'"format": 2')):
        state.write_bytes(damaged)
        with pytest.raises(UsageError, match="not a file of this program or version"):
            score("in/a.csv", **interrupted)
    state.write_bytes(whole)
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(OutputError, match="what the interrupted run wrote has been cut"):
        score("in/a.csv", **interrupted)
    assert score("in/a.csv", **interrupted | {"resume": False, "force": True})[0].rows == 250


def test_resume_without_an_interrupted_run_is_a_run(tmp_path, score):
    write(tmp_path / "a.csv")
    assert score("a.csv", resume=True)[0].rows == 3
    with pytest.raises(UsageError, match="exists already"):
        score("a.csv", resume=True)


@pytest.mark.parametrize(
    ("inputs", "target", "options", "said"),
    [
        (["a.csv"], "s.parquet", {}, "a Parquet file"),
        (["a.csv"], "s.csv", {"selection": Selection(top=5)}, "--top"),
        (["a.csv"], os.devnull, {}, "a pipe as output"),
        ([os.devnull], "s.csv", {}, "a pipe as input"),
    ],
)
def test_what_cannot_be_resumed_says_so(tmp_path, score, inputs, target, options, said):
    write(tmp_path / "a.csv")
    with pytest.raises(UsageError, match=f"--resume cannot go on with {said}"):
        score(inputs, target, resume=True, **options)


def test_no_space_loses_nothing(tmp_path, long_file):
    code = (
        "import resource, sys; from classifier import cli, output; from classifier.tables import csv_table;"
        "csv_table.BLOCK = 2**14; output.CHECKPOINT = 0;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1));"
        "sys.exit(cli.predict_main(sys.argv[2:]))"
    )

    def run(limit, *argv):
        command = [
            sys.executable,
            "-c",
            code,
            str(limit),
            str(long_file),
            *argv,
            "--rejects",
            str(tmp_path / "bad.csv"),
        ]
        root = cli.MODEL.parent.parent
        done = subprocess.run(command, capture_output=True, cwd=root, check=False)
        return done.returncode, done.stderr.decode()

    unlimited = resource.RLIM_INFINITY
    assert run(unlimited, "-o", str(tmp_path / "whole.csv"), "--quiet") == (0, "")
    (tmp_path / "bad.csv").unlink()
    target = str(tmp_path / "s.csv")
    status, said = run(60_000, "-o", target)
    assert status == 1
    assert said.startswith(f"error: {target}: cannot be written: File too large; free some space")
    assert "; the same command with --resume goes on after " in said
    assert said.count("\n") == 1
    assert run(unlimited, "-o", target, "--resume", "--quiet") == (0, "")
    assert (tmp_path / "s.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert left_in(tmp_path) == ["bad.csv", "in", "s.csv", "whole.csv"]


# Killed anywhere

OURS = tuple(module.__file__ for module in (atomic, batch, output, resume))


def in_a_child(work):
    """Run in a process of its own, forked so that the model need not be loaded; give how it ended."""
    with warnings.catch_warnings():
        # Python warns that other threads are not forked; Arrow's are started anew.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        status = 1
        with contextlib.suppress(BaseException):
            work()
            status = 0
        os._exit(status)
    return os.waitpid(child, 0)[1]


def killed_after(steps, work):
    """Do work, but kill the process after so many calls by the rooms that write; count them in any case."""
    left = steps

    def count(frame, event, _):
        nonlocal left
        if event in ("call", "c_call", "c_return") and frame.f_code.co_filename in OURS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return steps - left


def kill_and_go_on(model, source, folder, points, seed):
    """Kill runs at random points, every third once more when it goes on; compare what comes of the next."""
    folder.mkdir()
    outputs = [folder / name for name in ("s.csv.gz", "bad.csv", "n.json")]
    options = Options(rejects=str(outputs[1]), summary=str(outputs[2]), jobs=1, resume=True)

    def work():
        batch.score_files(model, [str(source)], str(outputs[0]), options)

    steps = killed_after(0, work)
    expected = [path.read_bytes() for path in outputs[:2]]
    rng = random.Random(seed)
    for point in range(points):
        for path in outputs:
            path.unlink()
        for _ in range(1 + (point % 3 == 0)):
            step = rng.randrange(1, steps)
            in_a_child(lambda step=step: killed_after(step, work))
        ended = outputs[0].exists() and not resume.journal_of(outputs[0]).exists()
        assert ended or in_a_child(work) == 0, f"point {point}: the run could not be gone on with"
        assert [path.read_bytes() for path in outputs[:2]] == expected
        assert json.loads(outputs[2].read_text())["rows"] == 250
        assert left_in(folder) == sorted(path.name for path in outputs)


def test_killed_at_50_points_the_result_is_the_same_to_the_byte(tmp_path, model, long_file):
    kill_and_go_on(model, long_file, tmp_path / "out", 50, seed=1)


@pytest.mark.slow
def test_killed_at_1000_points_the_result_is_the_same_to_the_byte(tmp_path, model, long_file):
    kill_and_go_on(model, long_file, tmp_path / "out", 1000, seed=2)


# Whatever is written in an ad

SCRAPS = [
    *"абвәғқңөұүһі АЯ az09\t\n\r\0.,;:!?@#%&*()[]{}<>/\\|~^_-+=\"'`$₸№«»…—",
    *"\u200b\u200d\u2062\u00ad\ufeff\u202e\u0301\u0336\u20dd\ufe0f\u2028\u0085\ud800\udfff\ufdd0\U000e0041",
    *"ａ𝐚ⓐ😀👩\u0430\u0308ß\u0130ŉﬁ㎏½²",
    "предоплата", "Каспи", "+7 701 000 12 34", "http://", "t.me/", "п р е д", "0 000", "кг", "wa.me", "KZ00", "4400 ",
]  # fmt: skip


@pytest.mark.slow
def test_100000_random_texts_raise_nothing_but_our_own_errors(model):
    rng = random.Random(3)
    for _ in range(100):
        texts = ["".join(rng.choices(SCRAPS, k=rng.randrange(40))) for _ in range(1000)]
        scores = model.score(texts)
        assert scores.shape == (1000,)
        assert (((scores >= 0) & (scores <= 1)) | np.isnan(scores)).all()
