// SPDX-License-Identifier: Apache-2.0
// OpenSSL's side of the server: its own certificate, and whose certificate a client has shown.
#include "tests/sandbox/tls.hpp"

#include "tests/support/openssl.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace kspark::sandbox {

bool prepare_tls(void* context, const test::Identity& server, const test::Identity& authority) {
    auto* tls = static_cast<SSL_CTX*>(context);
    const test::Certificate certificate = test::read_certificate(server.certificate_pem);
    const test::Key key = test::read_key(server.key_pem);
    const test::Certificate root = test::read_certificate(authority.certificate_pem);
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, nullptr);
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), root.get()) == 1 &&
           SSL_CTX_add_client_CA(tls, root.get()) == 1 &&
           SSL_CTX_use_certificate(tls, certificate.get()) == 1 &&
           SSL_CTX_use_PrivateKey(tls, key.get()) == 1;
}

std::string client_name(const ssl_st* connection) {
    const X509* certificate = connection ? SSL_get0_peer_certificate(connection) : nullptr;
    if (!certificate) return {};
    char name[256] = {};
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                               name, sizeof name);
    return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : std::string();
}

} // namespace kspark::sandbox
