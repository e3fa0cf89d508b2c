// SPDX-License-Identifier: Apache-2.0
// Asks a cluster only when a flag says so; everything else of render works without one.
#include "plugins/render/cluster_checks.hpp"

#include "core/base/text.hpp"
#include "core/kube/client.hpp"
#include "core/output/table.hpp"
#include "core/spark/capacity.hpp"
#include "core/spark/preflight.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::render {
namespace {

using core::Code;
using spark::Manifest;

std::string api_version_of(spark::Operator target) {
    return target == spark::Operator::Kubeflow ? kube::kubeflow_applications().api_version()
                                               : kube::apache_applications().api_version();
}

bool is_apache(const Manifest& manifest) {
    return data::string_at(manifest.object, {"apiVersion"}).starts_with("spark.apache.org/");
}

std::vector<output::Cell> row(const std::string& name, const std::string& executors,
                              const spark::Total& total) {
    return {name, std::to_string(total.pods), executors, spark::cpu_text(total.cpu),
            spark::memory_text(total.memory)};
}

/// A finding about one application, or, without a name, about the first.
spark::Finding as_finding(const spark::Concern& concern, const std::vector<Manifest>& manifests) {
    spark::Finding finding;
    finding.rule = concern.message.starts_with("limit range") ? "limit-range" : "quota";
    finding.severity = concern.stops ? spark::Severity::Error : spark::Severity::Warning;
    finding.application = concern.application;
    finding.field = "spec";
    finding.message = concern.message;
    finding.remedy = concern.remedy;
    for (const Manifest& manifest : manifests) {
        const std::string name = data::string_at(manifest.object, {"metadata", "name"});
        if (!concern.application.empty() && name != concern.application) continue;
        if (concern.application.empty())
            finding.place = {manifest.locate({}).file, 0, 0};
        else
            finding.place = manifest.locate({"spec", "executor"});
        break;
    }
    return finding;
}

void say(core::Context& context, const std::string& line) {
    static_cast<void>(context.streams.err.write("quota: " + line + "\n"));
}

} // namespace

core::Result<std::map<spark::Operator, data::Json>>
served_schemas(core::Context& context, const std::vector<Manifest>& manifests) {
    std::map<spark::Operator, data::Json> served;
    KSPARK_ASSIGN(kube::Client * client, context.client());
    for (const auto target : {spark::Operator::Kubeflow, spark::Operator::Apache}) {
        const bool apache = target == spark::Operator::Apache;
        if (std::ranges::none_of(
                manifests, [&](const Manifest& manifest) { return is_apache(manifest) == apache; }))
            continue;
        const std::string version = api_version_of(target);
        kube::Call call;
        call.method = "GET";
        call.path = "/openapi/v3/apis/" + version;
        call.what = "getting the schema of " + version;
        auto answer = client->call(call);
        if (!answer && answer.error().code == Code::NotFound)
            return core::Error{Code::Invalid,
                               fmt::format("--crd-version=cluster: the cluster does not serve {}: "
                                           "its operator is not installed there",
                                           version)};
        if (!answer) return std::move(answer).error();
        served.emplace(target, *std::move(answer));
    }
    return served;
}

std::string needs_table(const std::vector<Manifest>& manifests) {
    output::Table table{{{"NAME"}, {"PODS"}, {"EXECUTORS"}, {"CPU"}, {"MEMORY"}}};
    spark::Total all;
    int executors = 0, most = 0;
    const auto range = [](int least, int top) {
        return top > least ? fmt::format("{}..{}", least, top) : std::to_string(least);
    };
    for (const Manifest& manifest : manifests) {
        const spark::Need need = spark::need_of(manifest.object);
        const spark::Total total = spark::total_of(need);
        all.add(need.driver, 1);
        all.add(need.executor, need.executors);
        executors += need.executors;
        most += need.most;
        table.rows.push_back(row(data::string_at(manifest.object, {"metadata", "name"}),
                                 range(need.executors, need.most), total));
    }
    if (manifests.size() > 1) table.rows.push_back(row("together", range(executors, most), all));
    return output::render(table);
}

void compare_with_quota(core::Context& context, const std::vector<Manifest>& manifests,
                        std::vector<spark::Finding>& findings) {
    auto client = context.client();
    auto own = context.name_space();
    if (!client || !own) {
        const core::Error& error = !client ? client.error() : own.error();
        return say(context, "not compared with a cluster: " + error.message);
    }
    std::vector<data::Json> objects;
    std::vector<std::string> name_spaces;
    for (const Manifest& manifest : manifests) {
        data::Json& object = objects.emplace_back(manifest.object);
        const std::string given = data::string_at(object, {"metadata", "namespace"});
        const std::string& name = given.empty() ? *own : given;
        object["metadata"]["namespace"] = name;
        if (std::ranges::find(name_spaces, name) == name_spaces.end()) name_spaces.push_back(name);
    }
    std::vector<spark::PreflightItem> items;
    for (const data::Json& object : objects) items.push_back({&object});
    for (const std::string& name : name_spaces) {
        const auto room = spark::check_room(**client, name, items, false);
        if (!room) return say(context, "not compared with a cluster: " + room.error().message);
        for (const spark::Concern& concern : room->concerns)
            findings.push_back(as_finding(concern, manifests));
        if (!room->unread.empty())
            say(context, "you may not read " + core::join(room->unread, ", "));
    }
}

} // namespace kspark::render
