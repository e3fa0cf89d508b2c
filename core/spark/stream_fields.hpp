// SPDX-License-Identifier: Apache-2.0
// What the mappings to both operators share.
#pragma once

#include "core/data/json.hpp"
#include "core/spark/stream_manifest.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace kspark::spark {

/// The configuration key under which the application finds its `sink`.
inline constexpr std::string_view kSinkConf = "spark.sink";

/// An empty map with room for that many members: ten thousand objects are made in one go.
data::Json map_of(std::size_t members);
/// Moves a member out of a map: null when there is none.
data::Json take(data::Json& map, std::string_view name);
/// The member as a map, empty when there is none.
data::Json take_map(data::Json& map, std::string_view name);
/// Puts a value under a key, unless it is null.
void put(data::Json& map, std::string_view name, data::Json&& value);
/// The same, unless the key is there already.
void put_default(data::Json& map, std::string_view name, data::Json&& value);

/// metadata of an object: name, namespace, labels with the set, annotations.
data::Json take_metadata(data::Json& stream, std::string_view set);
/// sparkConf with the sink in it.
data::Json take_spark_conf(data::Json& stream);
/// The operator's map of restartPolicy, complete; a word gets retries too.
data::Json take_restart_policy(data::Json& stream);
/// Merges the door `spec` over what was rendered, and brings the keys into the order of a list.
void finish_spec(data::Json& spec, data::Json&& door, std::span<const std::string_view> order);

// One per operator.
data::Json kubeflow_spec(data::Json& stream, const StreamProblem& problem);
data::Json apache_spec(data::Json& stream, const StreamProblem& problem);
std::vector<data::Path> kubeflow_origins(const data::Path& field);
std::vector<data::Path> apache_origins(const data::Path& field);

} // namespace kspark::spark
