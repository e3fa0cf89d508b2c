// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/certificates.hpp"

#include <string>

struct ssl_st;

namespace kspark::sandbox {

/// Sets a server's TLS context up (an SSL_CTX*): its key, and clients' certificates asked for but
/// not demanded. False when OpenSSL refuses.
bool prepare_tls(void* context, const test::Identity& server, const test::Identity& authority);
/// The common name of the client's certificate, or empty when it sent none.
std::string client_name(const ssl_st* connection);

} // namespace kspark::sandbox
