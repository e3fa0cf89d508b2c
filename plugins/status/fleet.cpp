// SPDX-License-Identifier: Apache-2.0
// A fleet is judged by what its statuses say. Where a status cannot tell (SUBMITTED for a minute
// may be an image that cannot be pulled) the pods are asked, once for all of them.
#include "plugins/status/fleet.hpp"

#include "core/base/text.hpp"
#include "core/base/time.hpp"
#include "core/spark/apache_pods.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::status {
namespace {

using namespace std::chrono_literals;
using spark::Application;
using spark::Health;
using spark::Phase;

/// A driver that was submitted longer ago and does not run is worth a look at its pod.
constexpr auto kPatience = 10s;
/// Drivers whose UI is asked for one table.
constexpr std::size_t kMostStreams = 100;

std::size_t running_executors(const Application& application) {
    return static_cast<std::size_t>(
        std::count_if(application.executors.begin(), application.executors.end(),
                      [](const auto& executor) { return executor.second == "RUNNING"; }));
}

/// "TEAM" of "example.com/team".
std::string label_header(const std::string& label) {
    std::string header = label.substr(label.rfind('/') + 1);
    for (char& c : header)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return header;
}

bool is_suspect(const Application& application, core::Time now) {
    const core::Time since = application.submitted.value_or(application.created);
    if (now - since < kPatience) return false;
    switch (application.phase) {
    case Phase::Submitted:
    case Phase::PendingRerun:
    case Phase::Unknown:
        return true;
    case Phase::Failing:
    case Phase::Failed:
        return application.message.empty();
    case Phase::Running:
        if (application.operator_ == spark::Operator::Apache) return true; // names no executors
        return !application.dynamic_allocation &&
               running_executors(application) <
                   static_cast<std::size_t>(std::max(0, application.executor_instances));
    default:
        return false;
    }
}

output::Color color_of(Phase phase) {
    switch (phase) {
    case Phase::Running:
    case Phase::Succeeding:
    case Phase::Completed:
        return output::Color::Green;
    case Phase::Failed:
    case Phase::Failing:
    case Phase::SubmissionFailed:
    case Phase::Unknown:
        return output::Color::Red;
    default:
        return output::Color::Yellow;
    }
}

} // namespace

const std::vector<std::string>& unneeded_keys() {
    static const std::vector<std::string> keys = {
        "managedFields", "annotations",     "arguments",       "env",
        "envFrom",       "envVars",         "volumes",         "volumeMounts",
        "deps",          "hadoopConf",      "tolerations",     "affinity",
        "template",      "podTemplateSpec", "sidecars",        "initContainers",
        "configMaps",    "secrets",         "securityContext", "podSecurityContext",
        "monitoring",    "configMapSpecs",
    };
    return keys;
}

output::Cell state_cell(const Application& application) {
    const std::string_view word = spark::to_text(application.phase);
    return {application.state.empty() ? std::string(word) : application.state,
            color_of(application.phase)};
}

output::Cell verdict_cell(const spark::Verdict& verdict) {
    const output::Color color = verdict.health == Health::Bad       ? output::Color::Red
                                : verdict.health == Health::Waiting ? output::Color::Yellow
                                                                    : output::Color::None;
    return {verdict.sentence, color};
}

output::Cell progress_cell(const spark::StreamHealth& health) {
    using State = spark::StreamHealth::State;
    const output::Color color = health.state == State::Lagging  ? output::Color::Yellow
                                : health.state > State::Lagging ? output::Color::Red
                                                                : output::Color::None;
    return {health.word.empty() ? "-" : health.word, color};
}

std::string executors_text(const Application& application) {
    const bool live = application.phase == Phase::Running || application.phase == Phase::Submitted;
    const bool unknown = application.operator_ == spark::Operator::Apache &&
                         application.executors.empty(); // its status does not name them
    if (!live || unknown) return "-";
    const std::size_t running = running_executors(application);
    if (application.dynamic_allocation) return fmt::format("{}", running);
    return fmt::format("{}/{}", running, application.executor_instances);
}

std::string uptime_text(const Application& application, core::Time now) {
    if (application.phase != Phase::Running || !application.submitted) return "-";
    return core::human_duration(now - *application.submitted);
}

void Fleet::add(const Application& application, const FileState& file) {
    spark::Facts facts;
    facts.application = application;
    facts.now = client_.server_now();
    const spark::Verdict verdict = diagnose(facts);
    std::vector<output::Cell> row;
    if (shape_.name_space) row.emplace_back(application.name_space);
    row.emplace_back(application.name);
    row.push_back(state_cell(application));
    row.emplace_back(uptime_text(application, facts.now));
    row.emplace_back(fmt::format("{}", application.execution_attempts));
    row.emplace_back(executors_text(application));
    if (shape_.wide) {
        row.emplace_back(core::human_duration(facts.now - application.created));
        row.emplace_back(application.submission_id);
        row.emplace_back(application.driver_pod);
        row.emplace_back(application.image);
        row.emplace_back(application.spark_version);
    }
    if (shape_.file)
        row.emplace_back(file.text, file.differs ? output::Color::Yellow : output::Color::None);
    row.emplace_back("-");
    row.push_back(verdict_cell(verdict));
    add_labels(application, row);
    if (application.phase == Phase::Running && verdict.health != Health::Bad) {
        const bool asked = streams_.size() < kMostStreams;
        if (asked) streams_.push_back(application);
        (asked ? stream_rows_ : unasked_rows_).push_back(rows_.size());
    }

    const bool bad = verdict.health == Health::Bad;
    bad_ += bad;
    differs_ = differs_ || file.differs;
    if (is_suspect(application, facts.now)) {
        suspects_.push_back(application);
        suspect_rows_.push_back(rows_.size());
        suspect_bad_.push_back(bad);
    }
    rows_.push_back(std::move(row));
}

void Fleet::add_missing(const std::string& name, const std::string& name_space) {
    std::vector<output::Cell> row(verdict_column() + 1);
    std::size_t at = 0;
    if (shape_.name_space) row[at++].text = name_space;
    row[at++].text = name;
    for (const auto* text : {"-", "-", "0", "-"}) row[at++].text = text;
    row[verdict_column() - 2] = {"missing", output::Color::Red};
    row[verdict_column() - 1].text = "-";
    row[verdict_column()] = {"the file names it, the cluster does not have it", output::Color::Red};
    differs_ = true;
    rows_.push_back(std::move(row));
}

void Fleet::add_labels(const Application& application, std::vector<output::Cell>& row) const {
    const auto& labels = application.labels;
    for (const std::string& name : shape_.label_columns) {
        const auto found = labels.find(name);
        row.emplace_back(found == labels.end() ? std::string() : found->second);
    }
    if (!shape_.labels) return;
    std::vector<std::string> all;
    for (const auto& [name, value] : labels) all.push_back(name + "=" + value);
    row.emplace_back(all.empty() ? "<none>" : core::join(all, ","));
}

void Fleet::consult(const std::vector<spark::Pod>& pods) {
    std::map<std::pair<std::string, std::string>, std::vector<const spark::Pod*>> by_application;
    for (const auto& pod : pods) by_application[{pod.name_space, pod.application}].push_back(&pod);
    for (std::size_t i = 0; i < suspects_.size(); ++i) {
        spark::Facts facts;
        facts.application = suspects_[i];
        facts.now = client_.server_now();
        facts.pods_known = true;
        for (const auto* pod : by_application[{suspects_[i].name_space, suspects_[i].name}])
            facts.pods.push_back(*pod);
        take_pods(facts.application, facts.pods);
        const spark::Verdict verdict = diagnose(facts);
        const bool bad = verdict.health == Health::Bad;
        if (verdict.id.empty() && !suspect_bad_[i]) continue; // its stream may be ill
        bad_ += bad;
        bad_ -= suspect_bad_[i];
        suspect_bad_[i] = bad;
        auto& row = rows_[suspect_rows_[i]];
        row[verdict_column()] = verdict_cell(verdict);
        row[4 + (shape_.name_space ? 1 : 0)].text = executors_text(facts.application);
    }
}

void Fleet::consult_streams(const std::vector<spark::StreamFacts>& streams,
                            const spark::StreamLimits& limits) {
    for (std::size_t i = 0; i < streams_.size() && i < streams.size(); ++i) {
        spark::Facts facts;
        facts.application = streams_[i];
        facts.now = client_.server_now();
        facts.stream = streams[i];
        facts.limits = limits;
        const auto health = judge_stream(streams[i], facts.now, limits);
        auto& row = rows_[stream_rows_[i]];
        row[verdict_column() - 1] = progress_cell(health);
        if (health.state < spark::StreamHealth::State::Lagging) continue;
        const spark::Verdict verdict = diagnose(facts);
        bad_ += verdict.health == Health::Bad;
        row[verdict_column()] = verdict_cell(verdict);
    }
    for (const std::size_t row : unasked_rows_) rows_[row][verdict_column() - 1].text = "not asked";
}

std::size_t Fleet::verdict_column() const {
    return 6 + (shape_.name_space ? 1u : 0u) + (shape_.wide ? 5u : 0u) + (shape_.file ? 1u : 0u);
}

output::Table Fleet::table() && {
    output::Table table;
    if (shape_.name_space) table.columns.push_back({"NAMESPACE"});
    for (const auto* header : {"NAME", "STATE", "UPTIME", "RUNS", "EXECUTORS"})
        table.columns.push_back({header});
    if (shape_.wide)
        for (const auto* header : {"AGE", "SUBMISSION", "DRIVER POD", "IMAGE", "SPARK"})
            table.columns.push_back({header, true});
    if (shape_.file) table.columns.push_back({"FILE"});
    table.columns.push_back({"PROGRESS"});
    table.columns.push_back({"VERDICT"});
    table.columns.back().flexible = true;
    for (const std::string& label : shape_.label_columns)
        table.columns.push_back({label_header(label)});
    if (shape_.labels) table.columns.push_back({"LABELS"});
    table.rows = std::move(rows_);
    return table;
}

} // namespace kspark::status
