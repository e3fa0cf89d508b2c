// SPDX-License-Identifier: Apache-2.0
// What is there before anybody comes.
#include "tests/sandbox/scenery.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
Json running_application(Cluster& cluster, int number) {
    const std::string name = fmt::format("stream-{:05}", number);
    const std::string now = cluster.now();
    return {
        {"apiVersion", application_kind().api_version()},
        {"kind", "SparkApplication"},
        {"metadata",
         {{"name", name},
          {"namespace", "default"},
          {"uid", cluster.new_uuid()},
          {"generation", 1},
          {"creationTimestamp", now},
          {"labels", {{"kubectl-spark/set", "preloaded"}}},
          {"annotations", {{"sandbox.kubectl-spark/ignore", "true"}}}}},
        {"spec",
         {{"type", "Scala"},
          {"mode", "cluster"},
          {"sparkVersion", "3.5.6"},
          {"image", "localhost/spark:3.5.6"},
          {"imagePullPolicy", "IfNotPresent"},
          {"mainClass", "example.Stream"},
          {"mainApplicationFile", "local:///opt/apps/stream.jar"},
          {"arguments",
           {name, fmt::format("s3a://lake/checkpoints/{}", name),
            fmt::format("s3a://lake/{}", name)}},
          {"restartPolicy",
           {{"type", "OnFailure"},
            {"onFailureRetries", 3},
            {"onFailureRetryInterval", 10},
            {"onSubmissionFailureRetries", 3},
            {"onSubmissionFailureRetryInterval", 10}}},
          {"sparkConf",
           {{"spark.sql.shuffle.partitions", "2"}, {"spark.sql.streaming.metricsEnabled", "true"}}},
          {"driver",
           {{"cores", 1},
            {"coreRequest", "100m"},
            {"memory", "512m"},
            {"serviceAccount", "spark"}}},
          {"executor",
           {{"cores", 1}, {"coreRequest", "100m"}, {"instances", 1}, {"memory", "512m"}}}}},
        {"status",
         {{"applicationState", {{"state", "RUNNING"}}},
          {"driverInfo",
           {{"podName", name + "-driver"},
            {"webUIAddress", "10.96.41.186:4040"},
            {"webUIPort", 4040},
            {"webUIServiceName", name + "-ui-svc"}}},
          {"executionAttempts", 1},
          {"executorState", {{name + "-1912d9a202b1801b-exec-1", "RUNNING"}}},
          {"lastSubmissionAttemptTime", now},
          {"sparkApplicationId", "spark-" + cluster.random_word(32, "0123456789abcdef")},
          {"submissionAttempts", 1},
          {"submissionID", cluster.new_uuid()},
          {"terminationTime", nullptr}}}};
}
} // namespace

void build_scenery(Cluster& cluster, int preload) {
    for (const auto* name : {"default", "kube-system", "spark-operator", "streams", "batch"})
        create(cluster, namespace_kind(), "", {{"metadata", {{"name", name}}}},
               {.manager = "sandbox"});
    for (const auto* name_space : {"default", "streams", "batch"})
        create(cluster, *find_kind("", "v1", "serviceaccounts"), name_space,
               {{"metadata", {{"name", "spark"}}}}, {.manager = "sandbox"});
    create(cluster, *find_kind("", "v1", "nodes"), "",
           {{"metadata", {{"name", "sandbox-node"}}},
            {"status",
             {{"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})},
              {"capacity", {{"cpu", "64"}, {"memory", "256Gi"}, {"pods", "500"}}}}}},
           {.manager = "sandbox"});
    for (int number = 1; number <= preload; ++number)
        cluster.store.put(application_kind(), running_application(cluster, number));
    if (preload > 0) cluster.store.compact(); // nobody needs to hear of them
}

} // namespace kspark::sandbox
