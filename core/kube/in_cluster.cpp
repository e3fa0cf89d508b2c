// SPDX-License-Identifier: Apache-2.0
// The service account that Kubernetes lays into every pod: what is used where no kubeconfig is.
#include "core/kube/in_cluster.hpp"

#include "core/base/text.hpp"
#include "core/kube/server_url.hpp"

namespace kspark::kube {
namespace {
constexpr std::size_t kFileLimit = 1u << 20;
}

bool in_cluster(const core::Environment& environment, const std::filesystem::path& directory) {
    std::error_code ignored;
    const auto token = std::filesystem::status(directory / "token", ignored);
    return !environment.value("KUBERNETES_SERVICE_HOST").empty() &&
           !environment.value("KUBERNETES_SERVICE_PORT").empty() &&
           std::filesystem::exists(token) && !std::filesystem::is_directory(token);
}

std::string in_cluster_namespace(const ConnectionFlags& flags, const core::Environment& environment,
                                 const std::filesystem::path& directory) {
    if (!flags.name_space.empty()) return flags.name_space;
    std::string name = environment.value("POD_NAMESPACE");
    if (!name.empty()) return name;
    if (const auto text = core::read_file(directory / "namespace", kFileLimit))
        name = core::trim(*text);
    return name.empty() ? "default" : name;
}

core::Result<Connection> in_cluster_connection(const ConnectionFlags& flags,
                                               const core::Environment& environment,
                                               const std::filesystem::path& directory) {
    Connection connection;
    ServerUrl url;
    url.scheme = "https";
    url.host = environment.value("KUBERNETES_SERVICE_HOST");
    url.port = environment.value("KUBERNETES_SERVICE_PORT");
    connection.cluster.server = url.text();
    connection.name_space = in_cluster_namespace(flags, environment, directory);

    connection.user.name = "the service account of this pod";
    if (flags.token.empty()) {
        const auto file = directory / "token";
        KSPARK_ASSIGN(const std::string token, core::read_file(file, kFileLimit));
        connection.user.token = core::trim(token);
        connection.user.token_file = file.string();
    } else {
        connection.user.token = flags.token;
    }
    // As in kubectl: without the authority's certificate the system's authorities decide.
    if (auto ca = core::read_file(directory / "ca.crt", kFileLimit))
        connection.cluster.ca_pem = std::move(*ca);
    return connection;
}

} // namespace kspark::kube
