"""The loop as a moderator lives it: a scheme is missed, forty decisions, the scheme is found; and every refusal."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import classifier
from classifier import cli, decisions, retraining
from classifier.bootstrap import Interval
from classifier.cli.learning import _tell
from classifier.comparison import Change, Compared
from classifier.decisions import Source
from classifier.errors import TrainingError

SCHEME = "drug_courier_recruit"


def texts_of(ads):
    return (ads["title"] + "\n" + ads["description"]).tolist()


def saved(ads, labels):
    """Decisions as the review page saves them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["id", "row", "text", "label", "time"])
    for row, (key, text, label) in enumerate(zip(ads["id"], texts_of(ads), labels, strict=True), 1):
        writer.writerow([key, row, text, label, f"2026-11-{1 + row * 7 % 25:02d}T09:30:00Z"])
    return out.getvalue().encode()


@pytest.fixture(scope="module")
def board(collection, tmp_path_factory):
    """A small collection that lacks one scheme, a model of it, and forty ads decided on since."""
    folder = tmp_path_factory.mktemp("board")
    of_scheme = collection[collection["scheme"] == SCHEME]
    others = collection[~collection["group"].isin(of_scheme["group"])]
    groups = others["group"].drop_duplicates().sort_values(kind="stable")
    known = others[others["group"].isin(groups.iloc[:: len(groups) // 250])]
    # Figures by slice take longer than all the rest.
    known = known[["id", "title", "description", "label", "group"]]
    kinds = of_scheme["group"].drop_duplicates()
    met = of_scheme["group"].isin(kinds.iloc[::2])
    honest = others[(others["label"] == "0") & ~others["group"].isin(known["group"])].iloc[::97].head(12)
    decided = pd.concat([of_scheme[met].head(28), honest])
    known.to_csv(folder / "known.csv", index=False)
    classifier.train(known, jobs=1).model.save(folder / "old.zip")
    (folder / "decisions.csv").write_bytes(b"\xef\xbb\xbf" + saved(decided, ["fraud"] * 28 + ["legit"] * 12))
    (folder / "flipped.csv").write_bytes(saved(decided, ["legit"] * 28 + ["fraud"] * 12))
    return folder, known, texts_of(of_scheme[~met])


def run(folder, *options, collection="known.csv", model="old.zip"):
    fixed = [str(folder / collection), "--model", str(folder / model), "--jobs", "1"]
    return cli.train_main([*fixed, *options])


def found(model, texts):
    return np.mean(model.score(texts) >= model.thresholds.review)


def test_forty_decisions_later_unseen_ads_of_a_missed_scheme_are_found(board, capsys):
    folder, _, unseen = board
    old = classifier.load(folder / "old.zip")
    assert found(old, unseen) < 0.3

    assert run(folder, "--decisions", str(folder / "decisions.csv"), "-o", str(folder / "new.zip")) == 0
    said = capsys.readouterr().err
    new = classifier.load(folder / "new.zip")
    assert found(new, unseen) > 0.6
    assert "not worse" in said
    assert "newest decisions, held out" in said
    before, after = figures(said, "collection")["average precision"]
    assert after > before - 0.01, "nothing is lost elsewhere, out of fold and grouped"
    before, after = figures(said, "decisions")["recall at 5 % false alarms"]
    assert after > before + 0.3
    assert "40 decisions of people who use the model, 28 of them fraudulent" in (folder / "new.md").read_text("utf-8")

    # What was learned is not news; what is not passed again would be forgotten.
    again = ["--decisions", str(folder / "decisions.csv"), "-o", str(folder / "newer.zip")]
    assert run(folder, *again, model="new.zip") == 1
    assert "nothing to learn" in capsys.readouterr().err
    assert not (folder / "newer.zip").exists()
    table = pd.read_csv(folder / "decisions.csv").iloc[8:]
    more = pd.concat([table, pd.DataFrame({"text": ["Отдам котят в хорошие руки"], "label": ["fraud"]})])
    joined = decisions.join(board[1], decisions.gather([Source("part.csv", more)]))
    news = retraining.look_through(joined, new, "new.zip")
    assert news.fresh.sum() == 1
    assert any("learned 8 decisions that are not among these" in note for note in news.notes)


def figures(said, place):
    """Read what the terminal shows of a place: each figure before and after."""
    lines = said.split(f"\n{place}: ")[1].splitlines()[1:]
    shown = [line for line in lines[:4] if line.startswith("  ")]
    return {
        line[2:30].strip(): tuple(float(word) for word in line[30:].split("  ")[0].split(" -> ")) for line in shown
    }


def test_decisions_with_their_labels_the_wrong_way_round_are_refused(board, capsys):
    folder, *_ = board
    target = folder / "bad.zip"
    assert run(folder, "--decisions", str(folder / "flipped.csv"), "-o", str(target)) == 1
    said = capsys.readouterr().err
    assert "would be worse and was not written" in said
    assert "--accept-worse" in said
    assert not list(folder.glob("bad.*"))


def test_a_worse_model_can_be_accepted():
    worse = Compared("collection", 5000, 2500, [Change("average precision", 0.9, 0.8, Interval(-0.1, -0.2, -0.05))])
    retrained = retraining.Retrained(None, [worse, Compared("decisions", 40, 20, [])], [], np.empty(0))
    _tell(retrained, accept=True)
    with pytest.raises(TrainingError, match="falls from 0.900 to 0.800"):
        _tell(retrained, accept=False)


def honest_and_fraudulent(honest, fraud):
    ads = [f"Продам вещь {n} {n * n}" for n in range(honest)] + [f"Нужны карты {n} {n * n}" for n in range(fraud)]
    return pd.DataFrame({"text": ads, "label": ["legit"] * honest + ["fraud"] * fraud})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (honest_and_fraudulent(4, 9), "13 decisions .* 9 fraudulent and 4 honest.* decide on 7 more"),
        (honest_and_fraudulent(3, 40), "43 decisions .* decide on 2 more"),
        (honest_and_fraudulent(0, 40), "all 40 decisions are fraudulent.* 5 honest ads"),
        (honest_and_fraudulent(25, 0), "all 25 decisions are honest.* 5 fraudulent ads"),
    ],
)
def test_too_few_decisions_are_refused_and_the_missing_are_counted(table, message):
    with pytest.raises(TrainingError, match=message):
        decisions.check_enough(decisions.gather([Source("d.csv", table)]).ads["label"].to_numpy())


@pytest.mark.parametrize(
    ("column", "rows", "value", "message"),
    [
        ("label", [3, 5], "maybe", r"d.csv, rows 5, 7: 'maybe' is not a label; write fraud or legit"),
        ("label", range(8), "?", r"rows 2, 3, 4, 5, 6 and 3 more: '\?'"),
        ("text", [0], " ", "d.csv, row 2: 'legit' has no text"),
        ("time", [1], "yesterday", "d.csv, row 3: 'yesterday' is not a time"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_rows(column, rows, value, message):
    table = honest_and_fraudulent(10, 10).assign(time="")
    table.loc[list(rows), column] = value
    with pytest.raises(TrainingError, match=message):
        decisions.gather([Source("d.csv", table)])


def test_decisions_that_the_model_agrees_with_teach_nothing(board, model):
    _, known, _ = board
    flagged = model.predict(known)["fraud_band"] != "clear"
    table = pd.DataFrame(
        {"text": [f"{text} ." for text in texts_of(known)], "label": np.where(flagged, "fraud", "legit")}
    )
    joined = decisions.join(known, decisions.gather([Source("d.csv", table.iloc[::3])]))
    with pytest.raises(TrainingError, match=r"models/ads.zip already says what all \d+ decisions say"):
        retraining.look_through(joined, model, "models/ads.zip")


def test_the_file_that_the_page_saves_is_read_as_it_is(board, tmp_path, capsys):
    folder, *_ = board
    page = (
        "\ufeffid,row,text,label,time\r\n"
        'a1,1,"Нужны ""карты"", срочно\nпишите",fraud,2026-11-25T09:30:00Z\r\n'
        "2,2,=СУММ(А1),legit,2026-11-25T09:31:00Z\r\n"
    )
    (tmp_path / "decisions.csv").write_bytes(page.encode())
    assert run(folder, "--decisions", str(tmp_path / "decisions.csv")) == 1
    assert "2 decisions that can be used, 1 fraudulent and 1 honest" in capsys.readouterr().err
    (table,) = classifier_tables(tmp_path / "decisions.csv")
    ads = decisions.gather([Source("decisions.csv", table)]).ads
    assert ads["text"].tolist() == ['Нужны "карты", срочно\nпишите', "=СУММ(А1)"]
    assert ads["time"].tolist() == [pd.Timestamp("2026-11-25 09:30"), pd.Timestamp("2026-11-25 09:31")]


def test_a_file_that_excel_saved_is_read_beside_the_collection_that_ships(tmp_path, capsys):
    target = tmp_path / "decisions.csv"
    target.write_bytes("body;label\r\nНужны карты;fraud\r\n'=Продам;legit\r\n".encode("cp1251"))
    options = ["--encoding", "cp1251", "--text-columns", "body", "--from-excel"]
    assert cli.train_main(["--decisions", str(target), *options]) == 1
    assert "2 decisions that can be used" in capsys.readouterr().err


def classifier_tables(path):
    from classifier.tables import read_all

    return [table.to_pandas() for table in read_all([str(path)])]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("абв"), st.booleans(), st.one_of(st.none(), st.integers(1, 3))), min_size=1)
)
def test_of_one_text_the_latest_decision_counts_and_of_two_at_once_none(made):
    table = pd.DataFrame(
        {
            "text": [f"{text} {text}" for text, *_ in made],
            "label": ["fraud" if fraud else "legit" for _, fraud, _ in made],
            "time": ["" if day is None else f"2026-11-0{day}" for *_, day in made],
        }
    )
    expected = {}
    for text in {text for text, *_ in made}:
        latest = max(day or 0 for of, _, day in made if of == text)
        said = {fraud for of, fraud, day in made if of == text and (day or 0) == latest}
        if len(said) == 1:
            expected[f"{text} {text}"] = int(said.pop())
    ads = decisions.gather([Source("d.csv", table)]).ads
    assert dict(zip(ads["text"], ads["label"], strict=True)) == expected
    assert len(ads) == len(expected)


def test_what_was_said_twice_or_both_ways_is_reported():
    rows = [
        ("сатамын диван жаңа", "legit", ""),
        ("САТАМЫН  диван жаңа", "legit", ""),
        ("нужны карты", "fraud", "2026-11-01"),
        ("нужны карты", "legit", "2026-11-02"),
        ("даю в долг", "fraud", ""),
        ("даю в долг", "legit", ""),
        ("не решено", "", ""),
        ("Продам новый диван, самовывоз из Тараза вечером", "legit", ""),
        ("Продам новый диван, самовывоз из Тараза утром", "fraud", ""),
    ]
    notes = decisions.gather([Source("d.csv", pd.DataFrame(rows, columns=["text", "label", "time"]))]).notes
    assert notes == [
        "1 row without a label: not yet decided, left out",
        "1 decision says again what another says",
        "1 text decided both ways: the latest decision counts",
        "1 text decided both ways at once, left out: d.csv, row 6; d.csv, row 7",
        "1 pair of nearly the same text decided both ways, kept: d.csv, row 9; d.csv, row 10",
    ]


def test_a_decision_takes_the_place_of_the_same_ad_in_the_collection(slice_of_collection):
    ads = slice_of_collection.head(2)
    labels = ["legit" if label == "1" else "fraud" for label in ads["label"]]
    same = slice_of_collection.iloc[[5]]
    table = pd.DataFrame(
        {
            "text": texts_of(ads) + texts_of(same),
            "label": [*labels, "fraud" if same["label"].item() == "1" else "legit"],
        }
    )
    joined = decisions.join(slice_of_collection, decisions.gather([Source("d.csv", table)]))
    assert len(joined.labelled.texts) == len(slice_of_collection)
    assert joined.decided.sum() == 3
    assert joined.labelled.weights[joined.decided].tolist() == [decisions.WEIGHT] * 3
    assert joined.notes == [
        "1 ad of the collection decided as it is labelled there",
        "2 ads of the collection decided otherwise: the decision counts",
    ]


def test_a_decision_and_its_near_copy_in_the_collection_are_never_split(slice_of_collection):
    text = max(texts_of(slice_of_collection), key=len)
    table = pd.DataFrame({"text": [text + " звоните"], "label": ["fraud"]})
    joined = decisions.join(slice_of_collection, decisions.gather([Source("d.csv", table)]))
    place = next(n for n, ad in enumerate(joined.labelled.texts) if ad.strip() == text.strip())
    assert joined.labelled.clusters[place] == joined.labelled.clusters[-1]


@pytest.mark.parametrize(
    "options",
    [
        ["--accept-worse"],
        ["--decisions", "d.csv", "--check"],
        ["--decisions", "d.csv", "--doubts", "x.csv"],
        ["--decisions", "d.csv", "--full"],
        ["--report", "x.html"],
    ],
)
def test_options_that_do_not_go_together(options, capsys):
    assert cli.train_main(options) == 2
    assert "--" in capsys.readouterr().err
