// SPDX-License-Identifier: Apache-2.0
// Names that the operators, Spark and this tool put on objects.
#pragma once

#include <string>
#include <string_view>

namespace kspark::spark {

// The operator's (kubeflow/spark-operator 2.5.2, pkg/common/spark.go) and Spark's own.
inline constexpr std::string_view kAppNameLabel = "sparkoperator.k8s.io/app-name";
inline constexpr std::string_view kSubmissionIdLabel = "sparkoperator.k8s.io/submission-id";
inline constexpr std::string_view kLaunchedLabel =
    "sparkoperator.k8s.io/launched-by-spark-operator";
inline constexpr std::string_view kScheduleLabel = "sparkoperator.k8s.io/scheduled-app-name";
inline constexpr std::string_view kRoleLabel = "spark-role";
inline constexpr std::string_view kExecutorIdLabel = "spark-exec-id";
/// The apache operator's label of an application's pods.
inline constexpr std::string_view kApacheAppNameLabel = "spark.operator/spark-app-name";
inline constexpr std::string_view kDriverContainer = "spark-kubernetes-driver";
inline constexpr std::string_view kExecutorContainer = "spark-kubernetes-executor";

// Ours.
inline constexpr std::string_view kSetLabel = "kubectl-spark/set";
/// Annotation of an application: the record of its last restart (fence.hpp).
inline constexpr std::string_view kRestartAnnotation = "kubectl-spark/restart";
/// Annotation of the driver: changed to make the operator run the application anew.
inline constexpr std::string_view kRestartedAtAnnotation = "kubectl-spark/restarted-at";
/// Annotation of an application: changed to make the operator look at it again.
inline constexpr std::string_view kNudgeAnnotation = "kubectl-spark/nudge";
/// Keeps an object that is being recreated until the pods of its last run are gone.
inline constexpr std::string_view kRestartFinalizer = "kubectl-spark/restart";

/// The driver pod's default name.
inline std::string default_driver_pod(std::string_view application) {
    return std::string(application) + "-driver";
}

} // namespace kspark::spark
