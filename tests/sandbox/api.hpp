// SPDX-License-Identifier: Apache-2.0
// The API without its sockets: a request in, an answer or a stream out.
#pragma once

#include "tests/sandbox/cluster.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace kspark::sandbox {

struct Request {
    std::string method;
    std::string path;
    std::map<std::string, std::string> query = {};
    std::string body = {};
    std::string content_type = {};
    std::string accept = {};
    std::string user_agent = {};
    std::string user = {}; ///< "" is anonymous
    std::string host = {};

    std::string parameter(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second;
    }
    bool asks(const std::string& name) const {
        const std::string value = parameter(name);
        return value == "true" || value == "1";
    }
};

/// A watch or a followed log: read until it ends.
class Stream {
public:
    virtual ~Stream() = default;
    /// What there is to send now, perhaps nothing. The mutex of the cluster is held.
    virtual std::string read() = 0;
    virtual bool ended() const = 0;
};

struct Answer {
    int code = 200;
    std::string body = {};
    std::string content_type = "application/json";
    std::map<std::string, std::string> headers = {};
    std::vector<std::string> warnings = {};
    std::shared_ptr<Stream> stream = {}; ///< instead of the body
};

/// Where a path of the API leads.
struct Target {
    const Kind* kind = nullptr;
    std::string name_space = {};
    std::string name = {};
    std::string subresource = {};
};
/// Nothing when the path is not one of a resource.
std::optional<Target> parse_target(const std::string& path);

/// The number in a parameter; 0 when it is not there, nothing when it is no number.
std::optional<std::uint64_t> number_of(const std::string& text);
/// Go's words about a body that is not JSON.
std::string json_error(const std::string& body);

/// Locks the cluster, authorises, acts.
Answer handle(Cluster& cluster, const Request& request);

// Its parts; the mutex is held, and a Refusal may be thrown.
Answer list(Cluster& cluster, const Target& target, const Request& request);
Answer watch(Cluster& cluster, const Target& target, const Request& request);
Answer pod_log(Cluster& cluster, const Target& target, const Request& request);
Answer write(Cluster& cluster, const Target& target, const Request& request);
/// What the web UI of a driver answers; nothing when the path is not that of a proxy.
std::optional<Answer> proxy(Cluster& cluster, const Request& request);
/// Discovery, the version and the like; nothing for an unknown path.
std::optional<Answer> discovery(const Request& request);

} // namespace kspark::sandbox
