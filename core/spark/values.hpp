// SPDX-License-Identifier: Apache-2.0
// The values language: layers of files and --set, merged as helm merges and, below `streams`, by
// name; keys checked; {{ .Values.x }} replaced. docs/values.md is its reference.
#pragma once

#include "core/spark/manifest.hpp"

// A member of an incomplete type does not compile, so this header pays for the whole of it.
#include <nlohmann/json.hpp>

#include <memory>

namespace kspark::spark {

/// A value that a flag gave.
struct Override {
    data::Path path;  ///< in the merged values
    std::string flag; ///< "--set executor.memory"
};

/// The merged values, and the layers that they came from.
struct Values {
    data::Json merged;
    std::vector<data::Document> layers; ///< the files, lowest first
    std::vector<Override> overrides;    ///< the flags, in their order
    std::string name;                   ///< of the set
    std::vector<std::string> warnings;

    Values();
    ~Values();
    Values(Values&&) noexcept;
    Values& operator=(Values&&) noexcept;

    /// Where the merged value at a path was written: the last layer that has it. Streams are found
    /// by name in each layer: path {"streams", "2", "image"} means the third merged stream.
    Place locate(const data::Path& path) const;
};

/// Merges and checks: unknown keys (with "did you mean"), wrong types, no streams, two streams of
/// one name are errors with their places.
core::Result<Values> load_values(std::vector<data::Document> files, const InputOptions& options,
                                 const core::Environment& environment);

/// Renders every enabled stream into an object of the operator's API. A pure function: the same
/// values give the same bytes.
core::Result<std::vector<Manifest>> render_streams(std::shared_ptr<const Values> values,
                                                   Operator target,
                                                   const std::vector<std::string>& only_streams);

} // namespace kspark::spark
