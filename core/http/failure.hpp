// SPDX-License-Identifier: Apache-2.0
// Why no complete answer came, in kubectl's words.
#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/http/address.hpp"

#include <string>

namespace kspark::http {

struct Failure {
    enum class Kind {
        Refused,
        ConnectTimeout, ///< no connection within the time for connecting
        Timeout,        ///< the whole exchange took too long
        Resolve,        ///< no address for the server's name
        ResolveProxy,
        ProxyAnswer, ///< the proxy said no to CONNECT
        Tls,
        Identity,    ///< our own certificate or key
        Authorities, ///< the certificate authorities given
        Cut,
        Other
    };
    Kind kind = Kind::Other;
    std::string detail = {};   ///< the library's words
    std::string names = {};    ///< what the server's certificate is valid for, when known
    std::string tls_name = {}; ///< what it had to be valid for
    int proxy_status = 0;      ///< of ProxyAnswer
    bool answer_began = false;
    core::Duration timeout = core::Duration::zero();
};

/// `proxy` is empty when none is used.
core::Error failure_error(const Failure& failure, const Address& server, const std::string& proxy,
                          const std::string& method, const std::string& target);

} // namespace kspark::http
