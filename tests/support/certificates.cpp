// SPDX-License-Identifier: Apache-2.0
// Elliptic curve keys, since making RSA keys would take longer than the tests.
#include "tests/support/certificates.hpp"

#include "core/base/text.hpp"
#include "tests/support/openssl.hpp"

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <random>
#include <stdexcept>

namespace kspark::test {
namespace {

std::string text_of(const Bio& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, X509* issuer, int extension, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str());
    if (made == nullptr) throw std::runtime_error("bad certificate extension " + value);
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

Certificate blank(const Key& key, const Subject& subject) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()),
                     static_cast<long>(std::random_device{}() >> 1));
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), subject.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), subject.valid_to);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(subject.common_name.c_str()),
                               -1, -1, 0);
    return certificate;
}

Identity written(const Key& key, const Certificate& certificate) {
    const Bio certificate_text(BIO_new(BIO_s_mem())), key_text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_text.get(), certificate.get());
    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(certificate_text), text_of(key_text)};
}

} // namespace

Identity make_authority(const std::string& name) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = blank(key, {name, {}});
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    extend(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    return written(key, certificate);
}

Identity issue(const Identity& authority, const Subject& subject) {
    const Certificate issuer = read_certificate(authority.certificate_pem);
    const Key issuer_key = read_key(authority.key_pem);
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = blank(key, subject);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    extend(certificate.get(), issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth");
    if (!subject.names.empty())
        extend(certificate.get(), issuer.get(), NID_subject_alt_name,
               core::join(subject.names, ","));
    X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
    return written(key, certificate);
}

} // namespace kspark::test
