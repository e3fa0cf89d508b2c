# SPDX-License-Identifier: Apache-2.0
"""Fails in the way asked for. usage: fail.py exit CODE | raise | task | oom-driver | oom-executor"""
import sys

from pyspark.sql import SparkSession

mode = sys.argv[1] if len(sys.argv) > 1 else "exit"
spark = SparkSession.builder.appName("fail").getOrCreate()
if mode == "raise":
    raise ValueError("column 'amount' not found in source")
if mode == "oom-driver":
    print(len(bytearray(3 << 30)))
if mode == "oom-executor":
    spark.sparkContext.parallelize(range(2), 1).map(lambda _: len(bytearray(3 << 30))).count()
if mode == "task":
    def broken(row):
        raise RuntimeError(f"cannot parse record {row}")
    spark.sparkContext.parallelize(range(4), 2).map(broken).count()
spark.stop()
sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
