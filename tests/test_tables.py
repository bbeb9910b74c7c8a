"""Tables as real users have them, built byte by byte: read as they are, or refused in one line."""

import codecs
import gzip
import json
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import cli, tables
from classifier.columns import OUTPUT
from classifier.errors import DataError, UsageError
from classifier.tables import csv_table, excel, json_table, writer_for
from classifier.tables.encodings import LIKELY, question_marks
from classifier.tables.formats import Format

AD = "Продам диван; самовывоз"
KAZAKH = "Қызметкер керек; күніне төлейміз"


@pytest.fixture
def read(tmp_path):
    """Write bytes to a file and read them as a table: names, and rows as tuples."""

    def read(data, name="ads.csv", **options):
        path = tmp_path / name
        path.write_bytes(data)
        with tables.open_table(str(path), **options) as table:
            rows = [tuple(row[n] for n in table.names) for batch in table.batches() for row in batch.to_pylist()]
            return table.names, rows

    return read


@pytest.fixture
def refused(read, tmp_path):
    """Say in which one line a file is refused."""

    def refused(data, name="ads.csv", **options):
        with pytest.raises((DataError, UsageError)) as caught:
            read(data, name, **options)
        said = str(caught.value)
        assert "\n" not in said
        assert said.startswith(str(tmp_path / name))
        return said.removeprefix(str(tmp_path / name))

    return refused


# Encodings


@pytest.mark.parametrize(
    ("bom", "written", "named"),
    [
        (b"", "utf-8", "utf-8"),
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF8, "utf-8", "cp1251"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-8"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (b"", "utf-16-be", "utf-16-be"),
        (b"", "kz1048", "kz1048"),
    ],
)
def test_encodings(read, bom, written, named):
    data = bom + f"id,text\r\n1,{KAZAKH}\r\n".encode(written)
    assert read(data, encoding=named) == (["id", "text"], [("1", KAZAKH)])


@pytest.mark.parametrize("encoding", LIKELY)
def test_the_likely_encoding_is_named_with_the_first_bad_row(refused, encoding):
    text = KAZAKH if encoding == "kz1048" else AD
    said = refused(b'id,text\n1,ok\n\n2,"a\nb"\n' + f"3,{text}\n".encode(encoding))
    assert said.startswith(": row 4, column 'text': byte 0x")
    assert said.endswith(f"is not utf-8; it is likely {encoding}: --encoding {encoding}")


def test_a_bad_byte_far_in_is_found_in_its_row(refused, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**12)
    monkeypatch.setattr(csv_table, "LARGE_BLOCK", 2**14)
    rows = "".join(f'{n},"{AD}\n{n}"\n' for n in range(5000)).encode()
    data = b"id,text\n" + rows.replace(b"4321,", b"4321\xff,")
    for name, packed in (("ads.csv", data), ("ads.csv.gz", gzip.compress(data))):
        said = refused(packed, name)
        assert said.startswith(": row 4323, column 'id': byte 0xff is not utf-8; mend it"), said


def test_a_bad_byte_in_json_lines_is_found_in_its_row(refused):
    said = refused('{"text": "Үй"}\n{"text": "'.encode() + "Продам диван".encode("cp1251") + b'"}\n', "ads.jsonl")
    assert said.startswith(": row 2: byte 0xcf is not utf-8; it is likely cp1251")


def test_a_file_cut_within_a_letter_is_no_reason_to_name_another_encoding(refused):
    assert "likely" not in refused(f"id,text\n1,{AD}".encode()[:-1])


@pytest.mark.parametrize(
    ("written", "named", "said"),
    [
        ("utf-8", "cp1251", "this is utf-8, not cp1251"),
        ("cp866", "cp1251", "likely cp866"),
        ("cp1251", "cp866", "likely cp1251"),
        ("utf-16-le", "utf-8", "--encoding utf-16-le"),
    ],
)
def test_another_encoding_than_named_is_refused_not_read_as_nonsense(refused, written, named, said):
    assert said in refused(f"id,text\n1,{AD}\n".encode(written), encoding=named)


def test_french_in_its_own_encoding_is_read(read):
    assert read("id,text\n1,déjà vu à côté\n".encode("cp1252"), encoding="cp1252")[1] == [("1", "déjà vu à côté")]


def test_question_marks_in_the_place_of_kazakh_letters():
    damaged = KAZAKH.encode("cp1251", "replace").decode("cp1251")
    assert question_marks(damaged.encode()) >= 3
    assert question_marks("Торг? Да. Есть ещё?\nСколько?".encode()) == 0


# Delimiters, quotes, line ends


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header_alone(read, delimiter):
    header, cells = delimiter.join(["id", '"цена, тг; или | нет"', "text"]), ["1", "5", '"a,b;c|d\te"']
    names, rows = read(f"{header}\n{delimiter.join(cells)}\n".encode())
    assert (names[1], rows) == ("цена, тг; или | нет", [("1", "5", "a,b;c|d\te")])


def test_one_column_is_text_with_every_delimiter_in_it(read):
    data = 'объявление\nДиван, стол; стул\tшкаф | полка\n\n""\nконец'.encode()
    assert read(data)[1] == [("Диван, стол; стул\tшкаф | полка",), (None,), ("",), ("конец",)]


def test_a_delimiter_that_was_named(read):
    assert read(b"id~text,more\n1~a,b\n", delimiter="~") == (["id", "text,more"], [("1", "a,b")])


def test_tsv_by_its_name(read):
    assert read(b"text, with comma\n1, 2\n", "ads.tsv") == (["text, with comma"], [("1, 2",)])


def test_excels_line_that_names_the_delimiter(read):
    assert read("sep=;\r\nid;text\r\n1;Үй\r\n".encode("utf-8-sig")) == (["id", "text"], [("1", "Үй")])


def test_single_quotes_in_the_header_hold_for_all(read):
    assert read(b"'id','text'\n'1','a,\"b\"'\n") == (["id", "text"], [("1", 'a,"b"')])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read, end):
    assert read(f"id,text{end}1,a{end}{end}2,b".encode())[1] == [("1", "a"), ("2", "b")]


def test_a_header_with_line_breaks_and_doubled_quotes(read):
    assert read(b'id,"te""xt\r\n,"\n1,a\n') == (["id", 'te"xt\r\n,'], [("1", "a")])


def test_inches_within_a_cell_open_no_quote(read):
    assert read(b'id 5",text\n1,TV 55" new\n2,b\n') == (['id 5"', "text"], [("1", 'TV 55" new'), ("2", "b")])


# Rows that are not like the others


def test_empty_and_quoted_empty_are_told_apart(read):
    assert read(b'a,b\n,""\n"",\n')[1] == [(None, ""), ("", None)]


def test_cells_are_never_reinterpreted(read):
    cells = ["007", "NA", "null", "+7 700", " x ", "1e5", "TRUE", "2024-01-01", "a\x00b", "\u200b", "﻿"]
    assert read(("id,text\n" + "".join(f'{c},"{c}"\n' for c in cells)).encode())[1] == [(c, c) for c in cells]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\n1,2\n3\n", ": row 3 has 1 cells, but the header has 2: '3'; mend it, or set such rows aside"),
        (b"a,b\n1,2\n\n\n3,4,5\n", ": row 3 has 3 cells"),
        (b'a,b\n1,2\n3,"4\n5,6\n', ": row 3: a quote is opened and never closed"),
        (b"", ": the file is empty"),
        (b"\n \r\n", ": the file is empty"),
        (codecs.BOM_UTF8, ": the file is empty"),
        (b"\x00\x01\x02,\x03", ": this is not a text file"),
        (b"\x1f\x8b\x08\x00abc", ": this is packed by gzip; let its name end in .gz"),
        (b"\x28\xb5\x2f\xfdabc", ": this is packed by zstd"),
        (b"PAR1abc", ": this is a Parquet file"),
        (b"PK\x03\x04abc", ": this is a zip archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ": this is an old Excel workbook"),
    ],
)
def test_what_is_no_table(refused, data, said):
    assert refused(data).startswith(said)


def test_a_header_alone(read):
    assert read(b"id,text") == (["id", "text"], [])


def test_bad_rows_are_set_aside_with_their_number(read):
    bad = []
    data = "a,b\n1,2\nб\n3,4,5\n6,7\n".encode()
    assert read(data, reject=bad.append)[1] == [("1", "2"), ("6", "7")]
    assert [(b.number, b.reason, b.text) for b in bad] == [
        (3, "1 cells, but the header has 2", "б"),
        (4, "3 cells, but the header has 2", "3,4,5"),
    ]


def test_a_cell_of_ten_megabytes_is_a_cell(read):
    bad = []
    long = "x" * (10 * 2**20)
    data = f'a,b\n1,2\nб\n3,"{long}"\n4,5\n6\n'.encode()
    assert read(data, reject=bad.append)[1] == [("1", "2"), ("3", long), ("4", "5")]
    assert [b.number for b in bad] == [3, 6], "each bad row once, though the file was begun twice"


def test_a_row_longer_than_memory_should_hold(refused, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**10)
    monkeypatch.setattr(csv_table, "LARGE_BLOCK", 2**20)
    data = b'a,b\n1,2\n3,"' + b"x\n" * 2**20
    assert refused(data).startswith(": a row after row 2 is longer than 1 MB, or a quote in it is never closed")


# Packed


def test_packed_files_of_several_members(read):
    parts = [b"id,text\n1,a\n", b"2,b\n"]
    assert read(b"".join(map(gzip.compress, parts)), "ads.csv.gz")[1] == [("1", "a"), ("2", "b")]
    zstd = b"".join(pa.compress(part, codec="zstd", asbytes=True) for part in parts)
    assert read(zstd, "ads.CSV.zst")[1] == [("1", "a"), ("2", "b")]


@pytest.mark.parametrize(
    "data", [gzip.compress(b"id,text\n" + os.urandom(999).hex().encode())[:-9], b"id,text\n1,a\n"]
)
def test_a_cut_or_foreign_archive(refused, data):
    assert refused(data, "ads.csv.gz").startswith(": damaged, or not packed by gzip")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ads.xlsx", "save the sheet as CSV"),
        ("ads.json", "one object a line"),
        ("ads.parquet.gz", "compressed within"),
    ],
)
def test_formats_that_are_none_of_ours_say_what_to_do(refused, name, said):
    assert said in refused(b"x", name)


# JSON lines


def test_json_lines_become_columns_and_keep_their_lines(tmp_path):
    lines = [
        '{"id": 1, "text": "Үй", "price": 1.50}',
        '  {"text":"\\ud800x", "more": {"a": [1e400, null, true]}, "big": 123456789012345678901234567890}  ',
        "{}",
    ]
    path = tmp_path / "ads.jsonl"
    path.write_bytes(codecs.BOM_UTF8 + ("\r\n\n".join(lines)).encode())
    with tables.open_table(str(path)) as table:
        rows = pa.Table.from_batches(table.batches())
    assert table.names == ["id", "text", "price", "more", "big"]
    assert rows.select(table.names).to_pylist() == [
        dict(zip(table.names, ("1", "Үй", "1.50", None, None), strict=True)),
        dict(zip(table.names, (None, "\ufffdx", None, '{"a": [1e400, null, true]}', "123456789012345678901234567890"),
                 strict=True)),
        dict.fromkeys(table.names),
    ]  # fmt: skip
    assert rows.column(tables.LINE).to_pylist() == [line.strip() for line in lines]


@pytest.mark.parametrize("line", ["[1]", '"text"', "{", "nonsense", '{"a": 1} {"b": 2}', "[" * 100_000])
def test_a_line_that_is_no_object(read, refused, line):
    data = f'{{"text": "a"}}\n\n{line}\n{{"text": "b"}}\n'.encode()
    assert refused(data, "ads.jsonl").startswith(": row 3 has no JSON object in it")
    bad = []
    assert read(data, "ads.jsonl", reject=bad.append)[1] == [("a",), ("b",)]
    assert [(b.number, b.text) for b in bad] == [(3, line)]


def test_a_text_field_that_appears_late_is_not_passed_over(read, refused, monkeypatch):
    monkeypatch.setattr(json_table, "BLOCK", 16)
    data = b'{"description": "a"}\n' * 3 + b'{"description": "b", "x": 1}\n{"description": "c", "Title": "d"}\n'
    assert refused(data, "ads.jsonl").startswith(": row 5 has a field 'Title' that no row before has")
    assert read(data, "ads.jsonl", reject=lambda _: None)[1] == [("a",)] * 3 + [("b",)]


def test_empty_json_lines(refused):
    assert refused(b"\n\n", "ads.jsonl").startswith(": the file is empty")


# Parquet


def test_parquet_keeps_its_types(tmp_path):
    source = pa.table({"id": pa.array([1, None], pa.int32()), "text": pa.array(["a", None]).dictionary_encode()})
    pq.write_table(source, tmp_path / "ads.parquet")
    with tables.open_table(str(tmp_path / "ads.parquet")) as table:
        assert pa.Table.from_batches(table.batches()).equals(source)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\x00" * 50 + b"PAR1", b"id,text\n"])
def test_damaged_parquet(refused, data):
    assert refused(data, "ads.parquet").startswith(": not a Parquet file, or a damaged one")


def test_any_byte_of_parquet_flipped_is_an_error_of_ours_or_read(read):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["Үй", "Диван"] * 50, "n": range(100)}), sink)
    whole = sink.getvalue().to_pybytes()
    for place in range(0, len(whole), 7):
        try:
            read(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :], "ads.parquet")
        except DataError as error:
            assert "\n" not in str(error)


# Files that change, folders


def test_a_file_that_grows_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**10)
    path = tmp_path / "ads.csv"
    path.write_bytes(b"id,text\n" + b"1,abcdefgh\n" * 50_000)
    with tables.open_table(str(path)) as table, pytest.raises(DataError, match="changed from .* while it was read"):
        for _ in table.batches():
            with open(path, "ab") as file:
                file.write(b"2,new\n")


def test_a_file_removed_while_it_is_read_is_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 2**10)
    path = tmp_path / "ads.csv"
    path.write_bytes(b"id,text\n" + b"1,abcdefgh\n" * 50_000)
    with tables.open_table(str(path)) as table:
        path.unlink()
        assert sum(map(len, table.batches())) == 50_000


def test_a_folder_is_its_tables_sorted(tmp_path):
    for name in ("b.csv", "a.jsonl.gz", "c.txt", ".hidden.csv", "d.parquet", "e.xlsx"):
        (tmp_path / name).touch()
    (tmp_path / "f.csv").mkdir()
    assert [os.path.basename(path) for path in tables.files_of([str(tmp_path), "z"])] == [
        "a.jsonl.gz",
        "b.csv",
        "d.parquet",
        "z",
    ]
    with pytest.raises(DataError, match="there is no table in this folder"):
        tables.files_of([str(tmp_path / "f.csv")])


# Whatever is written comes back

CELL = st.none() | st.text(
    st.one_of(st.sampled_from("\",;\t\n\r =+-@'әқ0{}\\\x00\u2028\ufeff"), st.characters(codec="utf-8")), max_size=12
)
NAMES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8).filter(
        lambda name: name.strip() and name not in OUTPUT
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


def written_bytes(table, form):
    """Write a table, in two parts, with scores of nothing."""
    file = pa.BufferOutputStream()
    scores = pa.array([None] * len(table), tables.SCORE)
    for name, column in zip(OUTPUT, (scores, *[pa.array([""] * len(table))] * 3), strict=True):
        table = table.append_column(name, column)
    writer = writer_for(form, file, table.schema)
    for part in (table.slice(0, len(table) // 2), table.slice(len(table) // 2)):
        writer.write(part, "ads")
    writer.close()
    return file.getvalue().to_pybytes()


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.zst", "a.tsv", "a.jsonl", "a.jsonl.gz", "a.parquet"])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_is_read_back_as_it_was_written(read, name, data):
    names = data.draw(NAMES)
    rows = data.draw(st.lists(st.tuples(*[CELL] * len(names)), min_size=1, max_size=6))
    columns = [pa.array(column, pa.large_string()) for column in zip(*rows, strict=True)]
    form = tables.format_of(name)
    found_names, found = read(written_bytes(pa.table(columns, names=names), form), name)
    assert found_names == [*names, *OUTPUT]
    assert [row[: len(names)] for row in found] == rows


def test_packed_output_is_the_same_at_any_time():
    table = pa.table({"text": ["a", "b"]})
    assert written_bytes(table, Format("csv", "gzip")) == written_bytes(table, Format("csv", "gzip"))


# For spreadsheets

RUNS = "=+-@\t\r\n\x00＝＋－＠"


@given(st.lists(st.text(st.sampled_from("'a 1" + RUNS) | st.characters(codec="utf-8"), max_size=8), max_size=9))
def test_no_cell_runs_and_every_cell_comes_back(cells):
    table = pa.table({"=text": pa.array(cells, pa.large_string())})
    safe = excel.neutralised(table)
    assert safe.schema.names == ["'=text"]
    assert not [cell for cell in safe["'=text"].to_pylist() if cell[:1] and cell[0] in RUNS]
    assert excel.restored(safe).equals(table)


def test_a_file_for_excel_is_read_back_for_training(tmp_path):
    cells = ["=cmd|' /C calc'!A0", "+7 701 000 12 34", "-5", "@x", "'quoted'", "'=1", "мәтін; тағы", None]
    path = tmp_path / "a.csv"
    path.write_bytes(written_bytes(pa.table({"text": cells}), Format(tables.EXCEL)))
    assert path.read_bytes().startswith(codecs.BOM_UTF8 + b"text;fraud_score;")
    (back,) = tables.read_all([str(path)], from_excel=True)
    assert back["text"].to_pylist() == [*cells[:-1], ""]


def test_training_reads_what_was_written_for_excel(collection, tmp_path, monkeypatch):
    ads = collection.assign(text="=" + collection["title"]).iloc[:5]
    table = pa.table({name: ads[name].tolist() for name in ("text", "label")})
    path = tmp_path / "a.csv"
    path.write_bytes(written_bytes(table, Format(tables.EXCEL)))
    read = []
    monkeypatch.setattr("classifier.training.check_model", lambda _, frame, **__: read.append(frame) or 1 / 0)
    for options in ([], ["--from-excel"]):
        with pytest.raises(ZeroDivisionError):
            cli.train_main(["--check", str(path), *options])
    assert read[0]["text"].tolist() == ["'" + text for text in ads["text"]]
    assert read[1]["text"].tolist() == ads["text"].tolist()


def test_all_formats_are_read_for_training(tmp_path):
    frame = pd.DataFrame({"text": ["Үй", "Диван"], "label": [1, 0]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "b.parquet", index=False)
    frame.to_json(tmp_path / "c.jsonl", orient="records", lines=True)
    for table in tables.read_all([str(tmp_path)]):
        assert table.to_pydict() == {"text": ["Үй", "Диван"], "label": ["1", "0"]}


# Typed columns where there are no types

TYPED = pa.table(
    {
        "n": pa.array([1, None]),
        "x": [1.5, float("nan")],
        "flag": [True, False],
        "day": pa.array(["2024-01-02", None]).cast(pa.date32()),
        "at": pa.array([10**18, None], pa.timestamp("ns")),
        "tags": pa.array([["а", "б"], []]),
        "kind": pa.array(["стол", None]).dictionary_encode(),
    }
)


def test_typed_columns_as_json_lines():
    first, second = map(json.loads, written_bytes(TYPED, Format("jsonl")).splitlines())
    assert [first[name] for name in TYPED.schema.names] == [
        1, 1.5, True, "2024-01-02", "2001-09-09 01:46:40.000000000", ["а", "б"], "стол",
    ]  # fmt: skip
    assert [second[name] for name in TYPED.schema.names] == [None, None, False, None, None, [], None]


def test_typed_columns_as_csv():
    _, first, _ = written_bytes(TYPED, Format("csv")).decode().splitlines()
    assert first.startswith('1,1.5,true,2024-01-02,2001-09-09 01:46:40.000000000,"[""а"", ""б""]","стол",')


def test_bytes_cannot_be_text():
    with pytest.raises(DataError, match="column 'photo': binary cannot be written as text; leave it out"):
        written_bytes(pa.table({"photo": [b"\xff"]}), Format("csv"))


def test_numbers_survive_parquet_to_parquet():
    whole = pa.BufferReader(written_bytes(TYPED, Format("parquet")))
    back = pq.read_table(whole)
    assert back.select(TYPED.schema.names).schema.equals(TYPED.schema)
    assert back.schema.field("fraud_score").type == pa.float64()
    assert np.isnan(back["x"][1].as_py())
