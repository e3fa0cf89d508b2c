// SPDX-License-Identifier: Apache-2.0
// --as and its relatives as headers.
#include "core/kube/credentials.hpp"

#include <fmt/format.h>

#include <cctype>

namespace kspark::kube {
namespace {

/// A key of user-extra may be any text; in the name of a header it is percent-encoded.
std::string escape_key(std::string_view key) {
    constexpr std::string_view allowed = "!#$&'*+-.^_`|~";
    std::string escaped;
    for (const char c : key) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && (std::isalnum(byte) != 0 || allowed.find(c) != std::string_view::npos))
            escaped += c;
        else
            escaped += fmt::format("%{:02X}", byte);
    }
    return escaped;
}

} // namespace

std::vector<http::Header> impersonation_headers(const Impersonation& impersonation) {
    std::vector<http::Header> headers;
    if (impersonation.user.empty()) return headers;
    headers.push_back({"Impersonate-User", impersonation.user});
    if (!impersonation.uid.empty()) headers.push_back({"Impersonate-Uid", impersonation.uid});
    for (const auto& group : impersonation.groups) headers.push_back({"Impersonate-Group", group});
    for (const auto& [key, value] : impersonation.extra)
        headers.push_back({"Impersonate-Extra-" + escape_key(key), value});
    return headers;
}

} // namespace kspark::kube
