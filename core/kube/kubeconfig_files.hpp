// SPDX-License-Identifier: Apache-2.0
// What stands in the kubeconfig files, merged and decoded, before flags and defaults are applied.
#pragma once

#include "core/kube/kubeconfig.hpp"

#include <filesystem>
#include <map>

namespace kspark::kube {

struct ClusterEntry {
    std::string server, tls_server_name, proxy_url;
    std::string ca_file,
        ca_data; ///< data is decoded; files are absolute or relative to the process
    bool insecure_skip_tls_verify = false, disable_compression = false;
    std::string exec_config = "null";
};

struct UserEntry {
    std::string certificate_file, certificate_data, key_file, key_data;
    std::string token, token_file, username, password;
    Impersonation impersonation;
    std::optional<ExecPlugin> exec;
    std::string interactive_mode; ///< of exec, as written
    std::string auth_provider;    ///< its name
};

struct ContextEntry {
    std::string cluster, user, name_space;
};

struct Kubeconfig {
    std::string current_context;
    std::map<std::string, ClusterEntry> clusters;
    std::map<std::string, UserEntry> users;
    std::map<std::string, ContextEntry> contexts;
    std::vector<std::string> missing; ///< files that were named and are not there

    bool empty() const {
        return current_context.empty() && clusters.empty() && users.empty() && contexts.empty();
    }
};

/// Decodes the text of one file; `directory` is what its relative paths are relative to.
core::Result<Kubeconfig> decode_kubeconfig(const data::Json& value,
                                           const std::filesystem::path& directory);

/// Reads and merges --kubeconfig, or $KUBECONFIG, or ~/.kube/config. The first file that defines an
/// entry wins, entry by entry; so does the first current-context that is not empty.
core::Result<Kubeconfig> load_kubeconfig(const ConnectionFlags& flags,
                                         const core::Environment& environment);

} // namespace kspark::kube
