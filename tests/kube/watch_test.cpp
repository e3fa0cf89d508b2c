// SPDX-License-Identifier: Apache-2.0
// Watches on a scripted transport and a clock that the transport moves.
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

const std::string kPods = "/api/v1/namespaces/ns/pods";
const Reference kAll{pods(), "ns", ""};

std::string object(const std::string& name, const std::string& version,
                   const std::string& uid = "u") {
    return R"({"metadata":{"name":")" + name + R"(","namespace":"ns","uid":")" + uid +
           R"(","resourceVersion":")" + version + "\"}}";
}

std::string listed(const std::string& items, const std::string& version) {
    return R"({"kind":"PodList","metadata":{"resourceVersion":")" + version + R"("},"items":[)" +
           items + "]}";
}

std::string event(const std::string& type, const std::string& object) {
    return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string gone_event() {
    return event("ERROR", R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");
}

std::string from(const std::string& version) {
    return kPods + "?allowWatchBookmarks=true&resourceVersion=" + version +
           "&timeoutSeconds=*&watch=true";
}

const core::Error kRefused{core::Code::Unreachable, "refused"};
const core::Error kCut{core::Code::Failed, "cut"};

/// A client with one watch, and what the watch has told.
struct Fixture {
    ManualClock clock;
    FakeTransport transport{&clock};
    Client client{transport, clock};
    std::vector<std::string> told;
    std::vector<core::Duration> told_at;
    core::Duration begun = clock.monotonic();

    Fixture() { transport.in_order(); }
    WatchHandler handler() {
        return [this](const WatchEvent& event) {
            static const char* const words[] = {"added", "modified", "deleted", "synced", "failed"};
            std::string line = words[static_cast<int>(event.kind)];
            if (event.object) line += " " + data::string_at(*event.object, {"metadata", "name"});
            if (event.error) line += " " + event.error->message;
            told.push_back(std::move(line));
            told_at.push_back(clock.monotonic() - begun);
        };
    }
    void list(const std::string& body) {
        transport.on("GET", kPods + "?limit=500").reply(200, body);
    }
    /// Moves everything until so much was told, or nothing more comes for an hour of the clock.
    bool wait(std::size_t count) {
        const auto end = clock.monotonic() + 1h;
        while (told.size() < count && clock.monotonic() < end)
            if (!client.poll(1min)) return false;
        return told.size() == count;
    }
    using Lines = std::vector<std::string>;
};

} // namespace

TEST_CASE_METHOD(Fixture, "a watch tells what is there, then what happens", "[watch]") {
    list(listed(object("a", "3") + "," + object("b", "4"), "5"));
    auto& stream = transport.on("GET", from("5")).stream();
    const std::string events = event("MODIFIED", object("a", "6")) +
                               event("BOOKMARK", R"({"metadata":{"resourceVersion":"8"}})") +
                               event("DELETED", object("b", "9")) +
                               event("ADDED", object("c", "10"));
    SECTION("in one piece") {
        stream.send(events);
    }
    SECTION("byte by byte") {
        for (const char c : events) stream.send(std::string(1, c));
    }
    client.watch(kAll, {}, handler());
    REQUIRE(wait(6));
    CHECK(told == Lines{"added a", "added b", "synced", "modified a", "deleted b", "added c"});
    const http::Request& request = transport.requests.at(1);
    CHECK(request.timeout >= core::Duration(330s));
    CHECK(request.timeout <= core::Duration(630s));
}

TEST_CASE_METHOD(Fixture, "a watch that ends goes on at the last version, bookmarks included",
                 "[watch]") {
    list(listed("", "5"));
    auto& first = transport.on("GET", from("5")).stream();
    first.send(event("ADDED", object("a", "6")));
    first.send(event("BOOKMARK", R"({"metadata":{"resourceVersion":"99"}})"));
    SECTION("after a clean end") {
        first.end();
    }
    SECTION("after a cut in the middle of an event") {
        first.send(R"({"type":"DELETED","object":{"meta)");
        first.end(kCut);
    }
    SECTION("after a time-out of a dead connection") {
        first.end(core::Error{core::Code::Timeout, "late"});
    }
    transport.on("GET", from("99")).stream().send(event("MODIFIED", object("a", "100")));
    client.watch(kAll, {}, handler());
    REQUIRE(wait(3));
    CHECK(told == Lines{"synced", "added a", "modified a"});
    CHECK(told_at.back() == core::Duration::zero()); // at once
}

TEST_CASE_METHOD(Fixture, "410 makes a watch list again and tell what vanished", "[watch]") {
    list(listed(object("a", "3") + "," + object("b", "4") + "," + object("c", "4"), "5"));
    auto& first = transport.on("GET", from("5"));
    SECTION("as an event") {
        auto& stream = first.stream();
        stream.send(gone_event()).send(event("ADDED", object("never", "1")));
    }
    SECTION("as an answer") {
        first.reply(410, R"({"kind":"Status","code":410})");
    }
    list(listed(object("a", "3") + "," + object("c", "20", "other"), "21"));
    transport.on("GET", from("21")).stream();
    client.watch(kAll, {}, handler());
    REQUIRE(wait(9));
    CHECK(told == Lines{"added a", "added b", "added c", "synced", "modified a", "deleted c",
                        "added c", "deleted b", "synced"});
}

TEST_CASE_METHOD(Fixture, "a server that was away is asked again with growing pauses", "[watch]") {
    list(listed("", "5"));
    auto& away = transport.on("GET", from("5"));
    std::vector<core::Duration> asked;
    for (int i = 0; i < 8; ++i) away.fail(kRefused);
    away.stream().send(event("ADDED", object("a", "6")));
    client.watch(kAll, {}, handler());
    const auto end = clock.monotonic() + 1h;
    std::size_t seen = 0;
    while (told.size() < 2 && clock.monotonic() < end) {
        REQUIRE(client.poll(100ms));
        for (; seen < transport.requests.size(); ++seen) asked.push_back(clock.monotonic() - begun);
    }
    REQUIRE(told == Lines{"synced", "added a"});
    core::Duration least = 800ms;
    for (std::size_t i = 2; i < asked.size(); ++i) {
        const core::Duration pause = asked[i] - asked[i - 1];
        CHECK(pause >= least);
        CHECK(pause <= least * 2 + 200ms);
        least = std::min<core::Duration>(least * 2, 30s);
    }
}

TEST_CASE_METHOD(Fixture, "after something was heard the pauses are short again", "[watch]") {
    list(listed("", "5"));
    auto& away = transport.on("GET", from("5"));
    for (int i = 0; i < 6; ++i) away.fail(kRefused);
    away.reply(200, event("ADDED", object("a", "6")));
    transport.on("GET", from("6")).fail(kRefused);
    transport.on("GET", from("6")).stream().send(event("ADDED", object("b", "7")));
    client.watch(kAll, {}, handler());
    REQUIRE(wait(3));
    CHECK(told_at[2] - told_at[1] <= core::Duration(1600ms));
}

TEST_CASE_METHOD(Fixture, "a server that ends every watch at once is not hammered", "[watch]") {
    list(listed("", "5"));
    transport.on("GET", from("5")).reply(200).always();
    client.watch(kAll, {}, handler());
    const auto end = clock.monotonic() + 60s;
    while (clock.monotonic() < end) REQUIRE(client.poll(1s));
    CHECK(transport.requests.size() < 12);
}

TEST_CASE_METHOD(Fixture, "an overloaded server says when", "[watch]") {
    list(listed("", "5"));
    auto& busy = transport.on("GET", from("5"));
    SECTION("in a header") {
        busy.reply(429, "", {{"Retry-After", "100"}});
    }
    SECTION("in an event") {
        busy.reply(
            200,
            event("ERROR", R"({"kind":"Status","code":500,"details":{"retryAfterSeconds":100}})"));
    }
    busy.stream().send(event("ADDED", object("a", "6")));
    client.watch(kAll, {}, handler());
    REQUIRE(wait(2));
    CHECK(told_at.back() >= core::Duration(100s));
    CHECK(told_at.back() < core::Duration(101s));
}

TEST_CASE_METHOD(Fixture, "what cannot pass ends a watch", "[watch]") {
    SECTION("no rights") {
        transport.on("GET", kPods + "*").reply(403, R"({"kind":"Status","message":"not you"})");
        client.watch(kAll, {}, handler());
        REQUIRE(wait(1));
        CHECK(told == Lines{"failed not you"});
    }
    SECTION("no rights any more") {
        list(listed("", "5"));
        transport.on("GET", from("5")).reply(403, R"({"kind":"Status","message":"not you"})");
        client.watch(kAll, {}, handler());
        REQUIRE(wait(2));
        CHECK(told == Lines{"synced", "failed not you"});
    }
    SECTION("a server that never answered") {
        transport.on("GET", kPods + "*").fail(kRefused);
        client.watch(kAll, {}, handler());
        REQUIRE(wait(1));
        CHECK(told == Lines{"failed refused"});
    }
    CHECK(transport.open_transfers() == 0);
}

TEST_CASE_METHOD(Fixture, "a server that has just come back may refuse for a moment", "[watch]") {
    list(listed("", "5"));
    auto& stream = transport.on("GET", from("5"));
    stream.fail(kRefused).reply(403, R"({"kind":"Status","message":"not you"})");
    SECTION("and is right again") {
        stream.stream().send(event("ADDED", object("a", "6")));
        client.watch(kAll, {}, handler());
        REQUIRE(wait(2));
        CHECK(told == Lines{"synced", "added a"});
    }
    SECTION("but not for long") {
        stream.always();
        client.watch(kAll, {}, handler());
        REQUIRE(wait(2));
        CHECK(told == Lines{"synced", "failed not you"});
        CHECK(told_at.back() >= core::Duration(10s));
        CHECK(told_at.back() < core::Duration(40s));
    }
}

TEST_CASE_METHOD(Fixture, "a list that breaks is begun anew", "[watch]") {
    list(listed("", "5"));
    transport.on("GET", from("5")).reply(200, gone_event());
    transport.on("GET", kPods + "?limit=500").fail(kRefused);
    list(listed(object("a", "7"), "8"));
    transport.on("GET", from("8")).stream();
    client.watch(kAll, {}, handler());
    REQUIRE(wait(3));
    CHECK(told == Lines{"synced", "added a", "synced"});
}

TEST_CASE_METHOD(Fixture, "an unreadable event is not believed", "[watch]") {
    list(listed("", "5"));
    transport.on("GET", from("5")).reply(200, "<html>\n" + event("ADDED", object("never", "6")));
    transport.on("GET", from("5")).stream().send(event("ADDED", object("a", "6")));
    client.watch(kAll, {}, handler());
    REQUIRE(wait(2));
    CHECK(told == Lines{"synced", "added a"});
}

TEST_CASE("handlers make calls, and stop their own watch and others", "[watch]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    transport.on("GET", kPods + "?limit=500")
        .reply(200, listed(object("a", "1") + "," + object("b", "2"), "5"))
        .times(2);
    transport.on("GET", "/api/v1/nodes").reply(200, "{}");
    Client client(transport, clock);
    int first = 0, second = 0;
    Client::WatchId other = 0;
    const Client::WatchId own = client.watch(kAll, {}, [&](const WatchEvent&) {
        ++first;
        CHECK(client.call({"GET", "/api/v1/nodes"}));
        client.stop_watch(other);
        client.stop_watch(own);
    });
    other = client.watch(kAll, {}, [&](const WatchEvent&) { ++second; });
    for (int i = 0; i < 20; ++i) REQUIRE(client.poll(1s));
    CHECK(first == 1);
    CHECK(second == 0);
    CHECK(transport.open_transfers() == 0);
}

TEST_CASE("several watches run in one loop", "[watch]") {
    ManualClock clock;
    FakeTransport transport(&clock);
    Client client(transport, clock);
    transport.on("GET", kPods + "?limit=500").reply(200, listed(object("a", "1"), "5")).times(2);
    transport.on("GET", from("5")).fail(kRefused);
    auto& alive = transport.on("GET", from("5")).stream();
    transport.on("GET", from("5")).stream().send(event("ADDED", object("b", "6")));
    std::vector<std::string> told;
    for (int i = 0; i < 2; ++i)
        client.watch(kAll, {}, [&, i](const WatchEvent& event) {
            if (event.object)
                told.push_back(std::to_string(i) +
                               data::string_at(*event.object, {"metadata", "name"}));
        });
    alive.send(event("ADDED", object("c", "6")));
    for (int i = 0; i < 50 && told.size() < 4; ++i) REQUIRE(client.poll(1s));
    std::sort(told.begin(), told.end());
    REQUIRE(told.size() == 4);
    CHECK(told[0] == "0a");
    CHECK((told[1] == "0b" || told[1] == "0c"));
    CHECK(told[2] == "1a");
}
