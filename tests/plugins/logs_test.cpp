// SPDX-License-Identifier: Apache-2.0
// Flags, the plain copy of one log, and bad input. Would catch: a request too many, bytes that are
// changed on the way, a flag that the server is not told, an error that does not say what there is.
#include "core/base/text.hpp"
#include "tests/plugins/logs_world.hpp"

using namespace kspark;
using namespace kspark::test;
using namespace std::chrono_literals;
using core::Code;

namespace {

/// A driver that runs and has written three lines.
FakePod& running(FakeCluster& cluster) {
    FakePod& pod = cluster.start_driver("s1");
    for (const char* line : {"one", "\x1b]0;title\x07two\r", "three"}) cluster.write(pod, line);
    return pod;
}

} // namespace

TEST_CASE("flags") {
    logs::Options options;
    core::Flags flags;
    logs::declare(flags, options);
    REQUIRE(flags.parse({"orders",
                         "-f",
                         "--executor=all",
                         "-c",
                         "side",
                         "--since",
                         "5m",
                         "--tail=3",
                         "--timestamps",
                         "--grep",
                         "a.b",
                         "-i",
                         "--invert-match",
                         "--context-lines=2",
                         "--level",
                         "WARN",
                         "--progress",
                         "--timeout=30s",
                         "--limit-bytes",
                         "10",
                         "--raw",
                         "-p"}));
    CHECK(options.names == std::vector<std::string>{"orders"});
    CHECK(options.follow);
    CHECK(options.executor == "all");
    CHECK(options.container == "side");
    CHECK(options.since == std::chrono::minutes(5));
    CHECK(options.tail == 3);
    CHECK(options.timestamps);
    CHECK(options.grep == "a.b");
    CHECK(options.ignore_case);
    CHECK(options.invert_match);
    CHECK(options.context_lines == 2);
    CHECK(options.level == logs::Level::Warn);
    CHECK(options.progress);
    CHECK(options.timeout == std::chrono::seconds(30));
    CHECK(options.limit_bytes == 10);
    CHECK(options.raw);
    CHECK(options.previous);
}

TEST_CASE("what makes no sense is a usage error, before the cluster is asked") {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {},
             {"a", "-l", "x=y"},
             {"a", "--all", "--executor", "1"},
             {"a", "--executor", "first"},
             {"a", "--since", "5m", "--since-time", "2026-01-02T03:04:05Z"},
             {"a", "--since", "5"},
             {"a", "--since", "-5m"},
             {"a", "--since-time", "yesterday"},
             {"a", "--grep", "("},
             {"a", "--level", "loud"},
             {"a", "-i"},
             {"a", "-p", "-f"},
             {"a", "--tail", "-2"},
             {"a", "-c", "x", "--all-containers"}}) {
        LogsWorld world;
        const auto status = world.run(words);
        INFO(core::join(words, " "));
        REQUIRE_FALSE(status);
        CHECK(status.error().code == Code::Usage);
        CHECK(world.cluster.requests.empty());
    }
}

TEST_CASE("one driver's log: two requests, and its bytes as they are") {
    LogsWorld world;
    const FakePod& pod = running(world.cluster);
    REQUIRE(world.run({"orders"}));
    CHECK(world.out.text() == world.cluster.written[pod.uid]);
    REQUIRE(world.cluster.requests.size() == 3); // both operators are asked for the name
    CHECK(
        world.cluster.requests[2] ==
        "GET /api/v1/namespaces/streams/pods/orders-driver/log?container=spark-kubernetes-driver");
}

TEST_CASE("the server does what it can: since, tail, time stamps, bytes") {
    LogsWorld world;
    running(world.cluster);
    REQUIRE(
        world.run({"orders", "--since", "90s", "--tail=2", "--timestamps", "--limit-bytes=99"}));
    CHECK(world.cluster.requests[2].ends_with(
        "log?container=spark-kubernetes-driver&limitBytes=99&sinceSeconds=90&tailLines=2&"
        "timestamps=true"));
    CHECK(world.out.text().starts_with("2026-01-02T03:04:05.0000"));
}

TEST_CASE("on a terminal control sequences are made visible; --raw leaves them") {
    LogsWorld world(1, true);
    FakePod& pod = running(world.cluster);
    world.cluster.terminate(pod, 0);
    REQUIRE(world.run({"orders"}));
    CHECK(world.out.text() == "one\n^[]0;title^Gtwo\nthree\n");
    LogsWorld raw(1, true);
    const FakePod& same = running(raw.cluster);
    REQUIRE(raw.run({"orders", "--raw"}));
    CHECK(raw.out.text() == raw.cluster.written[same.uid]);
}

TEST_CASE(
    "without -f what is there is read, also when the connection breaks, and no marker is added") {
    LogsWorld world;
    FakePod& pod = running(world.cluster);
    for (int i = 0; i < 500; ++i) world.cluster.write(pod, fmt::format("line {}", i));
    REQUIRE(world.run({"orders", "--grep", "."}));
    CHECK(world.out.text() == world.cluster.written[pod.uid]);
    CHECK(world.markers().empty());
}

TEST_CASE("a copy whose connection breaks goes on where it was, byte for byte") {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"orders"}, {"orders", "--tail=4000"}, {"orders", "--timestamps"}}) {
        LogsWorld world;
        FakePod& pod = running(world.cluster);
        for (int i = 0; i < 4000; ++i)
            world.cluster.write(pod, i % 5 == 0 ? "again" : fmt::format("line {}", i));
        LogsWorld whole;
        FakePod& same = running(whole.cluster);
        for (int i = 0; i < 4000; ++i)
            whole.cluster.write(same, i % 5 == 0 ? "again" : fmt::format("line {}", i));
        REQUIRE(whole.run(words));
        world.cluster.break_logs(10'000, 3);
        INFO(words.back());
        REQUIRE(world.run(words));
        CHECK(world.out.text() == whole.out.text());
        CHECK(world.markers().empty());
    }
}

TEST_CASE("a copy that cannot go on says after which byte it ended") {
    LogsWorld world;
    FakePod& pod = running(world.cluster);
    for (int i = 0; i < 4000; ++i) world.cluster.write(pod, fmt::format("line {}", i));
    world.cluster.break_logs(10'000, 1);
    // Turned over by the node while the client waits for another try.
    world.cluster.at(0.2, [&] { world.cluster.rotate(pod, 2000); });
    const auto status = world.run({"orders"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::Failed);
    CHECK(world.cluster.written[pod.uid].starts_with(world.out.text()));
    CHECK(
        status.error().message ==
        fmt::format("the connection broke after {} bytes of the log of pod \"orders-driver\", and "
                    "what comes now is another log (rotated by the node, or of a new driver): "
                    "lines are missing here",
                    world.out.text().size()));

    LogsWorld gone;
    FakePod& other = running(gone.cluster);
    for (int i = 0; i < 4000; ++i) gone.cluster.write(other, fmt::format("line {}", i));
    gone.cluster.break_logs(10'000, 1);
    gone.cluster.at(0.2, [&] { gone.cluster.remove(other); });
    const auto lost = gone.run({"orders"});
    REQUIRE_FALSE(lost);
    CHECK(lost.error().message.find("bytes of the log of pod \"orders-driver\", and pods "
                                    "\"orders-driver\" not found") != std::string::npos);
}

TEST_CASE("a node that hands out nothing, or stops in the middle, is given up in time") {
    for (const std::size_t after : {0, 10'000})
        for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
                 {"orders"}, {"orders", "--tail=5000"}, {"orders", "--grep=."}}) {
            LogsWorld world;
            FakePod& pod = running(world.cluster);
            for (int i = 0; i < 4000; ++i) world.cluster.write(pod, fmt::format("line {}", i));
            world.cluster.stall_logs(after);
            const auto begin = world.clock.now();
            const auto status = world.run(words);
            INFO(after << " " << words.back() << "\n" << world.err.text());
            REQUIRE_FALSE(status);
            CHECK(status.error().code == Code::Timeout);
            // An unfinished line is ended.
            CHECK(world.cluster.written[pod.uid].starts_with(core::trim(world.out.text())));
            CHECK((world.clock.now() - begin) / 1s >= 59);
            CHECK((world.clock.now() - begin) / 1s <= 66);
            if (after == 0)
                CHECK(world.says("waiting for orders: pod orders-driver: nothing comes"));
        }
}

TEST_CASE("--timeout and --request-timeout say how long a node may be silent") {
    for (const bool as_request : {false, true}) {
        LogsWorld world;
        running(world.cluster);
        world.cluster.stall_logs(0);
        if (as_request) world.context.connection.request_timeout = "10s";
        const auto begin = world.clock.now();
        const auto status =
            world.run(as_request ? std::vector<std::string>{"orders"}
                                 : std::vector<std::string>{"orders", "--timeout=10s"});
        REQUIRE_FALSE(status);
        CHECK(status.error().code == Code::Timeout);
        CHECK((world.clock.now() - begin) / 1s >= 10);
        CHECK((world.clock.now() - begin) / 1s <= 15);
    }
}

TEST_CASE("a slow reader of ours is no silent node") {
    LogsWorld world;
    FakePod& pod = running(world.cluster);
    for (int i = 0; i < 4000; ++i) world.cluster.write(pod, fmt::format("line {}", i));
    world.out.takes = 100s; // longer than a node may be silent
    REQUIRE(world.run({"orders", "--grep=."}));
    CHECK(world.out.text() == world.cluster.written[pod.uid]);
}

TEST_CASE("a server that breaks every connection is given up after a few tries") {
    LogsWorld world;
    FakePod& pod = running(world.cluster);
    for (int i = 0; i < 4000; ++i) world.cluster.write(pod, fmt::format("line {}", i));
    world.cluster.break_logs(5'000, 1000);
    const auto status = world.run({"orders"});
    REQUIRE_FALSE(status);
    CHECK(status.error().message == "unexpected EOF");
    CHECK(world.cluster.requests.size() < 16);
}

TEST_CASE("an unknown application comes with the nearest name") {
    LogsWorld world;
    const auto status = world.run({"ordres"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::NotFound);
    CHECK(status.error().message.find("did you mean \"orders\"") != std::string::npos);
}

TEST_CASE("an executor that never existed: which there are") {
    LogsWorld world;
    running(world.cluster);
    for (const char* id : {"10", "2", "1"})
        world.cluster.start(world.cluster.add_pod("executor", "s1", id));
    const auto status = world.run({"orders", "--executor", "7"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::NotFound);
    CHECK(world.says("application \"orders\" has no executor 7; there are 1, 2, 10"));
}

TEST_CASE("a container that the pod does not have: which it has") {
    LogsWorld world;
    running(world.cluster);
    const auto status = world.run({"orders", "-f", "-c", "sidecar"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::NotFound);
    CHECK(world.says("pod orders-driver has no container \"sidecar\"; there are "
                     "spark-kubernetes-driver"));
}

TEST_CASE("--limit-bytes is of each log, also when it is followed") {
    LogsWorld world;
    FakePod& pod = running(world.cluster);
    world.cluster.at(5, [&] {
        world.cluster.terminate(pod, 0);
        world.cluster.set_state("COMPLETED", 1, "s1");
    });
    REQUIRE(world.run({"orders", "-f", "--limit-bytes=6"}));
    CHECK(world.log() == "one\n\x1b]\n");
}

TEST_CASE("--previous without a previous run") {
    LogsWorld world;
    running(world.cluster);
    const auto status = world.run({"orders", "-p"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::NotFound);
    CHECK(status.error().message.find("there is no previous run in this pod") != std::string::npos);
}

TEST_CASE("a failed application without a driver says why it failed") {
    LogsWorld world;
    world.cluster.set_state("FAILED", 1, "s1");
    world.cluster.fail_with("failed to run spark-submit");
    const auto status = world.run({"orders"});
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::ApplicationFailed);
    CHECK(world.says("application \"orders\" is FAILED and has no driver pod"));
}

TEST_CASE("a selector that finds nothing") {
    LogsWorld world;
    world.cluster.delete_application();
    REQUIRE(world.run({"-l", "team=bi"}));
    CHECK(world.err.text() == "No resources found in streams namespace.\n");
}

TEST_CASE("a reader that goes away ends it") {
    struct Closed : output::Buffer {
        core::Status write(std::string_view) override {
            return core::Error{Code::OutputClosed, "closed"};
        }
    };
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"orders"}, {"orders", "-f"}}) {
        LogsWorld world;
        Closed closed;
        core::Context context({closed, world.err, false}, world.clock, core::Environment(),
                              [&](const kube::Connection&, core::Context&)
                                  -> core::Result<std::unique_ptr<http::Transport>> {
                                  return {std::move(world.made)};
                              });
        context.connection = world.context.connection;
        running(world.cluster);
        logs::Options options;
        core::Flags flags;
        logs::declare(flags, options);
        REQUIRE(flags.parse(words));
        const auto outcome = logs::run(context, options);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == Code::OutputClosed);
    }
}
