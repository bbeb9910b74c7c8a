"""The doors as a user opens them: files in, files out, one line of error, a status."""

import csv
import io
import os
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import classifier
from classifier import cli
from classifier.columns import OUTPUT
from classifier.parallel import WORTH_IT, processes

FRAUD = "Нужны карты Каспи Голд, 50 000 в день, пишите в телеграм"


def run(*argv, stdin=None, cwd=None):
    root = cli.MODEL.parent.parent
    command = [sys.executable, str(root / "predict.py"), *map(str, argv)]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, check=False)


@pytest.fixture
def predict(tmp_path, capsys):
    """Score bytes as a CSV file; give status, output rows and what was said."""

    def predict(data, *options, name="ads.csv"):
        source, target = tmp_path / name, tmp_path / "scored.csv"
        source.write_bytes(data)
        status = cli.predict_main([str(source), "-o", str(target), *options])
        said = capsys.readouterr().err
        rows = None
        if target.exists():
            rows = list(csv.reader(io.StringIO(target.read_bytes().decode(), newline="")))
            target.unlink()
        left = {p.name for p in tmp_path.iterdir()} - {name, "rejects.csv"}
        assert not left, f"left behind: {left}"
        return status, rows, said

    return predict


def test_every_cell_comes_back_and_four_columns_more(predict):
    data = 'id,title,price,description\n007,"Үй, ""жаңа""",NA,"бірінші\r\nекінші"\n,Диван,null, с краю \n'
    status, rows, _ = predict(data.encode())
    assert status == 0
    assert rows[0] == ["id", "title", "price", "description", *OUTPUT]
    assert [row[:4] for row in rows[1:]] == [
        ["007", 'Үй, "жаңа"', "NA", "бірінші\r\nекінші"],
        ["", "Диван", "null", " с краю "],
    ]


def test_scores_have_six_decimals_and_are_the_models(predict, model):
    _, rows, _ = predict(f"text\n{FRAUD.replace(',', ' ')}\nДиван\n\n".encode())
    expected = model.score([FRAUD.replace(",", " "), "Диван"])
    assert [row[1] for row in rows[1:3]] == [f"{score:.6f}" for score in expected]
    assert rows[1][2] == "hold"
    assert rows[3][1:3] == ["", "unscored"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_from_the_header(predict, delimiter):
    _, rows, _ = predict(delimiter.join(["id", "текст"]).encode() + b"\n" + f"1{delimiter}Диван\n".encode())
    assert rows[1][:2] == ["1", "Диван"]


def test_a_table_of_one_column_is_text_with_all_its_commas(predict):
    status, rows, _ = predict("объявление\nДиван, стол; стул\tшкаф\n".encode())
    assert (status, rows[1][0]) == (0, "Диван, стол; стул\tшкаф")


@pytest.mark.parametrize("header", ["Заголовок", "НАЗВАНИЕ", "описание", "Мәтін", "сипаттама", " Text ", "тақырып"])
def test_text_columns_by_any_known_name(predict, header):
    status, rows, _ = predict(f"id,{header}\n1,Диван\n".encode())
    assert (status, rows[1][3]) == (0, "clear")


def test_text_columns_by_option(predict):
    _, rows, _ = predict("a,b,title\nНужны,карты Каспи Голд 50 000 в день,x\n".encode(), "--text-columns", "a,b")
    assert float(rows[1][3]) > 0.5


def test_excels_cp1251_with_semicolons(predict):
    status, rows, _ = predict("Текст;Цена\r\nДиван;5\r\n".encode("cp1251"), "--encoding", "cp1251")
    assert (status, rows[1][:2]) == (0, ["Диван", "5"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(predict, encoding):
    options = [] if encoding == "utf-8-sig" else ["--encoding", "utf-16"]
    status, rows, _ = predict("id,text\n1,Үй\n".encode(encoding), *options)
    assert (status, rows[0][0], rows[1][1]) == (0, "id", "Үй")


@pytest.mark.parametrize(
    ("data", "options", "status", "said"),
    [
        ("text,n\nа,1\nб\nв,3\n", [], 1, "row 3 has 1 cells, but the header has 2: 'б'"),
        ("text,n\nа,1,2\n", [], 1, "row 2 has 3 cells, but the header has 2"),
        ("id,price\n1,2\n", [], 1, "no text column among 'id', 'price'"),
        ("", [], 1, "the file is empty"),
        ("\n\n", [], 1, "the file is empty"),
        ("text,fraud_score\nа,1\n", [], 1, "there is already a column 'fraud_score'"),
        ("text,text\nа,б\n", [], 1, "'text' more than once"),
        ('n,text\n1,а\n2,"б\n3,в\n', [], 1, "row 3: a quote is opened and never closed"),
        ("text\nа\n", ["--encoding", "klingon"], 2, "there is no encoding 'klingon'"),
        ("text\nа\n", ["--text-columns", "body"], 1, "no column 'body'"),
        ("text\nа\n", ["--model", "/nowhere/m.zip"], 1, "there is no such model file"),
        ("text\nа\n", ["--prevalence", "7"], 2, "prevalence must be between 0 and 1"),
        ("text\nа\n", ["--threshold", "0.9,0.1"], 2, "0 <= review <= hold <= 1"),
        ("text\nа\n", ["--false-alarms", "0.01,0.1"], 2, "0 <= hold <= review <= 1"),
        ("text\nа\n", ["--review-rate", "8"], 2, "review rate must be between 0 and 1"),
        ("text\nа\n".encode("utf-16-le"), [], 1, "--encoding utf-16-le"),
        (
            "id,text\n1,ок\n2,Диван\n".encode("cp1251"),
            [],
            1,
            "row 2, column 'text': byte 0xee is not utf-8; it is likely cp1251",
        ),
        (b"PK\x03\x04\x00\x00\n\x00", [], 1, "not a text file"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(predict, data, options, status, said):
    found, rows, err = predict(data if isinstance(data, bytes) else data.encode(), *options)
    assert (found, rows) == (status, None)
    assert said in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_bands_by_option(predict):
    data = f"text\n{FRAUD.replace(',', ' ')}\nДиван\nСатамын үй\nнужны люди\n".encode()
    bands = {}
    for options in (["--threshold", "0,1"], ["--false-alarms", "1,0"], ["--review-rate", "0.25"], []):
        status, rows, said = predict(data, *options)
        assert status == 0, said
        bands[options[0] if options else ""] = [row[2] for row in rows[1:]]
        scores = [row[1] for row in rows[1:]]
    assert bands["--threshold"] == ["review"] * 4
    assert "clear" not in bands["--false-alarms"]
    top = max(range(4), key=lambda n: float(scores[n]))
    assert [n for n, band in enumerate(bands["--review-rate"]) if band != "clear"] == [top]


def test_a_review_rate_sets_bad_rows_aside_once(predict, tmp_path):
    rejects = tmp_path / "rejects.csv"
    data = f"text,n\n{FRAUD.replace(',', ' ')},1\nб\nДиван,3\n".encode()
    status, rows, said = predict(data, "--review-rate", "0.5", "--rejects", str(rejects))
    assert (status, len(rows)) == (0, 3)
    assert "1 rows set aside" in said


def test_bad_rows_can_be_set_aside(predict, tmp_path):
    rejects = tmp_path / "rejects.csv"
    status, rows, said = predict("text,n\nа,1\nб\nв,3,4\nг,5\n".encode(), "--rejects", str(rejects))
    assert status == 0
    assert [row[0] for row in rows[1:]] == ["а", "г"]
    source = str(tmp_path / "ads.csv")
    assert list(csv.reader(io.StringIO(rejects.read_text("utf-8"))))[1:] == [
        [source, "3", "1 cells, but the header has 2", "б"],
        [source, "4", "3 cells, but the header has 2", "в,3,4"],
    ]
    assert "2 rows set aside" in said


def test_a_header_alone_gives_a_header(predict):
    status, rows, said = predict(b"id,text\n")
    assert (status, rows) == (0, [["id", "text", *OUTPUT]])
    assert said.startswith("0 ads")


def test_an_existing_output_is_kept_unless_forced(tmp_path, capsys):
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("text\nДиван\n", "utf-8")
    target.write_text("precious")
    assert cli.predict_main([str(source), "-o", str(target)]) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_text() == "precious"
    assert cli.predict_main([str(source), "-o", str(target), "--force"]) == 0
    assert cli.predict_main([str(source), "-o", str(source), "--force"]) == 2
    assert source.read_text("utf-8") == "text\nДиван\n"


def test_several_files_become_one(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(f"id,text\n{name},Диван\n", "utf-8")
    assert cli.predict_main([str(tmp_path / "a"), str(tmp_path / "b"), "-o", str(tmp_path / "c"), "--quiet"]) == 0
    assert pd.read_csv(tmp_path / "c")["id"].tolist() == ["a", "b"]


def test_files_with_different_headers_are_refused(tmp_path, capsys):
    (tmp_path / "a").write_text("id,text\n1,x\n")
    (tmp_path / "b").write_text("text,price\nx,1\n")
    assert cli.predict_main([str(tmp_path / "a"), str(tmp_path / "b"), "-o", str(tmp_path / "c")]) == 1
    assert "its header differs" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


def test_a_pipe_carries_data_only():
    done = run("-", stdin="text\nДиван\n".encode())
    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[0] == ",".join(["text", *OUTPUT])
    assert len(done.stdout.decode().splitlines()) == 2
    assert b"1 ads" in done.stderr


def test_one_ad_for_a_person():
    done = run("--text", FRAUD)
    assert done.returncode == 0
    assert "band hold" in done.stdout.decode()
    assert "карты" in done.stdout.decode()


@pytest.mark.parametrize("argv", [[], ["a.csv", "--text", "x"], ["--text", "..."], ["--nonsense"]])
def test_wrong_usage_is_status_2(argv):
    done = run(*argv)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_interruption_leaves_nothing(tmp_path, monkeypatch, capsys):
    source = tmp_path / "a.csv"
    source.write_text("text\nДиван\n", "utf-8")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("classifier.batch._Scoring._write", interrupt)
    assert cli.predict_main([str(source), "-o", str(tmp_path / "b.csv")]) == 1
    assert "interrupted" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_many_blocks_equal_one(predict, monkeypatch, texts):
    data = io.StringIO()
    writer = csv.writer(data)
    writer.writerows([["text", "n"], *([ad, n] for n, ad in enumerate(texts[:300]))])
    whole = predict(data.getvalue().encode())[1]
    monkeypatch.setattr("classifier.tables.csv_table.BLOCK", 2**14)
    assert predict(data.getvalue().encode())[1] == whole
    assert len(whole) == 301


CELL = st.text(
    st.one_of(st.sampled_from("\",;\t\n\r =+-@'әқ0"), st.characters(codec="utf-8", exclude_characters="\x00")),
    max_size=12,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=6))
def test_any_table_comes_back_cell_by_cell(predict, rows):
    data = io.StringIO(newline="")
    csv.writer(data, quoting=csv.QUOTE_ALL).writerows([["text", "other"], *rows])
    status, found, said = predict(data.getvalue().encode())
    assert status == 0, said
    assert [tuple(row[:2]) for row in found[1:]] == rows


def test_help_teaches_and_is_quick_to_import():
    done = run("--help")
    assert done.returncode == 0
    assert "--prevalence" in done.stdout.decode()
    code = "import sys, classifier.cli; assert not {'numpy', 'pandas', 'pyarrow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=cli.MODEL.parent.parent)


def test_train_writes_a_model_a_card_and_a_pipeline(slice_of_collection, trained, tmp_path, capsys):
    ads, model, pipeline = (tmp_path / name for name in ("ads.csv", "mine.zip", "mine.joblib"))
    slice_of_collection.to_csv(ads, index=False)
    assert cli.train_main([str(ads), "-o", str(model), "--pipeline", str(pipeline), "--jobs", "1"]) == 0
    texts = ["Нужны карты Каспи", "Сатылады үй"]
    assert np.array_equal(classifier.load(model).score(texts), trained.model.score(texts))
    assert np.allclose(joblib.load(pipeline).predict_proba(texts)[:, 1], trained.model.score(texts), atol=1e-9)
    assert "| language kk |" in (tmp_path / "mine.md").read_text("utf-8")
    assert "wrote" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ("text\nx\n", 1, "needs a column label"),
        ("text,label\nx,hm\n", 1, "row 2, column 'label': 'hm' is not a label"),
        ("text,label\nx,1\n", 1, "at least 20 of each"),
    ],
)
def test_train_refuses_in_one_line(tmp_path, capsys, data, status, said):
    (tmp_path / "a.csv").write_text(data)
    assert cli.train_main([str(tmp_path / "a.csv"), "-o", str(tmp_path / "m.zip")]) == status
    assert said in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_several_processes_give_the_same_bytes(tmp_path, texts):
    source = tmp_path / "ads.csv"
    with open(source, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "text"], *([n, ad] for n, ad in enumerate(texts[:2000]))])
    outputs = [tmp_path / name for name in ("one.csv", "two.csv")]
    for output, jobs in zip(outputs, ("1", "2"), strict=True):
        assert cli.predict_main([str(source), "-o", str(output), "--jobs", jobs, "--quiet"]) == 0
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_a_bad_row_stops_several_processes_too(tmp_path, capsys):
    source = tmp_path / "ads.csv"
    source.write_text("text,n\nДиван,1\nСтол\n", "utf-8")
    assert cli.predict_main([str(source), "-o", str(tmp_path / "scored.csv"), "--jobs", "2"]) == 1
    assert "row 3 has 1 cells" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["ads.csv"]


def test_small_files_stay_in_one_process():
    assert processes(None, 1000) == 1
    assert processes(None, None) == 1
    assert processes(3, 1000) == 3
    assert processes(None, WORTH_IT) == len(os.sched_getaffinity(0))
