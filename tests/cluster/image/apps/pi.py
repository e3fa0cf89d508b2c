# SPDX-License-Identifier: Apache-2.0
"""Estimates pi. usage: pi.py [PARTITIONS] [SAMPLES]"""
import random
import sys

from pyspark.sql import SparkSession

parts = int(sys.argv[1]) if len(sys.argv) > 1 else 2
samples = int(sys.argv[2]) if len(sys.argv) > 2 else 100000

spark = SparkSession.builder.appName("pi").getOrCreate()


def inside(_):
    return 1 if random.random() ** 2 + random.random() ** 2 <= 1 else 0


hits = spark.sparkContext.parallelize(range(samples), parts).map(inside).sum()
print(f"Pi is roughly {4.0 * hits / samples}")
spark.stop()
