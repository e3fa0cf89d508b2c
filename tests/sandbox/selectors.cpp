// SPDX-License-Identifier: Apache-2.0
// Selectors as the API server reads them: a list of requirements that must all hold. Labels know
// equality, sets and existence; fields only equality, and only some fields of each kind.
#include "tests/sandbox/selectors.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kspark::sandbox {

namespace {
struct Requirement {
    std::string key;
    enum class Operator { In, NotIn, Exists, Absent } operation = Operator::In;
    std::set<std::string> values = {};
};

/// Splits at commas that are not inside brackets.
std::vector<std::string> terms_of(std::string_view text) {
    std::vector<std::string> terms(1);
    int depth = 0;
    for (const char c : text) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ',' && depth == 0)
            terms.emplace_back();
        else
            terms.back() += c;
    }
    return terms;
}

std::set<std::string> values_of(std::string_view list) {
    std::set<std::string> values;
    for (const std::string& value : core::split(list, ',')) values.emplace(core::trim(value));
    return values;
}

Requirement set_requirement(std::string_view term, std::size_t open) {
    const auto words = core::split(core::trim(term.substr(0, open)), ' ');
    const std::size_t close = term.find(')');
    if (words.size() != 2 || close == std::string_view::npos ||
        (words[1] != "in" && words[1] != "notin"))
        throw bad_request(fmt::format("unable to parse requirement: found '{}', expected: in, "
                                      "notin, =, ==, !=, gt, lt",
                                      words.size() > 1 ? words[1] : std::string(term)));
    return {words[0], words[1] == "in" ? Requirement::Operator::In : Requirement::Operator::NotIn,
            values_of(term.substr(open + 1, close - open - 1))};
}

Requirement parse_requirement(std::string_view term) {
    term = core::trim(term);
    if (const auto open = term.find('('); open != std::string_view::npos)
        return set_requirement(term, open);
    if (const auto at = term.find('='); at != std::string_view::npos) {
        const bool negated = at > 0 && term[at - 1] == '!';
        const auto value =
            core::trim(term.substr(term.substr(at).starts_with("==") ? at + 2 : at + 1));
        if (const auto space = value.find(' '); space != std::string_view::npos)
            throw bad_request(fmt::format("found '{}', expected: ',' or 'end of string'",
                                          core::trim(value.substr(space))));
        return {std::string(core::trim(term.substr(0, negated ? at - 1 : at))),
                negated ? Requirement::Operator::NotIn : Requirement::Operator::In,
                {std::string(value)}};
    }
    const bool negated = term.starts_with('!');
    const auto words = core::split(term, ' ');
    if (words.size() > 2 && (words[1] == "in" || words[1] == "notin"))
        throw bad_request(
            fmt::format("unable to parse requirement: found '{}' expected: '('", words[2]));
    if (words.size() > 1)
        throw bad_request(fmt::format("unable to parse requirement: found '{}', expected: in, "
                                      "notin, =, ==, !=, gt, lt",
                                      words[1]));
    return {std::string(core::trim(term.substr(negated ? 1 : 0))),
            negated ? Requirement::Operator::Absent : Requirement::Operator::Exists};
}

std::vector<Requirement> parse(std::string_view text) {
    std::vector<Requirement> requirements;
    for (const std::string& term : terms_of(text))
        if (!core::trim(term).empty()) requirements.push_back(parse_requirement(term));
    return requirements;
}

bool holds(const Requirement& requirement, const std::string* value) {
    switch (requirement.operation) {
    case Requirement::Operator::In:
        return value && requirement.values.contains(*value);
    case Requirement::Operator::NotIn:
        return !value || !requirement.values.contains(*value);
    case Requirement::Operator::Exists:
        return value != nullptr;
    case Requirement::Operator::Absent:
        return value == nullptr;
    }
    return false;
}

bool has_field(const Kind& kind, const std::string& field) {
    static const std::set<std::string> pod = {"spec.nodeName",      "spec.restartPolicy",
                                              "spec.schedulerName", "spec.serviceAccountName",
                                              "status.phase",       "status.podIP"};
    static const std::set<std::string> event = {"involvedObject.kind",
                                                "involvedObject.namespace",
                                                "involvedObject.name",
                                                "involvedObject.uid",
                                                "involvedObject.apiVersion",
                                                "reason",
                                                "involvedObject.fieldPath",
                                                "involvedObject.resourceVersion",
                                                "type",
                                                "reportingComponent",
                                                "source"};
    if (field == "metadata.name") return true;
    if (field == "metadata.namespace") return kind.namespaced;
    if (kind.plural == "pods") return pod.contains(field);
    if (kind.plural == "events") return event.contains(field);
    return kind.plural == "namespaces" && field == "status.phase";
}

std::string field_value(const Json& object, const std::string& field) {
    const Json* at = &object;
    for (const std::string& step : core::split(field, '.')) {
        if (!at->is_object() || !at->contains(step)) return {};
        at = &at->at(step);
    }
    return at->is_string() ? at->get<std::string>() : at->dump();
}
} // namespace

Predicate label_selector(std::string_view text) {
    return [requirements = parse(text)](const Json& object) {
        const Json* labels = nullptr;
        const Json& metadata = object.at("metadata");
        if (const auto found = metadata.find("labels"); found != metadata.end()) labels = &*found;
        return std::all_of(requirements.begin(), requirements.end(), [&](const auto& requirement) {
            const bool there = labels && labels->is_object() && labels->contains(requirement.key);
            const std::string* value =
                there ? labels->at(requirement.key).template get_ptr<const std::string*>()
                      : nullptr;
            return holds(requirement, value);
        });
    };
}

Predicate field_selector(const Kind& kind, std::string_view text) {
    auto requirements = parse(text);
    for (const Requirement& requirement : requirements) {
        if (requirement.operation != Requirement::Operator::In &&
            requirement.operation != Requirement::Operator::NotIn)
            throw bad_request(fmt::format("invalid selector: '{0}'; can't understand '{0}'", text));
        if (!has_field(kind, requirement.key))
            throw bad_request("field label not supported: " + requirement.key);
    }
    return [requirements = std::move(requirements)](const Json& object) {
        return std::all_of(requirements.begin(), requirements.end(), [&](const auto& requirement) {
            const std::string value = field_value(object, requirement.key);
            return holds(requirement, &value);
        });
    };
}

} // namespace kspark::sandbox
