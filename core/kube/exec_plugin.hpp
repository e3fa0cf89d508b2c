// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/credentials.hpp"

namespace kspark::kube {

/// The value of KUBERNETES_EXEC_INFO.
std::string exec_info(const ExecPlugin& plugin, const Cluster& cluster, bool interactive);

/// What a plugin printed.
struct ExecCredential {
    http::Credentials credentials;
    std::optional<core::Time> expires;
};
/// Errors never repeat what was printed: it may hold a token.
core::Result<ExecCredential> parse_exec_credential(std::string_view output,
                                                   const ExecPlugin& plugin);

/// Runs the plugin when credentials are first asked for, and keeps them until they expire or are
/// refused.
http::CredentialSource make_exec_source(const Connection& connection,
                                        const core::Environment& environment, core::Clock& clock,
                                        Terminal terminal);

} // namespace kspark::kube
