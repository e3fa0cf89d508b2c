// SPDX-License-Identifier: Apache-2.0
// OpenSSL's objects with owners, and the way from PEM to them.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace kspark::test {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* pointer) const {
        free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

inline Bio read_from(const std::string& text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// nullptr when it is none.
inline Certificate read_certificate(const std::string& pem) {
    return Certificate(PEM_read_bio_X509(read_from(pem).get(), nullptr, nullptr, nullptr));
}
inline Key read_key(const std::string& pem) {
    return Key(PEM_read_bio_PrivateKey(read_from(pem).get(), nullptr, nullptr, nullptr));
}

} // namespace kspark::test
