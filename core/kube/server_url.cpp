// SPDX-License-Identifier: Apache-2.0
// Addresses as they stand in a kubeconfig. What does not belong into one (spaces, control
// characters) is refused here, so that nothing behind has to quote it.
#include "core/kube/server_url.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kspark::kube {
namespace {

/// Or empty.
bool is_port(std::string_view text) {
    constexpr int kHighest = 65535;
    int number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || number > kHighest) return false;
        number = number * 10 + (c - '0');
    }
    return number <= kHighest;
}

core::Error malformed() {
    return {core::Code::Invalid, "not a URL"};
}

/// Splits "host:port" or "[v6]:port".
core::Status split_authority(std::string_view authority, ServerUrl& url) {
    std::string_view rest;
    if (authority.substr(0, 1) == "[") {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return malformed();
        url.host = authority.substr(1, end - 1);
        rest = authority.substr(end + 1);
    } else {
        const auto colon = authority.find(':');
        url.host = authority.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
    }
    if (url.host.empty() || (!rest.empty() && rest[0] != ':')) return malformed();
    url.port = rest.empty() ? rest : rest.substr(1);
    if (!is_port(url.port)) return malformed();
    return {};
}

} // namespace

std::string ServerUrl::authority() const {
    std::string result = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (!port.empty()) result += ":" + port;
    return result;
}

std::string ServerUrl::text() const {
    return scheme + "://" + authority() + path;
}

core::Result<ServerUrl> parse_url(std::string_view text) {
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
    const auto colon = text.find("://");
    if (!printable || colon == std::string_view::npos || colon == 0) return malformed();
    ServerUrl url;
    url.scheme = core::lower(text.substr(0, colon));
    if (!std::all_of(url.scheme.begin(), url.scheme.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
                   c == '.';
        }))
        return malformed();
    text.remove_prefix(colon + 3);
    text = text.substr(0, text.find_first_of("?#"));
    const auto slash = text.find('/');
    std::string_view authority = text.substr(0, slash);
    if (slash != std::string_view::npos) url.path = text.substr(slash);
    while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        url.userinfo = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    KSPARK_TRY(split_authority(authority, url));
    return url;
}

} // namespace kspark::kube
