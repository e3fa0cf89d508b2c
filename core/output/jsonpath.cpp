// SPDX-License-Identifier: Apache-2.0
// Evaluates kubectl's templates. A key that is not there gives nothing, as kubectl does by default;
// an index that is out of bounds is an error, as there.
#include "core/output/jsonpath.hpp"

#include "core/output/jsonpath_parser.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::output {
namespace {

using data::Json;
using jsonpath::Part;
using jsonpath::Step;
using Values = std::vector<const Json*>;

core::Result<Values> apply(const jsonpath::Steps& steps, Values values);

void descend(const Json& value, Values& results) {
    if (value.is_null()) return;
    results.push_back(&value);
    if (value.is_structured())
        for (const Json& item : value) descend(item, results);
}

core::Status slice(const Step& step, const Json& value, Values& results) {
    if (!value.is_array())
        return core::Error{core::Code::Usage,
                           fmt::format("{} is not a list", data::type_name(value))};
    const long size = static_cast<long>(value.size());
    const auto absolute = [&](std::optional<long> index, long otherwise) {
        if (!index) return otherwise;
        return *index < 0 ? *index + size : *index;
    };
    long begin = absolute(step.begin, 0), end = absolute(step.end, size);
    if (step.one) end = begin + 1;
    if (step.one && (begin < 0 || begin >= size))
        return core::Error{
            core::Code::Usage,
            fmt::format("array index out of bounds: index {}, length {}", *step.begin, size)};
    begin = std::max(begin, 0L), end = std::min(end, size);
    for (long i = begin; i < end; i += step.stride.value_or(1))
        results.push_back(&value[static_cast<std::size_t>(i)]);
    return {};
}

bool compare(const Json& left, std::string_view op, const Json& right) {
    if (op == "==") return left == right;
    if (op == "!=") return left != right;
    const bool comparable =
        (left.is_number() && right.is_number()) || (left.is_string() && right.is_string());
    if (!comparable) return false;
    if (op == "<") return left < right;
    if (op == "<=") return left <= right;
    if (op == ">") return left > right;
    return left >= right;
}

core::Status filter(const jsonpath::Filter& filter, const Json& value, Values& results) {
    if (!value.is_array())
        return core::Error{core::Code::Usage, fmt::format("{} is not a list and cannot be filtered",
                                                          data::type_name(value))};
    for (const Json& item : value) {
        KSPARK_ASSIGN(const Values left, apply(filter.left, {&item}));
        if (left.empty()) continue;
        if (!filter.op.empty()) {
            KSPARK_ASSIGN(const Values right, apply(filter.right, {&item}));
            if (left.size() > 1 || right.size() > 1)
                return core::Error{core::Code::Usage, "can only compare one element at a time"};
            if (right.empty() || !compare(*left[0], filter.op, *right[0])) continue;
        }
        results.push_back(&item);
    }
    return {};
}

core::Status apply_to(const Step& step, const Json& value, Values& results) {
    switch (step.kind) {
    case Step::Kind::Field:
        if (const auto at = value.find(step.text); value.is_object() && at != value.end())
            results.push_back(&*at);
        return {};
    case Step::Kind::Wildcard:
        if (value.is_structured())
            for (const Json& item : value) results.push_back(&item);
        return {};
    case Step::Kind::Descend:
        descend(value, results);
        return {};
    case Step::Kind::Slice:
        return slice(step, value, results);
    case Step::Kind::Filter:
        return filter(*step.filter, value, results);
    case Step::Kind::Literal:
        results.push_back(step.literal.get());
        return {};
    case Step::Kind::Union:
        break; // in apply(): branch by branch, not value by value
    }
    return {};
}

core::Result<Values> apply(const jsonpath::Steps& steps, Values values) {
    for (const Step& step : steps) {
        Values results;
        if (step.kind == Step::Kind::Union) {
            for (const auto& branch : step.branches) {
                KSPARK_ASSIGN(const Values found, apply(branch, values));
                results.insert(results.end(), found.begin(), found.end());
            }
        }
        for (const Json* value : values) KSPARK_TRY(apply_to(step, *value, results));
        values = std::move(results);
    }
    return values;
}

std::string print(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_structured() ? data::dump_json(nlohmann::json(value)) : data::dump_json(value);
}

core::Status collect(const std::vector<Part>& parts, const Json& value, Json& list) {
    for (const Part& part : parts) {
        if (part.kind == Part::Kind::Text) continue;
        KSPARK_ASSIGN(const Values found, apply(part.steps, {&value}));
        for (const Json* one : found) {
            if (part.kind == Part::Kind::Range)
                KSPARK_TRY(collect(part.body, *one, list));
            else
                list.push_back(*one);
        }
    }
    return {};
}

core::Status lists(const std::vector<Part>& parts, const Json& value, std::string& out) {
    for (const Part& part : parts) {
        Json list = Json::array();
        if (part.kind == Part::Kind::Text) {
            list.push_back(part.text);
        } else {
            KSPARK_ASSIGN(const Values found, apply(part.steps, {&value}));
            for (const Json* one : found) {
                if (part.kind == Part::Kind::Range)
                    KSPARK_TRY(lists(part.body, *one, out));
                else
                    list.push_back(*one);
            }
            if (part.kind == Part::Kind::Range) continue;
        }
        out += data::dump_json(list, 4) + "\n";
    }
    return {};
}

core::Status evaluate(const std::vector<Part>& parts, const Json& value, std::string& out) {
    for (const Part& part : parts) {
        if (part.kind == Part::Kind::Text) {
            out += part.text;
            continue;
        }
        KSPARK_ASSIGN(const Values found, apply(part.steps, {&value}));
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (part.kind == Part::Kind::Range) {
                KSPARK_TRY(evaluate(part.body, *found[i], out));
                continue;
            }
            if (i > 0) out += ' ';
            out += print(*found[i]);
        }
    }
    return {};
}

/// Parses, hands the parts to `use`, and names the template in what goes wrong.
template <class Use>
core::Status with_parts(std::string_view expression, Use use) {
    const auto parts = jsonpath::parse(expression);
    core::Status done = parts ? use(*parts) : core::Status(parts.error());
    if (done) return done;
    return std::move(done).error().during(fmt::format("jsonpath {}", expression));
}

} // namespace

core::Result<std::string> evaluate_jsonpath(std::string_view expression, const data::Json& value) {
    std::string out;
    KSPARK_TRY(
        with_parts(expression, [&](const auto& parts) { return evaluate(parts, value, out); }));
    return out;
}

core::Result<std::string> jsonpath_as_json(std::string_view expression, const Json& value) {
    std::string out;
    KSPARK_TRY(with_parts(expression, [&](const auto& parts) { return lists(parts, value, out); }));
    return out;
}

core::Result<Json> find_jsonpath(std::string_view expression, const Json& value) {
    Json list = Json::array();
    KSPARK_TRY(
        with_parts(expression, [&](const auto& parts) { return collect(parts, value, list); }));
    return list;
}

core::Result<std::string> relaxed_jsonpath(std::string_view text) {
    std::string_view path = text;
    if (path.size() > 1 && path.front() == '{' && path.back() == '}')
        path = path.substr(1, path.size() - 2);
    if (path.starts_with('.')) path.remove_prefix(1);
    if (path.empty() || path.find_first_of("{}") != std::string_view::npos)
        return core::Error{core::Code::Usage,
                           fmt::format("unexpected path string, expected a 'name1.name2' or "
                                       "'.name1.name2' or '{{name1.name2}}' or '{{.name1.name2}}': "
                                       "\"{}\"",
                                       text)};
    // "['a']" and "[0]" follow without a dot.
    return path.starts_with('[') ? fmt::format("{{{}}}", path) : fmt::format("{{.{}}}", path);
}

} // namespace kspark::output
