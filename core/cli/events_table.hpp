// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/output/table.hpp"
#include "core/spark/diagnosis.hpp"

namespace kspark::core {

/// AGE, TYPE, REASON, OBJECT, MESSAGE.
output::Table events_table(const std::vector<spark::Event>& events, Time now);

} // namespace kspark::core
