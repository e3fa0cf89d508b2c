// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/context.hpp"

namespace kspark::core {

/// Asks on the terminal; only "y" and "yes" are a yes. Without a terminal nobody can be asked: an
/// error that names `flag`, which answers beforehand.
Status confirm(Context& context, const std::string& question, const std::string& flag);

} // namespace kspark::core
