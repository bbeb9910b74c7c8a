"""The frozen model as other code calls it."""

import copy
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import classifier
from classifier.columns import OUTPUT

FRAUD = "Нужны карты Каспи Голд, 50 000 тенге в день, пишите в телеграм"
HONEST = "Продам диван, самовывоз, смотреть после шести, торг"


def logit(p):
    return np.log(p / (1 - p))


def test_fraud_scores_above_honest(model):
    fraud, honest = model.score([FRAUD, HONEST])
    assert fraud > 0.8 > 0.2 > honest


def test_scores_are_float64_between_0_and_1(model, texts):
    scores = model.score(texts)
    assert scores.dtype == np.float64
    assert scores.shape == (len(texts),)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_what_cannot_be_read_is_unscored_never_zero(model):
    found = model.predict([None, "", "  \n", "!!! ... 🔥", float("nan"), HONEST])
    assert found["fraud_score"].isna().tolist() == [True] * 5 + [False]
    assert found["fraud_band"].tolist()[:5] == ["unscored"] * 5
    assert found["fraud_reasons"].tolist()[:5] == [""] * 5


NOT_TEXTS = ["a bare string", None, 5, 1.5, [5], ["ок", 7], [["list"]], {"text": "x"}, b"bytes", {"a set"}, object()]
NOT_TEXTS += [np.array("one"), np.zeros((3, 3)), pd.Series([1.5]), pd.DataFrame({"text": [1]}), pa.array([1])]
NOT_TEXTS += [pa.array([b"bytes"]), [b"bytes"], pa.scalar("one"), int]


@pytest.mark.parametrize("ads", NOT_TEXTS, ids=repr)
def test_what_is_not_a_collection_of_texts_is_refused_with_advice(model, ads):
    for verb in (model.score, model.predict):
        with pytest.raises(classifier.ClassifierError, match="pass a list of texts") as caught:
            verb(ads)
        assert "\n" not in str(caught.value)
        with pytest.raises(TypeError):
            verb(ads)


def containers():
    """The same three ads in every shape that holds texts."""
    ads = [FRAUD, None, HONEST]
    yield from (ads, tuple(ads), np.array(ads, object), pd.Series(ads), pd.Index(ads), pd.Series(ads, dtype="string"))
    yield from (pd.Series(ads, dtype="category"), pd.Series(ads, dtype=pd.ArrowDtype(pa.string())))
    for of in (pa.string(), pa.large_string(), pa.string_view()):
        yield pa.array(ads, of)
    yield from (pa.array(ads).dictionary_encode(), pa.chunked_array([ads[:1], ads[1:]]))
    for name in ("text", "Описание", "anything"):
        yield from (pd.DataFrame({name: ads}), pa.table({name: ads}), pa.record_batch({name: ads}))


@pytest.mark.parametrize("ads", list(containers()), ids=lambda ads: type(ads).__name__)
def test_every_container_gives_the_same(model, ads):
    expected = model.predict([FRAUD, None, HONEST])
    assert np.array_equal(model.score(ads), expected["fraud_score"], equal_nan=True)
    pd.testing.assert_frame_equal(model.predict(ads), expected)
    assert [why and why.text for why in model.explain(ads)] == [FRAUD, None, HONEST]


def test_the_columns_of_a_table_are_joined_and_can_be_named(model):
    columns = {"title": ["Нужны", None, "Продам"], "description": [FRAUD, None, HONEST], "id": [1, 2, 3]}
    joined = model.score([f"Нужны\n{FRAUD}", "", f"Продам\n{HONEST}"])
    for table in (pd.DataFrame(columns), pa.table(columns), pa.record_batch(columns)):
        assert np.array_equal(model.score(table), joined, equal_nan=True)
        for named in (["description"], "description"):
            assert model.score(table, text_columns=named)[0] == model.score([FRAUD])[0]
        with pytest.raises(classifier.DataError, match="no column 'body'"):
            model.predict(table, text_columns=["body"])
    with pytest.raises(classifier.UsageError, match="no table"):
        model.score([FRAUD], text_columns=["text"])


def test_of_two_columns_of_one_name_neither_is_guessed(model):
    frame = pd.DataFrame([[FRAUD, HONEST]], columns=["text", "text"])
    for table in (frame, pa.table([[FRAUD], [HONEST]], ["text", "text"])):
        for options in ({}, {"text_columns": ["text"]}):
            with pytest.raises(classifier.DataError, match="more than one column 'text'"):
                model.score(table, **options)


@pytest.mark.parametrize("empty", [[], pd.Series([], dtype=object), pd.DataFrame({"text": []}), pa.array([])])
def test_no_ads_give_no_scores(model, empty):
    assert model.score(empty).shape == (0,)
    assert model.predict(empty).columns.tolist() == list(OUTPUT)
    assert model.explain(empty) == []


def test_predict_arrow_gives_what_predict_gives(model, texts):
    batch = pa.record_batch({"id": range(100), "text": texts[:100]})
    table = model.predict_arrow(batch, prevalence=0.1, language="ru")
    pd.testing.assert_frame_equal(table.to_pandas(), model.predict(texts[:100], prevalence=0.1, language="ru"))
    assert [str(field.type) for field in table.schema] == ["double", *["large_string"] * 3]


def test_predict_keeps_the_index(model):
    ads = pd.Series([FRAUD, HONEST], index=["x", "y"])
    found = model.predict(ads)
    assert found.index.tolist() == ["x", "y"]
    assert found.columns.tolist() == list(OUTPUT)
    assert model.predict(ads.to_frame("text")).index.tolist() == ["x", "y"]
    twice = ads.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 1)], names=["site", "day"]))
    pd.testing.assert_index_equal(model.predict(twice).index, twice.index)


def test_bands_follow_the_thresholds(model, texts):
    found = model.predict(texts)
    review, hold = model.thresholds
    expected = np.select([found["fraud_score"] >= hold, found["fraud_score"] >= review], ["hold", "review"], "clear")
    assert (found["fraud_band"] == expected).all()


def test_only_flagged_ads_have_reasons_and_each_has(model, texts):
    found = model.predict(texts)
    assert ((found["fraud_reasons"] != "") == (found["fraud_band"] != "clear")).all()


def test_batches_order_and_company_do_not_matter(model, texts, monkeypatch):
    expected = model.score(texts)
    assert np.array_equal(model.score(texts[::-1])[::-1], expected)
    assert np.array_equal([model.score([ad])[0] for ad in texts[:50]], expected[:50])
    monkeypatch.setattr("classifier.model.BATCH", 7)
    assert np.array_equal(model.score(texts), expected)


def test_memory_is_bounded_and_forgetting_changes_nothing(model, texts, monkeypatch):
    expected = model.score(texts)
    monkeypatch.setattr("classifier.model.MEMORY", 500)
    monkeypatch.setattr("classifier.model.BATCH", 50)
    assert np.array_equal(model.score(texts), expected)
    assert len(model._of_thread.memory.reader) < 20_000


def test_words_add_up_to_the_logit(model, texts):
    for ad in texts[::25]:
        why = model.explain(ad)
        assert abs(why.base + sum(word.weight for word in why.words) - logit(why.fraud_score)) < 1e-9
        assert why.fraud_score == pytest.approx(model.score([ad])[0], abs=1e-12)


def test_a_batch_gives_the_reasons_of_each_ad(model, texts):
    ads = [text for text in texts[::30] if text.strip()]
    found = model.predict(ads)
    assert (found["fraud_band"] != "clear").sum() > 20
    for ad, band, reasons in zip(ads, found["fraud_band"], found["fraud_reasons"], strict=True):
        assert reasons == ("; ".join(model.explain(ad).reasons) if band in ("review", "hold") else "")


def test_explaining_nothing_is_an_error(model):
    with pytest.raises(classifier.UsageError, match="no word"):
        model.explain("...")
    with pytest.raises(classifier.TextTypeError):
        model.explain(None)
    assert model.explain(["...", None]) == [None, None]


def test_prevalence_restates_by_bayes_rule(model, texts):
    even = model.score(texts[:200])
    restated = model.score(texts[:200], prevalence=0.01)
    by_bayes = even * 0.01 / (even * 0.01 + (1 - even) * 0.99)
    assert np.allclose(restated, by_bayes, atol=1e-12)
    found = model.predict(texts[:200], prevalence=0.01)
    assert (found["fraud_band"] == model.predict(texts[:200])["fraud_band"]).all()


@pytest.mark.parametrize("prevalence", [0, 1, -0.1, 2, float("nan")])
def test_an_impossible_prevalence_is_refused(model, prevalence):
    with pytest.raises(classifier.UsageError, match="between 0 and 1"):
        model.score([HONEST], prevalence=prevalence)


def test_threads_share_a_model(texts):
    """Eight threads at once, none of which has read anything before, each with the ads in another order."""
    model, ads = classifier.load(), texts[::8]
    expected = classifier.load().predict(ads)
    start = threading.Barrier(8)

    def work(turn):
        order = np.random.default_rng(turn).permutation(len(ads))
        start.wait()
        found = model.predict([ads[place] for place in order])
        return found.iloc[np.argsort(order)].reset_index(drop=True)

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(work, range(8)):
            pd.testing.assert_frame_equal(found, expected)


FORKING = """
import multiprocessing, sys, threading, classifier
ads = [line.strip() for line in sys.stdin]
model = classifier.load()
expected = model.predict(ads)
def score(turn):
    return model.predict(ads).equals(expected)
stop = threading.Event()
busy = threading.Thread(target=lambda: [model.score(ads) for _ in iter(stop.is_set, True)])
busy.start()
with multiprocessing.get_context("fork").Pool(3) as pool:
    print(all(pool.map(score, range(12), chunksize=1)))
stop.set()
busy.join()
"""


def test_children_of_a_fork_score_with_what_their_parent_loaded(root, texts):
    """As a web server that loads the model and then forks, while a thread of the parent is scoring."""
    ads = "\n".join(" ".join(text.split()) for text in texts[::40])
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, input=ads, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "True\n", done.stderr


def test_a_copy_scores_the_same_whoever_made_it(model, texts, tmp_path):
    expected = model.score(texts[:300])
    joblib.dump(model, tmp_path / "model.joblib", compress=3)
    copies = [pickle.loads(pickle.dumps(model, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for copied in (*copies, copy.copy(model), copy.deepcopy(model), joblib.load(tmp_path / "model.joblib")):
        assert np.array_equal(copied.score(texts[:300]), expected)


def test_other_processes_score_with_a_model_sent_to_them(model, texts):
    with joblib.Parallel(2, backend="loky") as parallel:
        found = parallel(joblib.delayed(model.score)(texts[start : start + 100]) for start in (0, 100))
    assert np.array_equal(np.concatenate(found), model.score(texts[:200]))


def test_scoring_never_imports_scikit_learn(root):
    code = (
        "import sys, classifier; m = classifier.load(); m.score(['үй']); m.explain('үй'); m.predict(['үй']);"
        "assert 'sklearn' not in sys.modules and 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_predict_can_be_imported_from_the_door(root):
    code = "from predict import predict; print(predict(['Продам диван'])['fraud_band'][0])"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=root, capture_output=True, text=True)
    assert done.stdout == "clear\n"
