// SPDX-License-Identifier: Apache-2.0
// The flags that every command has: kubectl's own, so that what works there works here.
#include "core/cli/context.hpp"
#include "core/cli/flags.hpp"

#include <nlohmann/json.hpp>

namespace kspark::core {
namespace {

std::vector<std::string> complete_contexts(Context& context, const std::string&) {
    return kube::kubeconfig_names(context.connection, context.environment).contexts;
}
std::vector<std::string> complete_clusters(Context& context, const std::string&) {
    return kube::kubeconfig_names(context.connection, context.environment).clusters;
}
std::vector<std::string> complete_users(Context& context, const std::string&) {
    return kube::kubeconfig_names(context.connection, context.environment).users;
}

/// Whatever goes wrong, there are no candidates.
std::vector<std::string> complete_namespaces(Context& context, const std::string&) {
    std::vector<std::string> names;
    const auto client = context.client();
    if (!client) return names;
    const auto listed = (*client)->list({kube::namespaces()}, {}, [&](const data::Json& object) {
        names.push_back(data::string_at(object, {"metadata", "name"}));
        return Status();
    });
    return listed ? names : std::vector<std::string>();
}

void declare_server(Flags& flags, kube::ConnectionFlags& to) {
    flags.add("-s,--server", to.server, "URL", "Address and port of the Kubernetes API server")
        .global = true;
    flags
        .add("--tls-server-name", to.tls_server_name, "NAME",
             "Name that the server's certificate must have; without it, the host that is asked")
        .global = true;
    flags
        .add("--certificate-authority", to.certificate_authority, "FILE",
             "Certificates of the authorities that may have signed the server's certificate")
        .global = true;
    flags
        .add("--insecure-skip-tls-verify", to.insecure_skip_tls_verify,
             "Do not check the server's certificate. This makes your HTTPS connections insecure")
        .global = true;
    flags
        .add("--disable-compression", to.disable_compression,
             "Do not ask the server to compress its answers")
        .global = true;
    Flag& timeout = flags.add("--request-timeout", to.request_timeout, "TIME",
                              "How long to wait for the answer to one request: a number of seconds "
                              "or a time with a unit\n(1s, 2m, 3h). 0 waits without end");
    timeout.global = true;
    timeout.shown_default = "0";
}

void declare_user(Flags& flags, kube::ConnectionFlags& to) {
    flags.add("--token", to.token, "TOKEN", "Bearer token for the API server").global = true;
    flags
        .add("--client-certificate", to.client_certificate, "FILE",
             "Client certificate for the API server")
        .global = true;
    flags.add("--client-key", to.client_key, "FILE", "Key of the client certificate").global = true;
    flags.add("--username", to.username, "NAME", "Name for basic authentication").global = true;
    flags.add("--password", to.password, "PASSWORD", "Password for basic authentication").global =
        true;
    flags
        .add("--as", to.as, "USER",
             "User to act as: a regular user or a service account in a namespace")
        .global = true;
    flags
        .add("--as-group", to.as_groups, "GROUP",
             "Group to act as; may be given several times for several groups", false)
        .global = true;
    flags.add("--as-uid", to.as_uid, "UID", "UID to act as").global = true;
    flags
        .add("--as-user-extra", to.as_user_extra, "KEY=VALUE",
             "Extra attribute of the user to act as; may be given several times", false)
        .global = true;
}

/// Flags of kubectl that concern only how kubectl itself works: a script that gives them to every
/// kubectl call must not fail here, and nothing that it can see depends on them.
void declare_without_effect(Flags& flags) {
    const auto accept = [](const std::string&) { return Status(); };
    for (const char* name :
         {"--cache-dir", "--log-flush-frequency", "--profile", "--profile-output", "--vmodule"}) {
        Flag& flag = flags.add(name, "VALUE", "Accepted, as kubectl does; has no effect", accept);
        flag.global = flag.hidden = true;
    }
    Flag& match = flags.add("--match-server-version", {}, "Accepted, has no effect", accept);
    match.implied = "true";
    match.global = match.hidden = true;
}

Status assign_color(Context& context, const std::string& value) {
    using output::ColorMode;
    context.color = value == "always"  ? ColorMode::Always
                    : value == "never" ? ColorMode::Never
                                       : ColorMode::Auto;
    return {};
}

} // namespace

void declare_global(Flags& flags, Context& context) {
    kube::ConnectionFlags& to = context.connection;
    flags.add("--kubeconfig", to.kubeconfig, "FILE", "Kubeconfig to use, and no other").global =
        true;
    Flag& chosen = flags.add("--context", to.context, "NAME", "Context of the kubeconfig to use");
    chosen.global = true;
    chosen.complete = complete_contexts;
    Flag& cluster = flags.add("--cluster", to.cluster, "NAME", "Cluster of the kubeconfig to use");
    cluster.global = true;
    cluster.complete = complete_clusters;
    Flag& user = flags.add("--user", to.user, "NAME", "User of the kubeconfig to use");
    user.global = true;
    user.complete = complete_users;
    Flag& name_space =
        flags.add("-n,--namespace", to.name_space, "NAME", "Namespace to work in, if present");
    name_space.global = true;
    name_space.complete = complete_namespaces;
    declare_server(flags, to);
    declare_user(flags, to);
    flags
        .add("-v,--v", to.verbosity, "LEVEL",
             "Tell on stderr what is asked of the server: 6 requests, 7 headers, 8 bodies, 9 whole "
             "bodies")
        .global = true;
    flags
        .add("--warnings-as-errors", context.warnings_as_errors,
             "Fail when the server has warned of something")
        .global = true;
    flags
        .add("--kuberc", "FILE",
             "Kuberc with the rules for credential plugins; nothing else of it is used",
             [&context](const std::string& file) -> Status {
                 context.environment.set("KUBERC", file);
                 return {};
             })
        .global = true;
    declare_without_effect(flags);
    Flag& color =
        flags.add("--color", "WHEN", "Colour the output; auto does so on a terminal only",
                  [&context](const std::string& value) { return assign_color(context, value); });
    color.global = true;
    color.choices = {"auto", "always", "never"};
    color.shown_default = "auto";
}

} // namespace kspark::core
