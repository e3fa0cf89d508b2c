// SPDX-License-Identifier: Apache-2.0
// The tables of keys. The members of driver and executor are the operator's own field names
// (SparkApplication v1beta2 of kubeflow/spark-operator 2.5.2), so that a slip of the pen in one of
// them is caught with the line where it stands; a field that is newer than this table goes
// under `spec`.
#include "core/spark/keys.hpp"

#include <array>

namespace kspark::spark {

namespace {

using enum Shape;

constexpr std::array<std::string_view, 3> kRestartWords{"Never", "Always", "OnFailure"};
constexpr std::array<std::string_view, 4> kTypes{"Scala", "Java", "Python", "R"};
constexpr std::array<std::string_view, 2> kPythonVersions{"2", "3"};
constexpr std::array<std::string_view, 1> kModes{"cluster"};
constexpr std::array<std::string_view, 2> kOperators{"kubeflow", "apache"};
constexpr std::array<std::string_view, 3> kPullPolicies{"Always", "IfNotPresent", "Never"};

constexpr Key kSpark[]{{"version", Text}, {"image", Text}};
constexpr Key kRestartPolicy[]{
    {"type", Word, {}, kRestartWords},           {"onFailureRetries", Count},
    {"onFailureRetryInterval", Count},           {"onSubmissionFailureRetries", Count},
    {"onSubmissionFailureRetryInterval", Count},
};
constexpr Key kDeps[]{
    {"jars", Texts},     {"files", Texts},           {"pyFiles", Texts},
    {"packages", Texts}, {"excludePackages", Texts}, {"repositories", Texts},
    {"archives", Texts},
};
constexpr Key kDynamicAllocation[]{
    {"enabled", Switch},     {"initialExecutors", Count},        {"minExecutors", Count},
    {"maxExecutors", Count}, {"shuffleTrackingEnabled", Switch}, {"shuffleTrackingTimeout", Count},
};

#define KSPARK_POD_KEYS                                                                            \
    {"cores", Count}, {"coreRequest", Quantity}, {"coreLimit", Quantity}, {"memory", Memory},      \
        {"memoryLimit", Memory}, {"memoryOverhead", Memory}, {"image", Text},                      \
        {"serviceAccount", Text}, {"javaOptions", Text}, {"labels", TextMap},                      \
        {"annotations", TextMap}, {"nodeSelector", TextMap}, {"tolerations", List},                \
        {"affinity", Map}, {"env", List}, {"envFrom", List}, {"envVars", TextMap},                 \
        {"envSecretKeyRefs", Map}, {"volumeMounts", List}, {"configMaps", List},                   \
        {"secrets", List}, {"gpu", Map}, {"securityContext", Map}, {"podSecurityContext", Map},    \
        {"schedulerName", Text}, {"priorityClassName", Text}, {"sidecars", List},                  \
        {"initContainers", List}, {"hostNetwork", Switch}, {"hostAliases", List},                  \
        {"dnsConfig", Map}, {"lifecycle", Map}, {"ports", List},                                   \
        {"shareProcessNamespace", Switch}, {"terminationGracePeriodSeconds", Count}, {             \
        "template", Map                                                                            \
    }
constexpr Key kDriver[]{
    KSPARK_POD_KEYS,
    {"podName", Text},
    {"kubernetesMaster", Text},
    {"serviceLabels", TextMap},
    {"serviceAnnotations", TextMap},
};
constexpr Key kExecutor[]{KSPARK_POD_KEYS, {"instances", Count}, {"deleteOnTermination", Switch}};
#undef KSPARK_POD_KEYS

#define KSPARK_COMMON_KEYS                                                                         \
    {"name", Text}, {"namespace", Text}, {"labels", TextMap}, {"annotations", TextMap},            \
        {"type", Word, {}, kTypes}, {"pythonVersion", Word, {}, kPythonVersions},                  \
        {"mode", Word, {}, kModes}, {"spark", Group, kSpark}, {"mainClass", Text},                 \
        {"applicationFile", Text}, {"arguments", Texts}, {"sink", Text}, {"sparkConf", TextMap},   \
        {"hadoopConf", TextMap}, {"deps", Group, kDeps},                                           \
        {"restartPolicy", RestartPolicy, kRestartPolicy, kRestartWords},                           \
        {"maxSubmissionRetries", Count}, {"nodeSelector", TextMap}, {"tolerations", List},         \
        {"driver", Group, kDriver}, {"executor", Group, kExecutor},                                \
        {"imagePullPolicy", Word, {}, kPullPolicies}, {"imagePullSecrets", Texts},                 \
        {"volumes", List}, {"monitoring", Map}, {"dynamicAllocation", Group, kDynamicAllocation},  \
        {"timeToLiveSeconds", Count}, {"batchScheduler", Text}, {                                  \
        "spec", Map                                                                                \
    }
constexpr Key kTop[]{
    KSPARK_COMMON_KEYS, {"operator", Word, {}, kOperators}, {"vars", Map}, {"streams", List}};
constexpr Key kStream[]{KSPARK_COMMON_KEYS, {"enabled", Switch}};
#undef KSPARK_COMMON_KEYS

} // namespace

std::span<const Key> top_keys() {
    return kTop;
}
std::span<const Key> stream_keys() {
    return kStream;
}

} // namespace kspark::spark
