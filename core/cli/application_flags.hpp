// SPDX-License-Identifier: Apache-2.0
// NAME and SELECTOR as kubectl takes them, for every command that works on applications of a
// cluster.
#pragma once

#include "core/cli/flags.hpp"

namespace kspark::core {

/// NAME..., completed from the cluster.
Positional& declare_names(Flags& flags, std::vector<std::string>& names);
/// The NAME of one application; two words when its type is one of them.
Positional& declare_name(Flags& flags, std::vector<std::string>& names);
/// -l
Flag& declare_selector(Flags& flags, std::string& selector);

} // namespace kspark::core
