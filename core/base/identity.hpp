// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/system.hpp"

namespace kspark::core {

/// Who runs this process, for people who wonder who did something: "ann@laptop", or in a pipeline
/// the person who started it.
std::string who(const Environment& environment);

} // namespace kspark::core
