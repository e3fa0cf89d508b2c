// SPDX-License-Identifier: Apache-2.0
// Between the files and the connection: the context, cluster and user that the flags choose, and
// what is wrong with them.
#pragma once

#include "core/kube/kubeconfig_files.hpp"

namespace kspark::kube {

struct Choice {
    std::string context, cluster_name, user_name; ///< empty: none
    ContextEntry context_entry;
    ClusterEntry cluster; ///< flags applied
    UserEntry user;       ///< flags applied
};

/// The context by --context or current-context; a name that does not exist is an error.
core::Result<ContextEntry> choose_context(const Kubeconfig& config, const ConnectionFlags& flags,
                                          std::string& name);
/// A Choice without a server means that nothing was configured.
core::Result<Choice> choose(const Kubeconfig& config, const ConnectionFlags& flags,
                            const core::Environment& environment);
/// Everything that kubectl finds wrong before it connects, in its order and words.
std::vector<std::string> problems(const Choice& choice);
/// "auth-provider" is gone from kubectl; names the credential plugin that took its place.
core::Error auth_provider_error(const std::string& user, const std::string& provider);

} // namespace kspark::kube
