// SPDX-License-Identifier: Apache-2.0
// Credential plugins (client.authentication.k8s.io/v1 and v1beta1). One run serves all requests of
// the process; a failure and a refusal are not answered with a run per request either, so that a
// hundred log streams do not start a hundred log-ins.
#include "core/kube/exec_plugin.hpp"

#include "core/base/text.hpp"
#include "core/kube/header_value.hpp"
#include "core/kube/plugin_policy.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace kspark::kube {
namespace {

using data::Json;

constexpr core::Duration kBetweenRefreshes = std::chrono::seconds(10);

core::Error failed(std::string message) {
    return {core::Code::Failed, std::move(message)};
}

core::Error not_found(const ExecPlugin& plugin) {
    core::Error error = failed(fmt::format("exec: executable {} not found", plugin.command));
    error.details = {"",
                     "It looks like you are trying to use a client-go credential plugin that is "
                     "not installed.",
                     "",
                     "To learn more about this feature, consult the documentation available at:",
                     "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/"
                     "#client-go-credential-plugins"};
    if (plugin.install_hint.empty()) return error;
    error.details.push_back("");
    for (const auto& line : core::split(plugin.install_hint, '\n')) error.details.push_back(line);
    return error;
}

core::Result<bool> is_interactive(const ExecPlugin& plugin, const Terminal& terminal) {
    using Interactive = ExecPlugin::Interactive;
    const bool possible =
        terminal.input_is_terminal && !terminal.input_is_used && terminal.may_prompt;
    if (plugin.interactive != Interactive::Always)
        return possible && plugin.interactive == Interactive::IfAvailable;
    if (possible) return true;
    return failed(fmt::format("exec plugin cannot support interactive mode: {}",
                              !terminal.input_is_terminal ? "standard input is not a terminal"
                              : terminal.input_is_used    ? "standard input is unavailable: the "
                                                            "command reads it itself (-f -)"
                                                       : "nobody can be asked while completing"));
}

class Source {
public:
    Source(const Connection& connection, const core::Environment& environment, core::Clock& clock,
           Terminal terminal)
        : plugin_(*connection.user.exec), cluster_(connection.cluster), environment_(environment),
          clock_(clock), terminal_(terminal) {}

    core::Result<http::Credentials> ask(bool refresh) {
        const core::Duration now = clock_.monotonic();
        if (failure_ && now < next_refresh_) return *failure_;
        const bool expired = kept_ && kept_->expires && clock_.now() > *kept_->expires;
        const bool refused = refresh && now >= next_refresh_;
        if (kept_ && !expired && !refused) return kept_->credentials;
        if (kept_) next_refresh_ = now + kBetweenRefreshes;
        auto fresh = run();
        if (fresh) {
            failure_.reset();
            kept_ = std::move(*fresh);
            return kept_->credentials;
        }
        failure_ = std::move(fresh).error().during("getting credentials");
        kept_.reset();
        next_refresh_ = now + kBetweenRefreshes;
        return *failure_;
    }

private:
    core::Result<ExecCredential> run() const {
        KSPARK_TRY(check_plugin_policy(plugin_.command, environment_));
        KSPARK_ASSIGN(const bool interactive, is_interactive(plugin_, terminal_));
        core::Child child;
        child.command = {plugin_.command};
        child.command.insert(child.command.end(), plugin_.arguments.begin(),
                             plugin_.arguments.end());
        child.environment = environment_;
        for (const auto& [name, value] : plugin_.environment) child.environment.set(name, value);
        child.environment.set("KUBERNETES_EXEC_INFO", exec_info(plugin_, cluster_, interactive));
        child.inherit_input = interactive;
        child.timeout = terminal_.limit;
        auto ended = core::run_child(child);
        if (!ended && ended.error().code == core::Code::NotFound) return not_found(plugin_);
        if (!ended) return std::move(ended).error().during("exec");
        if (ended->status != 0)
            return failed(fmt::format("exec: executable {} failed with exit code {}",
                                      plugin_.command, ended->status));
        return parse_exec_credential(ended->output, plugin_);
    }

    ExecPlugin plugin_;
    Cluster cluster_;
    core::Environment environment_;
    core::Clock& clock_;
    Terminal terminal_;
    std::optional<ExecCredential> kept_;
    std::optional<core::Error> failure_;
    core::Duration next_refresh_ = core::Duration::min();
};

core::Status read_status(const Json& status, ExecCredential& result) {
    const std::string token = data::string_at(status, {"token"});
    auto& [authorization, certificate, key] = result.credentials;
    certificate = data::string_at(status, {"clientCertificateData"});
    key = data::string_at(status, {"clientKeyData"});
    if (token.empty() && certificate.empty() && key.empty())
        return failed("exec plugin didn't return a token or cert/key pair");
    if (certificate.empty() != key.empty())
        return failed("exec plugin returned only certificate or key, not both");
    if (!certificate.empty() && (certificate.find("-----BEGIN ") == std::string::npos ||
                                 key.find("-----BEGIN ") == std::string::npos))
        return failed("failed parsing client key/certificate: no PEM data found");
    KSPARK_TRY(check_header_value(token, "the token that the exec plugin returned"));
    if (!token.empty()) authorization = "Bearer " + token;

    const std::string expiry = data::string_at(status, {"expirationTimestamp"});
    if (expiry.empty()) return {};
    const auto time = core::parse_time(expiry);
    if (!time)
        return failed("decoding stdout: status.expirationTimestamp is no RFC 3339 time stamp");
    result.expires = *time;
    return {};
}

} // namespace

std::string exec_info(const ExecPlugin& plugin, const Cluster& cluster, bool interactive) {
    Json spec = Json::object();
    if (plugin.provide_cluster_info) {
        Json& told = spec["cluster"];
        told["server"] = cluster.server;
        if (!cluster.tls_server_name.empty()) told["tls-server-name"] = cluster.tls_server_name;
        if (cluster.insecure_skip_tls_verify) told["insecure-skip-tls-verify"] = true;
        if (!cluster.ca_pem.empty())
            told["certificate-authority-data"] = core::encode_base64(cluster.ca_pem);
        if (cluster.proxy_configured) told["proxy-url"] = cluster.proxy_url;
        if (cluster.disable_compression) told["disable-compression"] = true;
        told["config"] = Json::parse(cluster.exec_config, nullptr, false);
    }
    spec["interactive"] = interactive;
    Json info = {{"kind", "ExecCredential"}, {"apiVersion", plugin.api_version}};
    info["spec"] = std::move(spec);
    return data::dump_json(info) + "\n"; // kubectl ends the line, too
}

core::Result<ExecCredential> parse_exec_credential(std::string_view output,
                                                   const ExecPlugin& plugin) {
    const auto document = data::parse_json(output, "stdout");
    if (!document || data::string_at(*document, {"kind"}) != "ExecCredential")
        return failed(fmt::format("decoding stdout: {} did not print an ExecCredential in JSON",
                                  plugin.command));
    const std::string version = data::string_at(*document, {"apiVersion"});
    if (version != plugin.api_version)
        return failed(fmt::format(
            "exec plugin is configured to use API version {}, plugin returned version {}",
            plugin.api_version, version));
    const Json* status = data::find(*document, {"status"});
    if (status == nullptr || !status->is_object())
        return failed("exec plugin didn't return a status field");
    ExecCredential result;
    KSPARK_TRY(read_status(*status, result));
    return result;
}

http::CredentialSource make_exec_source(const Connection& connection,
                                        const core::Environment& environment, core::Clock& clock,
                                        Terminal terminal) {
    auto source = std::make_shared<Source>(connection, environment, clock, terminal);
    return [source](bool refresh) { return source->ask(refresh); };
}

} // namespace kspark::kube
