# SPDX-License-Identifier: Apache-2.0
"""A stream that falls ill, for the tests of its diagnosis. usage: ill_stream.py silent|slow|dies DIRECTORY"""
import os
import sys
import time

from pyspark.sql import SparkSession

mode, directory = sys.argv[1], sys.argv[2]
spark = SparkSession.builder.appName(mode).getOrCreate()
spark.sparkContext.setLogLevel("INFO")


def take(rows, batch):
    count = rows.count()
    if mode == "slow":
        time.sleep(count * 0.2)  # five rows a second, where ten come in
    if mode == "dies" and batch == 2:
        raise RuntimeError("the sink is full")


if mode == "silent":  # one file, then nothing more
    os.makedirs(directory + "/in", exist_ok=True)
    with open(directory + "/in/first.txt", "w", encoding="utf-8") as file:
        file.write("one\ntwo\n")
    source = spark.readStream.format("text").load(directory + "/in")
else:
    source = spark.readStream.format("rate").option("rowsPerSecond", 10).load()
query = (source.writeStream.queryName(mode).foreachBatch(take).option("checkpointLocation", directory + "/checkpoint")
         .trigger(processingTime="2 seconds").start())
while True:  # whatever becomes of the query
    time.sleep(1)
