// SPDX-License-Identifier: Apache-2.0
// What goes over the wire around a body, as plain values: the part of the transport that needs no
// library.
#pragma once

#include "core/base/system.hpp"
#include "core/http/address.hpp"
#include "core/http/curl_transport.hpp"

namespace kspark::http {

/// Invalid when a part of the request would change the meaning of what is sent: control bytes in a
/// header, a target that is no path.
core::Status check_request(const Request& request);
/// The same for the value of the Authorization header; the message does not show it.
core::Status check_credentials(const Credentials& credentials);

/// The request's headers and those of the connection. Without https nobody is told who asks.
std::vector<Header> headers_to_send(const Request& request, const Endpoint& endpoint,
                                    const Address& address, const Credentials& credentials);

/// Whom this machine trusts, found as Go finds it: the file $SSL_CERT_FILE, else `preferred` when
/// it exists, else the first of those that Linux distributions use; and the certificates of all
/// files in the directories of $SSL_CERT_DIR, or, where there is no such file, of the usual
/// directories.
struct Authorities {
    std::string file; ///< the only place, or empty
    std::string pem;  ///< the certificates themselves, where they come from several places
};
Authorities system_authorities(const core::Environment& environment, const std::string& preferred);

/// Puts an answer's head together from its lines; interim answers (1xx) and trailers are left out.
class HeadReader {
public:
    /// One line with or without its line end. False: the head is larger than a head can be.
    bool line(std::string_view text);
    bool complete() const { return complete_; }
    const Response& response() const { return response_; }

private:
    Response response_;
    std::size_t bytes_ = 0;
    bool complete_ = false;
};

/// "kube.test, 10.0.0.1" from "DNS:kube.test, IP Address:10.0.0.1".
std::string certificate_names(std::string_view subject_alternative_name);

} // namespace kspark::http
