// SPDX-License-Identifier: Apache-2.0
// Would catch: a verdict that shows a warning of the JVM or a stack frame instead of the cause.
#include "core/spark/diagnosis.hpp"
#include "tests/spark/status_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

using namespace kspark;
using spark::cause_of;

TEST_CASE("the API server's sentence is found in spark-submit's stderr") {
    CHECK(cause_of(test::application("app-bad-account-03-failed").message) ==
          "pods \"bad-account-driver\" is forbidden: error looking up service account "
          "default/missing: serviceaccount \"missing\" not found.");
    CHECK(cause_of(test::read_test_file("corpus/status-live/quota-403-driver-submit.log"))
              .starts_with("pods \"arrow-spark-5808b09fa309515b-driver\" is forbidden: exceeded "
                           "quota: spark-demo-quota, requested: count/pods=1"));
    CHECK(cause_of(test::application("apache-app-over-quota-04-ResourceReleased").message)
              .starts_with("pods \"over-quota-0-driver\" is forbidden: exceeded quota: small"));
}

TEST_CASE("the operator's own prefixes are no cause") {
    CHECK(cause_of("failed to submit spark application: failed to run spark-submit: failed to run "
                   "spark-submit: driver pod already exist") == "driver pod already exist");
    CHECK(cause_of("driver container failed with ExitCode: 3, Reason: Error") ==
          "driver container failed with ExitCode: 3, Reason: Error");
    CHECK(cause_of("failed to run spark-submit for SparkApplication ns/x: exit status 1") ==
          "failed to run spark-submit for SparkApplication ns/x: exit status 1");
}

TEST_CASE("exceptions: the last cause, else what was thrown, else the first telling line") {
    CHECK(cause_of("26/11/22 10:01:48 WARN Utils: loopback\n"
                   "Exception in thread \"main\" org.apache.spark.SparkException: Cluster down\n"
                   "\tat org.apache.spark.Foo(Foo.scala:1)\n") ==
          "org.apache.spark.SparkException: Cluster down");
    CHECK(cause_of(
              "Exception in thread \"main\" a.B: outer\n\tat x\nCaused by: c.D: inner\n\tat y\n") ==
          "c.D: inner");
    CHECK(cause_of("WARNING: illegal access\n22/06/14 10:33:39 INFO Foo: bar\nError: no class\n") ==
          "no class");
}

TEST_CASE("nothing, noise only, and a line without end") {
    CHECK(cause_of("").empty());
    CHECK(cause_of("22/06/14 10:33:39 INFO Foo: bar\n") == "22/06/14 10:33:39 INFO Foo: bar");
    CHECK(cause_of(std::string(100'000, 'x')).size() < 600);
    CHECK(cause_of(test::read_test_file("corpus/status-live/submission-failed-long-stderr.txt"))
              .find('\n') == std::string::npos);
}
