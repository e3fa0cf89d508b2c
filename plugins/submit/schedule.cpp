// SPDX-License-Identifier: Apache-2.0
// Named, labelled and owned as the operator does it, so that it shows among the schedule's runs and
// is counted and removed with them.
#include "plugins/submit/schedule.hpp"

#include "core/spark/labels.hpp"
#include "core/spark/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::submit {

core::Result<spark::Inputs> run_of_schedule(kube::Client& client, const std::string& name_space,
                                            const std::string& word) {
    const auto reference = spark::companion_of(word, name_space);
    if (!reference || reference->resource.kind != "ScheduledSparkApplication")
        return core::Error{core::Code::Usage,
                           fmt::format("--from takes a schedule, as scheduledsparkapp/NAME, not "
                                       "\"{}\"",
                                       word)};
    KSPARK_ASSIGN(const auto schedule, client.call(kube::get_call(*reference)));
    const data::Json* spec = data::find(schedule, {"spec", "template"});
    if (spec == nullptr)
        return core::Error{core::Code::Invalid, fmt::format("{} has no spec.template", word)};
    // The operator appends nanoseconds; with these 9 digits less the name of a schedule may be
    // longer before Spark's own names, made of this one, are too long.
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(client.clock().now().time_since_epoch())
            .count();
    const auto& kind = kube::kubeflow_applications();
    spark::Manifest manifest;
    manifest.object = {{"apiVersion", kind.api_version()},
                       {"kind", kind.kind},
                       {"metadata",
                        {{"name", fmt::format("{}-{}", reference->name, seconds)},
                         {"namespace", name_space},
                         {"labels", {{spark::kScheduleLabel, reference->name}}},
                         {"ownerReferences",
                          {{{"apiVersion", reference->resource.api_version()},
                            {"kind", reference->resource.kind},
                            {"name", reference->name},
                            {"uid", data::string_at(schedule, {"metadata", "uid"})},
                            {"controller", true},
                            {"blockOwnerDeletion", true}}}}}},
                       {"spec", *spec}};
    manifest.locate = [word](const data::Path&) { return spark::Place{word, 0, 0}; };
    spark::Inputs inputs;
    inputs.manifests.push_back(std::move(manifest));
    return inputs;
}

} // namespace kspark::submit
