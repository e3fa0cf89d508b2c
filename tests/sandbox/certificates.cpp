// SPDX-License-Identifier: Apache-2.0
// A little public key infrastructure, made anew at each start: an authority, the server's
// certificate and clients'. Elliptic curves, since making RSA keys takes a visible time.
#include "tests/sandbox/certificates.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace kspark::sandbox {

namespace {
template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

std::string text_of(BIO* memory) {
    const char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

KeyPair to_pem(X509* certificate, EVP_PKEY* key) {
    const Memory first(BIO_new(BIO_s_mem()));
    const Memory second(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(first.get(), certificate);
    PEM_write_bio_PrivateKey(second.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(first.get()), text_of(second.get())};
}

Certificate read_certificate(const std::string& pem) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

Key read_key(const std::string& pem) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
}

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    if (!extension) throw std::runtime_error("cannot make a certificate");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/// An unsigned certificate for this name and key, good for a year.
Certificate blank(const std::string& name, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365L * 24 * 3600);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return certificate;
}
} // namespace

KeyPair make_authority() {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = blank("kubectl-spark-sandbox", key.get());
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    extend(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign");
    extend(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    return to_pem(certificate.get(), key.get());
}

KeyPair sign(const KeyPair& authority, const std::string& user) {
    const Certificate issuer = read_certificate(authority.certificate);
    const Key issuer_key = read_key(authority.key);
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = blank(user.empty() ? "localhost" : user, key.get());
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    extend(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid");
    extend(certificate.get(), issuer.get(), NID_ext_key_usage,
           user.empty() ? "serverAuth" : "clientAuth");
    if (user.empty())
        extend(certificate.get(), issuer.get(), NID_subject_alt_name,
               "DNS:localhost,IP:127.0.0.1,IP:::1");
    X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
    return to_pem(certificate.get(), key.get());
}

bool prepare_tls(void* context, const KeyPair& server, const KeyPair& authority) {
    auto* tls = static_cast<SSL_CTX*>(context);
    const Certificate certificate = read_certificate(server.certificate);
    const Key key = read_key(server.key);
    const Certificate root = read_certificate(authority.certificate);
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
