// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0, the format of code scanning: one run, the rules that were broken, one result per
// finding.
#include "core/data/json.hpp"
#include "core/version.hpp"
#include "plugins/render/report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::render {

namespace {

using data::Json;
using spark::Finding;
using spark::Severity;

std::string_view level(Severity severity) {
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Info:
        return "note";
    }
    return "note";
}

Json location(const Finding& finding) {
    Json physical{{"artifactLocation", {{"uri", finding.place.file}}}};
    if (finding.place.line > 0)
        physical["region"] = {{"startLine", finding.place.line},
                              {"startColumn", std::max(1, finding.place.column)}};
    Json place{{"physicalLocation", std::move(physical)}};
    if (!finding.application.empty())
        place["logicalLocations"] = Json::array({{{"name", finding.application}}});
    return place;
}

Json result(const Finding& finding) {
    std::string text = finding.message;
    if (!finding.remedy.empty()) text += ". " + finding.remedy;
    return {{"ruleId", finding.rule},
            {"level", level(finding.severity)},
            {"message", {{"text", std::move(text)}}},
            {"locations", Json::array({location(finding)})}};
}

Json rule(const std::string& id) {
    Json described{{"id", id}};
    const auto infos = spark::rule_infos();
    const auto known = std::ranges::find(infos, id, &spark::RuleInfo::id);
    if (known == infos.end()) return described;
    described["shortDescription"] = {{"text", known->reason}};
    described["defaultConfiguration"] = {{"level", level(known->severity)}};
    described["help"] = {{"text", "See " + spark::rule_page(id) + " of kubectl-spark."}};
    return described;
}

} // namespace

std::string sarif(const std::vector<Finding>& findings) {
    std::vector<std::string> names;
    Json results = Json::array();
    for (const Finding& finding : findings) {
        names.push_back(finding.rule);
        results.push_back(result(finding));
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    Json rules = Json::array();
    for (const auto& name : names) rules.push_back(rule(name));
    const Json driver{{"name", "kubectl-spark"}, {"version", core::kVersion}, {"rules", rules}};
    const Json run{{"tool", {{"driver", driver}}}, {"results", std::move(results)}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", Json::array({run})}};
    return data::dump_json(log, 2) + "\n";
}

} // namespace kspark::render
