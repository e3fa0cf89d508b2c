// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::data {

/// Every document, whether YAML or JSON: object keys keep their order.
using Json = nlohmann::ordered_json;

/// A path of object keys and array indices ("spec", "driver", "cores"); as text
/// "spec.driver.cores", "streams[2].name", "sparkConf[\"spark.ui.port\"]".
using Path = std::vector<std::string>;
std::string to_text(const Path& path);

struct JsonLimits {
    std::size_t depth = 200;
    bool reject_duplicate_keys = false; ///< in what people write, not in what servers send
};
/// Parses one JSON value. The error is "NAME:LINE:COLUMN: what is wrong", code Invalid.
core::Result<Json> parse_json(std::string_view text, std::string_view name, JsonLimits limits = {});
/// indent < 0: one line. Invalid UTF-8 is replaced, never an exception.
std::string dump_json(const Json& value, int indent = -1);

// Reading what a server sent: absence and a wrong type are both "not there".
const Json* find(const Json& value, const std::vector<std::string_view>& path);
std::string string_at(const Json& value, const std::vector<std::string_view>& path,
                      std::string_view otherwise = {});
std::optional<std::int64_t> integer_at(const Json& value,
                                       const std::vector<std::string_view>& path);
bool bool_at(const Json& value, const std::vector<std::string_view>& path, bool otherwise = false);

/// The English name of a value's type: "a string", "a number", "a map", "a list", ...
std::string_view type_name(const Json& value);

/// Deep merge as helm does it: maps merge key by key, anything else replaces, null deletes the key.
void merge(Json& base, const Json& overlay);

} // namespace kspark::data
