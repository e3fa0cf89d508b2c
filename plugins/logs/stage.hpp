// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/pod_log.hpp"
#include "plugins/logs/logs.hpp"
#include "plugins/logs/mixer.hpp"
#include "plugins/logs/progress_board.hpp"
#include "plugins/logs/words.hpp"

namespace kspark::logs {

/// What stands between a log of an application and the output: given where lines go, makes what
/// takes them.
using Filter =
    std::function<kube::LogLines::Sink(kube::LogLines::Sink, const std::string& application)>;

/// What all stories of one execution share.
struct Stage {
    kube::Client& client;
    const Options& options;
    Mixer& mixer;
    kube::LogQuery query; ///< the part that is the same for all pods
    bool several = false; ///< applications: prefixes name them
    bool prefixes = false;
    std::function<void(const std::string&)> note; ///< talk, on stderr
    Filter filter;
    ProgressBoard* board = nullptr; ///< a table instead of lines

    core::Duration now() const { return client.clock().monotonic(); }
    /// A line of ours among those of the logs.
    void mark(const std::string& sentence) const;
};

} // namespace kspark::logs
