"""The model file: whole and ours, or refused in one line."""

import io
import json
import pickle
import zipfile

import joblib
import numpy as np
import pytest

import classifier
from classifier import store

AD = ["Нужны карты Каспи", "Сатылады үй, көріп келіңіз"]


@pytest.fixture
def path(trained, tmp_path):
    trained.model.save(tmp_path / "model.zip")
    return tmp_path / "model.zip"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def refused(path, match):
    with pytest.raises(classifier.ModelFileError, match=match) as caught:
        classifier.load(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def resealed(parts):
    """Members with a manifest that vouches for them, as one who tampers on purpose would write."""
    manifest = json.loads(parts["manifest.json"])
    for name in manifest["members"]:
        manifest["members"][name] = {"sha256": store._digest(parts[name]), "bytes": len(parts[name])}
    return parts | {"manifest.json": json.dumps(manifest).encode()}


def test_what_was_saved_is_loaded(trained, path):
    loaded = classifier.load(path)
    assert np.array_equal(loaded.score(AD), trained.model.score(AD))
    assert loaded.thresholds == trained.model.thresholds
    assert loaded.about == trained.model.about


def test_a_file_of_format_1_is_a_model_without_schemes(trained, path):
    parts = {name: data for name, data in members(path).items() if not name.startswith("scheme")}
    manifest = json.loads(parts["manifest.json"]) | {"format": 1}
    del manifest["members"]
    manifest["members"] = {
        name: {"sha256": store._digest(data), "bytes": len(data)} for name, data in parts.items() if "man" not in name
    }
    write(path, parts | {"manifest.json": json.dumps(manifest).encode()})
    loaded = classifier.load(path)
    assert loaded.schemes is None
    assert np.array_equal(loaded.score(AD), trained.model.score(AD))
    assert set(loaded.predict(AD)["fraud_scheme"]) == {""}


def test_schemes_are_saved_and_loaded(trained, path):
    assert len(trained.model.schemes.ids) > 2
    assert classifier.load(path).schemes_of(AD) == trained.model.schemes_of(AD)


@pytest.mark.parametrize("number", [None, True, 1.0, "2", 0, -1, [2], {"2": 2}])
def test_a_format_that_is_no_number(path, number):
    parts = members(path)
    manifest = json.loads(parts["manifest.json"]) | {"format": number}
    write(path, parts | {"manifest.json": json.dumps(manifest).encode()})
    refused(path, "model format")


def test_a_scheme_twice(path):
    parts = members(path)
    ids = json.loads(parts["schemes.json"])
    write(path, resealed(parts | {"schemes.json": json.dumps([ids[0], *ids[:-1]]).encode()}))
    refused(path, "schemes.json does not hold distinct texts in ascending order")


def test_a_missing_file(tmp_path):
    refused(tmp_path / "none.zip", "there is no such model file")


def test_a_folder_is_no_model(tmp_path):
    refused(tmp_path, "cannot be read")


@pytest.mark.parametrize("dump", [pickle.dump, joblib.dump])
def test_a_pickle_never_runs(tmp_path, dump):
    class Trap:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'ran')!r}, 'w')",))

    with open(tmp_path / "m.zip", "wb") as file:
        dump(Trap(), file)
    refused(tmp_path / "m.zip", "not a model file")
    assert not (tmp_path / "ran").exists()


def test_an_array_of_objects_never_runs(path):
    parts = members(path)
    parts["coefficients.npy"] = npy(np.array([print], object), allow_pickle=True)
    write(path, resealed(parts))
    refused(path, "not a model file")


def test_a_cut_file(path):
    path.write_bytes(path.read_bytes()[:-200])
    refused(path, "not a model file")


def test_flipped_bytes_are_an_error_or_have_no_effect(path, trained):
    whole, expected = path.read_bytes(), trained.model.score(AD)
    for place in range(0, len(whole), max(1, len(whole) // 300)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        try:
            found = classifier.load(path).score(AD)
        except classifier.ModelFileError:
            continue
        assert np.array_equal(found, expected)


@pytest.mark.slow
def test_any_flipped_byte_of_the_directory_is_an_error_or_has_no_effect(path, trained):
    whole, expected = path.read_bytes(), trained.model.score(AD)
    for place in range(whole.rindex(b"PK\x01\x02", 0, whole.index(b"PK\x01\x02") + 4), len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            found = classifier.load(path).score(AD)
        except classifier.ModelFileError:
            continue
        assert np.array_equal(found, expected)


def test_a_changed_member_fails_its_checksum(path):
    parts = members(path)
    write(path, parts | {"tokens.json": parts["tokens.json"] + b" "})
    refused(path, "tokens.json does not match its checksum")


@pytest.mark.parametrize("name", ["extra.txt", "/etc/passwd", "../evil.npy", "code.pkl"])
def test_foreign_members_are_refused(path, name):
    write(path, members(path) | {name: b"x"})
    refused(path, "members missing or foreign")


def test_a_missing_member(path):
    parts = members(path)
    del parts["pieces.json"]
    write(path, parts)
    refused(path, "members missing or foreign")


def test_an_unknown_format_number(path):
    parts = members(path)
    manifest = json.loads(parts["manifest.json"]) | {"format": 99}
    write(path, parts | {"manifest.json": json.dumps(manifest).encode()})
    refused(path, "model format 99")


@pytest.mark.parametrize(
    ("name", "change", "match"),
    [
        ("coefficients.npy", lambda a: a[:-1], "coefficients do not fit"),
        ("coefficients.npy", lambda a: a * np.nan, "finite numbers"),
        ("coefficients.npy", lambda a: a.astype(np.float32), "finite numbers"),
        ("pairs.npy", lambda a: a + 10**9, "pairs do not fit"),
        ("pairs.npy", lambda a: a[:, :1], "pairs do not fit"),
        ("token_idf.npy", lambda a: a[None], "token_idf do not fit"),
        ("scheme_pieces.npy", lambda a: a[:-1], "scheme_pieces do not fit"),
        ("scheme_pieces.npy", lambda a: a.astype(np.int64), "finite numbers of type int8"),
        ("scheme_pairs.npy", lambda a: a[:, :-1], "scheme_pairs do not fit"),
        ("scheme_scales.npy", lambda a: a * np.inf, "finite numbers"),
        ("scheme_intercepts.npy", lambda a: a[:0], "scheme_intercepts do not fit"),
    ],
)
def test_arrays_that_do_not_fit(path, name, change, match):
    parts = members(path)
    parts[name] = npy(change(np.load(io.BytesIO(parts[name]))))
    write(path, resealed(parts))
    refused(path, match)


def test_a_bomb_is_not_unpacked(path, monkeypatch):
    monkeypatch.setattr(store, "LARGEST_MEMBER", 1000)
    refused(path, "more than any model has")


@pytest.mark.parametrize("data", [b"[" * 100_000, b"null", b"{}", b'{"format": NaN}', b"\xff"])
def test_a_manifest_that_makes_no_sense(path, data):
    write(path, members(path) | {"manifest.json": data})
    refused(path, "model file|model format")


def test_an_array_that_claims_to_be_huge(path):
    parts = members(path)
    parts["pair_idf.npy"] = parts["pair_idf.npy"].replace(b"'shape': (", b"'shape': (99999999999")
    write(path, resealed(parts))
    refused(path, "not a model file|finite numbers|do not fit")


def test_a_failed_save_leaves_the_old_file(trained, path, monkeypatch):
    before = path.read_bytes()
    monkeypatch.setattr(store, "_npy", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        trained.model.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["model.zip"]
