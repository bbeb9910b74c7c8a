"""What tests share: the collection, a small labelled table, the model that ships."""

from pathlib import Path

import pandas as pd
import pytest

import classifier

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def collection():
    files = sorted((ROOT / "datasets").glob("*.csv"))
    return pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)


@pytest.fixture(scope="session")
def texts(collection):
    return (collection["title"] + "\n" + collection["description"]).tolist()


@pytest.fixture(scope="session")
def model():
    return classifier.load()


@pytest.fixture(scope="session")
def slice_of_collection(collection):
    """A few hundred ads of both classes and languages, groups kept whole: enough to train on in a second."""
    groups = collection["group"].drop_duplicates().sort_values(kind="stable")
    step = max(1, len(groups) // 250)
    return collection[collection["group"].isin(groups.iloc[::step])].reset_index(drop=True)


@pytest.fixture(scope="session")
def trained(slice_of_collection):
    return classifier.train(slice_of_collection, jobs=1)
