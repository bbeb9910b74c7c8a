"""What the package shows to the world."""

import classifier
from classifier import errors


def test_all_is_sorted_and_every_name_is_there():
    assert classifier.__all__ == sorted(classifier.__all__, key=lambda n: (not n.isupper(), n[0].islower(), n))
    for name in classifier.__all__:
        assert getattr(classifier, name) is not None


def test_every_error_is_in_the_tree_of_the_docstring():
    classes = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)]
    for error in classes:
        assert error.__name__ in errors.__doc__
        assert issubclass(error, classifier.ClassifierError)
