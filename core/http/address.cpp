// SPDX-License-Identifier: Apache-2.0
// Takes URLs apart as far as a connection needs it.
#include "core/http/address.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kspark::http {

Address parse_address(std::string_view url) {
    Address address;
    const auto colon = url.find("://");
    address.scheme = colon == std::string_view::npos ? "https" : core::lower(url.substr(0, colon));
    if (colon != std::string_view::npos) url.remove_prefix(colon + 3);
    const auto slash = std::min(url.find('/'), url.size());
    address.prefix = std::string(url.substr(slash));
    while (!address.prefix.empty() && address.prefix.back() == '/') address.prefix.pop_back();
    const std::string_view authority = url.substr(0, slash);
    const auto port = authority.rfind(':');
    const bool has_port =
        port != std::string_view::npos && authority.find(']', port) == std::string_view::npos;
    address.host = std::string(has_port ? authority.substr(0, port) : authority);
    address.port = has_port ? std::string(authority.substr(port + 1)) : "";
    if (address.port.empty()) address.port = address.scheme == "http" ? "80" : "443";
    return address;
}

std::string without_userinfo(std::string_view url) {
    const auto colon = url.find("://");
    const auto begin = colon == std::string_view::npos ? 0 : colon + 3;
    const auto slash = std::min(url.find('/', begin), url.size());
    const auto at = url.substr(0, slash).rfind('@');
    if (at == std::string_view::npos || at < begin) return std::string(url);
    return std::string(url.substr(0, begin)) + std::string(url.substr(at + 1));
}

} // namespace kspark::http
