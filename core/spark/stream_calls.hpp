// SPDX-License-Identifier: Apache-2.0
// Asking drivers how their streams are: their UI through the API server, and the end of their log.
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/application.hpp"
#include "core/spark/stream.hpp"

namespace kspark::spark {

/// The UIs of these applications' drivers, all at the same time and each with the patience of a
/// person who waits for a table. In the order of the applications.
std::vector<StreamFacts> ask_streams(kube::Client& client,
                                     const std::vector<Application>& applications);

/// Whether the UI's answer leaves a question that only the log answers: why there are no batches.
bool needs_log(const StreamFacts& facts, core::Time now, const StreamLimits& limits);

/// The last lines of the drivers' containers, all at the same time; an Error says why there are
/// none.
using DriverLog = core::Result<std::vector<std::string>>;
std::vector<DriverLog> driver_logs(kube::Client& client,
                                   const std::vector<Application>& applications, int lines);

/// ask_streams(), and the logs where they are needed.
std::vector<StreamFacts> follow_up_streams(kube::Client& client,
                                           const std::vector<Application>& applications,
                                           const StreamLimits& limits);

} // namespace kspark::spark
