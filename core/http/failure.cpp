// SPDX-License-Identifier: Apache-2.0
// The sentences are kubectl's where it has one, since people search for them.
#include "core/http/failure.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace kspark::http {
namespace {

using core::Code;
using core::Error;
using Kind = Failure::Kind;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// OpenSSL's words on the left, Go's on the right.
constexpr std::pair<std::string_view, std::string_view> kTlsWords[] = {
    {"certificate has expired",
     "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"},
    {"certificate is not yet valid",
     "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"},
    {"unable to get local issuer",
     "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
    {"unable to get issuer certificate",
     "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
    {"self-signed certificate",
     "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
    {"self signed certificate",
     "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
    {"unable to verify the first certificate",
     "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
    {"certificate signature failure",
     "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
    {"wrong version number", "tls: first record does not look like a TLS handshake"},
    {"packet length too long", "tls: first record does not look like a TLS handshake"},
    {"http request", "tls: first record does not look like a TLS handshake"},
    {"certificate required",
     "remote error: tls: certificate required (the server wants a client certificate)"},
    {"alert bad certificate", "remote error: tls: bad certificate (the server does not accept the "
                              "client certificate)"},
    {"alert unknown ca", "remote error: tls: unknown certificate authority (the server does not "
                         "accept the client certificate)"},
    {"alert certificate expired",
     "remote error: tls: expired certificate (the client certificate)"},
    {"alert protocol version", "remote error: tls: protocol version not supported (TLS 1.2 or "
                               "later is needed)"},
    {"unexpected eof", "EOF"},
    {"SSL_ERROR_SYSCALL", "EOF"},
};

std::string tls_words(const Failure& failure) {
    const bool wrong_name = contains(failure.detail, "no alternative certificate subject name") ||
                            contains(failure.detail, "does not match target host name");
    if (wrong_name)
        return fmt::format("tls: failed to verify certificate: x509: certificate is valid for {}, "
                           "not {}",
                           failure.names.empty() ? "other names" : failure.names, failure.tls_name);
    for (const auto& [theirs, ours] : kTlsWords)
        if (contains(failure.detail, theirs)) return std::string(ours);
    return "tls: " + failure.detail;
}

Error unable(const std::string& why) {
    return {Code::Unreachable, "Unable to connect to the server: " + why};
}

std::string seconds(core::Duration duration) {
    return fmt::format("{:g}s", std::chrono::duration<double>(duration).count());
}

Error cut(const Failure& failure, const Address& server, const std::string& method,
          const std::string& target) {
    if (failure.answer_began)
        return {Code::Failed, fmt::format("the connection to the server {} was cut while receiving "
                                          "the answer to {} {}: unexpected EOF",
                                          server.authority(), method, target)};
    if (method == "GET") return unable("EOF");
    return {Code::Failed, fmt::format("the connection to the server {} was cut before the answer "
                                      "to {} {} came: it may or may not have been done",
                                      server.authority(), method, target)};
}

Error timeout(const Failure& failure, const Address& server, const std::string& method,
              const std::string& target) {
    return {Code::Timeout,
            fmt::format("the server {} did not complete its answer to {} {} within {}",
                        server.authority(), method, target, seconds(failure.timeout))};
}

/// libcurl speaks of a file named "(memory blob)" and tells the two reasons in the same words.
std::string identity_words(const Failure& failure) {
    if (failure.detail.find("private key") == std::string::npos) return failure.detail;
    return "its private key cannot be read, or belongs to another certificate";
}

} // namespace

Error failure_error(const Failure& failure, const Address& server, const std::string& proxy,
                    const std::string& method, const std::string& target) {
    const std::string shown_proxy = without_userinfo(proxy);
    const std::string through = proxy.empty() ? "" : fmt::format("proxy {}: ", shown_proxy);
    switch (failure.kind) {
    case Kind::Refused:
        if (!proxy.empty()) return unable(through + "connection refused");
        return {Code::Unreachable, fmt::format("The connection to the server {} was refused - did "
                                               "you specify the right host or port?",
                                               server.authority())};
    case Kind::ConnectTimeout:
        return unable(fmt::format("{}dial tcp {}: i/o timeout", through, server.authority()));
    case Kind::Resolve:
        return unable(fmt::format("dial tcp: lookup {}: no such host", server.host));
    case Kind::ResolveProxy:
        return unable(through + "no such host");
    case Kind::ProxyAnswer:
        return unable(fmt::format(
            "{}answered {} to CONNECT {}{}", through, failure.proxy_status, server.authority(),
            failure.proxy_status == 407 ? ": it wants a user and password" : ""));
    case Kind::Tls:
        return unable(tls_words(failure));
    case Kind::Identity:
        return {Code::Invalid, "the client certificate cannot be used: " + identity_words(failure)};
    case Kind::Authorities:
        return {Code::Invalid, "unable to load root certificates: " + failure.detail};
    case Kind::Timeout:
        return timeout(failure, server, method, target);
    case Kind::Cut:
        return cut(failure, server, method, target);
    case Kind::Other:
        break;
    }
    return unable(fmt::format("{}{}: {}", through, server.authority(), failure.detail));
}

} // namespace kspark::http
