// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/http/curl_transport.hpp"
#include "core/kube/kubeconfig.hpp"

namespace kspark::kube {

/// What the credential source may use of the terminal.
struct Terminal {
    bool input_is_terminal = false;
    bool input_is_used = false; ///< the command itself reads standard input (-f -)
    bool may_prompt = true;     ///< false in completion
    core::Duration limit = core::Duration::zero(); ///< of all that is asked; zero: none
};

/// Turns a user into credentials: static ones, a token file (read again every minute, the last good
/// one kept), or an exec plugin (run when first needed, kept until it expires or is refused).
/// Nothing is sent to a server that is not https. A refresh reads the file or runs the plugin
/// again; static credentials stay what they are.
http::CredentialSource make_credential_source(const Connection& connection,
                                              const core::Environment& environment,
                                              core::Clock& clock, Terminal terminal);

/// The headers of --as; values were checked by load_connection, keys are escaped.
std::vector<http::Header> impersonation_headers(const Impersonation& impersonation);

} // namespace kspark::kube
