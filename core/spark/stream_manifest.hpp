// SPDX-License-Identifier: Apache-2.0
// One stream, with everything the top of the file gives it, as an object of an operator's API; and
// the way back, from a field of the object to the values it came from.
#pragma once

#include "core/data/json.hpp"
#include "core/spark/application.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::spark {

/// Tells of something missing or impossible: the path in the stream's values, and the sentence.
using StreamProblem = std::function<void(const data::Path&, const std::string&)>;

/// `stream` is taken apart. `set` becomes the label that says which file an object comes from.
data::Json stream_manifest(Operator target, data::Json&& stream, std::string_view set,
                           const StreamProblem& problem);

/// The paths in a stream's values that a field under `spec` or `metadata` may have come from, the
/// likeliest first.
std::vector<data::Path> origins(Operator target, const data::Path& field);

/// The key of the values language that says the same as a key of Spark's configuration
/// ("spark.executor.instances" is {"executor", "instances"}); empty when there is none.
data::Path key_of_conf(std::string_view conf);

} // namespace kspark::spark
