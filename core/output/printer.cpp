// SPDX-License-Identifier: Apache-2.0
// Objects in the formats that other programs read. They are the server's own, key for key in
// kubectl's order, not our model of them: a script must see what kubectl would have shown it.
#include "core/output/printer.hpp"

#include "core/base/system.hpp"
#include "core/base/text.hpp"
#include "core/data/yaml.hpp"
#include "core/output/custom_columns.hpp"
#include "core/output/jsonpath.hpp"
#include "core/output/yaml_order.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::output {
namespace {

using data::Json;

using Kind = Format::Kind;

constexpr std::size_t kTemplateLimit = 1u << 20;

struct Word {
    std::string_view word; ///< in lower case; with "=" when a value follows
    Kind kind;
};
constexpr std::array kWords{
    Word{"table", Kind::Table},
    Word{"wide", Kind::Wide},
    Word{"json", Kind::Json},
    Word{"yaml", Kind::Yaml},
    Word{"name", Kind::Name},
    Word{"jsonpath=", Kind::Jsonpath},
    Word{"jsonpath-as-json=", Kind::JsonpathAsJson},
    Word{"jsonpath-file=", Kind::Jsonpath},
    Word{"custom-columns=", Kind::CustomColumns},
    Word{"custom-columns-file=", Kind::CustomColumns},
};

using Less = bool (*)(std::string_view, std::string_view);

bool byte_less(std::string_view left, std::string_view right) {
    return left < right;
}

void sort_keys(Json& value, Less less) {
    if (value.is_object()) {
        auto& members = value.get_ref<Json::object_t&>();
        // Keys of this map are const; a sorted copy takes its place.
        std::vector<std::pair<std::string, Json>> sorted;
        for (auto& [key, member] : members) {
            sort_keys(member, less);
            sorted.emplace_back(key, std::move(member));
        }
        std::sort(sorted.begin(), sorted.end(),
                  [less](const auto& a, const auto& b) { return less(a.first, b.first); });
        members.clear();
        for (auto& [key, member] : sorted) members.emplace_back(key, std::move(member));
    } else if (value.is_array()) {
        for (Json& item : value) sort_keys(item, less);
    }
}

/// As kubectl shows it.
Json shown(Json object, const Format& format, Less less) {
    if (const auto metadata = object.find("metadata");
        !format.shows_managed_fields() && metadata != object.end() && metadata->is_object())
        metadata->erase("managedFields");
    sort_keys(object, less);
    return object;
}

std::string name_of(const Json& object) {
    const std::string version = data::string_at(object, {"apiVersion"});
    const auto slash = version.find('/');
    const std::string group = slash == std::string::npos ? "" : "." + version.substr(0, slash);
    return core::lower(data::string_at(object, {"kind"})) + group + "/" +
           data::string_at(object, {"metadata", "name"});
}

Json document_of(const std::vector<Json>& objects, const Format& format, bool as_list,
                 Less less = byte_less) {
    if (objects.size() == 1 && !as_list) return shown(objects.front(), format, less);
    Json items = Json::array();
    for (const Json& object : objects) items.push_back(shown(object, format, less));
    return {{"apiVersion", "v1"},
            {"items", std::move(items)},
            {"kind", "List"},
            {"metadata", {{"resourceVersion", ""}}}};
}

core::Error unknown_format(std::string_view text, const std::string& name) {
    if (name == "template" || name == "templatefile" || name.starts_with("go-template"))
        return {core::Code::Usage,
                fmt::format("the output format \"{}\" is not supported: Go's templates need Go; "
                            "use jsonpath=, custom-columns=, or json and jq",
                            name)};
    return {core::Code::Usage, fmt::format("unable to match a printer suitable for the output "
                                           "format \"{}\", allowed formats are: {}",
                                           sanitize(text), core::join(format_words(true), ", "))};
}

core::Result<Format> with_template(const Word& word, std::string_view value) {
    const bool columns = word.kind == Kind::CustomColumns;
    if (value.empty())
        return core::Error{core::Code::Usage,
                           columns ? "custom-columns format specified but no custom columns given: "
                                     "-o custom-columns=NAME:.metadata.name"
                                   : "template format specified but no template given: "
                                     "-o jsonpath='{.metadata.name}'"};
    Format format{word.kind, std::string(value)};
    if (word.word.ends_with("file=")) {
        auto text = core::read_file(format.expression, kTemplateLimit);
        if (!text)
            return core::Error(std::move(text).error()).during(fmt::format("-o {}", word.word));
        format.expression = *std::move(text);
        if (columns) {
            KSPARK_ASSIGN(format.expression, columns_of_file(format.expression));
        }
    }
    if (columns) KSPARK_TRY(check_columns(format.expression));
    return format;
}

} // namespace

bool Format::shows_managed_fields() const {
    const bool finds =
        kind == Kind::Jsonpath || kind == Kind::JsonpathAsJson || kind == Kind::CustomColumns;
    return finds || managed_fields;
}

core::Result<Format> parse_format(std::string_view text) {
    if (text.empty()) return Format{};
    const auto equals = text.find('=');
    const std::string name = core::lower(text.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
    const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const Word& word) {
        const bool takes_value = word.word.ends_with('=');
        return word.word.substr(0, word.word.size() - (takes_value ? 1 : 0)) == name &&
               (takes_value || equals == std::string_view::npos);
    });
    if (found == kWords.end()) return unknown_format(text, name);
    if (!found->word.ends_with('=')) return Format{found->kind};
    return with_template(*found, value);
}

std::vector<std::string> format_words(bool tables) {
    std::vector<std::string> words;
    for (const Word& word : kWords)
        if (tables || (word.kind != Kind::Table && word.kind != Kind::Wide))
            words.emplace_back(word.word);
    return words;
}

core::Status print_objects(Stream& out, const Format& format, const std::vector<Json>& objects,
                           bool as_list) {
    std::string text;
    switch (format.kind) {
    case Kind::Name:
        for (const Json& object : objects) text += sanitize(name_of(object)) + "\n";
        return out.write(text);
    case Kind::Json:
        return out.write(data::dump_json(document_of(objects, format, as_list), 4) + "\n");
    case Kind::Yaml:
        return out.write(data::to_yaml(document_of(objects, format, as_list, yaml_key_less)));
    case Kind::Jsonpath: {
        KSPARK_ASSIGN(text,
                      evaluate_jsonpath(format.expression, document_of(objects, format, as_list)));
        return out.write(text);
    }
    case Kind::JsonpathAsJson: {
        KSPARK_ASSIGN(text,
                      jsonpath_as_json(format.expression, document_of(objects, format, as_list)));
        return out.write(text);
    }
    case Kind::CustomColumns: {
        KSPARK_ASSIGN(const Table table, custom_columns(format.expression, objects));
        TableOptions how;
        how.headers = format.headers;
        return out.write(render(table, how));
    }
    case Kind::Table:
    case Kind::Wide:
        break;
    }
    return core::Error{core::Code::Internal, "a table cannot be printed without its columns"};
}

} // namespace kspark::output
