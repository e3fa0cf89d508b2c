// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/logs/logs.hpp"
#include "plugins/logs/stage.hpp"

namespace kspark::logs {

/// Reads the logs of applications of the query's namespace until there is nothing more to come.
/// `board`: where a live table is drawn instead of lines, or null.
core::Result<Outcome> follow(core::Context& context, kube::Client& client, const Options& options,
                             kube::LogQuery query, std::vector<data::Json> applications,
                             Mixer& mixer, Filter filter, ProgressBoard* board);

} // namespace kspark::logs
