// SPDX-License-Identifier: Apache-2.0
// The level of a log line, in the layouts that drivers are seen to use.
#pragma once

#include <optional>
#include <string_view>

namespace kspark::logs {

enum class Level { Trace, Debug, Info, Warn, Error, Fatal };

/// "warn", "WARNING", "error", ...
std::optional<Level> parse_level(std::string_view word);

/// The level that a line states: log4j (2-digit years, ISO times, brackets), Spark 4's and others'
/// JSON, Python's logging, klog. Errors that Java, Python and spark-submit print without a level
/// are Error. Nothing: the line has none, and belongs to the one before it.
std::optional<Level> level_of(std::string_view line);

} // namespace kspark::logs
