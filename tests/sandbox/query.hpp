// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"
#include "tests/sandbox/cluster.hpp"
#include "tests/sandbox/fate.hpp"

#include <optional>
#include <string_view>

namespace kspark::sandbox {

/// What stands before the progress in a line of a driver's log.
inline constexpr std::string_view kProgressMarker =
    " INFO MicroBatchExecution: Streaming query made progress: ";

/// The progress of one batch that began at `time`, as Spark writes it.
Json progress_of(const Json& driver, const Query& query, int batch, core::Time time);

/// The last progress that the driver wrote; nothing when there was no batch yet.
std::optional<Json> last_progress(const Cluster& cluster, const Json& driver);

/// "/metrics/json/" or a path below "/api/v1/applications" of the driver's UI; nothing for others.
std::optional<Json> driver_page(const Cluster& cluster, const Json& application, const Json& driver,
                                std::string_view path);

} // namespace kspark::sandbox
