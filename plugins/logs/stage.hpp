// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/logs/logs.hpp"
#include "plugins/logs/mixer.hpp"
#include "plugins/logs/words.hpp"

namespace kspark::logs {

/// What all stories of one execution share.
struct Stage {
    kube::Client& client;
    const Options& options;
    Mixer& mixer;
    kube::LogQuery query; ///< the part that is the same for all pods
    bool several = false; ///< applications: prefixes name them
    bool prefixes = false;
    std::function<void(const std::string&)> note; ///< talk, on stderr
    std::function<kube::LogLines::Sink(kube::LogLines::Sink)> filter;

    core::Duration now() const { return client.clock().monotonic(); }
    /// A line of ours among those of the logs.
    void mark(const std::string& sentence) const;
};

} // namespace kspark::logs
