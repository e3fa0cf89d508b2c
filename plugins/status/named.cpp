// SPDX-License-Identifier: Apache-2.0
// Each NAME in full: what is known about it is asked for one application at a time. A NAME that is
// not there is told at the end, the others are shown.
#include "plugins/status/named.hpp"

#include "core/spark/codec.hpp"
#include "core/spark/inquiry.hpp"
#include "core/spark/lookup.hpp"
#include "plugins/status/companions.hpp"
#include "plugins/status/sources.hpp"

#include <nlohmann/json.hpp>

namespace kspark::status {
namespace {

core::Result<Detail> detail_of(kube::Client& client, const Options& options,
                               const data::Json& object) {
    KSPARK_ASSIGN(spark::Application application, spark::decode_application(object));
    Detail detail;
    KSPARK_ASSIGN(detail.facts,
                  spark::inquire(client, std::move(application), options.limits, detail.missing));
    detail.causes = spark::causes(detail.facts);
    return detail;
}

core::Status run_companion(kube::Client& client, const Options& options,
                           const kube::Reference& reference, Outcome& outcome,
                           std::vector<data::Json>& objects) {
    auto object = client.call(kube::get_call(reference));
    if (!object && object.error().code != core::Code::NotFound) return object.error();
    if (!object) {
        if (!options.ignore_not_found) outcome.errors.push_back(object.error());
        return {};
    }
    if (!outcome.format.is_table()) {
        objects.push_back(*std::move(object));
        return {};
    }
    std::vector<data::Json> runs;
    if (reference.resource.kind == "ScheduledSparkApplication")
        if (auto made = runs_of(client, *object)) runs = *std::move(made);
    outcome.pages.push_back(describe_companion(*object, runs, client.clock().now()));
    return {};
}

} // namespace

core::Status run_names(kube::Client& client, const Options& options, Outcome& outcome) {
    std::vector<data::Json> objects;
    KSPARK_ASSIGN(const auto words, spark::application_words(options.names));
    for (const auto& word : words) {
        if (const auto companion = spark::companion_of(word, outcome.name_space)) {
            KSPARK_TRY(run_companion(client, options, *companion, outcome, objects));
            continue;
        }
        auto object = spark::get_application(client, resources(options), outcome.name_space, word);
        if (!object && object.error().code != core::Code::NotFound) return object.error();
        if (!object) {
            if (!options.ignore_not_found) outcome.errors.push_back(object.error());
            continue;
        }
        if (outcome.format.is_table() || options.exit_code) {
            KSPARK_ASSIGN(Detail detail, detail_of(client, options, *object));
            outcome.bad = outcome.bad || (!detail.causes.empty() &&
                                          detail.causes.front().health == spark::Health::Bad);
            if (outcome.format.is_table()) outcome.details.push_back(std::move(detail));
        }
        if (!outcome.format.is_table()) objects.push_back(*std::move(object));
    }
    if (!outcome.format.is_table())
        outcome.objects = std::make_shared<const std::vector<data::Json>>(std::move(objects));
    return {};
}

} // namespace kspark::status
