// SPDX-License-Identifier: Apache-2.0
// Layers of values: files, lowest first, and then the --set flags.
#pragma once

#include "core/data/document.hpp"
#include "core/spark/problems.hpp"

#include <vector>

namespace kspark::spark {

/// The whole map of restartPolicy that stands for a word: counts and intervals that a stream can
/// live with, since the operator's own defaults are no retries at all.
data::Json restart_policy(std::string_view word);

/// Merges an overlay as helm does (maps merge, lists replace, null deletes); a map of restartPolicy
/// over a word adds to what the word stands for.
void merge_values(data::Json& base, const data::Json& overlay);

/// Merges the files; `streams` merge by name, new ones at the end. Files that are no maps, streams
/// without a name and two streams of one name within a file are problems.
data::Json merge_layers(const std::vector<data::Document>& files, Problems& problems);

/// Removes the members of maps that are null: they deleted what there was.
void drop_nulls(data::Json& tree);

/// The path of the merged values as it is in one layer (streams found by name); empty when the
/// layer has no such stream.
data::Path path_in_layer(const data::Json& merged, const data::Json& layer, data::Path path);
/// How many steps of a path a tree has.
std::size_t known_steps(const data::Json& tree, const data::Path& path);

} // namespace kspark::spark
