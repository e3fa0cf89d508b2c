// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace kspark::app {

/// docs/troubleshooting.md for a terminal: of each verdict its id and what it looks like.
std::string troubleshooting_text();
/// All that the page says of one verdict, e.g. "image-pull".
std::optional<std::string> verdict_text(const std::string& id);

} // namespace kspark::app
