// SPDX-License-Identifier: Apache-2.0
// Which kubeconfig files there are, and how they become one.
#include "core/kube/kubeconfig_files.hpp"

#include "core/base/text.hpp"
#include "core/data/document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::kube {
namespace {

constexpr std::size_t kFileLimit = 10u << 20;
constexpr data::ReadOptions kAsKubectl = {.reject_duplicate_keys = false};

core::Result<Kubeconfig> load_file(const std::string& file) {
    KSPARK_ASSIGN(std::string text, core::read_file(file, kFileLimit));
    KSPARK_ASSIGN(const auto documents, data::parse_documents(file, std::move(text), kAsKubectl));
    if (documents.empty()) return Kubeconfig{};
    const auto directory = std::filesystem::absolute(file).parent_path();
    return decode_kubeconfig(documents.front().value, directory);
}

/// The files to read, in order; doubles and empty names left out.
std::vector<std::string> candidates(const core::Environment& environment) {
    const std::string list = environment.value("KUBECONFIG");
    if (list.empty()) {
        if (environment.home().empty()) return {};
        return {(environment.home() / ".kube" / "config").string()};
    }
    std::vector<std::string> files;
    for (auto& file : core::split(list, ':'))
        if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end())
            files.push_back(std::move(file));
    return files;
}

void merge_into(Kubeconfig& merged, Kubeconfig&& added) {
    if (merged.current_context.empty()) merged.current_context = std::move(added.current_context);
    merged.clusters.merge(added.clusters);
    merged.users.merge(added.users);
    merged.contexts.merge(added.contexts);
}

core::Error in_file(const std::string& file, core::Error error) {
    error.code = core::Code::Invalid;
    // Where the place is known it begins with the file already.
    if (error.message.compare(0, file.size() + 1, file + ":") == 0)
        error.message.insert(0, "error loading config file ");
    else
        error.message.insert(0, fmt::format("error loading config file \"{}\": ", file));
    return error;
}

} // namespace

core::Result<Kubeconfig> load_kubeconfig(const ConnectionFlags& flags,
                                         const core::Environment& environment) {
    if (!flags.kubeconfig.empty()) {
        auto loaded = load_file(flags.kubeconfig);
        if (loaded) return loaded;
        if (loaded.error().code == core::Code::NotFound)
            return core::Error{core::Code::Invalid,
                               fmt::format("stat {}: no such file or directory", flags.kubeconfig)};
        return in_file(flags.kubeconfig, std::move(loaded).error());
    }
    Kubeconfig merged;
    std::optional<core::Error> problem;
    for (const auto& file : candidates(environment)) {
        auto loaded = load_file(file);
        if (loaded) {
            merge_into(merged, std::move(*loaded));
        } else if (loaded.error().code == core::Code::NotFound) {
            merged.missing.push_back(file);
        } else if (auto error = in_file(file, std::move(loaded).error()); problem) {
            problem->details.push_back(std::move(error.message));
        } else {
            problem = std::move(error);
        }
    }
    if (problem) return std::move(*problem);
    return merged;
}

} // namespace kspark::kube
