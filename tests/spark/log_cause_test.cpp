// SPDX-License-Identifier: Apache-2.0
// Recorded driver logs, and what each is about. Would catch: a consequence taken for the cause, a
// warning of a healthy run taken for a failure.
#include "core/base/text.hpp"
#include "core/spark/log_cause.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

using namespace kspark;

namespace {

std::vector<std::string> log(const std::string& name) {
    return core::split(test::read_test_file("corpus/" + name), '\n');
}

std::string ended(const std::string& name) {
    const auto cause = spark::why_ended(log(name));
    return cause ? std::string(cause->id) + ": " + cause->sentence : "";
}

std::string_view idle(const std::vector<std::string>& lines) {
    const auto cause = spark::why_idle(lines);
    return cause ? cause->id : std::string_view();
}

std::string_view id_of(const std::vector<std::string>& lines) {
    const auto cause = spark::why_ended(lines);
    return cause ? cause->id : std::string_view();
}

} // namespace

TEST_CASE("recorded logs of drivers that failed") {
    CHECK(ended("logs-live/bad-class.log") ==
          "class-missing: a class is missing: Failed to load class org.example.Missing.");
    CHECK(
        ended("logs-live/bad-file.log") ==
        "file-missing: a file is missing: python3: can't open file '/opt/apps/missing.py': [Errno "
        "2] No such file or directory");
    CHECK(ended("logs-live/fail-raise.log") ==
          "python-exception: the program threw an exception: ValueError: column 'amount' not found "
          "in source");
    CHECK(ended("logs-live/fail-task.log") ==
          "python-exception: the program threw an exception: RuntimeError: cannot parse record 2");
    CHECK(ended("logs-live/apache-fail-raise42.log") ==
          "python-exception: the program threw an exception: ValueError: column 'amount' not found "
          "in source");
    CHECK(ended("logs-live/oom-executor.log").starts_with("python-worker-crash: "));
    CHECK(ended("logs-live/apache-hold-1.log").starts_with("checkpoint-conflict: "));
    CHECK(
        ended("logs-live/apache-missing-file.log") ==
        "file-missing: a file is missing: java.nio.file.NoSuchFileException: /opt/apps/missing.py");
    CHECK(ended("logs/external-scheduler-unknownhost.log").starts_with("api-unreachable: "));
}

TEST_CASE("the line above the exception is the cause: a jar that is not in the image") {
    const auto cause = spark::why_ended(log("logs/classnotfound-jar-missing.log"));
    REQUIRE(cause);
    CHECK(cause->id == "missing-jar");
    CHECK(
        cause->sentence.find("/opt/spark/examples/jars/myjarfile-1.0.0.jar is not in the image") !=
        std::string::npos);
    CHECK(cause->lines.size() == 2);
    const auto main = spark::why_ended(
        {"Exception in thread \"main\" java.nio.file.NoSuchFileException: /opt/spark/jars/a.jar",
         "\tat java.base/sun.nio.fs.UnixException.translateToIOException(Unknown Source)"});
    REQUIRE(main);
    CHECK(main->id == "missing-jar");
    CHECK(main->sentence ==
          "the jar is not in the image: java.nio.file.NoSuchFileException: /opt/spark/jars/a.jar");
}

TEST_CASE("logs that tell of no failure") {
    for (const auto* name : {"logs-live/fail-exit.log", "logs-live/executor-too-big.log",
                             "logs/driver-stream-state.log", "logs/k8s-driver-pyspark-3.5.3.log",
                             "logs/entrypoint-trace-then-forbidden.log"})
        CHECK(ended(name) == "");
    CHECK_FALSE(spark::why_ended({}));
}

TEST_CASE("drivers that wait for executors") {
    CHECK(idle(log("logs-live/executor-too-big.log")) == "no-resources");
    CHECK(idle(log("logs/initial-job-no-resources.log")) == "no-resources");
    CHECK(idle(log("logs-live/apache-executor-quota.log")) == "executor-quota");
    const auto quota = spark::why_idle(log("logs-live/apache-executor-quota.log"));
    CHECK(quota->sentence.find("Configured service account") == std::string::npos);
    CHECK(quota->sentence.find("exceeded quota: small") != std::string::npos);
    CHECK(idle({"... User \"system:serviceaccount:a:b\" cannot create resource \"pods\""}) ==
          "driver-rights");
    CHECK(idle(log("logs/driver-stream-state.log")).empty());
}

TEST_CASE("the deepest cause of the last stack trace; of chained Python exceptions the first") {
    CHECK(spark::why_ended({"Exception in thread \"main\" org.apache.spark.SparkException: outer",
                            "\tat a.b.c", "Caused by: java.lang.IllegalStateException: middle",
                            "\tat d.e.f", "Caused by: java.io.IOException: disk is on fire",
                            "\tat g"})
              ->sentence == "the program threw an exception: java.io.IOException: disk is on fire");
    CHECK(spark::why_ended(
              {"Traceback (most recent call last):", "  File x", "KeyError: 'rate'", "",
               "The above exception was the direct cause of the following exception:", "",
               "Traceback (most recent call last):", "  File y", "RuntimeError: cannot start"})
              ->lines.at(0) == "KeyError: 'rate'");
}

TEST_CASE("known words") {
    const auto caused_by = [](const std::string& text) {
        return id_of({"Exception in thread \"main\" org.apache.spark.SparkException: x",
                      "Caused by: " + text});
    };
    CHECK(caused_by(
              "com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; "
              "Status Code: 403; Error Code: 403 Forbidden)") == "storage-access");
    CHECK(caused_by("org.apache.kafka.common.errors.SaslAuthenticationException: Authentication "
                    "failed") == "kafka-access");
    CHECK(caused_by("org.apache.kafka.common.KafkaException: Failed to construct kafka consumer") ==
          "kafka-unreachable");
    CHECK(caused_by("org.postgresql.util.PSQLException: FATAL: password authentication failed for "
                    "user \"etl\"") == "database-access");
    CHECK(caused_by("com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link "
                    "failure") == "database-unreachable");
    CHECK(caused_by(
              "java.lang.AssertionError: There are [2] sources in the checkpoint offsets and now "
              "there are [1] sources requested by the query. Cannot continue.") ==
          "checkpoint-incompatible");
    CHECK(caused_by("java.lang.NoSuchMethodError: scala.Predef$.refArrayOps") == "class-version");
    CHECK(caused_by("java.lang.OutOfMemoryError: Java heap space") == "java-heap");
    CHECK(caused_by("java.net.UnknownHostException: kubernetes.default.svc") == "api-unreachable");
    CHECK(caused_by("java.net.UnknownHostException: db.example") == "host-unknown");
    CHECK(caused_by("java.net.ConnectException: Connection refused") == "connection-refused");
    CHECK(caused_by("java.io.IOException: No space left on device") == "disk-full");
    CHECK(id_of({"Traceback (most recent call last):",
                 "ModuleNotFoundError: No module named 'requests'"}) == "module-missing");
    CHECK(id_of({"/opt/spark/bin/spark-class: line 97: CMD: bad array subscript"}) ==
          "image-entrypoint");
}

TEST_CASE("the JSON layout of Spark 4") {
    CHECK(
        id_of({R"({"ts":"t","level":"ERROR","msg":"Error initializing SparkContext.",)"
               R"("exception":{"class":"org.apache.spark.SparkException",)"
               R"("msg":"External scheduler cannot be instantiated"},"logger":"SparkContext"})"}) ==
        "api-unreachable");
}
