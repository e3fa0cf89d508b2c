// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace kspark::kube {

/// The parts of a server's or a proxy's address.
struct ServerUrl {
    std::string scheme;   ///< lower case
    std::string userinfo; ///< "user:password" or empty
    std::string host;     ///< without brackets
    std::string port;     ///< empty: the scheme's
    std::string path;     ///< without a slash at the end

    /// "host:port"; brackets around an IPv6 address.
    std::string authority() const;
    /// "https://host:port/prefix", without userinfo.
    std::string text() const;
};

/// Parses "scheme://[userinfo@]host[:port][/path][?query][#fragment]"; query and fragment are
/// dropped. Invalid when it is no such thing.
core::Result<ServerUrl> parse_url(std::string_view text);

} // namespace kspark::kube
