// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/pod_log.hpp"
#include "core/spark/application.hpp"
#include "plugins/logs/logs.hpp"
#include "plugins/logs/mixer.hpp"

namespace kspark::logs {

/// What was handed on of a log that comes again from its beginning after a cut.
class Replay {
public:
    /// The connection broke: what comes next begins at the beginning again.
    void begin_again() { at_ = 0; }
    /// The part of the bytes that is new; nothing: this is not the log that was read before.
    std::optional<std::string_view> take(std::string_view bytes);
    /// All that was handed on has come again.
    bool complete() const { return at_ == handed_; }
    std::uint64_t handed() const { return handed_; }

private:
    bool known(std::string_view bytes) const;
    void remember(std::string_view bytes);

    std::uint64_t handed_ = 0, at_ = 0;
    std::string head_, tail_; ///< the first and the last bytes handed on
};

/// Copies the log of the driver, if it is there. False: nothing was copied, it has to be waited
/// for, or explained.
core::Result<bool> copy_log(kube::Client& client, kube::LogQuery query, const Options& options,
                            const spark::Application& application, Mixer& mixer);

} // namespace kspark::logs
