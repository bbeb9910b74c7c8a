"""The four columns that scoring gives, as a table; and that table beside the ads it is about."""

from __future__ import annotations

import pyarrow as pa

from classifier.schemes import names


def in_language(scored: pa.Table, language: str | None) -> pa.Table:
    """Name the schemes of a scored table in a language, or leave their ids; see `schemes.names`.

    Examples
    --------
    >>> in_language(pa.table({"fraud_scheme": ["online_casino", ""]}), "en").column(0).to_pylist()
    ['Online casino and betting', '']
    """
    if language is None:
        return scored
    place = scored.schema.get_field_index("fraud_scheme")
    named = names(scored.column(place).to_pylist(), language)
    return scored.set_column(place, "fraud_scheme", pa.array(named, scored.schema.field(place).type))


def beside(ads: pa.Table | pa.RecordBatch, scored: pa.Table) -> pa.Table:
    """Put the scores of ads beside them.

    Parameters
    ----------
    ads : pyarrow.Table or RecordBatch, n_ads rows
        With whatever columns.
    scored : pyarrow.Table, shape (n_ads, 4)
        What `Model.predict_arrow` gave of them.

    Returns
    -------
    pyarrow.Table
        The columns of `ads`, then those of `scored`.

    Examples
    --------
    >>> beside(pa.record_batch({"id": [7]}), pa.table({"fraud_score": [0.5]})).to_pylist()
    [{'id': 7, 'fraud_score': 0.5}]
    """
    return pa.table([*ads.columns, *scored.columns], [*ads.schema.names, *scored.schema.names])
