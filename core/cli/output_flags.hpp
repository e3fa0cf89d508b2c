// SPDX-License-Identifier: Apache-2.0
// -o, --no-headers and the like: the same words for every command that prints objects.
#pragma once

#include "core/cli/flags.hpp"
#include "core/output/printer.hpp"

namespace kspark::core {

/// -o; `tables`: table and wide, too.
Flag& declare_output(Flags& flags, output::Format& format, bool tables);

} // namespace kspark::core
