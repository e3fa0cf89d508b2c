// SPDX-License-Identifier: Apache-2.0
// Which commands there are, by looking at directories only: nothing is loaded here.
#pragma once

#include "core/base/system.hpp"
#include "core/plugin/abi.h"

#include <filesystem>
#include <string>
#include <vector>

namespace kspark::plugin {

/// A command that could be run.
struct Found {
    std::string name;
    std::filesystem::path path;                     ///< of the module; empty when built in
    const kubectl_spark_plugin* built_in = nullptr; ///< of STATIC_PLUGINS
    std::string problem = {};                       ///< why it must not be loaded
    bool of_user = false;                           ///< not of this installation
};

struct Catalog {
    std::vector<Found> commands;       ///< by name; the first place that has a name wins
    std::vector<std::string> warnings; ///< directories that were passed over, and why

    const Found* find(std::string_view name) const;
};

/// Built-in commands, then modules beside the executable, then those of the user. The working
/// directory is never looked at, nor a place in which somebody else may write.
Catalog find_commands(const std::vector<const kubectl_spark_plugin*>& built_in,
                      const std::filesystem::path& executable,
                      const core::Environment& environment);

/// Where the user's own modules are: $KUBECTL_SPARK_PLUGIN_PATH, else the data directory.
std::vector<std::filesystem::path> user_directories(const core::Environment& environment);

} // namespace kspark::plugin
