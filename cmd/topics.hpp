// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kspark::app {

/// What `help TOPIC` prints, if there is such a topic, or a verdict of that id.
std::optional<std::string> topic_text(core::Context& context, const std::string& name);
/// The topics with their summaries, for the overview.
std::string topic_lines();
/// The same as candidates of a completion.
std::vector<std::string> complete_topics();

} // namespace kspark::app
