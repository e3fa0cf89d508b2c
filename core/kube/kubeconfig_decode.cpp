// SPDX-License-Identifier: Apache-2.0
// One kubeconfig file as values. Every entry is checked, as kubectl does, also those that nobody
// asked for: a file with an entry of the wrong shape is refused whole.
#include "core/base/text.hpp"
#include "core/kube/kubeconfig_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::kube {
namespace {

using data::Json;
using data::Path;

/// Reads the members of one map. The first problem of the whole file is kept, later ones ignored.
class Members {
public:
    Members(const Json* value, Path path, std::optional<core::Error>& problem)
        : path_(std::move(path)), problem_(problem) {
        if (value == nullptr || value->is_null()) return;
        if (value->is_object())
            map_ = value;
        else
            wrong(path_, "a map", *value);
    }

    Members map(const char* key) const { return {find(key), at(key), problem_}; }
    bool has(const char* key) const { return find(key) != nullptr; }
    const Json* json(const char* key) const { return find(key); }

    void read(const char* key, std::string& target) const {
        if (const Json* value = find(key)) text(*value, at(key), target);
    }
    void read(const char* key, bool& target) const {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (value->is_boolean())
            target = value->get<bool>();
        else
            wrong(at(key), "true or false", *value);
    }
    void read(const char* key, std::vector<std::string>& target) const {
        each(key, [&](const Json& item, const Path& path) {
            if (!item.is_null()) text(item, path, target.emplace_back());
        });
    }
    void read_base64(const char* key, std::string& target) const {
        std::string encoded;
        read(key, encoded);
        auto decoded = core::decode_base64(encoded);
        if (decoded)
            target = std::move(*decoded);
        else
            fail(std::move(decoded).error().during(data::to_text(at(key))));
    }
    void read_file(const char* key, const std::filesystem::path& directory,
                   std::string& target) const {
        read(key, target);
        if (!target.empty()) target = (directory / target).lexically_normal().string();
    }

    /// Calls `visit(item, path)` for the items of a list.
    template <class Visit>
    void each(const char* key, Visit visit) const {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (!value->is_array()) return wrong(at(key), "a list", *value);
        for (std::size_t i = 0; i < value->size(); ++i) {
            Path path = at(key);
            path.push_back(std::to_string(i));
            visit((*value)[i], path);
        }
    }
    template <class Visit>
    void each_member(Visit visit) const {
        if (map_ == nullptr) return;
        for (const auto& [key, unused] : map_->items()) visit(key);
    }

    void fail(core::Error error) const {
        if (!problem_) problem_ = std::move(error);
    }
    Path at(const std::string& key) const {
        Path path = path_;
        path.push_back(key);
        return path;
    }
    std::optional<core::Error>& problem() const { return problem_; }

private:
    const Json* find(const char* key) const {
        if (map_ == nullptr) return nullptr;
        const auto found = map_->find(key);
        return found == map_->end() || found->is_null() ? nullptr : &*found;
    }
    void text(const Json& value, const Path& path, std::string& target) const {
        if (value.is_string())
            target = value.get<std::string>();
        else
            wrong(path, "a string", value);
    }
    void wrong(const Path& path, std::string_view expected, const Json& value) const {
        const bool quotable = expected == "a string" && (value.is_number() || value.is_boolean());
        fail({core::Code::Invalid,
              fmt::format("{}: expected {}, found {}{}",
                          path.empty() ? "the document" : data::to_text(path), expected,
                          data::type_name(value), quotable ? " (put it in quotes)" : "")});
    }

    const Json* map_ = nullptr;
    Path path_;
    std::optional<core::Error>& problem_;
};

/// The list of {name, <member>} that clusters, users and contexts are.
template <class Entry, class Decode>
void decode_entries(const Members& document, const char* list, const char* member,
                    std::map<std::string, Entry>& entries, Decode decode) {
    document.each(list, [&](const Json& item, const Path& path) {
        const Members named(&item, path, document.problem());
        std::string name;
        named.read("name", name);
        // kubectl prints the whole list here, tokens included.
        if (!entries.try_emplace(name, decode(named.map(member))).second)
            document.fail({core::Code::Invalid,
                           fmt::format("duplicate name \"{}\" in the list {}", name, list)});
    });
}

ContextEntry decode_context(const Members& members) {
    ContextEntry entry;
    members.read("cluster", entry.cluster);
    members.read("user", entry.user);
    members.read("namespace", entry.name_space);
    return entry;
}

ClusterEntry decode_cluster(const Members& members, const std::filesystem::path& directory) {
    ClusterEntry entry;
    members.read("server", entry.server);
    members.read("tls-server-name", entry.tls_server_name);
    members.read("proxy-url", entry.proxy_url);
    members.read("insecure-skip-tls-verify", entry.insecure_skip_tls_verify);
    members.read("disable-compression", entry.disable_compression);
    members.read_file("certificate-authority", directory, entry.ca_file);
    members.read_base64("certificate-authority-data", entry.ca_data);
    members.each("extensions", [&](const Json& item, const Path& path) {
        const Members extension(&item, path, members.problem());
        std::string name;
        extension.read("name", name);
        const Json* value = extension.json("extension");
        if (name == "client.authentication.k8s.io/exec" && value != nullptr)
            entry.exec_config = data::dump_json(*value);
    });
    return entry;
}

ExecPlugin decode_exec(const Members& members, const std::filesystem::path& directory) {
    ExecPlugin exec;
    members.read("apiVersion", exec.api_version);
    members.read("command", exec.command);
    members.read("args", exec.arguments);
    members.read("provideClusterInfo", exec.provide_cluster_info);
    members.read("installHint", exec.install_hint);
    members.each("env", [&](const Json& item, const Path& path) {
        const Members variable(&item, path, members.problem());
        auto& [name, value] = exec.environment.emplace_back();
        variable.read("name", name);
        variable.read("value", value);
    });
    // A bare name is looked up on PATH; only a path is relative to the file.
    if (exec.command.find('/') != std::string::npos)
        exec.command = (directory / exec.command).lexically_normal().string();
    return exec;
}

UserEntry decode_user(const Members& members, const std::filesystem::path& directory) {
    UserEntry entry;
    members.read_file("client-certificate", directory, entry.certificate_file);
    members.read_base64("client-certificate-data", entry.certificate_data);
    members.read_file("client-key", directory, entry.key_file);
    members.read_base64("client-key-data", entry.key_data);
    members.read("token", entry.token);
    members.read_file("tokenFile", directory, entry.token_file);
    members.read("username", entry.username);
    members.read("password", entry.password);
    members.read("as", entry.impersonation.user);
    members.read("as-uid", entry.impersonation.uid);
    members.read("as-groups", entry.impersonation.groups);
    const Members extra = members.map("as-user-extra");
    extra.each_member([&](const std::string& key) {
        std::vector<std::string> values;
        extra.read(key.c_str(), values);
        for (auto& value : values) entry.impersonation.extra.emplace_back(key, std::move(value));
    });
    if (members.has("auth-provider")) {
        members.map("auth-provider").read("name", entry.auth_provider);
        if (entry.auth_provider.empty()) entry.auth_provider = "(no name)";
    }
    if (members.has("exec")) {
        entry.exec = decode_exec(members.map("exec"), directory);
        members.map("exec").read("interactiveMode", entry.interactive_mode);
    }
    return entry;
}

} // namespace

core::Result<Kubeconfig> decode_kubeconfig(const Json& value,
                                           const std::filesystem::path& directory) {
    std::optional<core::Error> problem;
    const Members document(&value, {}, problem);
    std::string api_version = "v1", kind = "Config";
    document.read("apiVersion", api_version);
    document.read("kind", kind);
    if (!problem && (api_version != "v1" || kind != "Config"))
        return core::Error{core::Code::Invalid,
                           fmt::format("no kind \"{}\" is registered for version \"{}\": a "
                                       "kubeconfig is a \"Config\" of \"v1\"",
                                       kind, api_version)};
    Kubeconfig config;
    document.read("current-context", config.current_context);
    document.map("preferences");
    decode_entries(document, "clusters", "cluster", config.clusters,
                   [&](const Members& members) { return decode_cluster(members, directory); });
    decode_entries(document, "users", "user", config.users,
                   [&](const Members& members) { return decode_user(members, directory); });
    decode_entries(document, "contexts", "context", config.contexts, decode_context);
    if (problem) return std::move(*problem);
    return config;
}

} // namespace kspark::kube
