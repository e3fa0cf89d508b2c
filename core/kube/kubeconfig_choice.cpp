// SPDX-License-Identifier: Apache-2.0
// Flags over files. Where kubectl goes on with an undefined cluster (it asks localhost:8080) or an
// undefined user (it prompts for a name), the reference is an error here.
#include "core/kube/kubeconfig_choice.hpp"

#include "core/base/text.hpp"
#include "core/kube/proxy.hpp"

#include <fmt/format.h>

namespace kspark::kube {
namespace {

core::Error invalid(std::string message) {
    return {core::Code::Invalid, std::move(message)};
}

template <class Entry>
std::vector<std::string> names(const std::map<std::string, Entry>& entries) {
    std::vector<std::string> result;
    for (const auto& [name, unused] : entries) result.push_back(name);
    return result;
}

/// The entry that a flag or the context names; a flag may make it unnecessary that there is one.
template <class Entry>
core::Result<Entry> entry_of(const std::map<std::string, Entry>& entries, const std::string& name,
                             const std::string& flag, const char* what, const std::string& context,
                             bool needed) {
    if (name.empty()) return Entry{};
    if (const auto found = entries.find(name); found != entries.end()) return found->second;
    const std::string hint = core::did_you_mean(name, names(entries));
    if (!flag.empty()) return invalid(fmt::format("{} \"{}\" does not exist{}", what, name, hint));
    if (!needed) return Entry{};
    return invalid(
        fmt::format("{} \"{}\" was not found for context \"{}\"{}", what, name, context, hint));
}

void apply_flags(const ConnectionFlags& flags, ClusterEntry& cluster) {
    // Any of the two says how to trust the server, so what the file says about it is dropped whole.
    if (flags.insecure_skip_tls_verify || !flags.certificate_authority.empty()) {
        cluster.insecure_skip_tls_verify = flags.insecure_skip_tls_verify;
        cluster.ca_file = flags.certificate_authority;
        cluster.ca_data.clear();
    }
    if (!flags.server.empty()) {
        cluster.server = flags.server;
        cluster.tls_server_name.clear();
    }
    if (!flags.tls_server_name.empty()) cluster.tls_server_name = flags.tls_server_name;
    cluster.disable_compression |= flags.disable_compression;
}

core::Status apply_flags(const ConnectionFlags& flags, UserEntry& user) {
    if (!flags.token.empty()) {
        user.token = flags.token;
        user.token_file.clear();
    }
    if (!flags.username.empty()) user.username = flags.username;
    if (!flags.password.empty()) user.password = flags.password;
    if (!flags.client_certificate.empty()) {
        user.certificate_file = flags.client_certificate;
        user.certificate_data.clear();
    }
    if (!flags.client_key.empty()) {
        user.key_file = flags.client_key;
        user.key_data.clear();
    }
    Impersonation& as = user.impersonation;
    if (!flags.as.empty()) as.user = flags.as;
    if (!flags.as_uid.empty()) as.uid = flags.as_uid;
    if (!flags.as_groups.empty()) as.groups = flags.as_groups;
    if (!flags.as_user_extra.empty()) as.extra.clear();
    for (const auto& text : flags.as_user_extra) {
        const auto equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            return core::Error{core::Code::Usage,
                               fmt::format("--as-user-extra \"{}\": must be KEY=VALUE", text)};
        as.extra.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return {};
}

void check_file(const std::string& file, const char* what, const std::string& owner,
                std::vector<std::string>& problems) {
    if (file.empty()) return;
    if (const auto content = core::read_file(file, 16u << 20); !content)
        problems.push_back(fmt::format("unable to read {} {} for {} due to {}", what, file, owner,
                                       content.error().message));
}

void check_certificate(const UserEntry& user, const std::string& name,
                       std::vector<std::string>& problems) {
    if (user.certificate_file.empty() && user.certificate_data.empty()) return;
    if (!user.certificate_file.empty() && !user.certificate_data.empty())
        problems.push_back(fmt::format("client-cert-data and client-cert are both specified for "
                                       "{}. client-cert-data will override.",
                                       name));
    if (!user.key_file.empty() && !user.key_data.empty())
        problems.push_back(fmt::format("client-key-data and client-key are both specified for {}; "
                                       "client-key-data will override",
                                       name));
    if (user.key_file.empty() && user.key_data.empty())
        problems.push_back(fmt::format("client-key-data or client-key must be specified for {} to "
                                       "use the clientCert authentication method.",
                                       name));
    check_file(user.certificate_file, "client-cert", name, problems);
    check_file(user.key_file, "client-key", name, problems);
}

void check_exec(const UserEntry& user, const std::string& name,
                std::vector<std::string>& problems) {
    if (!user.exec) return;
    if (!user.auth_provider.empty())
        problems.push_back("authProvider cannot be provided in combination with an exec plugin "
                           "for " +
                           name);
    const auto required = [&](const char* field) {
        problems.push_back(fmt::format(
            "{} must be specified for {} to use exec authentication plugin", field, name));
    };
    if (user.exec->command.empty()) required("command");
    if (user.exec->api_version.empty()) required("apiVersion");
    for (const auto& [variable, unused] : user.exec->environment)
        if (variable.empty()) required("env variable name");
    const std::string& mode = user.interactive_mode;
    const bool v1 = user.exec->api_version == "client.authentication.k8s.io/v1";
    if (mode.empty() && (v1 || user.exec->api_version.empty()))
        required("interactiveMode");
    else if (!mode.empty() && mode != "Never" && mode != "IfAvailable" && mode != "Always")
        problems.push_back(fmt::format("invalid interactiveMode for {}: \"{}\"", name, mode));
}

void check_user(const UserEntry& user, const std::string& name,
                std::vector<std::string>& problems) {
    check_certificate(user, name, problems);
    check_exec(user, name, problems);
    const bool basic = !user.username.empty() || !user.password.empty();
    if (!user.token.empty() && basic)
        problems.push_back(fmt::format("more than one authentication method found for {}; found "
                                       "[token basicAuth], only one is allowed",
                                       name));
    const Impersonation& as = user.impersonation;
    if (as.user.empty() && !(as.uid.empty() && as.groups.empty() && as.extra.empty()))
        problems.push_back(fmt::format(
            "requesting uid, groups or user-extra for {} without impersonating a user", name));
}

void check_cluster(const ClusterEntry& cluster, const std::string& name,
                   std::vector<std::string>& problems) {
    if (cluster.server.empty())
        problems.push_back(fmt::format("no server found for cluster \"{}\"", name));
    if (!cluster.proxy_url.empty()) {
        const auto proxy = cluster.proxy_url.find("://") == std::string::npos
                               ? core::Result<std::string>(
                                     invalid("it must begin with http://, https:// or socks5://"))
                               : parse_proxy(cluster.proxy_url);
        // Shown without its user and password.
        const auto url = parse_url(cluster.proxy_url);
        if (!proxy)
            problems.push_back(fmt::format("invalid 'proxy-url' {}for cluster \"{}\": {}",
                                           url ? "\"" + url->text() + "\" " : "", name,
                                           proxy.error().message));
    }
    if (!cluster.ca_file.empty() && !cluster.ca_data.empty())
        problems.push_back(fmt::format("certificate-authority-data and certificate-authority are "
                                       "both specified for {}. certificate-authority-data will "
                                       "override.",
                                       name));
    check_file(cluster.ca_file, "certificate-authority", name, problems);
}

} // namespace

core::Result<ContextEntry> choose_context(const Kubeconfig& config, const ConnectionFlags& flags,
                                          std::string& name) {
    name = flags.context.empty() ? config.current_context : flags.context;
    if (name.empty()) return ContextEntry{};
    if (const auto found = config.contexts.find(name); found != config.contexts.end())
        return found->second;
    const std::string hint = core::did_you_mean(name, names(config.contexts));
    if (!flags.context.empty())
        return invalid(fmt::format("context \"{}\" does not exist{}", name, hint));
    return invalid(fmt::format("context was not found for specified context: {}{}", name, hint));
}

core::Result<Choice> choose(const Kubeconfig& config, const ConnectionFlags& flags,
                            const core::Environment& environment) {
    Choice choice;
    KSPARK_ASSIGN(choice.context_entry, choose_context(config, flags, choice.context));
    const ContextEntry& context = choice.context_entry;
    const bool server_given =
        !flags.server.empty() || !environment.value("KUBERNETES_MASTER").empty();
    const bool user_given =
        !flags.token.empty() || !flags.username.empty() || !flags.client_certificate.empty();
    choice.cluster_name = flags.cluster.empty() ? context.cluster : flags.cluster;
    choice.user_name = flags.user.empty() ? context.user : flags.user;
    if (!choice.context.empty() && choice.cluster_name.empty() && !server_given)
        return invalid(fmt::format("cluster was not specified for context \"{}\"", choice.context));
    KSPARK_ASSIGN(choice.cluster, entry_of(config.clusters, choice.cluster_name, flags.cluster,
                                           "cluster", choice.context, !server_given));
    KSPARK_ASSIGN(choice.user, entry_of(config.users, choice.user_name, flags.user, "user",
                                        choice.context, !user_given));
    apply_flags(flags, choice.cluster);
    KSPARK_TRY(apply_flags(flags, choice.user));
    if (choice.cluster.server.empty())
        choice.cluster.server = environment.value("KUBERNETES_MASTER");
    return choice;
}

std::vector<std::string> problems(const Choice& choice) {
    std::vector<std::string> result;
    check_user(choice.user, choice.user_name, result);
    check_cluster(choice.cluster, choice.cluster_name, result);
    return result;
}

core::Error auth_provider_error(const std::string& user, const std::string& provider) {
    std::string instead = "an exec credential plugin";
    if (provider == "gcp") instead = "the exec credential plugin gke-gcloud-auth-plugin";
    if (provider == "azure") instead = "the exec credential plugin kubelogin (Azure/kubelogin)";
    if (provider == "oidc")
        instead = "the exec credential plugin \"kubectl oidc-login\" (int128/kubelogin)";
    return invalid(fmt::format("user \"{}\" uses the auth-provider \"{}\", which is not supported; "
                               "use {} instead",
                               user, provider, instead));
}

} // namespace kspark::kube
