// SPDX-License-Identifier: Apache-2.0
// Which proxy a server is reached through. libcurl would read other variables than kubectl does and
// would also send what is meant for localhost to a proxy; so it is decided here, and the transport
// is told the answer.
#include "core/kube/proxy.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace kspark::kube {
namespace {

/// An address in 16 bytes; IPv4 as IPv4-mapped IPv6, as Go compares them.
using Address = std::array<unsigned char, 16>;

std::optional<Address> parse_address(const std::string& text) {
    Address address{};
    if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
    if (inet_pton(AF_INET, text.c_str(), address.data() + 12) != 1) return std::nullopt;
    address[10] = address[11] = 0xff;
    return address;
}

bool is_v4(const Address& address) {
    constexpr std::array<unsigned char, 12> prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(prefix.begin(), prefix.end(), address.begin());
}

bool is_loopback(const Address& address) {
    constexpr Address v6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return address == v6 || (is_v4(address) && address[12] == 127);
}

bool in_network(const Address& address, const std::string& cidr) {
    const auto slash = cidr.find('/');
    const auto network = parse_address(cidr.substr(0, slash));
    int bits = -1;
    const char* const end = cidr.data() + cidr.size();
    const auto parsed = std::from_chars(cidr.data() + slash + 1, end, bits);
    if (!network || parsed.ec != std::errc{} || parsed.ptr != end || bits < 0) return false;
    if (is_v4(*network) != is_v4(address)) return false;
    if (is_v4(*network)) bits += 96;
    for (std::size_t i = 0; i < address.size(); ++i) {
        const int left = bits - static_cast<int>(i) * 8;
        if (left <= 0) break;
        const auto mask = static_cast<unsigned char>(left >= 8 ? 0xff : 0xff << (8 - left));
        if ((address[i] & mask) != ((*network)[i] & mask)) return false;
    }
    return true;
}

/// "host", "host:port", "[v6]:port" or "v6" of NO_PROXY.
std::pair<std::string, std::string> split_port(const std::string& entry) {
    const auto colon = entry.rfind(':');
    const bool bracketed = entry.front() == '[';
    if (bracketed) {
        const auto end = entry.find(']');
        if (end == std::string::npos) return {entry, ""};
        return {entry.substr(1, end - 1), colon > end && colon != std::string::npos
                                              ? entry.substr(colon + 1)
                                              : std::string()};
    }
    if (colon == std::string::npos || entry.find(':') != colon) return {entry, ""};
    return {entry.substr(0, colon), entry.substr(colon + 1)};
}

bool matches_domain(const std::string& host, std::string domain) {
    if (domain.substr(0, 2) == "*.") domain.erase(0, 1);
    if (domain.front() != '.') {
        if (host == domain) return true;
        domain.insert(0, ".");
    }
    return host.size() > domain.size() &&
           host.compare(host.size() - domain.size(), domain.size(), domain) == 0;
}

/// Whether one entry of NO_PROXY takes the server out.
bool excludes(std::string entry, const std::string& host, const std::optional<Address>& address,
              const std::string& server_port) {
    entry = core::lower(core::trim(entry));
    if (entry.empty()) return false;
    if (entry == "*") return true;
    if (entry.find('/') != std::string::npos) return address && in_network(*address, entry);
    const auto [name, port] = split_port(entry);
    if (name.empty() || (!port.empty() && port != server_port)) return false;
    if (const auto excluded = parse_address(name)) return address == excluded;
    return matches_domain(host, name);
}

std::string first_set(const core::Environment& environment, const std::string& upper) {
    const std::string value = environment.value(upper);
    return value.empty() ? environment.value(core::lower(upper)) : value;
}

} // namespace

core::Result<std::string> parse_proxy(const std::string& text) {
    auto url = parse_url(text.find("://") == std::string::npos ? "http://" + text : text);
    // The address may carry a password, so it is not repeated here.
    if (!url) return core::Error{core::Code::Invalid, "could not parse it as a URL"};
    if (url->scheme != "http" && url->scheme != "https" && url->scheme != "socks5")
        return core::Error{
            core::Code::Invalid,
            fmt::format("unsupported scheme \"{}\", must be http, https, or socks5", url->scheme)};
    const std::string user = url->userinfo.empty() ? "" : url->userinfo + "@";
    return url->scheme + "://" + user + url->authority();
}

core::Result<std::string> environment_proxy(const ServerUrl& server,
                                            const core::Environment& environment) {
    const std::string name = server.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY";
    const std::string proxy = first_set(environment, name);
    if (proxy.empty()) return std::string();

    const std::string host = core::lower(server.host);
    const auto address = parse_address(host);
    if (host == "localhost" || (address && is_loopback(*address))) return std::string();
    const std::string port = !server.port.empty()       ? server.port
                             : server.scheme == "https" ? "443"
                                                        : "80";
    for (const auto& entry : core::split(first_set(environment, "NO_PROXY"), ','))
        if (excludes(entry, host, address, port)) return std::string();

    auto parsed = parse_proxy(proxy);
    if (!parsed) return std::move(parsed).error().during("environment variable " + name);
    return parsed;
}

} // namespace kspark::kube
