# SPDX-License-Identifier: Apache-2.0
"""A stream that never ends: rate source, one aggregation, parquet or console sink.

usage: stream.py NAME CHECKPOINT_DIR [SINK_DIR] [ROWS_PER_SECOND]
Without a sink folder (or with "-") batches are printed to the driver's output.
"""
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

name, checkpoint = sys.argv[1], sys.argv[2]
sink = sys.argv[3] if len(sys.argv) > 3 else "-"
rows = sys.argv[4] if len(sys.argv) > 4 else "10"

spark = SparkSession.builder.appName(name).getOrCreate()
spark.sparkContext.setLogLevel("INFO")
source = spark.readStream.format("rate").option("rowsPerSecond", rows).load()
if sink == "-":
    counts = (source.withWatermark("timestamp", "10 seconds")
              .groupBy(F.window("timestamp", "5 seconds")).count())
    writer = counts.writeStream.format("console").outputMode("update").option("truncate", "false")
else:
    writer = source.writeStream.format("parquet").option("path", sink)
query = (writer.queryName(name).option("checkpointLocation", checkpoint)
         .trigger(processingTime="5 seconds").start())
query.awaitTermination()
