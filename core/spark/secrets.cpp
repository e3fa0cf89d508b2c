// SPDX-License-Identifier: Apache-2.0
// People write passwords into Spark's configuration, into environment variables and into arguments.
// They are masked by the name they go by; a name that only points to a secret (secretName,
// secretKeyRef, a path) is no secret.
#include "core/spark/secrets.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace kspark::spark {
namespace {

/// "--password=x" and "-Dtoken=x" keep the name; "--password" "x" loses the second word.
std::string masked_argument(const std::string& text, const std::string& previous) {
    if (previous.starts_with('-') && previous.find('=') == std::string::npos &&
        names_secret(previous))
        return std::string(kMask);
    const auto equals = text.find('=');
    if (equals != std::string::npos && names_secret(std::string_view(text).substr(0, equals)))
        return text.substr(0, equals + 1) + std::string(kMask);
    return text;
}

data::Json masked_list(const data::Json& list, const data::Path& path) {
    auto result = data::Json::array();
    std::string previous;
    for (const auto& item : list) {
        if (item.is_string()) {
            const auto text = item.get<std::string>();
            result.push_back(masked_argument(text, previous));
            previous = text;
            continue;
        }
        auto inner = path;
        inner.push_back(std::to_string(result.size()));
        result.push_back(masked(item, inner));
    }
    return result;
}

bool is_environment(const data::Path& path) {
    // ("env", "0", "value") of a list, ("envVars", "NAME") of the old map.
    const auto size = path.size();
    if (size >= 2 && path[size - 2] == "envVars") return true;
    return size >= 3 && path[size - 3] == "env" && path[size - 1] == "value";
}

void mark(data::Json& before, data::Json& after, const data::Json& real_before,
          const data::Json& real_after) {
    if (real_before == real_after) return;
    if (before.is_object() && after.is_object()) {
        for (auto& [key, value] : before.items())
            if (after.contains(key))
                mark(value, after[key], real_before.at(key), real_after.at(key));
    } else if (before.is_array() && after.is_array()) {
        for (std::size_t i = 0; i < before.size() && i < after.size(); ++i)
            mark(before[i], after[i], real_before[i], real_after[i]);
    } else if (before == after && before.is_string()) {
        before = before.get<std::string>() + " (before)";
        after = after.get<std::string>() + " (after)";
    }
}

} // namespace

bool names_secret(std::string_view key) {
    static constexpr std::array kWords = {"password", "passwd",     "secret",     "token",
                                          "apikey",   "credential", "access.key", "accesskey"};
    static constexpr std::array kPointers = {"name", "path",     "ref",        "type",
                                             "file", "provider", "pullsecrets"};
    const std::string word = core::lower(key);
    for (const std::string_view pointer : kPointers)
        if (word.ends_with(pointer)) return false;
    for (const std::string_view secret : kWords)
        if (word.find(secret) != std::string::npos) return true;
    return false;
}

data::Json masked(const data::Json& value, const data::Path& path) {
    if (value.is_array()) return masked_list(value, path);
    if (value.is_object()) {
        auto result = data::Json::object();
        for (const auto& [key, member] : value.items()) {
            auto inner = path;
            inner.push_back(key);
            result[key] = masked(member, inner);
        }
        return result;
    }
    if (value.is_string() && !path.empty() && (names_secret(path.back()) || is_environment(path)))
        return std::string(kMask);
    return value;
}

void mask_pair(data::Json& before, data::Json& after) {
    const data::Json real_before = before;
    const data::Json real_after = after;
    before = masked(before);
    after = masked(after);
    mark(before, after, real_before, real_after);
}

} // namespace kspark::spark
