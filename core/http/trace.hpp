// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/http/curl_transport.hpp"

namespace kspark::http {

/// Tells of one exchange after the other what -v asks for, secrets masked.
class Tracer {
public:
    Tracer(Trace trace, int verbosity) : trace_(std::move(trace)), verbosity_(verbosity) {}

    void request(const std::string& method, const std::string& url,
                 const std::vector<Header>& headers, std::string_view body) const;
    void answer(const std::string& method, const std::string& url, const Response& head,
                core::Duration took) const;
    void body(const std::string& url, std::string_view piece) const;
    void failure(const std::string& method, const std::string& url, const std::string& why) const;

private:
    bool at(int level) const { return trace_ && verbosity_ >= level; }
    void content(std::string_view title, const std::string& url, std::string_view text) const;

    Trace trace_;
    int verbosity_;
};

/// The value of a header fit to be shown: "Bearer <masked>".
std::string masked(const Header& header);

} // namespace kspark::http
