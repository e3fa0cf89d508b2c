// SPDX-License-Identifier: Apache-2.0
// Following: what comes out is what the pods wrote, whatever happens to connections, servers and
// drivers. Would catch: a lost or doubled line after a cut, the new driver's lines taken for the
// old one's, a restart that ends the command, a silent gap, a wait without end.
#include "core/base/text.hpp"
#include "tests/plugins/logs_world.hpp"

using namespace kspark;
using namespace kspark::test;
using core::Code;

namespace {

/// One run of the driver from `begin` to `end` (seconds), a line every 0.2 s, then its pod's end.
struct Run {
    double begin, end;
    int number;
    int exit_code = 1;
    bool last = false;
};

void play(FakeCluster& cluster, const Run& run, const std::string& state_after = "FAILING") {
    auto pod = std::make_shared<FakePod*>(nullptr);
    const std::string submission = fmt::format("s{}", run.number);
    cluster.at(run.begin, [&cluster, pod, submission, run] {
        *pod = &cluster.add_pod("driver", submission);
        cluster.set_state("SUBMITTED", run.number, submission);
    });
    cluster.at(run.begin + 0.5, [&cluster, pod, submission, run] {
        cluster.start(**pod);
        cluster.set_state("RUNNING", run.number, submission);
    });
    int line = 0;
    for (double time = run.begin + 0.6; time < run.end; time += 0.2, ++line)
        cluster.at(time, [&cluster, pod, run, line] {
            for (int i = 0; i < 1 + line % 5; ++i)
                cluster.write(**pod, line % 7 == 0
                                         ? std::string("again")
                                         : fmt::format("run {} line {}.{} {}", run.number, line, i,
                                                       std::string(line * 7, 'x')));
        });
    cluster.at(run.end, [&cluster, pod, run, submission, state_after] {
        cluster.write(**pod, "the last word");
        cluster.terminate(**pod, run.exit_code);
        cluster.set_state(run.exit_code == 0 ? "SUCCEEDING" : state_after, run.number, submission);
    });
    if (run.last)
        cluster.at(run.end + 0.3, [&cluster, run, submission] {
            cluster.set_state(run.exit_code == 0 ? "COMPLETED" : "FAILED", run.number, submission);
        });
    else
        cluster.at(run.end + 0.6, [&cluster, pod, run, submission] {
            cluster.remove(**pod);
            cluster.set_state("PENDING_RERUN", run.number, submission);
        });
}

std::string all_written(const FakeCluster& cluster) {
    std::string text;
    for (const auto& [uid, lines] : cluster.written) text += lines;
    return text;
}

} // namespace

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
        pod = &cluster.add_pod("driver", "s1");
        cluster.start(*pod);
        cluster.set_state("RUNNING", 1, "s1");
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

TEST_CASE("a node that does not answer is named, and its log goes on when it is back") {
    LogsWorld world;
    FakeCluster& cluster = world.cluster;
    FakePod* pod = nullptr;
    cluster.at(0, [&] {
        pod = &cluster.add_pod("driver", "s1");
        cluster.start(*pod);
        cluster.set_state("RUNNING", 1, "s1");
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
