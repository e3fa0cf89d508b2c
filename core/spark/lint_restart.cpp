// SPDX-License-Identifier: Apache-2.0
// How a run ends and what comes after it: retries, schedules, what is removed and what comes back.
#include "core/base/text.hpp"
#include "core/spark/lint_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark::lint {
namespace {

using data::Json;

const data::Path kApacheRestart = {"applicationTolerations", "restartConfig"};

data::Path apache_restart(const char* field) {
    data::Path path = kApacheRestart;
    path.emplace_back(field);
    return path;
}

std::string restart_type(const Subject& subject) {
    return subject.is_kubeflow
               ? subject.text({"restartPolicy", "type"})
               : subject.text({"applicationTolerations", "restartConfig", "restartPolicy"});
}

data::Path restart_path(const Subject& subject) {
    return subject.is_kubeflow ? data::Path{"restartPolicy"} : kApacheRestart;
}

/// A program that is to run for ever: a history server, a Thrift server, Spark Connect.
bool is_service(const Subject& subject) {
    const std::string words = core::lower(subject.name + " " + subject.text({"mainClass"}) + " " +
                                          subject.text({"jars"}));
    for (const char* word : {"server", "thrift", "connect", "daemon", "notebook"})
        if (words.find(word) != words.npos) return true;
    return false;
}

/// "5", "*/10", "MON-FRI", "1,15"
bool is_cron_field(std::string_view field) {
    return !field.empty() && std::ranges::all_of(field, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("*/,-?").find(c) != std::string_view::npos;
    });
}

bool is_schedule(std::string_view text) {
    if (text.starts_with("@every ")) return text.size() > 7 && text[7] >= '0' && text[7] <= '9';
    if (text.starts_with('@'))
        return core::starts_with_any(text, {"@yearly", "@annually", "@monthly", "@weekly", "@daily",
                                            "@midnight", "@hourly"});
    if (core::starts_with_any(text, {"CRON_TZ=", "TZ="}))
        text = core::trim(text.substr(std::min(text.find(' '), text.size())));
    int fields = 0;
    for (const std::string& field : core::split(text, ' ')) {
        if (field.empty()) continue;
        if (!is_cron_field(field)) return false;
        ++fields;
    }
    return fields == 5;
}

bool is_in_gitops(const Json& object) {
    for (const char* map : {"labels", "annotations"}) {
        const Json* found = data::find(object, {"metadata", map});
        if (found == nullptr || !found->is_object()) continue;
        for (const auto& [key, value] : found->items())
            if (key.find("argocd.argoproj.io") != key.npos ||
                key.find("toolkit.fluxcd.io") != key.npos || key == "argocd-instance")
                return true;
    }
    return false;
}

} // namespace

void restart_policy(const Subject& subject, Report& report) {
    if (!subject.is_kubeflow) return;
    const Json* policy = data::find(subject.spec(), {"restartPolicy"});
    if (policy == nullptr) return;
    if (policy->is_string())
        return report.error(subject, {"restartPolicy"},
                            "restartPolicy is a map, not a word, since v1beta1",
                            "write restartPolicy: {type: " + policy->get<std::string>() + "}");
    if (restart_type(subject) != "OnFailure") return;
    for (const std::string_view field : {"onFailureRetries", "onSubmissionFailureRetries"})
        if (!policy->contains(field))
            report.warning(
                subject, {"restartPolicy"},
                fmt::format("OnFailure without {} never tries again after such a failure", field),
                fmt::format("write {}: 3, or as often as it may fail", field));
}

void retry_interval(const Subject& subject, Report& report) {
    const std::string type = restart_type(subject);
    if (!subject.is_kubeflow || (type != "OnFailure" && type != "Always")) return;
    for (const char* field : {"onFailureRetryInterval", "onSubmissionFailureRetryInterval"})
        if (!data::find(subject.spec(), {"restartPolicy", field}))
            report.warning(subject, {"restartPolicy"},
                           fmt::format("{} is not set: without the operator's webhook a failed "
                                       "application is never started again",
                                       field),
                           fmt::format("write {}: 10, in seconds", field));
}

void retries_never_reset(const Subject& subject, Report& report) {
    if (restart_type(subject) != "OnFailure" || !is_stream(subject)) return;
    if (subject.is_kubeflow) {
        const auto retries =
            data::integer_at(subject.spec(), {"restartPolicy", "onFailureRetries"});
        if (retries && *retries < 10)
            report.info(subject, {"restartPolicy", "onFailureRetries"},
                        fmt::format("the operator never forgets a failure: the {}th one, be it "
                                    "months later, ends the stream for good",
                                    *retries + 1),
                        "write type: Always for a stream, or a number that it never reaches");
        return;
    }
    const auto reset = data::integer_at(
        subject.spec(), {"applicationTolerations", "restartConfig", "restartCounterResetMillis"});
    if (reset.value_or(-1) < 0)
        report.info(subject, kApacheRestart,
                    "failures are counted over the whole life of the stream: the last retry may "
                    "be used up months from now",
                    "write restartCounterResetMillis: 3600000, so that an hour without failure "
                    "starts the count anew");
}

void always_batch(const Subject& subject, Report& report) {
    if (restart_type(subject) != "Always") return;
    if (subject.is_scheduled)
        return report.warning(subject, restart_path(subject),
                              "with Always a scheduled run never ends, and no next one begins",
                              "write type: OnFailure or Never");
    if (is_stream(subject) || is_service(subject)) return;
    report.warning(subject, restart_path(subject),
                   "Always starts the application again when it has done its work, and nothing "
                   "here looks like a stream",
                   "write type: OnFailure for a job that ends");
}

void restart_overlap(const Subject& subject, Report& report) {
    const std::string type = restart_type(subject);
    if (subject.is_kubeflow || type.empty() || type == "Never") return;
    const auto pause = data::integer_at(
        subject.spec(), {"applicationTolerations", "restartConfig", "restartBackoffMillis"});
    if (!pause || *pause >= 30000) return;
    report.warning(subject, apache_restart("restartBackoffMillis"),
                   fmt::format("{} ms after the driver the next one starts, and does not wait for "
                               "executors: they may live 30 seconds longer",
                               *pause),
                   "write 45000, or leave it out");
}

void grace_period(const Subject& subject, Report& report) {
    if (!is_stream(subject)) return;
    for (const PodPart& part : maps_of_pods(subject, "terminationGracePeriodSeconds",
                                            {"spec", "terminationGracePeriodSeconds"}))
        if (*part.value == 0)
            report.warning(subject, part.path,
                           "without a grace period a batch that is being written is cut off",
                           "write 30 or more");
}

void ttl_gitops(const Subject& subject, Report& report) {
    if (!is_in_gitops(subject.manifest->object) || subject.is_scheduled) return;
    const data::Path path = subject.is_kubeflow
                                ? data::Path{"timeToLiveSeconds"}
                                : data::Path{"applicationTolerations", "ttlAfterStopMillis"};
    const auto limit = data::integer_at(subject.spec(), {path.begin(), path.end()});
    if (!limit || *limit < 0) return;
    report.warning(subject, path,
                   "the operator removes the finished application, GitOps creates it again, and "
                   "the job runs again",
                   "leave it out, or keep jobs that end out of GitOps");
}

void suspended(const Subject& subject, Report& report) {
    if (data::bool_at(subject.spec(), {"suspend"}))
        report.info(subject, {"suspend"}, "it is suspended: submitted, it does not start",
                    "write suspend: false, or leave it out");
}

void schedule_cron(const Subject& subject, Report& report) {
    const std::string text = data::string_at(subject.manifest->object, {"spec", "schedule"});
    if (!subject.is_scheduled || text.empty() || is_template(text) || is_schedule(text)) return;
    report.at(
        subject, Severity::Error, {"spec", "schedule"}, fmt::format("\"{}\" is no schedule", text),
        "write five fields, minute to weekday (\"0 3 * * *\"), or \"@every 15m\", \"@daily\"");
}

void schedule_concurrency(const Subject& subject, Report& report) {
    if (!subject.is_scheduled) return;
    const std::string policy =
        data::string_at(subject.manifest->object, {"spec", "concurrencyPolicy"});
    if (policy == "Allow" || policy == "Forbid" || policy == "Replace") return;
    if (policy.empty())
        return report.at(subject, Severity::Warning, {"spec", "concurrencyPolicy"},
                         "without concurrencyPolicy no run begins as long as the object of the "
                         "last one is there",
                         "write concurrencyPolicy: Forbid, Replace or Allow");
    report.at(subject, Severity::Error, {"spec", "concurrencyPolicy"},
              fmt::format("\"{}\" is no concurrencyPolicy", policy),
              "write Allow, Forbid or Replace");
}

} // namespace kspark::spark::lint
