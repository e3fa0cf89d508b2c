// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/system.hpp"
#include "core/kube/server_url.hpp"

namespace kspark::kube {

/// A proxy's address as written in a kubeconfig or an environment variable, without a scheme
/// perhaps; the schemes are http, https and socks5.
core::Result<std::string> parse_proxy(const std::string& text);

/// The proxy that the environment names for a server, by kubectl's rules, empty when none: upper
/// case before lower case, NO_PROXY with domains, ports, addresses and CIDRs, never for this
/// machine itself, ALL_PROXY not read.
core::Result<std::string> environment_proxy(const ServerUrl& server,
                                            const core::Environment& environment);

} // namespace kspark::kube
