// SPDX-License-Identifier: Apache-2.0
// The plan as a person reads it.
#pragma once

#include "core/output/table.hpp"
#include "plugins/submit/planner.hpp"

namespace kspark::submit {

/// "orders", or "streams/orders" when the items are in several namespaces.
std::vector<std::string> shown_names(const std::vector<Item>& items);

/// One line per application: name, what happens to it, and why.
output::Table plan_table(const std::vector<Item>& items);

/// "1 to create, 2 unchanged".
std::string plan_summary(const std::vector<Item>& items);

/// What changes in the objects, as unified diffs of YAML, secrets masked.
std::string plan_diff(const std::vector<Item>& items, bool color);

bool has_changes(const std::vector<Item>& items);

} // namespace kspark::submit
