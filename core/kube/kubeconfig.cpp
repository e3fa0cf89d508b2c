// SPDX-License-Identifier: Apache-2.0
// From flags, files and environment to one Connection. Credentials are looked at only when they
// would be sent, that is to a server of https.
#include "core/kube/kubeconfig.hpp"

#include "core/base/text.hpp"
#include "core/kube/header_value.hpp"
#include "core/kube/in_cluster.hpp"
#include "core/kube/kubeconfig_choice.hpp"
#include "core/kube/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kspark::kube {
namespace {

constexpr std::size_t kFileLimit = 16u << 20;

core::Error invalid(std::string message) {
    return {core::Code::Invalid, std::move(message)};
}

core::Error empty_config(const Kubeconfig& config) {
    if (!config.contexts.empty()) {
        std::vector<std::string> names;
        for (const auto& [name, unused] : config.contexts) names.push_back(name);
        return invalid("current-context is not set; name one of the contexts with --context: " +
                       core::join(names, ", "));
    }
    core::Error error =
        invalid("Missing or incomplete configuration info.  Please point to an existing, complete "
                "config file:");
    error.details = {"",
                     "  1. Via the command-line flag --kubeconfig",
                     "  2. Via the KUBECONFIG environment variable",
                     "  3. In your home directory as ~/.kube/config",
                     "",
                     "To view or setup config directly use the 'kubectl config' command."};
    if (!config.missing.empty())
        error.details.push_back("These files do not exist: " + core::join(config.missing, ", "));
    return error;
}

core::Result<core::Duration> parse_timeout(const std::string& text) {
    if (text.empty()) return core::Duration::zero();
    long seconds = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, seconds);
    // What does not fit into nanoseconds is as good as no limit, and is none.
    constexpr long most =
        std::chrono::duration_cast<std::chrono::seconds>(core::Duration::max()).count();
    core::Result<core::Duration> result =
        failure == std::errc{} && stop == end
            ? core::Duration(std::chrono::seconds(seconds > most ? 0 : seconds))
            : core::parse_duration(text);
    if (!result || *result < core::Duration::zero())
        return core::Error{core::Code::Usage,
                           "Invalid timeout value. Timeout must be a single integer in seconds, or "
                           "an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"};
    return result;
}

core::Result<ServerUrl> parse_server(const ClusterEntry& cluster, const UserEntry& user) {
    std::string text = cluster.server;
    if (text.find("://") == std::string::npos) {
        // Where something is said about TLS the server is not meant to be asked in clear text.
        const bool tls = cluster.insecure_skip_tls_verify || !cluster.ca_file.empty() ||
                         !cluster.ca_data.empty() || !cluster.tls_server_name.empty() ||
                         !user.certificate_file.empty() || !user.certificate_data.empty();
        if (text.find('/') != std::string::npos) text.clear();
        text.insert(0, tls ? "https://" : "http://");
    }
    auto url = parse_url(text);
    if (!url)
        return invalid(
            fmt::format("host must be a URL or a host:port pair: \"{}\"", cluster.server));
    if (url->scheme != "https" && url->scheme != "http")
        return invalid(fmt::format("unsupported protocol scheme \"{}\" of server {}: must be https "
                                   "or http",
                                   url->scheme, url->text()));
    if (!url->userinfo.empty())
        return invalid(fmt::format("the address of server {} must not carry a user name or "
                                   "password; put them into the kubeconfig's user",
                                   url->text()));
    return url;
}

/// A file that the kubeconfig names; that it is missing is the kubeconfig's fault.
core::Result<std::string> read_named(const std::string& file) {
    auto text = core::read_file(file, kFileLimit);
    if (!text) text.error().code = core::Code::Invalid;
    return text;
}

core::Result<std::string> content(const std::string& data, const std::string& file) {
    return data.empty() && !file.empty() ? read_named(file) : core::Result<std::string>(data);
}

core::Result<Cluster> make_cluster(const ClusterEntry& entry, const ServerUrl& url) {
    Cluster cluster;
    cluster.server = url.text();
    cluster.tls_server_name = entry.tls_server_name;
    cluster.insecure_skip_tls_verify = entry.insecure_skip_tls_verify;
    cluster.disable_compression = entry.disable_compression;
    cluster.exec_config = entry.exec_config;
    KSPARK_ASSIGN(cluster.ca_pem, content(entry.ca_data, entry.ca_file));
    if (!entry.proxy_url.empty()) {
        KSPARK_ASSIGN(cluster.proxy_url, parse_proxy(entry.proxy_url));
        cluster.proxy_configured = true;
    }
    return cluster;
}

core::Status check_pair(const std::string& user, const std::string& certificate,
                        const std::string& key) {
    if (certificate.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
        return invalid("tls: failed to find any PEM data in certificate input");
    if (key.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string::npos ||
        key.find("Proc-Type: 4,ENCRYPTED") != std::string::npos)
        return invalid(fmt::format("the private key of user \"{}\" is encrypted, and nobody can be "
                                   "asked for its password; decrypt it with \"openssl pkey\"",
                                   user));
    if (key.find("PRIVATE KEY-----") == std::string::npos)
        return invalid("tls: failed to find any PEM data in key input");
    return {};
}

core::Result<ExecPlugin> make_exec(const UserEntry& entry) {
    ExecPlugin exec = *entry.exec;
    if (exec.api_version != "client.authentication.k8s.io/v1" &&
        exec.api_version != "client.authentication.k8s.io/v1beta1")
        return invalid(fmt::format("exec plugin: invalid apiVersion \"{}\"", exec.api_version));
    using Interactive = ExecPlugin::Interactive;
    exec.interactive = entry.interactive_mode == "Never"    ? Interactive::Never
                       : entry.interactive_mode == "Always" ? Interactive::Always
                                                            : Interactive::IfAvailable;
    return exec;
}

/// The credentials of a user, those that win only.
core::Result<User> make_user(const UserEntry& entry, const std::string& name) {
    User user;
    user.name = name;
    KSPARK_ASSIGN(user.certificate_pem, content(entry.certificate_data, entry.certificate_file));
    if (!user.certificate_pem.empty() || !entry.certificate_file.empty()) {
        KSPARK_ASSIGN(user.key_pem, content(entry.key_data, entry.key_file));
        KSPARK_TRY(check_pair(name, user.certificate_pem, user.key_pem));
        if (entry.certificate_data.empty()) user.certificate_file = entry.certificate_file;
        if (entry.key_data.empty()) user.key_file = entry.key_file;
    }
    user.username = entry.username;
    user.password = entry.password;
    if (user.username.empty() && !user.password.empty())
        return invalid(fmt::format("user \"{}\" has a password but no username", name));
    user.token = entry.token;
    user.token_file = entry.token_file;
    if (user.token.empty() && !user.token_file.empty()) {
        KSPARK_ASSIGN(const std::string token, read_named(user.token_file));
        user.token = core::trim(token);
    }
    if (!user.token.empty() && !user.username.empty())
        return invalid("username/password or bearer token may be set, but not both");
    KSPARK_TRY(check_header_value(user.token, fmt::format("the token of user \"{}\"", name)));
    if (!entry.auth_provider.empty()) return auth_provider_error(name, entry.auth_provider);
    const bool explicitly = !user.token.empty() || !user.username.empty() || !user.key_pem.empty();
    if (entry.exec) {
        KSPARK_ASSIGN(ExecPlugin exec, make_exec(entry));
        if (!explicitly) user.exec = std::move(exec);
    }
    return user;
}

core::Status check_trust(const Cluster& cluster) {
    if (cluster.ca_pem.empty()) return {};
    if (cluster.insecure_skip_tls_verify)
        return invalid("specifying a root certificates file with the insecure flag is not allowed");
    if (cluster.ca_pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos &&
        cluster.ca_pem.find("-----BEGIN TRUSTED CERTIFICATE-----") == std::string::npos)
        return invalid("unable to load root certificates: unable to parse bytes as PEM block");
    return {};
}

core::Status check_impersonation(const Impersonation& as) {
    KSPARK_TRY(check_header_value(as.user, "the user to impersonate (--as)"));
    KSPARK_TRY(check_header_value(as.uid, "the uid to impersonate (--as-uid)"));
    for (const auto& group : as.groups)
        KSPARK_TRY(check_header_value(group, "a group to impersonate (--as-group)"));
    for (const auto& [key, value] : as.extra)
        KSPARK_TRY(check_header_value(value, "a value of --as-user-extra"));
    return {};
}

/// What a namespace flag may begin with: "ns/spark".
std::string plain_namespace(const std::string& name) {
    for (const std::string_view prefix : {"namespaces/", "namespace/", "ns/"})
        if (name.compare(0, prefix.size(), prefix) == 0) return name.substr(prefix.size());
    return name;
}

std::string namespace_of(const ConnectionFlags& flags, const ContextEntry& context) {
    if (!flags.name_space.empty()) return plain_namespace(flags.name_space);
    return context.name_space.empty() ? "default" : context.name_space;
}

core::Result<Connection> from_service_account(const ConnectionFlags& flags,
                                              const core::Environment& environment,
                                              const Choice& choice) {
    KSPARK_ASSIGN(Connection connection, in_cluster_connection(flags, environment));
    ClusterEntry entry = choice.cluster;
    entry.server = connection.cluster.server;
    Cluster& cluster = connection.cluster;
    const std::string own_ca = std::move(cluster.ca_pem);
    KSPARK_ASSIGN(const ServerUrl url, parse_server(entry, {}));
    KSPARK_ASSIGN(cluster, make_cluster(entry, url));
    if (cluster.ca_pem.empty() && !cluster.insecure_skip_tls_verify) cluster.ca_pem = own_ca;
    return connection;
}

core::Result<Connection> from_kubeconfig(const ConnectionFlags& flags, const Choice& choice) {
    const auto found = problems(choice);
    if (found.size() == 1) return invalid(found.front());
    if (!found.empty()) {
        core::Error error = invalid("the kubeconfig cannot be used:");
        for (const auto& problem : found) error.details.push_back("* " + problem);
        return error;
    }
    Connection connection;
    connection.context = choice.context;
    connection.name_space = namespace_of(flags, choice.context_entry);
    connection.user.name = choice.user_name;
    KSPARK_ASSIGN(const ServerUrl url, parse_server(choice.cluster, choice.user));
    KSPARK_ASSIGN(connection.cluster, make_cluster(choice.cluster, url));
    if (url.scheme != "https") return connection;
    KSPARK_ASSIGN(connection.user, make_user(choice.user, choice.user_name));
    KSPARK_TRY(check_trust(connection.cluster));
    return connection;
}

} // namespace

core::Result<Connection> load_connection(const ConnectionFlags& flags,
                                         const core::Environment& environment) {
    KSPARK_ASSIGN(const core::Duration timeout, parse_timeout(flags.request_timeout));
    KSPARK_ASSIGN(const Kubeconfig config, load_kubeconfig(flags, environment));
    KSPARK_ASSIGN(const Choice choice, choose(config, flags, environment));
    const bool configured = !choice.cluster.server.empty() || !choice.cluster_name.empty();
    if (!configured && !in_cluster(environment)) return empty_config(config);

    KSPARK_ASSIGN(Connection connection, configured
                                             ? from_kubeconfig(flags, choice)
                                             : from_service_account(flags, environment, choice));
    connection.request_timeout = timeout;
    connection.impersonation = choice.user.impersonation;
    KSPARK_TRY(check_impersonation(connection.impersonation));
    if (!connection.cluster.proxy_configured) {
        KSPARK_ASSIGN(const ServerUrl url, parse_url(connection.cluster.server));
        KSPARK_ASSIGN(connection.cluster.proxy_url, environment_proxy(url, environment));
    }
    return connection;
}

core::Result<std::string> load_namespace(const ConnectionFlags& flags,
                                         const core::Environment& environment) {
    if (!flags.name_space.empty()) return plain_namespace(flags.name_space);
    KSPARK_ASSIGN(const Kubeconfig config, load_kubeconfig(flags, environment));
    std::string name;
    KSPARK_ASSIGN(const ContextEntry context, choose_context(config, flags, name));
    if (name.empty() && in_cluster(environment)) return in_cluster_namespace(flags, environment);
    return namespace_of(flags, context);
}

KubeconfigNames kubeconfig_names(const ConnectionFlags& flags,
                                 const core::Environment& environment) {
    KubeconfigNames names;
    if (const auto config = load_kubeconfig(flags, environment)) {
        for (const auto& [name, unused] : config->contexts) names.contexts.push_back(name);
        for (const auto& [name, unused] : config->clusters) names.clusters.push_back(name);
        for (const auto& [name, unused] : config->users) names.users.push_back(name);
    }
    return names;
}

} // namespace kspark::kube
