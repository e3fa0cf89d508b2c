// SPDX-License-Identifier: Apache-2.0
// From the words of a command line to the command that they name.
#pragma once

#include "core/cli/context.hpp"
#include "core/plugin/catalog.hpp"

#include <string>
#include <vector>

namespace kspark::app {

/// The hidden first word that shells use.
inline constexpr const char* kComplete = "__complete";

/// Runs a command line (without the program's name); the exit status.
int run(core::Context& context, std::vector<std::string> arguments);

/// All commands that this process can see.
plugin::Catalog commands(const core::Context& context);

/// The commands of the executable itself: version, plugin, completion.
std::vector<const kubectl_spark_plugin*> own_commands();
/// The commands that STATIC_PLUGINS linked in; none in a modular build. Generated.
std::vector<const kubectl_spark_plugin*> static_plugins();

} // namespace kspark::app
