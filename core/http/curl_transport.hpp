// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/system.hpp"
#include "core/http/transport.hpp"

#include <functional>
#include <memory>

namespace kspark::http {

/// Everything a connection needs that does not change while the process runs. Credentials that can
/// change are asked for at each request.
struct Endpoint {
    std::string server;          ///< "https://host:port/prefix"
    std::string tls_server_name; ///< SNI and the name that the certificate must have; empty: host
    bool insecure_skip_tls_verify = false;
    std::string ca_pem; ///< only these authorities; empty: the system's
    std::string proxy;  ///< "http://", "https://" or "socks5://"; empty: none, the environment was
                        ///< read before
    bool disable_compression = false;
    std::string user_agent;
};

/// What is sent with a request to prove who asks.
struct Credentials {
    std::string authorization; ///< value of the header, or empty
    std::string certificate_pem = {};
    std::string key_pem = {};
};
/// `refresh` is true after a 401: the source should get new ones, if it can.
using CredentialSource = std::function<core::Result<Credentials>(bool refresh)>;

/// Receives one line per request and answer (verbosity as kubectl's -v: 6 the request line and
/// status, 7 headers, 8 bodies cut, 9 whole), secrets already masked.
using Trace = std::function<void(std::string_view line)>;

struct CurlOptions {
    CredentialSource credentials = {};
    Trace trace = {};
    int verbosity = 0;
    core::Duration connect_timeout = std::chrono::seconds(30);
};

/// libcurl's multi interface. Redirects are never followed; TLS 1.2 at least; a request that got
/// 401 is sent once more after CredentialSource was asked to refresh; 429 and 5xx with Retry-After
/// are retried as client-go does (up to 10 times).
std::unique_ptr<Transport> make_curl_transport(Endpoint endpoint, CurlOptions options);

} // namespace kspark::http
