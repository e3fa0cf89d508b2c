// SPDX-License-Identifier: Apache-2.0
// The seam to the network. All requests of a process are transfers of one loop: start() begins one,
// poll() moves them all and calls back. Nothing here knows Kubernetes.
#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::http {

struct Header {
    std::string name; ///< compared without case
    std::string value;
};

struct Request {
    std::string method = "GET";
    /// Path and query below the server's own prefix, encoded: "/api/v1/namespaces?limit=500".
    std::string target;
    std::vector<Header> headers = {};
    std::string body = {};
    /// Of the whole exchange; zero: none (streams).
    core::Duration timeout = core::Duration::zero();
};

struct Response {
    int status = 0;
    std::vector<Header> headers = {};
    std::string body = {};

    /// The first header of that name, or empty.
    std::string header(std::string_view name) const;
};

/// What a transfer calls, from poll() only. After done() nothing more is called. A handler may
/// start and cancel transfers, but not poll().
struct Handler {
    /// Status line and headers arrived (1xx left out).
    std::function<void(const Response&)> head = {};
    /// A piece of the body, decoded. Blocking here slows the sender: this is the back pressure.
    std::function<void(std::string_view)> data = {};
    /// The end. An error means that no complete answer came: Unreachable (never connected, TLS
    /// refused), Failed (cut while receiving), Timeout.
    std::function<void(core::Status)> done = {};
};

using TransferId = std::uint64_t;

class Transport {
public:
    virtual ~Transport();
    virtual TransferId start(Request request, Handler handler) = 0;
    /// The transfer ends without done(). Unknown ids are ignored.
    virtual void cancel(TransferId id) = 0;
    /// Waits until something happened, at most `limit`, and calls the handlers. Interrupted when
    /// the user pressed Ctrl-C.
    virtual core::Status poll(core::Duration limit) = 0;

    /// One request and its whole answer, at most `body_limit` bytes of it.
    core::Result<Response> send(Request request, std::size_t body_limit = 64u << 20);
};

} // namespace kspark::http
