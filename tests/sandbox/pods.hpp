// SPDX-License-Identifier: Apache-2.0
// The objects that spark-submit, the operator and a driver make.
#pragma once

#include "tests/sandbox/cluster.hpp"

#include <optional>
#include <string>

namespace kspark::sandbox {

/// spec.driver.podName, the property for it, or NAME-driver.
std::string driver_pod_name(const Json& application);

Json make_driver_pod(const Json& application, const std::string& submission_id,
                     const std::string& spark_id);
/// Of a running driver; `id` counts from 1.
Json make_executor_pod(const Json& application, const Json& driver, const std::string& prefix,
                       int id);
Json make_ui_service(const Json& application, const std::string& address);

bool is_driver(const Json& pod);
bool is_executor(const Json& pod);
/// A label, or "".
std::string label(const Json& object, const std::string& name);
/// The application that a pod belongs to, or null.
ObjectPtr application_of(const Cluster& cluster, const Json& pod);
/// The executors of a driver's run, oldest first.
std::vector<ObjectPtr> executors_of(const Cluster& cluster, const Json& driver);
int executor_count(const Json& application);

} // namespace kspark::sandbox
