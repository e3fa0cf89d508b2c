// SPDX-License-Identifier: Apache-2.0
// Following: what comes out is what the pods wrote, run by run. Would catch: the new driver's lines
// taken for the old one's, a restart that ends the command, a wait without end or without a reason.
#include "core/base/text.hpp"
#include "tests/plugins/logs_world.hpp"

using namespace kspark;
using namespace kspark::test;
using core::Code;

TEST_CASE("a job is followed to its end, and its end is the exit status") {
    LogsWorld world;
    play(world.cluster, {0, 8, 1, 0, true});
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == all_written(world.cluster));
    REQUIRE(world.markers().size() == 1);
    CHECK(world.markers()[0] ==
          "run 1 of orders ended: exit code 0 (Completed) after 8s, submission s1, application "
          "COMPLETED");
    CHECK(world.says("waiting for orders: no driver pod yet (NEW)") == false);
}

TEST_CASE("a failed application is exit status 4 with its cause") {
    LogsWorld world;
    play(world.cluster, {0, 4, 1, 1, true});
    world.cluster.at(3.9, [&] {
        world.cluster.fail_with("driver container failed with ExitCode: 1, Reason: Error");
    });
    const auto status = world.run({"orders", "-f"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::ApplicationFailed);
    CHECK(world.says("application \"orders\" failed: driver container failed with ExitCode: 1"));
}

TEST_CASE("three restarts: the log is what the pods wrote, the markers tell each run once") {
    LogsWorld world;
    play(world.cluster, {1, 10, 1});
    play(world.cluster, {12, 20, 2}, "INVALIDATING");
    play(world.cluster, {23, 30, 3});
    play(world.cluster, {33, 40, 4, 0, true});
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == all_written(world.cluster));
    const auto markers = world.markers();
    REQUIRE(markers.size() == 7);
    CHECK(markers[0] == "run 1 of orders ended: exit code 1 (Error) after 9s, submission s1, "
                        "application FAILING");
    CHECK(markers[1].starts_with("run 2 of orders begins at 2026-01-02T03:04:17Z, submission s2"));
    CHECK(markers[6].starts_with("run 4 of orders ended: exit code 0 (Completed)"));
}

TEST_CASE("a crash loop shows each run once") {
    LogsWorld world;
    for (int run = 1; run <= 6; ++run)
        play(world.cluster, {run * 3.0, run * 3.0 + 0.9, run, 1, run == 6});
    CHECK_FALSE(world.run({"orders", "-f"}));
    CHECK(world.log() == all_written(world.cluster));
    CHECK(world.markers().size() == 11);
}

TEST_CASE("who follows executors only is told nothing of drivers") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    play(cluster, {0, 10, 1});
    play(cluster, {12, 20, 2, 0, true});
    cluster.at(2, [&] {
        FakePod& pod = cluster.add_pod("executor", "s1", "1");
        cluster.start(pod);
        cluster.write(pod, "of the executor");
        cluster.at(9, [&] { cluster.terminate(pod, 0); });
    });
    REQUIRE(world.run({"orders", "-f", "--executor=1"}));
    CHECK(world.log() == "of the executor\n");
    CHECK(world.markers().empty());
}

TEST_CASE("executors are picked up as they come, each line with its pod and whole") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    play(cluster, {0, 20, 1, 0, true});
    for (int i = 1; i <= 30; ++i) {
        auto pod = std::make_shared<FakePod*>(nullptr);
        cluster.at(1 + i * 0.3, [&cluster, pod, i] {
            *pod = &cluster.add_pod("executor", "s1", std::to_string(i));
            cluster.start(**pod);
            for (int line = 0; line < 50; ++line)
                cluster.write(**pod, fmt::format("executor {} line {}", i, line));
        });
        cluster.at(15, [&cluster, pod] { cluster.terminate(**pod, 0); });
        cluster.at(16, [&cluster, pod] { cluster.remove(**pod); });
    }
    REQUIRE(world.run({"orders", "-f", "--all"}));
    std::map<std::string, std::string> seen;
    for (const auto& line : core::split(world.log(), '\n')) {
        if (line.empty()) continue;
        const auto bar = line.find(" | ");
        REQUIRE(bar != std::string::npos);
        seen[line.substr(0, bar)] += line.substr(bar + 3) + "\n";
    }
    CHECK(seen.size() == 31);
    CHECK(seen["driver"] == cluster.written["uid-1"]);
    CHECK(seen["exec-30"] == cluster.written["uid-31"]);
}

TEST_CASE("what is not there yet is waited for, with the reason that the pod gives") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    FakePod* pod = nullptr;
    cluster.at(4, [&] { pod = &cluster.add_pod("driver", "s1"); });
    cluster.at(8, [&] {
        cluster.start(*pod);
        cluster.write(*pod, "hello");
    });
    cluster.at(9, [&] { cluster.terminate(*pod, 0), cluster.set_state("COMPLETED", 1, "s1"); });
    REQUIRE(world.run({"orders", "-f"}));
    CHECK(world.log() == "hello\n");
    CHECK(world.err.text() == "waiting for orders: no driver pod yet (NEW)\n"
                              "waiting for orders: pod orders-driver: ContainerCreating\n");
}

TEST_CASE("the apache operator: attempts, executors, and an outcome that comes late") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    cluster.set_apache_state("DriverRequested", 0);
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto driver = std::make_shared<FakePod*>(nullptr);
        const auto executor = std::make_shared<FakePod*>(nullptr);
        const std::string id = std::to_string(attempt);
        const double begin = 2 + attempt * 60;
        cluster.at(begin, [&cluster, driver, id, attempt] {
            *driver = &cluster.add_pod("driver", id);
            cluster.set_apache_state("DriverRequested", attempt);
        });
        cluster.at(begin + 1, [&cluster, driver, attempt] {
            cluster.start(**driver);
            cluster.set_apache_state("RunningHealthy", attempt);
            for (int i = 0; i < 20; ++i) cluster.write(**driver, fmt::format("driver {}", i));
        });
        cluster.at(begin + 5, [&cluster, executor, id] {
            *executor = &cluster.add_pod("executor", id, "1");
            cluster.start(**executor);
            cluster.write(**executor, "executor of attempt " + id);
        });
        cluster.at(begin + 10, [&cluster, driver, executor, attempt] {
            cluster.terminate(**executor, 0);
            cluster.terminate(**driver, attempt == 0 ? 1 : 0);
        });
        // The operator is late.
        cluster.at(begin + 30, [&cluster, driver, executor, attempt] {
            cluster.set_apache_state(attempt == 0 ? "Failed" : "Succeeded", attempt);
            cluster.remove(**executor);
            cluster.remove(**driver);
            cluster.set_apache_state(attempt == 0 ? "ScheduledToRestart" : "ResourceReleased",
                                     attempt);
        });
    }
    REQUIRE(world.run({"orders", "-f", "--all"}));
    const auto markers = world.markers();
    REQUIRE(markers.size() == 3);
    CHECK(markers[0].starts_with("run 1 of orders ended: exit code 1 (Error)"));
    CHECK(markers[1].starts_with("run 2 of orders begins"));
    CHECK(markers[2].starts_with("run 2 of orders ended: exit code 0 (Completed)"));
    std::map<std::string, int> lines;
    for (const auto& line : core::split(world.log(), '\n')) ++lines[line];
    CHECK(lines["driver | driver 7"] == 2);
    CHECK(lines["exec-1 | executor of attempt 0"] == 1);
    CHECK(lines["exec-1 | executor of attempt 1"] == 1);
}

TEST_CASE("a finished application of the apache operator has no log, and how to keep it") {
    LogsWorld world;
    world.cluster.set_apache_state("RunningHealthy", 0);
    world.cluster.set_apache_state("Succeeded", 0);
    world.cluster.set_apache_state("ResourceReleased", 0);
    const auto status = world.run({"orders"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::NotFound);
    CHECK(world.says("its driver pod is gone, with its log (resourceRetainPolicy: OnFailure or "
                     "Always in spec.applicationTolerations keeps it)"));
}

TEST_CASE("--timeout ends a wait with what was waited for") {
    LogsWorld world;
    world.cluster.at(1, [&] { world.cluster.add_pod("driver", "s1"); });
    const auto status = world.run({"orders", "-f", "--timeout", "30s"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::Timeout);
    CHECK(world.says("no log of \"orders\" after 30s: pod orders-driver: ContainerCreating"));
}

TEST_CASE("Ctrl-C ends it, with what was there written out") {
    LogsWorld world;
    play(world.cluster, {0, 60, 1});
    world.cluster.at(10, [&] { world.cluster.interrupt(); });
    const auto status = world.run({"orders", "-f"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::Interrupted);
    CHECK(all_written(world.cluster).starts_with(world.log()));
    CHECK(world.log().size() > 100);
}

TEST_CASE("--progress -f on a terminal is one table that is drawn over, markers above it") {
    LogsWorld world(1, true);
    FakeCluster& cluster = world.cluster;
    for (int run = 1; run <= 2; ++run)
        play(cluster, {run * 20.0 - 19, run * 20.0 - 3, run, run == 2 ? 0 : 1, run == 2});
    for (int batch = 0; batch < 30; ++batch)
        cluster.at(3 + batch, [&cluster, batch] {
            const data::Json progress = {{"name", batch % 3 == 0 ? "clicks" : "orders"},
                                         {"timestamp", "2026-01-02T03:04:05.000Z"},
                                         {"batchId", batch},
                                         {"numInputRows", 7},
                                         {"sources", data::Json::array()}};
            if (FakePod* driver = cluster.running_driver())
                cluster.write(*driver,
                              "26/01/02 03:04:05 INFO MicroBatchExecution: Streaming query "
                              "made progress: " +
                                  progress.dump());
        });
    REQUIRE(world.run({"orders", "-f", "--progress"}));
    const std::string& text = world.out.text();
    const std::size_t last = text.rfind("APPLICATION");
    CHECK(text.find("\x1b[3A\x1b[J") != std::string::npos);
    CHECK(text.substr(0, last).find(" run 2 of orders begins") != std::string::npos);
    const std::string table = text.substr(last);
    CHECK(std::count(table.begin(), table.end(), '\n') == 3);
    CHECK(table.find("orders        2026-01-02T03:04:05Z   orders      29      7") !=
          std::string::npos);
    CHECK(table.find("clicks      27") != std::string::npos);
    CHECK_FALSE(world.says("run "));
}
