"""What README shows is what the program prints."""

import csv
import io

import pytest

from classifier import cli


@pytest.fixture
def scored(root, tmp_path):
    target = tmp_path / "scored.csv"
    assert cli.predict_main([str(root / "examples" / "ads.csv"), "-o", str(target), "--quiet"]) == 0
    return list(csv.DictReader(io.StringIO(target.read_text("utf-8"))))


def test_the_example_is_the_real_output(root, scored):
    columns = ("title", "fraud_score", "fraud_band", "fraud_scheme", "fraud_reasons")
    lines = [f"| {' | '.join(row[name] for name in columns)} |" for row in scored]
    assert "\n".join(lines) in (root / "README.md").read_text("utf-8"), "put this in its place:\n" + "\n".join(lines)


def test_the_two_commands_are_what_ci_runs(root):
    ci = (root / ".ci" / "run").read_text("utf-8")
    for command in ("predict.py examples/ads.csv -o", "python -m pytest"):
        assert command in (root / "README.md").read_text("utf-8")
        assert command in ci
