// SPDX-License-Identifier: Apache-2.0
// -o, --no-headers and the like: the same words for every command that prints objects.
#pragma once

#include "core/cli/flags.hpp"
#include "core/output/printer.hpp"

namespace kspark::core {

/// -o and --show-managed-fields; `tables`: table and wide, too.
void declare_output(Flags& flags, output::Format& format, bool tables);

} // namespace kspark::core
