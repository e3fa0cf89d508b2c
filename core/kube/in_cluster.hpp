// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/kubeconfig.hpp"

#include <filesystem>

namespace kspark::kube {

inline constexpr std::string_view kServiceAccountDirectory =
    "/var/run/secrets/kubernetes.io/serviceaccount";

/// Whether this process runs in a pod that may talk to its own cluster.
bool in_cluster(const core::Environment& environment,
                const std::filesystem::path& directory = kServiceAccountDirectory);
/// --namespace, $POD_NAMESPACE, the service account's, "default".
std::string in_cluster_namespace(const ConnectionFlags& flags, const core::Environment& environment,
                                 const std::filesystem::path& directory = kServiceAccountDirectory);
/// The connection of a pod's service account; the caller adds what is the same for all connections
/// (proxy, impersonation, time-out).
core::Result<Connection>
in_cluster_connection(const ConnectionFlags& flags, const core::Environment& environment,
                      const std::filesystem::path& directory = kServiceAccountDirectory);

} // namespace kspark::kube
