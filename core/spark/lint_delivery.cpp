// SPDX-License-Identifier: Apache-2.0
// How an application reaches the cluster: what changes with each release, what helm makes of it,
// and where Spark looks for the program.
#include "core/base/text.hpp"
#include "core/spark/lint_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark::lint {
namespace {

using data::Json;

bool is_hash(std::string_view value) {
    return value.size() == 40 && std::ranges::all_of(value, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// Its value is another one with each release, by its name or by its look.
bool changes(std::string_view key, const Json& value) {
    if (!value.is_string()) return false;
    const std::string lower = core::lower(key);
    const std::string_view name =
        std::string_view(lower).substr(lower.rfind('/') == lower.npos ? 0 : lower.rfind('/') + 1);
    constexpr std::array kWhole = {"chart", "revision", "release-revision", "build", "pipeline"};
    constexpr std::array kParts = {"commit", "git-sha",   "gitsha",     "git_sha",   "timestamp",
                                   "build-", "build_num", "buildnum",   "pipeline-", "pipeline_id",
                                   "ci_job", "job-id",    "deployed-at"};
    return is_hash(value.get_ref<const std::string&>()) ||
           std::ranges::find(kWhole, name) != kWhole.end() ||
           std::ranges::any_of(kParts,
                               [&](std::string_view part) { return name.find(part) != name.npos; });
}

void tell_change(const Subject& subject, data::Path path, std::string_view key, Report& report) {
    report.warning(subject, path,
                   fmt::format("{} changes with each release, and every change under spec restarts "
                               "the stream",
                               key),
                   "put it into metadata.labels or metadata.annotations, which restart nothing");
}

void check_place(const Subject& subject, const data::Path& path, const Json& value,
                 Report& report) {
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            data::Path below = path;
            below.push_back(std::to_string(i));
            check_place(subject, below, value[i], report);
        }
        return;
    }
    if (!value.is_string()) return;
    for (const std::string& one : core::split(value.get_ref<const std::string&>(), ','))
        if (core::trim(one).starts_with("http://"))
            report.warning(subject, path,
                           fmt::format("{} comes over http:// without any check of what arrives",
                                       core::trim(one)),
                           "put it into the image (local://), or fetch it over https:// or s3a://");
}

} // namespace

void changing_label(const Subject& subject, Report& report) {
    if (!subject.is_kubeflow) return; // a changed spec restarts nothing there
    for (const char* field : {"labels", "annotations"})
        for (const PodPart& part : maps_of_pods(subject, field, {"metadata", field})) {
            if (!part.value->is_object()) continue;
            for (const auto& [key, value] : part.value->items()) {
                if (!changes(key, value)) continue;
                data::Path path = part.path;
                path.push_back(key);
                tell_change(subject, std::move(path), key, report);
            }
        }
    for (const char* role : {"driver", "executor"}) {
        const Json* list = data::find(subject.spec(), {role, "env"});
        if (list == nullptr || !list->is_array()) continue;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string name = data::string_at((*list)[i], {"name"});
            const Json* value = data::find((*list)[i], {"value"});
            if (value != nullptr && changes(name, *value))
                tell_change(subject, {role, "env", std::to_string(i)}, name, report);
        }
    }
}

void helm_hook(const Subject& subject, Report& report) {
    if (!data::find(subject.manifest->object, {"metadata", "annotations", "helm.sh/hook"})) return;
    report.at(subject, Severity::Warning, {"metadata", "annotations", "helm.sh/hook"},
              "as a hook the application is no part of the release: helm neither updates nor "
              "removes it",
              "remove the annotation");
}

void http_jar(const Subject& subject, Report& report) {
    for (const data::Path& path : {data::Path{"mainApplicationFile"}, data::Path{"deps", "jars"},
                                   data::Path{"deps", "files"}, data::Path{"deps", "pyFiles"},
                                   data::Path{"deps", "archives"}, data::Path{"jars"},
                                   data::Path{"pyFiles"}, data::Path{"sparkConf", "spark.jars"}})
        if (const Json* value = data::find(subject.spec(), {path.begin(), path.end()}))
            check_place(subject, path, *value, report);
}

void local_file(const Subject& subject, Report& report) {
    const std::string file = subject.text({"mainApplicationFile"});
    if (!subject.is_kubeflow || file.empty() || is_template(file)) return;
    if (!subject.conf("spark.kubernetes.file.upload.path").empty()) return;
    const bool has_scheme = file.find(":/") != file.npos;
    // Words that stand for a program of Spark's own.
    if ((has_scheme && !file.starts_with("file:")) || file.starts_with("spark-")) return;
    report.error(
        subject, {"mainApplicationFile"},
        fmt::format("{} is looked for in the operator's own pod, not in the image", file),
        fmt::format("write local://{}", file.substr(std::min(file.find('/'), file.size()))));
}

void client_mode(const Subject& subject, Report& report) {
    if (subject.is_kubeflow && subject.text({"mode"}) == "client")
        report.error(subject, {"mode"}, "the operator runs drivers in the cluster only",
                     "write mode: cluster");
    if (!subject.is_kubeflow && subject.text({"deploymentMode"}) == "ClientMode")
        report.error(subject, {"deploymentMode"},
                     "ClientMode fails again and again, and the object cannot be deleted then",
                     "write deploymentMode: ClusterMode, or leave it out");
}

} // namespace kspark::spark::lint
