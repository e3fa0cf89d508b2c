// SPDX-License-Identifier: Apache-2.0
// Credentials that are asked for at every request: what lies in files may have been renewed since
// the last one.
#include "core/kube/credentials.hpp"

#include "core/base/text.hpp"
#include "core/kube/exec_plugin.hpp"
#include "core/kube/header_value.hpp"

#include <memory>

namespace kspark::kube {
namespace {

// kubectl keeps a token for a minute and renews it ten seconds early.
constexpr core::Duration kTokenAge = std::chrono::seconds(50);
constexpr core::Duration kCertificateAge = std::chrono::seconds(1);
constexpr std::size_t kFileLimit = 1u << 20;

/// Static credentials, and those in files.
class FileSource {
public:
    FileSource(const User& user, core::Clock& clock)
        : user_(user), clock_(clock), token_read_(clock.monotonic()),
          certificate_read_(clock.monotonic()) {
        // The connection has the token as it was a moment ago, or the one to fall back on.
        if (!user_.token_file.empty()) read_token();
    }

    core::Result<http::Credentials> ask(bool refresh) {
        const core::Duration now = clock_.monotonic();
        if (!user_.token_file.empty() && (refresh || now - token_read_ >= kTokenAge)) {
            token_read_ = now;
            read_token();
        }
        if (now - certificate_read_ >= kCertificateAge) {
            certificate_read_ = now;
            read_certificate();
        }
        http::Credentials credentials;
        if (!user_.token.empty())
            credentials.authorization = "Bearer " + user_.token;
        else if (!user_.username.empty())
            credentials.authorization =
                "Basic " + core::encode_base64(user_.username + ":" + user_.password);
        credentials.certificate_pem = user_.certificate_pem;
        credentials.key_pem = user_.key_pem;
        return credentials;
    }

private:
    /// An unreadable file, an empty one and one that cannot be sent leave the last good token.
    void read_token() {
        const auto text = core::read_file(user_.token_file, kFileLimit);
        const std::string token(text ? core::trim(*text) : std::string_view{});
        if (!token.empty() && check_header_value(token, "")) user_.token = token;
    }
    /// Both or none: a certificate that has been replaced before its key is not used alone.
    void read_certificate() {
        if (user_.certificate_file.empty() || user_.key_file.empty()) return;
        auto certificate = core::read_file(user_.certificate_file, kFileLimit);
        auto key = core::read_file(user_.key_file, kFileLimit);
        if (!certificate || !key || certificate->empty() || key->empty()) return;
        user_.certificate_pem = std::move(*certificate);
        user_.key_pem = std::move(*key);
    }

    User user_;
    core::Clock& clock_;
    core::Duration token_read_, certificate_read_;
};

} // namespace

http::CredentialSource make_credential_source(const Connection& connection,
                                              const core::Environment& environment,
                                              core::Clock& clock, Terminal terminal) {
    if (connection.cluster.server.compare(0, 8, "https://") != 0)
        return [](bool) -> core::Result<http::Credentials> { return http::Credentials{}; };
    if (connection.user.exec) return make_exec_source(connection, environment, clock, terminal);
    auto source = std::make_shared<FileSource>(connection.user, clock);
    return [source](bool refresh) { return source->ask(refresh); };
}

} // namespace kspark::kube
