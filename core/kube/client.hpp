// SPDX-License-Identifier: Apache-2.0
// The Kubernetes API over a Transport: calls one by one or many at once, paged lists, watches that
// do not end. Answers of kind Status become errors in kubectl's words.
#pragma once

#include "core/kube/resource.hpp"

#include <functional>
#include <memory>

namespace kspark::kube {

/// Fills in what every request of this client carries.
struct ClientOptions {
    std::vector<http::Header> headers = {}; ///< impersonation, user agent
    core::Duration request_timeout = core::Duration::zero();
    /// Called once for each distinct Warning header.
    std::function<void(std::string_view)> warning = {};
};

struct ListResult {
    std::string resource_version;
    std::size_t count = 0;
};

/// Added: also for every object that is there when the watch begins. Synced: everything that was
/// there has been told; comes again after the server made the client start over: before it
/// everything that is still there is told again (Modified) and what went unseen is told as Deleted.
/// The handler may make calls and stop watches.
struct WatchEvent {
    enum class Kind { Added, Modified, Deleted, Synced, Failed } kind;
    /// When Deleted the last known state, of which only metadata's name, namespace, uid and labels
    /// are certain to be there.
    const data::Json* object = nullptr;
    const core::Error* error =
        nullptr; ///< when Failed: the watch has given up (401, 403, 404, ...)
};
using WatchHandler = std::function<void(const WatchEvent&)>;

class Client {
public:
    Client(http::Transport& transport, core::Clock& clock, ClientOptions options = {});
    ~Client();

    /// One call, its answer parsed.
    core::Result<data::Json> call(const Call& call);
    /// Many calls, at most `parallel` at a time; answers in the order of the calls. `each` (may be
    /// empty) is told of every answer as it comes and may stop the calls not yet started by
    /// returning false; those answer Interrupted.
    std::vector<core::Result<data::Json>>
    call_all(const std::vector<Call>& calls, int parallel = 16,
             const std::function<bool(std::size_t, const core::Result<data::Json>&)>& each = {});

    /// All objects, page by page (500), handed over one by one while they arrive; `item` may make
    /// calls. An expired continue token falls back to one full list. `drop`: keys whose values are
    /// left out wherever they stand ("managedFields").
    core::Result<ListResult> list(const Reference& reference, const Selection& selection,
                                  const std::function<core::Status(data::Json)>& item,
                                  const std::vector<std::string>& drop = {"managedFields"});

    /// Lists, then watches, from poll() on until stop_watch(): resumes at the last resourceVersion,
    /// lists again after 410, backs off between failures. An unreachable server is Failed only as
    /// long as it has never answered this client.
    using WatchId = std::uint64_t;
    WatchId watch(const Reference& reference, const Selection& selection, WatchHandler handler);
    void stop_watch(WatchId id);
    /// Moves all watches and streams; returns after something happened or after `limit`.
    core::Status poll(core::Duration limit);

    /// A body that is no JSON, e.g. a log. The handler's head is called with status 200 only; other
    /// answers come as done(error).
    http::TransferId stream(const Call& call, http::Handler handler);
    void cancel(http::TransferId id);

    /// When a connection failed last, by the monotonic clock: a 403 soon after it may be that of a
    /// server that has just started and does not know the roles yet.
    std::optional<core::Duration> broken_at() const;
    core::Clock& clock() { return clock_; }
    /// The time by the server's clock, as its answers tell it (Date): what its timestamps are to be
    /// compared with. Until it has answered, and while the two clocks agree, this machine's.
    core::Time server_now() const;

    /// Of each call and list from now on; zero: none. Returns the one that was there.
    core::Duration set_request_timeout(core::Duration timeout);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    core::Clock& clock_;
};

/// The error that an answer other than 2xx stands for. `call` gives the words for bodies that are
/// no Status.
core::Error error_of(const http::Response& response, const Call& call);

} // namespace kspark::kube
