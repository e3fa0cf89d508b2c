// SPDX-License-Identifier: Apache-2.0
// The kubeconfig as kubectl reads it: which files, how they merge, which context, cluster and user
// they give. No network, no credential plugin is run here.
#pragma once

#include "core/base/system.hpp"
#include "core/base/time.hpp"
#include "core/data/json.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kspark::kube {

/// kubectl's connection flags; an empty string is a flag that was not given.
struct ConnectionFlags {
    std::string kubeconfig, context, cluster, user, name_space;
    std::string server, token, tls_server_name, certificate_authority;
    std::string client_certificate, client_key;
    std::string username, password;
    std::string as, as_uid;
    std::vector<std::string> as_groups, as_user_extra;
    bool insecure_skip_tls_verify = false;
    bool disable_compression = false;
    std::string request_timeout; ///< "0", "30", "30s"
    int verbosity = 0;           ///< -v
};

/// The cluster to talk to, files read in.
struct Cluster {
    std::string server;
    std::string tls_server_name;
    bool insecure_skip_tls_verify = false;
    std::string ca_pem;
    std::string proxy_url; ///< from the kubeconfig or the environment; empty: none for this server
    bool proxy_configured = false; ///< it is the kubeconfig's
    bool disable_compression = false;
    std::string exec_config = "null"; ///< JSON of the extension client.authentication.k8s.io/exec
};

struct ExecPlugin {
    std::string api_version; ///< client.authentication.k8s.io/v1 or v1beta1
    std::string command;
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> environment;
    enum class Interactive { Never, IfAvailable, Always } interactive = Interactive::IfAvailable;
    bool provide_cluster_info = false;
    std::string install_hint;
};

/// Who asks. At most one of token, password and exec.
struct User {
    std::string name;
    std::string certificate_pem, key_pem;
    std::string certificate_file, key_file; ///< where they came from, read again when they rotate
    std::string token;
    std::string token_file; ///< wins over token while it can be read
    std::string username, password;
    std::optional<ExecPlugin> exec;
};

struct Impersonation {
    std::string user, uid;
    std::vector<std::string> groups;
    std::vector<std::pair<std::string, std::string>> extra;
};

/// Everything that is needed to connect.
struct Connection {
    std::string context; ///< name, or empty in a cluster
    Cluster cluster;
    User user;
    Impersonation impersonation;
    std::string name_space; ///< never empty
    core::Duration request_timeout = core::Duration::zero();
};

/// Resolves flags, $KUBECONFIG or ~/.kube/config, or the service account of a pod, in kubectl's
/// order and with its words for what is wrong (code Invalid).
core::Result<Connection> load_connection(const ConnectionFlags& flags,
                                         const core::Environment& environment);

/// The namespace that a command works in, without anything else being checked.
core::Result<std::string> load_namespace(const ConnectionFlags& flags,
                                         const core::Environment& environment);

/// What --context, --cluster and --user may name, for completion; nothing when there is no readable
/// kubeconfig.
struct KubeconfigNames {
    std::vector<std::string> contexts, clusters, users;
};
KubeconfigNames kubeconfig_names(const ConnectionFlags& flags,
                                 const core::Environment& environment);

} // namespace kspark::kube
