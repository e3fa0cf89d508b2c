// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

struct ssl_st;

namespace kspark::sandbox {

struct KeyPair {
    std::string certificate; ///< PEM
    std::string key;         ///< PEM
};

/// A new authority that signs for itself.
KeyPair make_authority();
/// A server's certificate for localhost and 127.0.0.1, or, with `user`, a client's for that name.
KeyPair sign(const KeyPair& authority, const std::string& user = {});

/// Sets a server's TLS context up (an SSL_CTX*): its key, and clients' certificates asked for but
/// not demanded. False when OpenSSL refuses.
bool prepare_tls(void* context, const KeyPair& server, const KeyPair& authority);
/// The common name of the client's certificate, or empty when it sent none.
std::string client_name(const ssl_st* connection);

} // namespace kspark::sandbox
