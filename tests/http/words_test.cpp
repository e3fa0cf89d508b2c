// SPDX-License-Identifier: Apache-2.0
// The parts of the transport that are pure functions.
#include "core/http/failure.hpp"
#include "core/http/retry.hpp"
#include "core/http/trace.hpp"
#include "core/http/wire.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace kspark;
using namespace kspark::http;
using Kind = Failure::Kind;
using namespace std::chrono_literals;

namespace {

std::string message(Failure failure, const std::string& proxy = {},
                    const std::string& method = "GET") {
    return failure_error(failure, parse_address("https://kube.test:6443"), proxy, method, "/api")
        .message;
}

} // namespace

TEST_CASE("a server's address is taken apart", "[wire]") {
    const Address v6 = parse_address("https://[::1]:6443/a/b/");
    CHECK(v6.host == "[::1]");
    CHECK(v6.port == "6443");
    CHECK(v6.prefix == "/a/b");
    CHECK(parse_address("https://[::1]").port == "443");
    CHECK(parse_address("http://kube.test").authority() == "kube.test:80");
    CHECK(without_userinfo("http://u:p@proxy:3128/x") == "http://proxy:3128/x");
    CHECK(without_userinfo("http://proxy/a@b") == "http://proxy/a@b");
}

TEST_CASE("an answer is repeated only when the server says when", "[retry]") {
    const auto delay = [](int status, const char* after, int so_far = 0) {
        return retry_delay({status, {{"Retry-After", after}}, {}}, so_far);
    };
    CHECK(delay(429, "2") == core::Duration(2s));
    CHECK(delay(503, "0") == core::Duration(0s));
    CHECK(delay(429, "2", 9));
    CHECK_FALSE(delay(429, "2", 10));
    CHECK_FALSE(delay(429, "Wed, 21 Oct 2026 07:28:00 GMT"));
    CHECK_FALSE(delay(429, "-1"));
    CHECK_FALSE(delay(409, "2"));
    CHECK_FALSE(retry_delay({500, {}, {}}, 0));
    CHECK(retry_delay_after_break("GET", 0));
    CHECK_FALSE(retry_delay_after_break("GET", 1));
    CHECK_FALSE(retry_delay_after_break("PATCH", 0));
}

TEST_CASE("failures are told in kubectl's words", "[failure]") {
    CHECK(message({Kind::Refused}) ==
          "The connection to the server kube.test:6443 was refused - did "
          "you specify the right host or port?");
    CHECK(message({Kind::Resolve}) ==
          "Unable to connect to the server: dial tcp: lookup kube.test: no such host");
    CHECK(
        message({Kind::Tls, "SSL certificate problem: certificate has expired"}) ==
        "Unable to connect to the server: tls: failed to verify certificate: x509: certificate has "
        "expired or is not yet valid");
    Failure name{Kind::Tls,
                 "SSL: no alternative certificate subject name matches target host name"};
    name.names = "kube.test";
    name.tls_name = "wrong.test";
    CHECK(message(name) ==
          "Unable to connect to the server: tls: failed to verify certificate: x509: "
          "certificate is valid for kube.test, not wrong.test");
    CHECK(message({Kind::Refused}, "http://u:secret@proxy:3128") ==
          "Unable to connect to the server: proxy http://proxy:3128: connection refused");
    Failure answer{Kind::ProxyAnswer};
    answer.proxy_status = 407;
    CHECK(message(answer, "http://proxy:3128") ==
          "Unable to connect to the server: proxy http://proxy:3128: answered 407 to CONNECT "
          "kube.test:6443: it wants a user and password");
    CHECK(message({Kind::Cut}) == "Unable to connect to the server: EOF");
    CHECK(
        message({Kind::Cut}, {}, "PATCH") ==
        "the connection to the server kube.test:6443 was cut before the answer to PATCH /api came: "
        "it may or may not have been done");
}

TEST_CASE("a head is read from its lines", "[wire]") {
    HeadReader reader;
    for (const char* line : {"HTTP/1.1 100 Continue\r\n", "X: 1\r\n", "\r\n"})
        CHECK(reader.line(line));
    CHECK_FALSE(reader.complete());
    for (const char* line :
         {"HTTP/2 200 \r\n", "Content-Type:  text/plain \r\n", "\r\n", "Late: 1\r\n"})
        CHECK(reader.line(line));
    CHECK(reader.complete());
    CHECK(reader.response().status == 200);
    REQUIRE(reader.response().headers.size() == 1);
    CHECK(reader.response().header("content-TYPE") == "text/plain");
    HeadReader endless;
    bool fits = true;
    for (int i = 0; i < 3000 && fits; ++i) fits = endless.line(std::string(1000, 'a') + ": b\r\n");
    CHECK_FALSE(fits);
    CHECK(certificate_names("DNS:kube.test, IP Address:10.0.0.1") == "kube.test, 10.0.0.1");
}

TEST_CASE("nothing is sent that would become another header", "[wire]") {
    CHECK(check_request({"GET", "/api", {{"Impersonate-User", "jane"}}}));
    CHECK_FALSE(check_request({"GET", "/api", {{"Impersonate-User", "jane\r\nX-Evil: 1"}}}));
    CHECK_FALSE(check_request({"GET", "/api", {{"X\r\nEvil", "1"}}}));
    CHECK_FALSE(check_request({"GET", "/api\r\nX: 1", {}}));
    CHECK_FALSE(check_request({"GET", "@evil.test/", {}}));
    CHECK_FALSE(check_request({"GET /x HTTP/1.1\r\n", "/", {}}));
    const auto refused = check_credentials({"Bearer secret\n"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("secret") == std::string::npos);
}

TEST_CASE("authorities are looked for where distributions keep them", "[wire]") {
    core::Environment environment({{"SSL_CERT_FILE", "/nowhere/ca.pem"}});
    CHECK(system_authorities(environment, "/etc/hosts").file == "/nowhere/ca.pem");
    CHECK(system_authorities(core::Environment(), "/etc/hosts").file == "/etc/hosts");
    CHECK(system_authorities(core::Environment(), "/nowhere/ca.pem").file != "/nowhere/ca.pem");
}

TEST_CASE("SSL_CERT_DIR adds the certificates of directories, and nothing else in them", "[wire]") {
    const auto certificate = [](const std::string& name) {
        return "-----BEGIN CERTIFICATE-----\n" + name + "\n-----END CERTIFICATE-----\n";
    };
    const test::TemporaryDirectory one, other;
    const std::string bundle = (one.path / "bundle").string();
    REQUIRE(core::write_file(bundle, certificate("a") + "# words\n" + certificate("b")));
    REQUIRE(core::write_file(one.path / "key", "-----BEGIN PRIVATE KEY-----\nk\n"));
    REQUIRE(core::write_file(one.path / "cut", "-----BEGIN CERTIFICATE-----\nc"));
    REQUIRE(core::write_file(other.path / "d.crt", certificate("d")));
    const std::string directories =
        one.path.string() + ":" + other.path.string() + ":/nowhere/certs";
    const std::string places = "SSL_CERT_DIR";

    const auto found = system_authorities(
        core::Environment({{places, directories}, {"SSL_CERT_FILE", "/nowhere/ca.pem"}}), "");
    CHECK(found.file.empty());
    CHECK(found.pem == certificate("a") + certificate("b") + certificate("d"));
    const auto both = system_authorities(
        core::Environment({{places, other.path.string()}, {"SSL_CERT_FILE", bundle}}), "");
    CHECK(both.pem == certificate("a") + certificate("b") + certificate("d"));
}

TEST_CASE("traces never show who we are", "[trace]") {
    CHECK(masked({"Authorization", "Bearer secret"}) == "Bearer <masked>");
    CHECK(masked({"authorization", "secret"}) == "<masked>");
    CHECK(masked({"Set-Cookie", "session=secret"}) == "<masked>");
    CHECK(masked({"Accept", "application/json"}) == "application/json");
    std::string lines;
    const Tracer tracer([&](std::string_view line) { lines.append(line).append("\n"); }, 9);
    tracer.body("https://kube/api/v1/namespaces/a/secrets/b?x=1", "secret");
    tracer.body("https://kube/api/v1/namespaces/a/serviceaccounts/b/token", "secret");
    CHECK(lines.find("secret") == std::string::npos);
    const Tracer cutting([&](std::string_view line) { lines = line; }, 8);
    cutting.body("https://kube/api/v1/pods", std::string(2000, 'x'));
    CHECK(lines.ends_with("x [truncated 976 chars]"));
}
