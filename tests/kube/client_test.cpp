// SPDX-License-Identifier: Apache-2.0
// Calls and lists on a scripted transport.
#include "core/base/interrupt.hpp"
#include "core/kube/client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using namespace kspark::kube;
using namespace kspark::test;
using namespace std::chrono_literals;
using data::Json;

namespace {

const std::string kApps = "/apis/sparkoperator.k8s.io/v1beta2/namespaces/ns/sparkapplications";
const Reference kAll{kubeflow_applications(), "ns", ""};

std::string object(const std::string& name, const std::string& extra = {}) {
    return R"({"metadata":{"name":")" + name + R"(","uid":"u-)" + name + "\"" + extra + "}}";
}

std::string page(const std::string& items, const std::string& token,
                 const std::string& version = "7") {
    return R"({"apiVersion":"v1","items":[)" + items + R"(],"kind":"L","metadata":{"continue":")" +
           token + R"(","resourceVersion":")" + version + R"("}})";
}

struct Listed {
    std::vector<std::string> names;
    core::Result<ListResult> result;
};
Listed list(Client& client, const Selection& selection = {}) {
    std::vector<std::string> names;
    auto result = client.list(kAll, selection, [&](const Json& item) -> core::Status {
        names.push_back(data::string_at(item, {"metadata", "name"}));
        return {};
    });
    return {std::move(names), std::move(result)};
}

} // namespace

TEST_CASE("a call carries the client's headers and gives the parsed answer", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    transport.on("GET", kApps + "/orders").reply(200, R"({"kind":"SparkApplication"})");
    Client client(transport, clock,
                  {.headers = {{"Impersonate-User", "jane"}}, .request_timeout = 5s});
    const auto answer = client.call(get_call({kubeflow_applications(), "ns", "orders"}));
    REQUIRE(answer);
    CHECK(data::string_at(*answer, {"kind"}) == "SparkApplication");
    const http::Request& request = transport.requests.at(0);
    CHECK(request.timeout == core::Duration(5s));
    CHECK(request.headers.at(0).value == "jane");
}

TEST_CASE("an answer that is no JSON is an error that says so", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    Client client(transport, clock);
    const Call call = get_call({pods(), "ns", "p"});
    auto& requests = transport.on("GET", "/api/v1/namespaces/ns/pods/p");
    requests.reply(200, "<html>", {{"Content-Type", "text/html"}}).reply(200, "{\"a\":").reply(200);
    CHECK(client.call(call).error().message.find("is this a login page or a proxy?") !=
          std::string::npos);
    const auto cut = client.call(call);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().message.find("getting pods \"p\" in namespace \"ns\"") == 0);
    CHECK(client.call(call)); // a 200 without a body
}

TEST_CASE("the server's clock is told by its answers, the freshest of them", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    const auto dated = [](const std::string& time) {
        return std::vector<http::Header>{{"Date", "Fri, 02 Jan 2026 " + time + " GMT"}};
    };
    transport.on("GET", kApps + "/orders")
        .reply(200, "{}", dated("03:04:04")) // a second, which is none
        .reply(200, "{}", dated("03:09:05"))
        .reply(200, "{}", dated("03:08:00")) // read a minute after it was written
        .reply(200, "{}", dated("no time"));
    Client client(transport, clock, {});
    const auto call = get_call({kubeflow_applications(), "ns", "orders"});
    CHECK(client.server_now() == clock.now());
    REQUIRE(client.call(call));
    CHECK(client.server_now() == clock.now());
    for (int i = 0; i < 3; ++i) {
        REQUIRE(client.call(call));
        CHECK(client.server_now() - clock.now() == 5min);
    }
}

TEST_CASE("warnings are told once", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    std::vector<std::string> warnings;
    Client client(transport, clock,
                  {.warning = [&](std::string_view text) { warnings.emplace_back(text); }});
    transport.on("GET", "/api/v1/pods")
        .reply(200, "{}", {{"Warning", R"(299 - "old \"v1\"", 299 - "gone soon", 199 - "no")"}})
        .times(2);
    const Call call = get_call({pods()});
    CHECK(client.call(call));
    CHECK(client.call(call));
    CHECK(warnings == std::vector<std::string>{"old \"v1\"", "gone soon"});
}

TEST_CASE("many calls run side by side and answer in order", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    Client client(transport, clock);
    std::vector<Call> calls;
    std::vector<FakeStream*> streams;
    for (const char* name : {"a", "b", "c"}) {
        calls.push_back(get_call({pods(), "ns", name}));
        streams.push_back(&transport.on("GET", "*/pods/" + std::string(name)).stream());
        streams.back()->send("{\"name\":\"" + std::string(name) + "\"}");
    }
    streams[1]->end(); // the first stays open until the second is told
    SECTION("all of them") {
        streams[2]->end();
        std::vector<std::size_t> order;
        const auto answers = client.call_all(calls, 2, [&](std::size_t index, const auto&) {
            if (order.empty()) CHECK_FALSE(streams[2]->started());
            order.push_back(index);
            if (index == 2) streams[0]->end();
            return true;
        });
        CHECK(order == std::vector<std::size_t>{1, 2, 0});
        REQUIRE(answers.size() == 3);
        CHECK(data::string_at(*answers[2], {"name"}) == "c");
    }
    SECTION("stopped after a failure: what runs is waited for, the rest is not begun") {
        transport.on("GET", "*/pods/d").always();
        const auto answers = client.call_all({calls[0], calls[1], get_call({pods(), "ns", "d"})}, 2,
                                             [&](std::size_t, const auto&) {
                                                 streams[0]->end();
                                                 return false;
                                             });
        CHECK(answers[0]);
        CHECK(answers[2].error().code == core::Code::Interrupted);
        CHECK(answers[2].error().message ==
              "interrupted before getting pods \"d\" in namespace \"ns\"");
        CHECK(transport.requests.size() == 2);
        streams[2]->end();
        CHECK(client.call(calls[2]));
    }
}

TEST_CASE("an interrupted call says that it may be done", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    Client client(transport, clock);
    transport.on("PATCH", "*").always().stream();
    core::set_interrupted(true);
    const auto answer =
        client.call(apply_call({pods(), "ns", "p"}, Json::object(), DryRun::No, Force::No));
    core::set_interrupted(false);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == core::Code::Interrupted);
    CHECK(answer.error().message ==
          "interrupted while applying pods \"p\" in namespace \"ns\": it may or may not be done");
    CHECK(transport.open_transfers() == 0);
}

TEST_CASE("a list goes on page by page", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    transport.in_order();
    auto& first = transport.on("GET", kApps + "?labelSelector=a%3Db&limit=500").stream();
    for (const char c : page(object("one") + "," + object("two"), "t/1"))
        first.send(std::string(1, c)); // cut everywhere
    first.end();
    transport.on("GET", kApps + "?continue=t%2F1&labelSelector=a%3Db&limit=500")
        .reply(200, page(object("three"), ""));
    Client client(transport, clock);
    const Listed listed = list(client, {.labels = "a=b"});
    REQUIRE(listed.result);
    CHECK(listed.names == std::vector<std::string>{"one", "two", "three"});
    CHECK(listed.result->count == 3);
    CHECK(listed.result->resource_version == "7");
}

TEST_CASE("what is to be dropped is gone, wherever it stands", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    const std::string text =
        R"({"metadata" : { "managedFields" : [{"a":"}]\""},[1]], "name":"x" , "labels":{"k":"items"},
        "managedFields":"again"},
        "managedFields": {"b":{}}, "spec":{"items":[{"managedFields":null},{"q":"\\"}]}})";
    transport.on("GET", kApps + "*").reply(200, page(text, ""));
    Client client(transport, clock);
    std::string seen;
    REQUIRE(client.list(kAll, {}, [&](const Json& item) -> core::Status {
        seen = data::dump_json(item);
        return {};
    }));
    CHECK(seen ==
          R"({"metadata":{"name":"x","labels":{"k":"items"}},"spec":{"items":[{},{"q":"\\"}]}})");
}

TEST_CASE("an expired continue token leads to one full list, nothing told twice", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    transport.in_order();
    transport.on("GET", kApps + "?limit=500")
        .reply(200, page(object("one") + "," + object("two"), "t"));
    transport.on("GET", kApps + "?continue=t&limit=500")
        .reply(410, R"({"kind":"Status","code":410})");
    transport.on("GET", kApps).reply(200, page(object("one") + "," + object("new"), "", "9"));
    Client client(transport, clock);
    const Listed listed = list(client);
    REQUIRE(listed.result);
    CHECK(listed.names == std::vector<std::string>{"one", "two", "new"});
    CHECK(listed.result->resource_version == "9");
}

TEST_CASE("a list that is not whole is an error", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    Client client(transport, clock);
    const std::string whole = page(object("one"), "");
    auto& requests = transport.on("GET", kApps + "*");
    requests.reply(200, whole.substr(0, whole.size() - 1))
        .reply(200, whole + "x")
        .reply(200, "[1]]");
    requests.reply(200, page("{1}", "")).reply(200, std::string(300, '{')).reply(200, "null");
    for (int i = 0; i < 6; ++i) {
        const auto listed = list(client);
        INFO(i);
        REQUIRE_FALSE(listed.result);
    }
}

TEST_CASE("the reader of a list may stop it and make calls", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    transport.on("GET", kApps + "*").reply(200, page(object("one") + "," + object("two"), ""));
    transport.on("GET", "/api/v1/pods").reply(200, "{}");
    Client client(transport, clock);
    const auto result = client.list(kAll, {}, [&](const Json&) -> core::Status {
        CHECK(client.call(get_call({pods()})));
        return core::Error{core::Code::Failed, "enough"};
    });
    REQUIRE_FALSE(result);
    CHECK(result.error().message == "enough");
}

TEST_CASE("a stream is handed over raw, an error is put into words", "[client]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    auto& requests = transport.on("GET", "/api/v1/namespaces/ns/pods/p/log");
    requests.reply(200, "line\n", {{"Content-Type", "text/plain"}});
    requests.reply(400, R"({"kind":"Status","message":"container \"main\" is waiting to start"})");
    Client client(transport, clock);
    const Call call{"GET", path_of({pods(), "ns", "p"}, "log")};
    for (const bool good : {true, false}) {
        std::string text;
        std::optional<core::Status> end;
        http::Handler handler;
        handler.data = [&](std::string_view piece) { text += piece; };
        handler.done = [&](core::Status status) { end = std::move(status); };
        client.stream(call, std::move(handler));
        while (!end) REQUIRE(client.poll(1s));
        CHECK(end->has_value() == good);
        CHECK(text == (good ? "line\n" : ""));
        if (!good) CHECK(end->error().message == "container \"main\" is waiting to start");
    }
}
