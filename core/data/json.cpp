// SPDX-License-Identifier: Apache-2.0
// Reading values that somebody else wrote: every function here answers for any value at all.
#include "core/data/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace kspark::data {

namespace {

bool is_index(std::string_view step) {
    return !step.empty() && std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_plain_name(std::string_view step) {
    return !step.empty() && std::ranges::all_of(step, [](unsigned char c) {
        return std::isalnum(c) || c == '_' || c == '-' || c == '/';
    });
}

const Json* step_into(const Json& value, std::string_view step) {
    if (value.is_object()) {
        const auto found = value.find(step);
        return found == value.end() ? nullptr : &*found;
    }
    if (!value.is_array() || !is_index(step)) return nullptr;
    std::size_t index = 0;
    std::from_chars(step.data(), step.data() + step.size(), index);
    return index < value.size() ? &value[index] : nullptr;
}

} // namespace

std::string to_text(const Path& path) {
    std::string text;
    for (const std::string& step : path) {
        if (is_index(step))
            text += fmt::format("[{}]", step);
        else if (is_plain_name(step))
            text += (text.empty() ? "" : ".") + step;
        else
            text += fmt::format("[\"{}\"]", step);
    }
    return text;
}

std::string dump_json(const Json& value, int indent) {
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const Json* find(const Json& value, const std::vector<std::string_view>& path) {
    const Json* at = &value;
    for (const std::string_view step : path)
        if (at = step_into(*at, step); at == nullptr) return nullptr;
    return at;
}

std::string string_at(const Json& value, const std::vector<std::string_view>& path,
                      std::string_view otherwise) {
    const Json* at = find(value, path);
    return at != nullptr && at->is_string() ? at->get_ref<const std::string&>()
                                            : std::string(otherwise);
}

std::optional<std::int64_t> integer_at(const Json& value,
                                       const std::vector<std::string_view>& path) {
    const Json* at = find(value, path);
    if (at == nullptr || !at->is_number_integer()) return std::nullopt;
    if (at->is_number_unsigned() && at->get<std::uint64_t>() > std::uint64_t{INT64_MAX})
        return std::nullopt;
    return at->get<std::int64_t>();
}

bool bool_at(const Json& value, const std::vector<std::string_view>& path, bool otherwise) {
    const Json* at = find(value, path);
    return at != nullptr && at->is_boolean() ? at->get<bool>() : otherwise;
}

std::string_view type_name(const Json& value) {
    switch (value.type()) {
    case Json::value_t::null:
        return "null";
    case Json::value_t::object:
        return "a map";
    case Json::value_t::array:
        return "a list";
    case Json::value_t::string:
        return "a string";
    case Json::value_t::boolean:
        return "a boolean";
    default:
        return "a number";
    }
}

void merge(Json& base, const Json& overlay) {
    if (!overlay.is_object()) {
        base = overlay;
        return;
    }
    if (!base.is_object()) base = Json::object();
    for (const auto& [key, value] : overlay.items()) {
        if (value.is_null()) {
            base.erase(key);
            continue;
        }
        const auto found = base.find(key);
        if (found != base.end())
            merge(*found, value);
        else
            merge(base[key], value);
    }
}

} // namespace kspark::data
