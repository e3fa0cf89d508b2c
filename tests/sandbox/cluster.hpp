// SPDX-License-Identifier: Apache-2.0
// What all parts of the sandbox share: the store, the logs, the clock, and the one mutex over them.
#pragma once

#include "core/base/time.hpp"
#include "tests/sandbox/logs.hpp"
#include "tests/sandbox/store.hpp"

#include <condition_variable>
#include <mutex>
#include <random>
#include <string>

namespace kspark::sandbox {

struct Cluster {
    explicit Cluster(core::Clock& time) : clock(time) {}

    core::Clock& clock;
    Store store;
    Logs logs;

    std::mutex mutex;
    std::condition_variable changed; ///< notified after every write and every log line

    /// The present second, as Kubernetes writes times.
    std::string now() const { return core::format_time(clock.now()); }
    std::string new_uuid();
    std::string random_word(std::size_t length, std::string_view alphabet);

private:
    std::mt19937_64 random_{std::random_device{}()};
};

struct WriteOptions {
    std::string manager = "unknown";
    std::string subresource = {}; ///< "" or "status"
    bool dry_run = false;
    std::string field_validation = "Warn"; ///< Strict, Warn, Ignore
};

/// A write's result, and what the server warned of.
struct Written {
    ObjectPtr object;
    bool created = false;
    std::vector<std::string> warnings = {};
};

/// Each throws a Refusal in the real server's words.
Written create(Cluster& cluster, const Kind& kind, const std::string& name_space, Json object,
               const WriteOptions& options);
/// PUT; the object's resourceVersion must be the stored one.
Written replace(Cluster& cluster, const Kind& kind, const std::string& name_space,
                const std::string& name, Json object, const WriteOptions& options);
/// Any patch but apply: `after` was made of the object `before`.
Written patched(Cluster& cluster, const Kind& kind, const ObjectPtr& before, Json after,
                const WriteOptions& options);
Written apply(Cluster& cluster, const Kind& kind, const std::string& name_space,
              const std::string& name, Json configuration, const WriteOptions& options, bool force);

/// Removes an object, or marks it for whoever has to finish the removal (finalizers, the kubelet).
/// Returns what is left of it, or null when it is gone. `options` is a DeleteOptions object.
ObjectPtr remove(Cluster& cluster, const Kind& kind, const ObjectPtr& object, const Json& options);

} // namespace kspark::sandbox
