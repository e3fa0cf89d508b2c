// SPDX-License-Identifier: Apache-2.0
// -o custom-columns as kubectl has it. Values are shown as Go prints them ("map[a:b]", "[a b]"),
// because that is what a script that reads kubectl's columns expects.
#include "core/output/custom_columns.hpp"

#include "core/base/text.hpp"
#include "core/output/jsonpath.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::output {
namespace {

using data::Json;

struct Path {
    std::string header, expression;
};

core::Error wrong(std::string message) {
    return {core::Code::Usage, std::move(message)};
}

core::Result<std::vector<Path>> parse(std::string_view specification) {
    std::vector<Path> paths;
    for (const std::string& part : core::split(specification, ',')) {
        const auto colon = part.find(':');
        if (colon == std::string::npos || colon + 1 == part.size())
            return wrong(fmt::format("unexpected custom-columns spec: {}, expected "
                                     "<header>:<json-path-expr>",
                                     part));
        KSPARK_ASSIGN(std::string expression, relaxed_jsonpath(part.substr(colon + 1)));
        paths.push_back({part.substr(0, colon), std::move(expression)});
    }
    return paths;
}

/// Go's %v.
std::string go_text(const Json& value) {
    if (value.is_null()) return "<nil>";
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_structured()) return data::dump_json(value);
    std::vector<std::string> parts;
    if (value.is_array())
        for (const Json& item : value) parts.push_back(go_text(item));
    else
        for (const auto& [key, member] : value.items())
            parts.push_back(key + ":" + go_text(member));
    if (value.is_object()) std::sort(parts.begin(), parts.end());
    return (value.is_object() ? "map[" : "[") + core::join(parts, " ") + "]";
}

/// No column of kubectl's is narrower than six, its gap included; nothing follows the last one.
std::string at_least(std::string text, bool last) {
    constexpr std::size_t kNarrowest = 3;
    if (!last && text.size() < kNarrowest) text.resize(kNarrowest, ' ');
    return text;
}

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::string& word : core::split(line, ' '))
        if (word = core::trim(word); !word.empty()) words.push_back(std::move(word));
    return words;
}

} // namespace

core::Result<Table> custom_columns(std::string_view specification,
                                   const std::vector<Json>& objects) {
    KSPARK_ASSIGN(const auto paths, parse(specification));
    Table table;
    for (const Path& path : paths)
        table.columns.push_back({at_least(path.header, &path == &paths.back())});
    for (const Json& object : objects) {
        auto& row = table.rows.emplace_back();
        for (const Path& path : paths) {
            KSPARK_ASSIGN(const Json found, find_jsonpath(path.expression, object));
            std::vector<std::string> texts;
            for (const Json& value : found) texts.push_back(go_text(value));
            row.emplace_back(at_least(texts.empty() ? "<none>" : core::join(texts, ","),
                                      &path == &paths.back()));
        }
    }
    return table;
}

core::Status check_columns(std::string_view specification) {
    const auto table = custom_columns(specification, {Json::object()});
    return table ? core::Status() : core::Status(table.error());
}

core::Result<std::string> columns_of_file(std::string_view text) {
    const auto lines = core::split(text, '\n');
    const auto headers = words_of(lines.front());
    const auto paths = words_of(lines.size() > 1 ? lines[1] : "");
    if (paths.empty()) return wrong("invalid template file, expected two lines of output columns");
    if (headers.size() != paths.size())
        return wrong(fmt::format("number of headers ({}) and field specifications ({}) don't match",
                                 headers.size(), paths.size()));
    std::string specification;
    for (std::size_t i = 0; i < headers.size(); ++i)
        specification += (i > 0 ? "," : "") + headers[i] + ":" + paths[i];
    return specification;
}

} // namespace kspark::output
