// SPDX-License-Identifier: Apache-2.0
// The keys of the values language and what may stand under each: one table, read by the check and
// by the suggestions for a mistyped key.
#pragma once

#include "core/data/json.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace kspark::spark {

enum class Shape {
    Any,      ///< the operator's own affair
    Text,     ///< a string
    Memory,   ///< a string with Spark's unit; its own advice
    Quantity, ///< a string; a whole number is one, too (Kubernetes reads both)
    Word,     ///< one of the choices
    Count,    ///< a whole number
    Switch,   ///< true or false
    Texts,    ///< a list of strings; whole numbers and switches are written as text
    TextMap,  ///< a map to strings, likewise
    List,
    Map,
    Group,         ///< a map with the members named here
    RestartPolicy, ///< a word or a Group
};

struct Key {
    std::string_view name;
    Shape shape = Shape::Any;
    std::span<const Key> members = {};
    std::span<const std::string_view> choices = {};
};

/// What stands at the top of a values file, and what stands in one of its streams.
std::span<const Key> top_keys();
std::span<const Key> stream_keys();

/// Where something is wrong (relative to the map that was checked), and one sentence.
using KeyProblem = std::function<void(const data::Path&, const std::string&)>;

/// Checks names and types. Where text is wanted, whole numbers and switches are turned into it, so
/// that `arguments: [8080]` means what it says. Strings that hold a reference are left for later.
void check_keys(data::Json& map, std::span<const Key> keys, const KeyProblem& problem);

} // namespace kspark::spark
