// SPDX-License-Identifier: Apache-2.0
// Following while connections break, servers go and pods vanish. Would catch: a lost or doubled
// line after a cut, a silent gap, a run that nobody tells of, a node that is waited for in silence.
#include "core/base/text.hpp"
#include "tests/plugins/logs_world.hpp"

using namespace kspark;
using namespace kspark::test;
using core::Code;

TEST_CASE(
    "cut connections, idle ends, an API server that restarts: not a line is lost or doubled") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        LogsWorld world(seed);
        std::mt19937 random(seed);
        FakeCluster& cluster = world.cluster;
        play(cluster, {1, 30, 1});
        play(cluster, {33, 60, 2});
        play(cluster, {63, 95, 3, 0, true});
        // Long enough before an end that the tail can still be had.
        for (const double from : {2.0, 34.0, 64.0})
            for (int i = 0; i < 6; ++i) {
                const double when = from + static_cast<double>(random() % 120) / 10;
                const auto kind = i == 0 ? 3 : random() % 3; // the roles are loaded once per run
                cluster.at(when, [&cluster, kind, random]() mutable {
                    if (kind == 0) cluster.cut();
                    if (kind == 1) cluster.close_logs();
                    if (kind == 2) cluster.down(0.1 + static_cast<double>(random() % 20) / 10);
                    if (kind == 3) cluster.down(0.5, 1 + static_cast<double>(random() % 30) / 10);
                });
            }
        INFO("seed " << seed);
        const auto status = world.run({"orders", "-f"});
        INFO((status ? "" : status.error().message) << world.err.text());
        REQUIRE(status);
        REQUIRE(world.log() == all_written(cluster));
        REQUIRE(world.markers().size() == 5);
    }
}

TEST_CASE("what the node rotated away while the connection was broken is a gap with its times") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    FakePod* pod = nullptr;
    cluster.at(0, [&] {
        pod = &cluster.start_driver("s1");
        cluster.write(*pod, "before");
    });
    cluster.at(5, [&] { cluster.down(3); });
    cluster.at(6, [&] {
        cluster.write(*pod, "lost");
        cluster.rotate(*pod);
    });
    cluster.at(12, [&] { cluster.write(*pod, "after"); });
    cluster.at(15, [&] { cluster.terminate(*pod, 0), cluster.set_state("COMPLETED", 1, "s1"); });
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == "before\nafter\n");
    REQUIRE(world.markers().size() == 2);
    CHECK(world.markers()[0].starts_with("lines of orders-driver between 2026-01-02T03:04:05"));
}

TEST_CASE("a pod that went away while the connection was broken: its end may be missing") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    play(cluster, {0, 10, 1});
    cluster.at(9.9, [&] { cluster.down(5); });
    play(cluster, {16, 20, 2, 0, true});
    REQUIRE(world.run({"orders", "-f"}));
    REQUIRE(world.markers().size() == 4);
    CHECK(world.markers()[0].starts_with("the last lines of orders-driver may be missing"));
}

TEST_CASE("a run that came and ended while the connection was broken is read, whichever watch is "
          "back first") {
    for (int i = 0; i < 30; ++i) { // chance decides when each comes back
        LogsWorld world;
        play(world.cluster, {0, 10, 1});
        world.cluster.at(9.9, [&] { world.cluster.down(8); });
        play(world.cluster, {12, 15, 2, 0, true});
        REQUIRE(world.run({"orders", "-f"}));
        const auto markers = world.markers();
        CAPTURE(markers);
        REQUIRE(markers.size() == 4);
        CHECK(markers[1].starts_with("run 1 of orders ended"));
        CHECK(markers[2].starts_with("run 2 of orders begins"));
        CHECK(markers[3].starts_with("run 2 of orders ended: exit code 0"));
        CHECK(world.log().ends_with(world.cluster.written["uid-2"]));
    }
}

TEST_CASE("runs that came and went, with their pods, while the connection was broken are named") {
    LogsWorld world;
    play(world.cluster, {0, 10, 1});
    world.cluster.at(9.9, [&] { world.cluster.down(40); });
    play(world.cluster, {12, 15, 2});
    play(world.cluster, {17, 19, 3});
    play(world.cluster, {21, 120, 4, 0, true});
    SECTION("the watches go on where they were") {
        REQUIRE(world.run({"orders", "-f"}));
        const auto markers = world.markers();
        CAPTURE(markers);
        REQUIRE(markers.size() == 6);
        CHECK(markers[2] == "run 2 of orders came and went before it could be read: its "
                            "log went with its pod");
        CHECK(markers[3].starts_with("run 3 of orders came and went"));
        CHECK(markers[4].starts_with("run 4 of orders begins"));
    }
    SECTION("the server has forgotten what they saw") {
        world.cluster.at(49, [&] { world.cluster.forget(); });
        REQUIRE(world.run({"orders", "-f"}));
        const auto markers = world.markers();
        CAPTURE(markers);
        REQUIRE(markers.size() == 5);
        CHECK(markers[2] == "runs 2 to 3 of orders came and went before they could be read: "
                            "their logs went with their pods");
        CHECK(markers[3].starts_with("run 4 of orders begins"));
        CHECK(markers[4].starts_with("run 4 of orders ended: exit code 0"));
    }
    const std::string &log = world.log(), &last = world.cluster.written["uid-4"];
    REQUIRE(log.ends_with(last));
    CHECK(world.cluster.written["uid-1"].starts_with(log.substr(0, log.size() - last.size())));
}

TEST_CASE("--tail=0 cut before its first line: what was written meanwhile is not lost") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    FakePod* pod = nullptr;
    cluster.set_state("RUNNING", 1, "s1");
    pod = &cluster.add_pod("driver", "s1");
    cluster.start(*pod);
    cluster.write(*pod, "old");
    cluster.at(60, [&] { cluster.down(5); });
    cluster.at(62, [&] { cluster.write(*pod, "while it was down"); });
    cluster.at(80, [&] { cluster.write(*pod, "after"); });
    cluster.at(90, [&] { cluster.terminate(*pod, 0), cluster.set_state("COMPLETED", 1, "s1"); });
    world.clock.advance(std::chrono::seconds(30));
    SECTION("no line of the tail") {
        REQUIRE(world.run({"orders", "-f", "--tail=0"}));
        CHECK(world.log() == "while it was down\nafter\n");
    }
    SECTION("a tail of a log that was empty") {
        cluster.rotate(*pod);
        for (int i = 0; i < 5; ++i)
            cluster.at(63, [&, i] { cluster.write(*pod, fmt::format("line {}", i)); });
        REQUIRE(world.run({"orders", "-f", "--tail=2"}));
        CHECK(world.log() == "while it was down\nline 0\nline 1\nline 2\nline 3\nline 4\nafter\n");
    }
}

TEST_CASE("a pod that is removed as soon as its log has ended has no missing end") {
    LogsWorld world;
    play(world.cluster, {0, 10, 1});
    world.cluster.removes_after_log = true;
    play(world.cluster, {16, 20, 2, 0, true});
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == all_written(world.cluster));
    CHECK(world.markers().size() == 3);
}

TEST_CASE("a connection that stays open after the end of its pod is not waited for") {
    LogsWorld world;
    world.cluster.closes_followed = false;
    play(world.cluster, {0, 5, 1});
    play(world.cluster, {12, 18, 2, 0, true});
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == all_written(world.cluster));
    CHECK(world.markers().size() == 3);
}

TEST_CASE("a node that does not answer is named, and its log goes on when it is back") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    FakePod* pod = nullptr;
    cluster.at(0, [&] {
        pod = &cluster.start_driver("s1");
        cluster.write(*pod, "before");
    });
    cluster.at(50, [&] { cluster.silence(*pod, true); });
    cluster.at(70, [&] { cluster.silence(*pod, false); });
    cluster.at(71, [&] { cluster.write(*pod, "after"); });
    cluster.at(75, [&] { cluster.terminate(*pod, 0), cluster.set_state("COMPLETED", 1, "s1"); });
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == "before\nafter\n");
    CHECK(world.err.text() == "waiting for orders: pod orders-driver: its node node-1 does not "
                              "answer; what it writes comes when the node is back\n");
}

TEST_CASE("a server that does not come back is waited for, and said to be") {
    LogsWorld world;
    play(world.cluster, {0, 300, 1});
    world.cluster.at(10, [&] { world.cluster.down(200); });
    const auto status = world.run({"orders", "-f", "--timeout", "1m"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::Timeout);
    CHECK(world.says("waiting for orders: pod orders-driver: connection refused"));
}

TEST_CASE("an application deleted while it is followed") {
    LogsWorld world;
    play(world.cluster, {0, 10, 1});
    world.cluster.at(10.7, [&] { world.cluster.delete_application(); });
    const auto status = world.run({"orders", "-f"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::NotFound);
    CHECK(world.log() == all_written(world.cluster));
    CHECK(world.says("application \"orders\" was deleted"));
}
