// SPDX-License-Identifier: Apache-2.0
// A kubeconfig names programs to run. Who restricts kubectl to some of them by a kuberc is not
// undercut by us; nothing else of the kuberc concerns us.
#include "core/kube/plugin_policy.hpp"

#include "core/data/document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::kube {
namespace {

/// An entry without a slash allows the program of that name found on PATH; with one, that path
/// only.
bool allows(const std::string& allowed, const std::string& command,
            const core::Environment& environment) {
    if (allowed.empty()) return false;
    if (allowed == command) return true;
    const auto left = core::find_program(allowed, environment);
    const auto right = core::find_program(command, environment);
    return left && right && *left == *right;
}

core::Status judge(const data::Json& kuberc, const std::string& command,
                   const core::Environment& environment) {
    const std::string policy = data::string_at(kuberc, {"credentialPluginPolicy"}, "AllowAll");
    if (policy.empty() || policy == "AllowAll") return {};
    if (policy != "Allowlist")
        return core::Error{
            core::Code::Forbidden,
            fmt::format("plugin \"{}\" not allowed: policy set to \"{}\"", command, policy)};
    const data::Json* list = data::find(kuberc, {"credentialPluginAllowlist"});
    if (list != nullptr && list->is_array()) {
        for (const auto& entry : *list)
            for (const char* key : {"command", "name"})
                if (allows(data::string_at(entry, {key}), command, environment)) return {};
    }
    return core::Error{
        core::Code::Forbidden,
        fmt::format("plugin path \"{}\" is not permitted by the credential plugin allowlist",
                    command)};
}

} // namespace

core::Status check_plugin_policy(const std::string& command, const core::Environment& environment) {
    std::string file = environment.value("KUBERC");
    if (file == "off" || environment.value("KUBECTL_KUBERC") == "false") return {};
    if (file.empty()) file = (environment.home() / ".kube" / "kuberc").string();
    auto text = core::read_file(file, 1u << 20);
    if (!text && text.error().code == core::Code::NotFound) return {};
    if (!text) return std::move(text).error();
    KSPARK_ASSIGN(const auto documents, data::parse_documents(file, std::move(*text)));
    for (const auto& document : documents) KSPARK_TRY(judge(document.value, command, environment));
    return {};
}

} // namespace kspark::kube
