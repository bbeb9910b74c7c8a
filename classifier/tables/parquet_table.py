"""Parquet in, every column with its type."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from classifier.errors import DataError
from classifier.tables.sources import Source

#: Rows read at once.
BATCH = 8192


class ParquetTable:
    """A Parquet file opened for reading; see `Table`.

    Parameters
    ----------
    path : str

    Raises
    ------
    DataError
        If the file is absent or not Parquet.
    """

    damaged = 0

    def __init__(self, path: str) -> None:
        import pyarrow.parquet as pq

        self._source = Source(path)
        self.path, self.size, self.position = path, self._source.size, 0
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            self._source.close()
            raise self._unreadable(error) from None
        self.schema: pa.Schema = self._file.schema_arrow
        self.names = list(self.schema.names)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._source.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read on, in the order of the file; see `Table`."""
        total = max(1, self._file.metadata.num_rows)
        rows = 0
        try:
            for batch in self._file.iter_batches(BATCH, use_threads=False):
                batch.validate(full=True)
                rows += len(batch)
                self.position = (self.size or 0) * rows // total
                self._source.check_unchanged()
                if len(batch):
                    yield batch
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> DataError:
        return DataError(f"{self.path}: not a Parquet file, or a damaged one: {str(error).splitlines()[0]}")
