"""Ads in a Spark DataFrame, scored by two real workers on this machine."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import classifier
from classifier import spark as on_spark
from classifier.columns import OUTPUT

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, on pandas and on sockets left to the collector

JAVA = "Spark needs Java 17 or later: apt-get install -y default-jre-headless, or set JAVA_HOME"


@pytest.fixture(scope="module")
def settings(root):
    """What a process of Spark needs to know: which Python its workers run, and where the package is."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.fail(JAVA)
    return {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": str(root),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


@pytest.fixture(scope="module")
def session(settings):
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patched:
        for name, value in settings.items():
            patched.setenv(name, value)
        options = {"spark.ui.enabled": "false", "spark.sql.execution.arrow.maxRecordsPerBatch": "50"}
        session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.fixture(scope="module")
def ads(session, collection):
    """A few hundred ads of every kind in eight partitions, two of them unreadable, beside columns of many types."""
    some = collection.iloc[::20]
    texts = pd.DataFrame({"id": range(len(some)), "title": some["title"], "description": some["description"]})
    rows = [
        (int(n), title, text, Decimal("12.50"), datetime(2026, 1, 2, 3, 4, 5), ["a", None], {"k": 1.5}, b"\x00\xff")
        for n, title, text in texts.itertuples(index=False)
    ]
    rows += [(len(rows), None, "", None, None, None, None, None), (len(rows) + 1, "!!!", None, *[None] * 5)]
    schema = "id long, title string, description string, price decimal(9,2), at timestamp, tags array<string>, "
    return session.createDataFrame(rows, schema + "more map<string,double>, photo binary").repartition(8)


def test_scores_are_those_of_one_machine_and_nothing_is_lost(ads, model):
    found = on_spark.predict(ads, language="kk", prevalence=0.01).toPandas().sort_values("id")
    before = ads.toPandas().sort_values("id")
    assert found.columns.tolist() == [*before.columns, *OUTPUT]
    pd.testing.assert_frame_equal(found[before.columns], before)
    expected = model.predict(before, language="kk", prevalence=0.01)
    assert (expected["fraud_band"] != "clear").sum() > 50
    pd.testing.assert_frame_equal(found[list(OUTPUT)], expected, check_exact=True)
    assert found["fraud_score"].isna().sum() == 2


def test_each_worker_loads_the_model_once(ads, model):
    score = on_spark.scoring(model, text_columns=["title", "description"])

    def watched(batches):
        rows = sum(len(batch) for batch in score(batches))
        yield pa.record_batch([[os.getpid()], [rows], [on_spark.loaded.cache_info().misses]], ["pid", "n", "loads"])

    tasks = ads.mapInArrow(watched, "pid long, n long, loads long").toPandas()
    assert len(tasks) == 8
    assert tasks["n"].sum() == ads.count()
    assert os.getpid() not in set(tasks["pid"])
    assert 1 < tasks["pid"].nunique() < 8
    assert (tasks["loads"] <= 2).all(), "the model of the test before, and this one"


def test_a_model_of_ones_own_and_columns_by_name(session, model):
    ads = session.createDataFrame([("Продам диван", "Нужны карты Каспи")], ["subject", "body"])
    strict = model.with_thresholds(0.0, 1.0)
    found = on_spark.predict(ads, strict, text_columns=["subject"]).toPandas()
    assert found["fraud_band"].tolist() == ["review"]
    assert found["fraud_score"].tolist() == model.score(["Продам диван"]).tolist()


@pytest.mark.parametrize(
    ("columns", "options", "said"),
    [
        ("subject string, price long", {}, "no text column among 'subject', 'price'"),
        ("text string", {"text_columns": ["body"]}, "no column 'body'"),
        ("text long", {}, "'text' holds bigint, not text; cast it"),
        ("text string, fraud_band string", {}, "already a column 'fraud_band'"),
        ("text string", {"language": "de"}, "de"),
        ("text string", {"prevalence": 2}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_scored_is_said_before_any_work(session, columns, options, said):
    with pytest.raises(classifier.ClassifierError, match=said) as caught:
        on_spark.predict(session.createDataFrame([], columns), **options)
    assert "\n" not in str(caught.value)


def test_the_example_reads_and_writes_parquet(root, settings, tmp_path, model):
    ads = pa.table({"id": [1, 2, 3], "text": ["Нужны карты Каспи Голд", None, "Сатылады үй, көріп келіңіз"]})
    pq.write_table(ads, tmp_path / "ads.parquet")
    submit = shutil.which("spark-submit", path=os.path.dirname(sys.executable))
    command = [
        submit,
        "--master",
        "local[2]",
        str(root / "examples" / "spark_score.py"),
        "ads.parquet",
        "scored.parquet",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    scored = pq.read_table(tmp_path / "scored.parquet").sort_by("id")
    assert scored.select(list(OUTPUT)).to_pylist() == model.predict_arrow(ads).to_pylist()


def test_only_the_adapter_knows_spark(root):
    code = "import sys, classifier.spark, classifier.cli, classifier.batch; assert 'pyspark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
