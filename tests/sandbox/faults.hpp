// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/api.hpp"

#include <atomic>
#include <chrono>

namespace kspark::sandbox {

/// What is wrong with the server at present. Set by POST /sandbox/faults (admin only), a JSON
/// object of any of: refuseSeconds, tooManyRequests with retryAfterSeconds, serverErrors,
/// delaySeconds, cutStreams, compact, rotateLogs.
class Faults {
public:
    /// Sets what the request asks for; the answer tells what is set.
    Answer handle(Cluster& cluster, const Request& request);
    /// The answer of a server in trouble instead of the right one.
    std::optional<Answer> instead_of_answer();

    /// How long each request has to wait.
    std::chrono::milliseconds delay() const { return std::chrono::milliseconds(delay_ms_); }
    /// Grows whenever all streams are to be cut.
    int cuts() const { return cuts_; }
    void cut() { ++cuts_; }
    /// For how long no connection is to be accepted; asked once.
    std::chrono::milliseconds take_refusal() {
        return std::chrono::milliseconds(refuse_ms_.exchange(0));
    }

private:
    std::atomic<int> too_many_ = 0;
    std::atomic<int> retry_after_ = 1;
    std::atomic<int> errors_ = 0;
    std::atomic<int> delay_ms_ = 0;
    std::atomic<int> refuse_ms_ = 0;
    std::atomic<int> cuts_ = 0;
};

} // namespace kspark::sandbox
