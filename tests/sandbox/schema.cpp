// SPDX-License-Identifier: Apache-2.0
// Validation against the operator's own schemas, those that `render --check` embeds: the structural
// subset of OpenAPI that CRDs use. Kinds that are no custom resources are taken as they come.
#include "tests/sandbox/schema.hpp"

#include "core/spark/crds/kubeflow_2_5_2.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/status_text.hpp"

namespace kspark::sandbox {

namespace {
const Json kNothing = Json::object();

std::string below(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
}

bool keeps_unknown(const Json& schema) {
    return schema.value("x-kubernetes-preserve-unknown-fields", false) ||
           (!schema.contains("properties") && !schema.contains("additionalProperties"));
}

/// The schema of a member, or null when there is none.
const Json* member_schema(const Json& schema, const std::string& name, bool root) {
    static const Json text = {{"type", "string"}};
    if (root && (name == "apiVersion" || name == "kind")) return &text;
    if (root && name == "metadata") return &kNothing;
    if (const auto found = schema.find("properties"); found != schema.end())
        if (const auto member = found->find(name); member != found->end()) return &*member;
    if (const auto found = schema.find("additionalProperties"); found != schema.end())
        if (found->is_object()) return &*found;
    return nullptr;
}

std::string type_of(const Json& value) {
    if (value.is_object()) return "object";
    if (value.is_array()) return "array";
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "boolean";
    if (value.is_null()) return "null";
    return value.is_number_float() ? "number" : "integer";
}

bool has_type(const Json& schema, const Json& value) {
    if (value.is_null()) return schema.value("nullable", false);
    if (schema.value("x-kubernetes-int-or-string", false))
        return value.is_string() || value.is_number_integer();
    const std::string wanted = schema.value("type", "");
    const std::string type = type_of(value);
    return wanted.empty() || wanted == type || (wanted == "number" && type == "integer");
}

void prune(const Json& schema, Json& value, const std::string& path,
           std::vector<std::string>& unknown) {
    if (value.is_array() && schema.contains("items")) {
        for (std::size_t i = 0; i < value.size(); ++i)
            prune(schema.at("items"), value[i], fmt::format("{}[{}]", path, i), unknown);
    } else if (value.is_object()) {
        std::vector<std::string> names;
        for (const auto& [name, member] : value.items()) {
            if (const Json* inner = member_schema(schema, name, path.empty()))
                prune(*inner, value[name], below(path, name), unknown);
            else if (!keeps_unknown(schema))
                names.push_back(name);
        }
        for (const std::string& name : names) {
            value.erase(name);
            unknown.push_back(below(path, name));
        }
    }
}

std::string quoted_list(const Json& values) {
    std::vector<std::string> words;
    for (const Json& value : values) words.push_back(value.dump());
    return fmt::format("{}", fmt::join(words, ", "));
}

void check_value(const Json& schema, const Json& value, const std::string& path,
                 std::vector<Cause>& causes) {
    if (const auto choices = schema.find("enum"); choices != schema.end())
        if (std::find(choices->begin(), choices->end(), value) == choices->end())
            causes.push_back({"FieldValueNotSupported",
                              fmt::format("Unsupported value: {}: supported values: {}",
                                          value.dump(), quoted_list(*choices)),
                              path});
    if (const auto least = schema.find("minimum"); least != schema.end() && value.is_number())
        if (value.get<double>() < least->get<double>())
            causes.push_back(
                {"FieldValueInvalid",
                 fmt::format("Invalid value: {}: {} in body should be greater than or equal to {}",
                             value.dump(), path, least->dump()),
                 path});
}

void check(const Json& schema, const Json& value, const std::string& path,
           std::vector<Cause>& causes) {
    if (!has_type(schema, value)) {
        const std::string type = type_of(value);
        causes.push_back({"FieldValueTypeInvalid",
                          fmt::format("Invalid value: \"{}\": {} in body must be of type {}: "
                                      "\"{}\"",
                                      type, path, schema.value("type", ""), type),
                          path});
        return;
    }
    check_value(schema, value, path, causes);
    if (value.is_array() && schema.contains("items")) {
        for (std::size_t i = 0; i < value.size(); ++i)
            check(schema.at("items"), value[i], fmt::format("{}[{}]", path, i), causes);
    } else if (value.is_object()) {
        for (const Json& name : schema.value("required", Json::array()))
            if (!value.contains(name.get<std::string>()))
                causes.push_back({"FieldValueRequired", "Required value", below(path, name)});
        for (const auto& [name, member] : value.items())
            if (const Json* inner = member_schema(schema, name, path.empty()))
                check(*inner, member, below(path, name), causes);
    }
}

void check_types(const Json& schema, const Json& value, const std::string& path,
                 std::vector<std::string>& errors) {
    if (value.is_null()) return;
    const std::string wanted = schema.value("type", "");
    const std::string expected = wanted == "integer" || wanted == "number"
                                     ? "numeric (int or float)"
                                 : wanted == "array"  ? "list"
                                 : wanted == "object" ? "map"
                                                      : wanted;
    if (!has_type(schema, value)) {
        const std::string got = value.is_object()  ? "map"
                                : value.is_array() ? "list"
                                                   : type_of(value);
        errors.push_back(fmt::format("{}: expected {}, got {}", path, expected, got));
    } else if (value.is_array() && schema.contains("items")) {
        for (std::size_t i = 0; i < value.size(); ++i)
            check_types(schema.at("items"), value[i], fmt::format("{}[{}]", path, i), errors);
    } else if (value.is_object()) {
        for (const auto& [name, member] : value.items()) {
            const std::string inner_path = path + "." + name;
            if (const Json* inner = member_schema(schema, name, path.empty()))
                check_types(*inner, member, inner_path, errors);
            else if (!keeps_unknown(schema))
                errors.push_back(inner_path + ": field not declared in schema");
        }
    }
}

/// Puts the definitions where they are meant.
Json resolved(const Json& schema, const Json& definitions) {
    if (schema.is_array()) {
        Json list = Json::array();
        for (const Json& one : schema) list.push_back(resolved(one, definitions));
        return list;
    }
    if (!schema.is_object()) return schema;
    if (const auto reference = schema.find("$ref"); reference != schema.end())
        return resolved(definitions.at(reference->get<std::size_t>()), definitions);
    Json result = Json::object();
    for (const auto& [name, member] : schema.items()) result[name] = resolved(member, definitions);
    return result;
}

Json read_schemas() {
    const Json texts = Json::parse(spark::crds::kKubeflow252);
    Json schemas = Json::object();
    for (const auto& [name, schema] : texts.items())
        if (name != "$defs") schemas[name] = resolved(schema, texts.at("$defs"));
    schemas["SparkApplication/v1beta2"]["properties"]["status"] = Json::parse(kStatusText);
    return schemas;
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_label_value(const std::string& value) {
    if (value.empty()) return true;
    return value.size() <= 63 && is_alphanumeric(value.front()) && is_alphanumeric(value.back()) &&
           std::all_of(value.begin(), value.end(), [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
           });
}

bool is_subdomain(const std::string& name) {
    bool start = true; // of a label
    char last = '.';
    for (const char c : name) {
        const bool letter = is_alphanumeric(c) && !(c >= 'A' && c <= 'Z');
        if (!letter && (start || (c != '-' && c != '.') || (c == '.' && last == '-'))) return false;
        start = c == '.';
        last = c;
    }
    return last != '.' && last != '-';
}
} // namespace

const Json* schema_of(const Kind& kind) {
    static const Json schemas = read_schemas();
    if (!kind.custom) return nullptr;
    const auto found = schemas.find(fmt::format("{}/{}", kind.kind, kind.version));
    return found == schemas.end() ? nullptr : &*found;
}

std::vector<std::string> prune_unknown(const Json& schema, Json& object) {
    std::vector<std::string> unknown;
    prune(schema, object, "", unknown);
    return unknown;
}

std::vector<Cause> validate(const Json& schema, const Json& object) {
    std::vector<Cause> causes;
    check(schema, object, "", causes);
    return causes;
}

std::vector<std::string> type_errors(const Json& schema, const Json& object) {
    std::vector<std::string> errors;
    check_types(schema, object, "", errors);
    return errors;
}

std::vector<Cause> validate_metadata(const Json& object) {
    std::vector<Cause> causes;
    const Json& metadata = object.at("metadata");
    const std::string name = metadata.value("name", "");
    if (name.empty())
        return {{"FieldValueRequired", "Required value: name or generateName is required",
                 "metadata.name"}};
    if (name.size() > 253)
        causes.push_back(
            {"FieldValueInvalid",
             fmt::format("Invalid value: \"{}\": must be no more than 253 characters", name),
             "metadata.name"});
    if (!is_subdomain(name))
        causes.push_back(
            {"FieldValueInvalid",
             fmt::format("Invalid value: \"{}\": a lowercase RFC 1123 subdomain must consist of "
                         "lower case alphanumeric characters, '-' or '.', and must start and end "
                         "with an alphanumeric character (e.g. 'example.com', regex used for "
                         "validation is "
                         "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
                         name),
             "metadata.name"});
    const Json labels = metadata.value("labels", Json::object());
    for (const auto& [key, value] : labels.items()) {
        const std::string word = key.substr(key.find('/') + 1);
        if (word.empty() || !is_label_value(word))
            causes.push_back(
                {"FieldValueInvalid",
                 fmt::format("Invalid value: \"{}\": name part must consist of alphanumeric "
                             "characters, '-', '_' or '.', and must start and end with an "
                             "alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
                             "'123-abc', regex used for validation is "
                             "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
                             key),
                 "metadata.labels"});
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (text.size() > 63)
            causes.push_back(
                {"FieldValueInvalid",
                 fmt::format("Invalid value: \"{}\": must be no more than 63 bytes", text),
                 "metadata.labels"});
        else if (!is_label_value(text))
            causes.push_back(
                {"FieldValueInvalid",
                 fmt::format("Invalid value: \"{}\": a valid label must be an empty string or "
                             "consist of alphanumeric characters, '-', '_' or '.', and must start "
                             "and end with an alphanumeric character (e.g. 'MyValue',  or "
                             "'my_value',  or '12345', regex used for validation is "
                             "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
                             text),
                 "metadata.labels"});
    }
    return causes;
}

} // namespace kspark::sandbox
