#!/usr/bin/env python3
"""Score a Parquet folder of ads on a Spark cluster.

    spark-submit examples/spark_score.py ads.parquet scored.parquet

The package must be installed in the Python of the driver and of every worker.
"""

import sys

from pyspark.sql import SparkSession

from classifier.spark import predict


def main(source: str, target: str) -> None:
    """Read ads, score them where they are, write them beside their scores."""
    spark = SparkSession.builder.appName("ads-fraud").getOrCreate()
    ads = spark.read.parquet(source)
    predict(ads).write.parquet(target)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
