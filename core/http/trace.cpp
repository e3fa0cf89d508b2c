// SPDX-License-Identifier: Apache-2.0
// Traces end up in tickets and CI logs: what proves who we are is masked at every level, and the
// contents of Secrets and tokens are never shown.
#include "core/http/trace.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kspark::http {
namespace {

constexpr std::size_t kMostAtLevel8 = 1024;

bool is_secret(const std::string& url) {
    const std::string path = core::lower(url.substr(0, url.find('?')));
    return path.find("/secrets") != std::string::npos || path.ends_with("/token") ||
           path.find("tokenreviews") != std::string::npos;
}

} // namespace

std::string masked(const Header& header) {
    static constexpr std::array kSecret{"authorization", "proxy-authorization", "cookie",
                                        "set-cookie"};
    const std::string name = core::lower(header.name);
    if (std::find(kSecret.begin(), kSecret.end(), name) == kSecret.end()) return header.value;
    const auto blank = header.value.find(' ');
    const bool has_scheme = name.ends_with("authorization") && blank != std::string::npos;
    return has_scheme ? header.value.substr(0, blank) + " <masked>" : "<masked>";
}

void Tracer::request(const std::string& method, const std::string& url,
                     const std::vector<Header>& headers, std::string_view body) const {
    if (!at(7)) return;
    trace_(fmt::format("{} {}", method, url));
    trace_("Request Headers:");
    for (const Header& header : headers)
        trace_(fmt::format("    {}: {}", header.name, masked(header)));
    if (!body.empty()) content("Request Body", url, body);
}

void Tracer::answer(const std::string& method, const std::string& url, const Response& head,
                    core::Duration took) const {
    if (!at(6)) return;
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    trace_(fmt::format("{} {} {} in {} milliseconds", method, url, head.status, milliseconds));
    if (!at(7)) return;
    trace_("Response Headers:");
    for (const Header& header : head.headers)
        trace_(fmt::format("    {}: {}", header.name, masked(header)));
}

void Tracer::body(const std::string& url, std::string_view piece) const {
    content("Response Body", url, piece);
}

void Tracer::failure(const std::string& method, const std::string& url,
                     const std::string& why) const {
    if (at(6)) trace_(fmt::format("{} {} failed: {}", method, url, why));
}

void Tracer::content(std::string_view title, const std::string& url, std::string_view text) const {
    if (!at(8)) return;
    if (is_secret(url)) return trace_(fmt::format("{}: <masked>", title));
    const std::string_view shown = at(9) ? text : text.substr(0, kMostAtLevel8);
    trace_(fmt::format("{}: {}{}", title, shown,
                       shown.size() < text.size()
                           ? fmt::format(" [truncated {} chars]", text.size() - shown.size())
                           : ""));
}

} // namespace kspark::http
