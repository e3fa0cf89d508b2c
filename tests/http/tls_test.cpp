// SPDX-License-Identifier: Apache-2.0
// Who is trusted, and who is told what: the transport on real TLS connections.
#include "core/http/curl_transport.hpp"
#include "tests/http/server.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <random>

using namespace kspark;
using namespace kspark::test;
using Catch::Matchers::Contains;

namespace {

const Identity& authority() {
    static const Identity identity = make_authority("test authority");
    return identity;
}

void say_hello(const Received&, Peer& peer) {
    peer.answer(200, "hello");
}

core::Result<http::Response> get(const http::Endpoint& endpoint, http::CurlOptions options = {}) {
    const auto transport = http::make_curl_transport(endpoint, std::move(options));
    return transport->send({"GET", "/api", {}, {}, std::chrono::seconds(20)});
}

std::string refusal(const http::Endpoint& endpoint, const http::CurlOptions& options = {}) {
    const auto response = get(endpoint, options);
    if (response) return "it was accepted";
    CHECK(response.error().code == core::Code::Unreachable);
    return response.error().message;
}

} // namespace

TEST_CASE("a server with a certificate of the cluster's authority is trusted", "[tls]") {
    const ServerTls tls{issue(authority(), {})};
    Server server(say_hello, &tls);
    const auto response = get({.server = server.url(), .ca_pem = authority().certificate_pem});
    REQUIRE(response);
    CHECK(response->body == "hello");
}

TEST_CASE("a server that nobody vouches for is refused", "[tls]") {
    const ServerTls tls{issue(authority(), {})};
    Server server(say_hello, &tls);
    const std::string unknown =
        "Unable to connect to the server: tls: failed to verify certificate: "
        "x509: certificate signed by unknown authority";
    CHECK(refusal({.server = server.url(), .ca_pem = make_authority("other").certificate_pem}) ==
          unknown);
    CHECK(refusal({.server = server.url()}) == unknown); // the system's authorities
    CHECK(server.received().empty());
    CHECK(get({.server = server.url(), .insecure_skip_tls_verify = true}));
}

TEST_CASE("an expired certificate is refused", "[tls]") {
    const ServerTls tls{issue(authority(), {.valid_from = -7200, .valid_to = -3600})};
    Server server(say_hello, &tls);
    CHECK(
        refusal({.server = server.url(), .ca_pem = authority().certificate_pem}) ==
        "Unable to connect to the server: tls: failed to verify certificate: x509: certificate has "
        "expired or is not yet valid");
}

TEST_CASE("a certificate for another name is refused unless that name is asked for", "[tls]") {
    const ServerTls tls{issue(authority(), {.names = {"DNS:kube.test", "DNS:kube"}})};
    Server server(say_hello, &tls);
    http::Endpoint endpoint{.server = server.url(), .ca_pem = authority().certificate_pem};
    CHECK(
        refusal(endpoint) ==
        "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is "
        "valid for kube.test, kube, not 127.0.0.1");
    endpoint.tls_server_name = "kube.test";
    CHECK(get(endpoint));
    REQUIRE(server.received().size() == 1);
    CHECK_THAT(server.received()[0].head,
               Contains("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
}

TEST_CASE("a client certificate proves who asks", "[tls]") {
    const ServerTls tls{issue(authority(), {}), authority().certificate_pem};
    Server server(say_hello, &tls);
    const http::Endpoint endpoint{.server = server.url(), .ca_pem = authority().certificate_pem};
    const Identity jane = issue(authority(), {.common_name = "jane", .names = {}});
    http::CurlOptions options;
    options.credentials = [&](bool) -> core::Result<http::Credentials> {
        return http::Credentials{{}, jane.certificate_pem, jane.key_pem};
    };
    REQUIRE(get(endpoint, options));
    CHECK(server.received().at(0).client == "jane");
    CHECK_THAT(refusal(endpoint), Contains("certificate required"));
    options.credentials = [&](bool) -> core::Result<http::Credentials> {
        return http::Credentials{{}, "no certificate", "no key"};
    };
    const auto broken = get(endpoint, options);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == core::Code::Invalid);
}

TEST_CASE("a port that speaks plain http is named as such", "[tls]") {
    Server server(say_hello);
    CHECK(refusal({.server = server.url()}) ==
          "Unable to connect to the server: tls: first record does not look like a TLS handshake");
    CHECK(server.received().at(0).method == "TLS");
}

// libcurl reads the variable when it is initialised: ctest runs this case once more, alone.
TEST_CASE("secrets of a connection are not written to a file", "[keylog]") {
    const std::string path = "sslkeylog-" + std::to_string(std::random_device{}());
    setenv("SSLKEYLOGFILE", path.c_str(), 1);
    const ServerTls tls{issue(authority(), {})};
    Server server(say_hello, &tls);
    CHECK(get({.server = server.url(), .ca_pem = authority().certificate_pem}));
    CHECK_FALSE(std::ifstream(path).good());
}
