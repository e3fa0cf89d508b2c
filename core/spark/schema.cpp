// SPDX-License-Identifier: Apache-2.0
// Structural schemas only: what Kubernetes allows in a CRD is a small part of JSON schema, and only
// the part of it that the operators use is here. Compiled once, so that a thousand objects cost a
// walk each; paths are put together only for a problem.
#include "core/spark/schema.hpp"

#include "core/base/text.hpp"
#include "core/spark/secrets.hpp"
#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using data::Json;
using Type = SchemaNode::Type;

Type type_of(const Json& schema) {
    if (data::bool_at(schema, {"x-kubernetes-int-or-string"})) return Type::IntOrString;
    const std::string type = data::string_at(schema, {"type"});
    if (type == "object") return Type::Object;
    if (type == "array") return Type::Array;
    if (type == "string") return Type::String;
    if (type == "integer") return Type::Integer;
    if (type == "number") return Type::Number;
    if (type == "boolean") return Type::Boolean;
    return Type::Any;
}

std::string_view expectation(Type type) {
    switch (type) {
    case Type::Object:
        return "a map";
    case Type::Array:
        return "a list";
    case Type::String:
        return "a string";
    case Type::Integer:
        return "a whole number";
    case Type::Number:
        return "a number";
    case Type::Boolean:
        return "true or false";
    default:
        return "a number or a string";
    }
}

bool fits(Type type, const Json& value) {
    switch (type) {
    case Type::Any:
        return true;
    case Type::Object:
        return value.is_object();
    case Type::Array:
        return value.is_array();
    case Type::String:
        return value.is_string();
    case Type::Integer:
        return value.is_number_integer();
    case Type::Number:
        return value.is_number();
    case Type::Boolean:
        return value.is_boolean();
    case Type::IntOrString:
        return value.is_number_integer() || value.is_string();
    }
    return false;
}

/// Where the walk is; the steps live on the walk's own stack.
struct Step {
    const Step* parent = nullptr;
    std::string_view name = {};
    std::size_t index = 0;
};

data::Path path_of(const Step* step) {
    data::Path path;
    for (; step->parent != nullptr; step = step->parent)
        path.push_back(step->name.data() == nullptr ? std::to_string(step->index)
                                                    : std::string(step->name));
    std::ranges::reverse(path);
    return path;
}

class Walk {
public:
    void value(const SchemaNode& schema, const Json& value, const Step& at) {
        if (value.is_null()) {
            if (!schema.nullable && schema.type != Type::Any)
                add("schema", at, "has no value", "give it one, or remove the line");
            return;
        }
        if (!fits(schema.type, value)) return wrong_type(schema, value, at);
        if (value.is_object())
            members(schema, value, at);
        else if (value.is_array() && schema.items != nullptr)
            items(*schema.items, value, at);
        else if (value.is_number())
            range(schema, value, at);
        else if (value.is_string())
            text(schema, value.get_ref<const std::string&>(), at);
    }

    std::vector<SchemaProblem> problems;

private:
    void add(std::string rule, const Step& at, std::string message, std::string remedy) {
        data::Path path = path_of(&at);
        if (rule == "schema") message = data::to_text(path) + " " + message;
        problems.push_back(
            {std::move(rule), std::move(path), std::move(message), std::move(remedy)});
    }

    void wrong_type(const SchemaNode& schema, const Json& value, const Step& at) {
        const bool fraction = schema.type == Type::Integer && value.is_number();
        const std::string found =
            fraction ? data::dump_json(value) : std::string(data::type_name(value));
        std::string remedy = fmt::format("write {}", expectation(schema.type));
        if (schema.type == Type::String && value.is_primitive()) {
            const bool hide = names_secret(at.name);
            remedy = hide ? "put the value in quotes"
                          : fmt::format("put the value in quotes: \"{}\"", data::dump_json(value));
        } else if (value.is_string() && schema.type != Type::Object && schema.type != Type::Array) {
            remedy = fmt::format("write {} without quotes", expectation(schema.type));
        } else if (schema.type == Type::Array && value.is_string()) {
            remedy = "write a list: each item on a line of its own, behind \"- \"";
        }
        add("schema", at, fmt::format("must be {}, not {}", expectation(schema.type), found),
            remedy);
    }

    void members(const SchemaNode& schema, const Json& object, const Step& at) {
        for (const std::string& name : schema.required)
            if (object.find(name) == object.end())
                add("missing-field", at,
                    fmt::format("{}{} is missing",
                                at.parent == nullptr ? "" : data::to_text(path_of(&at)) + ".",
                                name),
                    fmt::format("add \"{}\"", name));
        for (const auto& [name, member] : object.get_ref<const Json::object_t&>()) {
            const Step below{&at, name};
            const auto known = schema.properties.find(name);
            if (known != schema.properties.end())
                value(*known->second, member, below);
            else if (schema.additional != nullptr)
                value(*schema.additional, member, below);
            else if (!schema.keeps_unknown && !schema.properties.empty())
                unknown(schema, name, below);
        }
    }

    void unknown(const SchemaNode& schema, const std::string& name, const Step& at) {
        std::vector<std::string> names;
        for (const auto& property : schema.properties) names.push_back(property.first);
        std::ranges::sort(names);
        const std::string near = core::nearest(name, names);
        add("unknown-field", at,
            fmt::format("unknown field \"{}\"{}", name, core::did_you_mean(name, names)),
            near.empty() ? "remove it: the cluster refuses it, or drops it without a word"
                         : fmt::format("write \"{}\", or remove it", near));
    }

    void items(const SchemaNode& schema, const Json& list, const Step& at) {
        for (std::size_t i = 0; i < list.size(); ++i) value(schema, list[i], Step{&at, {}, i});
    }

    void range(const SchemaNode& schema, const Json& value, const Step& at) {
        const double number = value.get<double>();
        if (schema.minimum && number < *schema.minimum)
            add("schema", at, fmt::format("must be at least {}, not {}", *schema.minimum, number),
                fmt::format("write {} or more", *schema.minimum));
        if (schema.maximum && number > *schema.maximum)
            add("schema", at, fmt::format("must be at most {}, not {}", *schema.maximum, number),
                fmt::format("write {} or less", *schema.maximum));
    }

    void text(const SchemaNode& schema, const std::string& text, const Step& at) {
        if (schema.is_quantity && !parse_quantity(text))
            add("quantity", at, fmt::format("\"{}\" is no Kubernetes quantity", text),
                "write a number with one of m, k, M, G, Ki, Mi, Gi behind it: \"500m\", \"2Gi\"");
        if (schema.enumeration.empty()) return;
        if (std::ranges::find(schema.enumeration, text) != schema.enumeration.end()) return;
        std::string words;
        for (const std::string& word : schema.enumeration)
            words += fmt::format("{}\"{}\"", words.empty() ? "" : ", ", word);
        std::string near = core::nearest(text, schema.enumeration);
        for (const std::string& word : schema.enumeration)
            if (core::lower(word) == core::lower(text)) near = word;
        add("schema", at, fmt::format("is \"{}\", which is none of {}", text, words),
            near.empty() ? "write one of them" : fmt::format("write \"{}\"", near));
    }
};

} // namespace

Schemas::Schemas(std::string_view text) {
    const auto parsed = data::parse_json(text, "schema");
    if (!parsed) return;
    // A definition refers to earlier ones only.
    for (const Json& definition : parsed->at("$defs")) definitions_.push_back(compile(definition));
    for (const auto& [kind, schema] : parsed->items())
        if (kind != "$defs") kinds_.emplace(kind, compile(schema));
}

const SchemaNode* Schemas::compile(const Json& schema) {
    if (schema.contains("$ref")) return reference(schema);
    SchemaNode& node = nodes_.emplace_back();
    node.type = type_of(schema);
    node.keeps_unknown = data::bool_at(schema, {"x-kubernetes-preserve-unknown-fields"});
    node.nullable = data::bool_at(schema, {"nullable"});
    // The one pattern of numbers in these schemas is that of quantities.
    node.is_quantity = data::string_at(schema, {"pattern"}).starts_with("^(\\+|-)?");
    for (const auto& [key, value] : schema.items()) {
        if (key == "minimum")
            node.minimum = value.get<double>();
        else if (key == "maximum")
            node.maximum = value.get<double>();
        else if (key == "required")
            node.required = value.get<std::vector<std::string>>();
        else if (key == "items")
            node.items = compile(value);
        else if (key == "additionalProperties" && value.is_object())
            node.additional = compile(value);
        else if (key == "enum")
            for (const Json& word : value)
                node.enumeration.push_back(word.is_string() ? word.get<std::string>() : "");
        else if (key == "properties")
            for (const auto& [name, property] : value.items())
                node.properties.emplace(name, compile(property));
    }
    return &node;
}

Schemas::Schemas(const Json& served) {
    const Json* schemas = data::find(served, {"components", "schemas"});
    if (schemas == nullptr || !schemas->is_object()) return;
    for (const auto& [name, schema] : schemas->items()) {
        const Json* kinds = data::find(schema, {"x-kubernetes-group-version-kind"});
        if (kinds == nullptr || !kinds->is_array() || kinds->size() != 1) continue;
        const std::string kind = data::string_at(kinds->front(), {"kind"});
        if (kind.empty() || kind.ends_with("List")) continue;
        const std::size_t top = nodes_.size();
        const SchemaNode* node = compile(schema);
        // The status is the operator's, nobody writes it.
        nodes_[top].properties["status"] = &nodes_.emplace_back();
        kinds_.emplace(fmt::format("{}/{}", kind, data::string_at(kinds->front(), {"version"})),
                       node);
    }
}

/// A number is a definition of our own texts; served documents refer to the schemas of Kubernetes
/// itself (metadata), which the API server checks for every object.
const SchemaNode* Schemas::reference(const Json& schema) {
    if (const auto number = data::integer_at(schema, {"$ref"}))
        return definitions_.at(static_cast<std::size_t>(*number));
    return &nodes_.emplace_back();
}

const SchemaNode* Schemas::find(std::string_view kind, std::string_view version) const {
    const auto found = kinds_.find(fmt::format("{}/{}", kind, version));
    return found == kinds_.end() ? nullptr : found->second;
}

std::vector<SchemaProblem> validate(const SchemaNode& schema, const Json& object) {
    Walk walk;
    walk.value(schema, object, Step{});
    return std::move(walk.problems);
}

} // namespace kspark::spark
