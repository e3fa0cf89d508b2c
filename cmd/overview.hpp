// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/command.hpp"

namespace kspark::app {

/// The program without a command: completes the names of the commands.
core::Command overview();
/// The same after "help": topics, too. For completion.
core::Command topics();
/// Its help, which lists the commands. The only place, with the completion of their names, that
/// loads every module.
std::string overview_text(const core::Context& context);

} // namespace kspark::app
