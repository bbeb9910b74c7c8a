"""What the package shows to the world."""

import re
from pathlib import Path

import pytest

import classifier
from classifier import errors, home
from classifier.cli import predict_main, train_main


def test_all_is_sorted_and_every_name_is_there():
    assert classifier.__all__ == sorted(classifier.__all__, key=lambda n: (not n.isupper(), n[0].islower(), n))
    for name in classifier.__all__:
        assert getattr(classifier, name) is not None


def test_the_tree_of_errors_is_drawn_as_it_is():
    drawn, above = {}, []
    for indent, name, also in re.findall(r"^ {4}([ │├└─]*)(\w+)(?: \((\w+)\))? ", errors.__doc__, re.MULTILINE):
        above[len(indent) // 4 :] = [name]
        drawn[name] = {above[-2] if len(above) > 1 else "Exception", *([also] if also else [])}
    classes = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)]
    assert drawn == {error.__name__: {base.__name__ for base in error.__bases__} for error in classes}
    assert set(drawn) <= set(classifier.__all__)


@pytest.fixture
def installed(monkeypatch):
    """As if the package had come as a wheel."""
    monkeypatch.setattr(home, "CHECKOUT", None)


def test_a_wheel_does_not_train_over_its_own_model(installed, capsys):
    for arguments, said in (([], "name the tables"), (["ads.csv"], "-o mine.zip")):
        assert train_main(arguments) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(("door", "main"), [("predict", predict_main), ("train", train_main)])
def test_help_shows_the_command_that_is_there(door, main, request, capsys):
    for wanted in (f"python {door}.py", f"ads-fraud-{door}"):
        with pytest.raises(SystemExit):
            main(["--help"])
        said = capsys.readouterr().out
        assert f"usage: {wanted} " in said
        assert f"\n  {wanted} " in said
        request.getfixturevalue("installed")


def test_types_are_shipped():
    assert (Path(classifier.__file__).parent / "py.typed").exists()
