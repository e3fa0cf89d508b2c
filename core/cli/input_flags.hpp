// SPDX-License-Identifier: Apache-2.0
// The flags that say which applications a command works on: the same for render, submit, status and
// restart.
#pragma once

#include "core/cli/flags.hpp"
#include "core/spark/inputs.hpp"

namespace kspark::core {

/// -f, -R, --set, --set-string, --set-file, --env-subst, --stream and --operator.
void declare_inputs(Flags& flags, spark::InputOptions& options);

} // namespace kspark::core
