// SPDX-License-Identifier: Apache-2.0
// Objects in the formats that other programs read. They are the server's own, key for key in
// kubectl's order, not our model of them: a script must see what kubectl would have shown it.
#include "core/output/printer.hpp"

#include "core/base/text.hpp"
#include "core/data/yaml.hpp"
#include "core/output/jsonpath.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::output {
namespace {

using data::Json;

constexpr std::string_view kFormats = "table, wide, json, yaml, name, jsonpath=TEMPLATE";

void sort_keys(Json& value) {
    if (value.is_object()) {
        auto& members = value.get_ref<Json::object_t&>();
        // Keys of this map are const; a sorted copy takes its place.
        std::vector<std::pair<std::string, Json>> sorted;
        for (auto& [key, member] : members) {
            sort_keys(member);
            sorted.emplace_back(key, std::move(member));
        }
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        members.clear();
        for (auto& [key, member] : sorted) members.emplace_back(key, std::move(member));
    } else if (value.is_array()) {
        for (Json& item : value) sort_keys(item);
    }
}

/// As kubectl shows it.
Json shown(Json object) {
    if (const auto metadata = object.find("metadata");
        metadata != object.end() && metadata->is_object())
        metadata->erase("managedFields");
    sort_keys(object);
    return object;
}

std::string name_of(const Json& object) {
    const std::string version = data::string_at(object, {"apiVersion"});
    const auto slash = version.find('/');
    const std::string group = slash == std::string::npos ? "" : "." + version.substr(0, slash);
    return core::lower(data::string_at(object, {"kind"})) + group + "/" +
           data::string_at(object, {"metadata", "name"});
}

Json document_of(const std::vector<Json>& objects, bool as_list) {
    if (objects.size() == 1 && !as_list) return shown(objects.front());
    Json items = Json::array();
    for (const Json& object : objects) items.push_back(shown(object));
    return {{"apiVersion", "v1"},
            {"items", std::move(items)},
            {"kind", "List"},
            {"metadata", {{"resourceVersion", ""}}}};
}

} // namespace

core::Result<Format> parse_format(std::string_view text) {
    using Kind = Format::Kind;
    const std::string word = core::lower(text.substr(0, text.find('=')));
    const bool has_value = text.find('=') != std::string_view::npos;
    if (word == "jsonpath") {
        Format format{Kind::Jsonpath,
                      has_value ? std::string(text.substr(text.find('=') + 1)) : std::string()};
        if (format.expression.empty())
            return core::Error{core::Code::Usage,
                               "template format specified but no template given: "
                               "-o jsonpath='{.metadata.name}'"};
        return format;
    }
    if (!has_value) {
        if (word.empty() || word == "table") return Format{};
        if (word == "wide") return Format{Kind::Wide};
        if (word == "json") return Format{Kind::Json};
        if (word == "yaml") return Format{Kind::Yaml};
        if (word == "name") return Format{Kind::Name};
    }
    return core::Error{core::Code::Usage,
                       fmt::format("unable to match a printer suitable for the output format "
                                   "\"{}\", allowed formats are: {}",
                                   sanitize(text), kFormats)};
}

core::Status print_objects(Stream& out, const Format& format, const std::vector<Json>& objects,
                           bool as_list) {
    std::string text;
    switch (format.kind) {
    case Format::Kind::Name:
        for (const Json& object : objects) text += sanitize(name_of(object)) + "\n";
        return out.write(text);
    case Format::Kind::Json:
        return out.write(data::dump_json(document_of(objects, as_list), 4) + "\n");
    case Format::Kind::Yaml:
        return out.write(data::to_yaml(document_of(objects, as_list)));
    case Format::Kind::Jsonpath: {
        KSPARK_ASSIGN(text, evaluate_jsonpath(format.expression, document_of(objects, as_list)));
        return out.write(text);
    }
    case Format::Kind::Table:
    case Format::Kind::Wide:
        break;
    }
    return core::Error{core::Code::Internal, "a table cannot be printed without its columns"};
}

} // namespace kspark::output
