// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kspark::http {

/// The parts of "https://[::1]:6443/prefix". The text was checked where it was read.
struct Address {
    std::string scheme;
    std::string host;   ///< with the brackets of an IPv6 address
    std::string port;   ///< the scheme's when none is written
    std::string prefix; ///< without a slash at the end

    std::string authority() const { return host + ":" + port; }
};
Address parse_address(std::string_view url);

/// A proxy's URL fit to be shown: without user and password.
std::string without_userinfo(std::string_view url);

} // namespace kspark::http
