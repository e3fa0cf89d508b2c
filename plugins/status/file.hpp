// SPDX-License-Identifier: Apache-2.0
// What a values file or manifests say, held against the cluster.
#pragma once

#include "core/spark/manifest.hpp"
#include "plugins/status/fleet.hpp"
#include "plugins/status/status.hpp"

#include <set>

namespace kspark::status {

/// The applications of the input, by namespace and name.
struct FileView {
    spark::Inputs inputs;
    std::map<std::pair<std::string, std::string>, const spark::Manifest*> wanted;

    std::set<std::string> name_spaces() const;
    /// The only one, or empty.
    std::string single_name_space() const;
};
core::Result<FileView> load_file(core::Context& context, const Options& options);

/// "same", "drifted: spec.executor.memory 1g -> 2g", "extra".
FileState state_in_file(const data::Json& live, const spark::Manifest* manifest);

/// Fills the fleet with what the file names and with what belongs to its set without being named;
/// `objects` gets what is there.
core::Status compare_with_cluster(kube::Client& client, const Options& options,
                                  const FileView& view, Fleet& fleet,
                                  std::vector<data::Json>& objects);

} // namespace kspark::status
