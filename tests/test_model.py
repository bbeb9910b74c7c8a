"""The frozen model as other code calls it."""

import pickle
import subprocess
import sys
import threading

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


@pytest.mark.parametrize("ads", ["a bare string", None, 5, 1.5, [5], ["ок", 7], [["list"]], {"text": "x"}, b"bytes"])
def test_what_is_not_a_collection_of_texts_is_refused_with_advice(model, ads):
    for verb in (model.score, model.predict):
        with pytest.raises(classifier.ClassifierError, match="pass a list of texts"):
            verb(ads)
        with pytest.raises(TypeError):
            verb(ads)


def test_every_container_gives_the_same_scores(model):
    ads = [FRAUD, None, HONEST]
    expected = model.score(ads)
    frame = pd.DataFrame({"title": ["Нужны", None, "Продам"], "description": [FRAUD, None, HONEST]})
    same = [tuple(ads), np.array(ads, object), pd.Series(ads), pa.array(ads), pa.chunked_array([ads[:1], ads[1:]])]
    for container in same:
        assert np.array_equal(model.score(container), expected, equal_nan=True)
    joined = model.score([f"Нужны\n{FRAUD}", "", f"Продам\n{HONEST}"])
    assert np.array_equal(model.score(frame), joined, equal_nan=True)
    assert np.array_equal(model.score(pa.Table.from_pandas(frame)), joined, equal_nan=True)
    assert model.score([]).shape == (0,)


def test_predict_keeps_the_index(model):
    ads = pd.Series([FRAUD, HONEST], index=["x", "y"])
    found = model.predict(ads)
    assert found.index.tolist() == ["x", "y"]
    assert found.columns.tolist() == list(OUTPUT)
    assert model.predict(ads.to_frame("text")).index.tolist() == ["x", "y"]


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


def test_a_model_can_be_pickled_and_shared_by_threads(model, texts):
    copy = pickle.loads(pickle.dumps(model))
    expected = model.score(texts)
    found = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: copy.score(texts)})) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(scores, expected) for scores in found.values())
    assert len(found) == 4


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
