// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/logs/logs.hpp"
#include "plugins/logs/mixer.hpp"

#include <functional>

namespace kspark::logs {

/// What stands between a log and the output: given where lines go, makes what takes them.
using Filter = std::function<kube::LogLines::Sink(kube::LogLines::Sink)>;

/// Reads the logs of applications until there is nothing more to come.
core::Result<Outcome> follow(core::Context& context, kube::Client& client, const Options& options,
                             const std::string& name_space, std::vector<data::Json> applications,
                             Mixer& mixer, Filter filter);

} // namespace kspark::logs
