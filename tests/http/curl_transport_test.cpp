// SPDX-License-Identifier: Apache-2.0
// The transport on real connections: what is sent, repeated, cut, waited for.
#include "core/base/interrupt.hpp"
#include "core/http/curl_transport.hpp"
#include "tests/http/server.hpp"
#include "tests/support/catch.hpp"

#include <csignal>
#include <set>

using namespace kspark;
using namespace kspark::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const Identity& authority() {
    static const Identity identity = make_authority("test authority");
    return identity;
}

const ServerTls& tls() {
    static const ServerTls made{issue(authority(), {})};
    return made;
}

std::unique_ptr<http::Transport> transport_to(const Server& server,
                                              http::CurlOptions options = {}) {
    return http::make_curl_transport({.server = server.url() + "/prefix",
                                      .ca_pem = authority().certificate_pem,
                                      .user_agent = "test"},
                                     std::move(options));
}

http::CurlOptions with_tokens(std::vector<std::string> tokens, int* refreshes = nullptr) {
    http::CurlOptions options;
    options.credentials = [=](bool refresh) mutable -> core::Result<http::Credentials> {
        if (refresh && refreshes != nullptr) ++*refreshes;
        if (refresh && tokens.size() > 1) tokens.erase(tokens.begin());
        return http::Credentials{"Bearer " + tokens.front()};
    };
    return options;
}

bool poll_until(http::Transport& transport, const std::function<bool()>& reached) {
    for (int i = 0; i < 500 && !reached(); ++i)
        if (!transport.poll(20ms)) return false;
    return reached();
}

/// {"hello": "hello"} compressed by gzip.
std::string gzipped_hello() {
    const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0,    0,    0,    0,    0,    0,
                                   0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
                                   0xa6, 0x10, 0x36, 0x05, 0,    0,    0};
    return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

} // namespace

TEST_CASE("a request arrives as it was asked for", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.answer(201, "made", "X-One: 1\r\n"); },
                  &tls());
    const auto transport = transport_to(server, with_tokens({"secret"}));
    const auto response = transport->send(
        {"PATCH", "/api?a=%20b", {{"Content-Type", "application/merge-patch+json"}}, "{\"a\":1}"});
    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(response->header("x-one") == "1");
    CHECK(response->body == "made");
    const Received request = server.received().at(0);
    CHECK(request.method == "PATCH");
    CHECK(request.target == "/prefix/api?a=%20b");
    CHECK(request.body == "{\"a\":1}");
    for (const char* line :
         {"\r\nAuthorization: Bearer secret\r\n", "\r\nUser-Agent: test\r\n",
          "\r\nAccept-Encoding: gzip\r\n", "\r\nContent-Type: application/merge-patch+json\r\n"})
        CHECK_THAT(request.head, Contains(line));
    CHECK_THAT(request.head, !Contains("Expect"));
    // The connection is used again.
    REQUIRE(transport->send({"GET", "/x"}));
    CHECK(server.connections() == 1);
}

TEST_CASE("credentials are for https only", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.answer(200, ""); });
    const auto transport =
        http::make_curl_transport({.server = server.url("http")}, with_tokens({"secret"}));
    REQUIRE(transport->send({"GET", "/"}));
    CHECK_THAT(server.received().at(0).head, !Contains("secret"));
}

TEST_CASE("a redirect is an answer, not a way to go", "[curl]") {
    Server other([](const Received&, Peer& peer) { peer.answer(200, "stolen"); }, &tls());
    Server server([&](const Received&,
                      Peer& peer) { peer.answer(302, "", "Location: " + other.url() + "/\r\n"); },
                  &tls());
    const auto response = transport_to(server, with_tokens({"secret"}))->send({"GET", "/"});
    REQUIRE(response);
    CHECK(response->status == 302);
    CHECK(other.received().empty());
}

TEST_CASE("a refused token is refreshed once", "[curl]") {
    Server server(
        [](const Received& request, Peer& peer) {
            const bool good = request.head.find("Bearer good") != std::string::npos;
            good ? peer.answer(200, "in") : peer.answer(401, "out");
        },
        &tls());
    int refreshes = 0;
    std::string told;
    SECTION("and then accepted, the handler sees one answer") {
        const auto response =
            transport_to(server, with_tokens({"old", "good"}, &refreshes))->send({"GET", "/"});
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->body == "in");
        CHECK(server.received().size() == 2);
    }
    SECTION("and refused again: the answer is handed over") {
        const auto response =
            transport_to(server, with_tokens({"old", "bad"}, &refreshes))->send({"GET", "/"});
        REQUIRE(response);
        CHECK(response->status == 401);
        CHECK(response->body == "out");
        CHECK(server.received().size() == 2);
    }
    SECTION("not sent again when there is no other token") {
        const auto response =
            transport_to(server, with_tokens({"old"}, &refreshes))->send({"GET", "/"});
        REQUIRE(response);
        CHECK(response->body == "out");
        CHECK(server.received().size() == 1);
    }
    CHECK(refreshes == 1);
}

TEST_CASE("Retry-After is waited for without holding up others", "[curl]") {
    std::atomic<int> refused{0};
    Server server(
        [&](const Received& request, Peer& peer) {
            if (request.target == "/prefix/busy" && refused++ == 0)
                return peer.answer(429, "slow down", "Retry-After: 1\r\n");
            peer.answer(200, "done");
        },
        &tls());
    const auto transport = transport_to(server);
    std::string busy, other;
    const auto begin = std::chrono::steady_clock::now();
    core::Duration other_took{};
    transport->start({"POST", "/busy", {}, "{}"},
                     {{}, [&](std::string_view piece) { busy += piece; }, {}});
    transport->start({"GET", "/other"}, {{},
                                         [&](std::string_view piece) {
                                             other += piece;
                                             other_took = std::chrono::steady_clock::now() - begin;
                                         },
                                         {}});
    REQUIRE(poll_until(*transport, [&] { return !busy.empty(); }));
    CHECK(std::chrono::steady_clock::now() - begin >= 1s);
    CHECK(busy == "done");
    CHECK(other == "done");
    CHECK(other_took < 900ms);
}

TEST_CASE("without Retry-After an error is final", "[curl]") {
    Server server([&](const Received&, Peer& peer) { peer.answer(503, "no"); }, &tls());
    const auto response = transport_to(server)->send({"GET", "/"});
    REQUIRE(response);
    CHECK(response->status == 503);
    CHECK(response->body == "no");
    CHECK(server.received().size() == 1);
}

TEST_CASE("a wait longer than the request may take is not begun", "[curl]") {
    Server server(
        [&](const Received&, Peer& peer) { peer.answer(429, "no", "Retry-After: 60\r\n"); },
        &tls());
    const auto response = transport_to(server)->send({"GET", "/", {}, {}, 5s});
    REQUIRE(response);
    CHECK(response->status == 429);
    CHECK(response->body == "no");
}

TEST_CASE("a cut in the middle of an answer is an error", "[curl]") {
    Server server(
        [](const Received&, Peer& peer) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            peer.cut();
        },
        &tls());
    const auto response = transport_to(server)->send({"GET", "/x"});
    REQUIRE_FALSE(response);
    CHECK(response.error().code == core::Code::Failed);
    CHECK_THAT(response.error().message, Contains("GET /x: unexpected EOF"));
    CHECK(server.received().size() == 1);
}

TEST_CASE("a connection that breaks before the answer", "[curl]") {
    std::atomic<int> count{0};
    Server server(
        [&](const Received&, Peer& peer) { count++ == 0 ? peer.cut() : peer.answer(200, "there"); },
        &tls());
    const auto transport = transport_to(server);
    SECTION("is tried again for a GET") {
        const auto response = transport->send({"GET", "/"});
        REQUIRE(response);
        CHECK(response->body == "there");
    }
    SECTION("is not for a write") {
        const auto response = transport->send({"POST", "/", {}, "{}"});
        REQUIRE_FALSE(response);
        CHECK_THAT(response.error().message, Contains("it may or may not have been done"));
        CHECK(count == 1);
    }
}

TEST_CASE("a silent server runs into the time-out", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.wait_for_end(); }, &tls());
    const auto begin = std::chrono::steady_clock::now();
    const auto response = transport_to(server)->send({"GET", "/", {}, {}, 300ms});
    REQUIRE_FALSE(response);
    CHECK(response.error().code == core::Code::Timeout);
    CHECK_THAT(response.error().message, Contains("within 0.3s"));
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
}

TEST_CASE("nobody listens, nobody has that name", "[curl]") {
    int port = 0;
    {
        port = Server([](const Received&, Peer&) {}).port();
    }
    const auto refused =
        http::make_curl_transport({.server = "https://127.0.0.1:" + std::to_string(port)}, {})
            ->send({"GET", "/"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::Code::Unreachable);
    CHECK(refused.error().message ==
          "The connection to the server 127.0.0.1:" + std::to_string(port) +
              " was refused - did you specify the right host or port?");
    const auto unknown =
        http::make_curl_transport({.server = "https://nobody.invalid"}, {})->send({"GET", "/"});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message ==
          "Unable to connect to the server: dial tcp: lookup nobody.invalid: no such host");
}

TEST_CASE("a compressed answer is read", "[curl]") {
    Server server(
        [](const Received&, Peer& peer) {
            peer.answer(200, gzipped_hello(), "Content-Encoding: gzip\r\n");
        },
        &tls());
    const auto response = transport_to(server)->send({"GET", "/"});
    REQUIRE(response);
    CHECK(response->body == "hello");
    http::make_curl_transport({.server = server.url(),
                               .ca_pem = authority().certificate_pem,
                               .disable_compression = true},
                              {})
        ->send({"GET", "/"})
        .has_value();
    CHECK_THAT(server.received().at(1).head, !Contains("Accept-Encoding"));
}

TEST_CASE("an answer larger than allowed is not kept", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.answer(200, std::string(5000, 'x')); },
                  &tls());
    const auto response = transport_to(server)->send({"GET", "/"}, 1000);
    REQUIRE_FALSE(response);
    CHECK_THAT(response.error().message, Contains("larger than 1000 bytes"));
}

TEST_CASE("a proxy is asked to connect, and told nothing else", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.answer(200, "through"); }, &tls());
    Server proxy(connect_proxy());
    http::Endpoint endpoint{.server = server.url(),
                            .ca_pem = authority().certificate_pem,
                            .proxy = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port())};
    const auto response =
        http::make_curl_transport(endpoint, with_tokens({"secret"}))->send({"GET", "/"});
    REQUIRE(response);
    CHECK(response->body == "through");
    const Received asked = proxy.received().at(0);
    CHECK(asked.target == "127.0.0.1:" + std::to_string(server.port()));
    CHECK_THAT(asked.head, !Contains("secret"));
    CHECK_THAT(server.received().at(0).head, !Contains("Proxy-"));

    Server refusing([](const Received&, Peer& peer) { peer.answer(407, "who are you"); });
    endpoint.proxy = "http://u:p@127.0.0.1:" + std::to_string(refusing.port());
    const auto refused = http::make_curl_transport(endpoint, {})->send({"GET", "/"});
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message,
               Contains("proxy http://127.0.0.1:") && Contains("answered 407 to CONNECT"));
}

TEST_CASE("the environment's proxy is not used unasked", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.answer(200, "direct"); }, &tls());
    setenv("https_proxy", "http://127.0.0.1:1", 1);
    const auto response = transport_to(server)->send({"GET", "/"});
    unsetenv("https_proxy");
    CHECK(response);
}

TEST_CASE("pieces of a stream are handed over as they come", "[curl]") {
    std::atomic<bool> first_seen{false};
    Server server(
        [&](const Received&, Peer& peer) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
            while (!first_seen) std::this_thread::sleep_for(1ms);
            peer.send("3\r\ntwo\r\n0\r\n\r\n");
        },
        &tls());
    const auto transport = transport_to(server);
    std::vector<std::string> pieces;
    bool ended = false;
    http::Handler handler;
    handler.data = [&](std::string_view piece) {
        pieces.emplace_back(piece);
        first_seen = true;
    };
    handler.done = [&](const core::Status& status) { ended = status.has_value(); };
    transport->start({"GET", "/"}, std::move(handler));
    REQUIRE(poll_until(*transport, [&] { return ended; }));
    CHECK(pieces == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a cancelled transfer says nothing more, also from its own handler", "[curl]") {
    Server server(
        [](const Received&, Peer& peer) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (peer.open()) peer.send("4\r\nmore\r\n");
        },
        &tls());
    const auto transport = transport_to(server);
    int pieces = 0;
    http::TransferId id = 0;
    http::Handler handler;
    handler.data = [&](std::string_view) {
        ++pieces;
        transport->cancel(id);
    };
    handler.done = [&](const core::Status&) { pieces += 1000; };
    id = transport->start({"GET", "/"}, std::move(handler));
    REQUIRE(poll_until(*transport, [&] { return pieces > 0; }));
    for (int i = 0; i < 5; ++i) CHECK(transport->poll(10ms));
    CHECK(pieces == 1);
    transport->cancel(id);
}

TEST_CASE("many transfers at once", "[curl]") {
    Server server(
        [](const Received& request, Peer& peer) {
            std::this_thread::sleep_for(20ms);
            peer.answer(200, request.target);
        },
        &tls());
    const auto transport = transport_to(server);
    std::set<std::string> answers;
    for (int i = 0; i < 50; ++i)
        transport->start({"GET", "/" + std::to_string(i)},
                         {{}, [&](std::string_view piece) { answers.emplace(piece); }, {}});
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(poll_until(*transport, [&] { return answers.size() == 50; }));
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("a handler that polls is told so", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.answer(200, "x"); }, &tls());
    const auto transport = transport_to(server);
    std::optional<core::Code> code;
    http::Handler handler;
    handler.data = [&](std::string_view) { code = transport->poll(1s).error().code; };
    transport->start({"GET", "/"}, std::move(handler));
    REQUIRE(poll_until(*transport, [&] { return code.has_value(); }));
    CHECK(*code == core::Code::Internal);
}

TEST_CASE("Ctrl-C ends a wait at once", "[curl]") {
    Server server([](const Received&, Peer& peer) { peer.wait_for_end(); }, &tls());
    const auto transport = transport_to(server);
    core::install_interrupt_handler();
    std::thread user([] {
        std::this_thread::sleep_for(200ms);
        raise(SIGINT);
    });
    const auto begin = std::chrono::steady_clock::now();
    const auto response = transport->send({"GET", "/"});
    user.join();
    core::set_interrupted(false);
    REQUIRE_FALSE(response);
    CHECK(response.error().code == core::Code::Interrupted);
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}
