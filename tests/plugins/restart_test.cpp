// SPDX-License-Identifier: Apache-2.0
#include "core/base/interrupt.hpp"
#include "tests/plugins/restart_world.hpp"

using namespace kspark;
using namespace kspark::test;
using namespace std::chrono_literals;
using core::Code;

namespace {

const std::vector<std::string> kWaiting = {"orders", "--wait"};

Code code_of(const core::Status& status) {
    REQUIRE_FALSE(status);
    return status.error().code;
}

} // namespace

TEST_CASE("restart: suspended, all pods gone, resumed in one patch that resets the retries",
          "[restart]") {
    RestartWorld world;
    REQUIRE(world.run(kWaiting));
    INFO(world.said());
    CHECK(world.cluster.overlaps.empty());
    CHECK(world.cluster.runs == 2);
    REQUIRE(world.cluster.patches.size() == 2);
    const auto& closing = world.cluster.patches[0];
    CHECK(closing["spec"] == Json{{"suspend", true}});
    CHECK(closing["metadata"]["resourceVersion"].is_string());
    CHECK(closing["metadata"]["annotations"].contains("kubectl-spark/restart"));
    const auto& opening = world.cluster.patches[1];
    CHECK(opening["spec"]["suspend"] == false);
    CHECK(opening["spec"]["driver"]["annotations"].contains("kubectl-spark/restarted-at"));
    CHECK(world.says("orders-driver (stopping, "));
    CHECK(world.says("running (submission s2"));
}

TEST_CASE("restart: whatever is refused, cut or changed in between, runs never overlap and one "
          "restart happens",
          "[restart]") {
    using Faults = std::map<std::string, std::deque<int>>;
    for (const auto& faults : std::vector<Faults>{{{"PATCH", {409, 409}}},
                                                  {{"PATCH", {0}}},
                                                  {{"PATCH", {200, 0}}},
                                                  {{"PATCH", {200, 409}}},
                                                  {{"PATCH", {200, 500, 503}}},
                                                  {{"GET", {200, 200, 200, 200, 503, 503, 503}}}}) {
        RestartWorld world;
        world.cluster.answers = faults;
        const auto status = world.run(kWaiting);
        INFO(Json(faults).dump() << "\n" << world.said());
        CHECK(status);
        CHECK(world.cluster.overlaps.empty());
        CHECK(world.cluster.runs == 2);
    }
}

TEST_CASE("restart: a machine whose clock is wrong counts grace periods by the server's",
          "[restart]") {
    for (const auto ahead : {-10min, -1min, 1min, 10min}) {
        RestartWorld world;
        world.cluster.ahead = ahead;
        const auto status = world.run(kWaiting);
        INFO(ahead.count() << "\n" << world.said());
        CHECK(status); // a pod whose grace period is long over would be one of a lost node
        CHECK(world.cluster.overlaps.empty());
        CHECK(world.cluster.runs == 2);
        CHECK(world.says("orders-driver (stopping, 5s of its grace period left)"));
        const auto at = core::parse_time(Json::parse(std::string(
            world.cluster.patches.back()["metadata"]["annotations"]["kubectl-spark/restart"]))["at"]
                                             .get<std::string>());
        REQUIRE(at);
        CHECK(*at - world.clock.now() <= ahead + 1s);
        CHECK(*at - world.clock.now() >= ahead - 15s);
    }
}

TEST_CASE("restart: a lost restart is repaired by a second patch", "[restart]") {
    RestartWorld world;
    world.cluster.lost_restarts = 1;
    const auto status = world.run(kWaiting);
    INFO(world.said());
    CHECK(status);
    CHECK(world.cluster.overlaps.empty());
    CHECK(world.cluster.runs == 2);
    CHECK(world.says("asked for it a second time"));
}

TEST_CASE("restart: somebody else's restart is joined, not repeated", "[restart]") {
    RestartWorld world;
    int turn = 0;
    world.cluster.each_turn = [&] {
        // Bob suspends first, and resumes as soon as all pods are gone.
        auto& cluster = world.cluster;
        if (++turn == 4) {
            cluster.application["spec"]["suspend"] = true;
            cluster.application["metadata"]["annotations"]["kubectl-spark/restart"] =
                R"({"step":"suspended","by":"bob@desk","at":"2026-01-02T03:04:05Z","from":"s1"})";
            cluster.touch();
        }
        if (turn > 4 && cluster.runs == 1 && cluster.pods.empty()) {
            cluster.application["spec"]["suspend"] = false;
            cluster.application["spec"]["driver"]["annotations"]["x"] = "bob";
            cluster.application["metadata"]["annotations"]["kubectl-spark/restart"] =
                R"({"step":"resumed","by":"bob@desk","at":"2026-01-02T03:04:20Z","from":"s1"})";
            cluster.touch();
        }
    };
    const auto status = world.run(kWaiting);
    INFO(world.said());
    CHECK(status);
    CHECK(world.cluster.runs == 2);
    CHECK(world.cluster.patches.empty());
    CHECK(world.says("bob@desk restarted it at 2026-01-02T03:04:20Z"));
}

TEST_CASE("restart: what another client has left half done is finished", "[restart]") {
    RestartWorld world;
    world.cluster.application["spec"]["suspend"] = true;
    world.cluster.application["metadata"]["annotations"]["kubectl-spark/restart"] =
        R"({"step":"suspended","by":"bob@desk","at":"2026-01-02T03:00:00Z","from":"s1"})";
    world.cluster.touch();
    const auto status = world.run(kWaiting);
    INFO(world.said());
    CHECK(status);
    CHECK(world.cluster.overlaps.empty());
    CHECK(world.says("restart half done by bob@desk at 2026-01-02T03:00:00Z; finishing it"));
    CHECK(world.cluster.patches.size() == 1);
}

TEST_CASE("restart: without spec.suspend in the cluster's schema it is recreated", "[restart]") {
    RestartWorld world;
    world.cluster.knows_suspend = false;
    world.cluster.application["metadata"]["ownerReferences"] = {{{"name", "owner"}}};
    const auto status = world.run(kWaiting);
    INFO(world.said());
    CHECK(status);
    CHECK(world.cluster.overlaps.empty());
    CHECK(world.cluster.runs == 2);
    const auto& metadata = world.cluster.application["metadata"];
    CHECK(metadata["uid"] == "u2");
    CHECK(metadata["labels"]["team"] == "bi");
    CHECK(metadata["ownerReferences"][0]["name"] == "owner");
    CHECK_FALSE(metadata.contains("finalizers"));
}

TEST_CASE("restart: recreate, the client dies at any moment: the same command again finishes",
          "[restart]") {
    for (int dies_at = 1;; ++dies_at) {
        RestartWorld world;
        int turn = 0;
        world.cluster.each_turn = [&] {
            if (++turn == dies_at) core::set_interrupted(true);
        };
        const auto first = world.run({"orders", "--wait", "--strategy=recreate"});
        core::set_interrupted(false);
        INFO("dies at turn " << dies_at << "\n" << world.said());
        if (first) {
            CHECK(dies_at > 10);
            break;
        }
        const auto status = world.run({"orders", "--wait", "--strategy=recreate"});
        INFO(world.said());
        CHECK(status);
        CHECK(world.cluster.overlaps.empty());
        CHECK(world.cluster.runs <= 3);
        REQUIRE_FALSE(world.cluster.application.is_null());
        CHECK(world.cluster.application["spec"]["image"] == "streams:1");
        CHECK(world.cluster.application["metadata"]["labels"]["team"] == "bi");
        CHECK_FALSE(std::filesystem::exists(world.copy()));
    }
}

TEST_CASE("restart: an object that cannot be created again is not lost", "[restart]") {
    RestartWorld world;
    world.cluster.answers["POST"].assign(1000, 500);
    const auto status = world.run({"orders", "--wait", "--strategy=recreate", "--timeout", "1m"});
    INFO(world.said());
    CHECK(code_of(status) == Code::Timeout);
    CHECK(world.says("its copy: " + world.copy().string()));
    const auto saved = core::read_file(world.copy(), 1u << 20);
    REQUIRE(saved);
    CHECK(Json::parse(*saved)["spec"]["image"] == "streams:1");
    CHECK_FALSE(Json::parse(*saved)["metadata"].contains("uid"));
    const auto allowed = std::filesystem::status(world.copy()).permissions();
    CHECK(allowed == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));

    world.cluster.answers.clear();
    const auto again = world.run({"orders", "--wait"});
    INFO(world.said());
    CHECK(again);
    CHECK(world.says("was deleted by the restart of ann@"));
    CHECK(world.cluster.runs == 2);
    CHECK(world.cluster.overlaps.empty());
    CHECK_FALSE(std::filesystem::exists(world.copy()));
}

TEST_CASE("restart: an old copy of a deleted object is asked about", "[restart]") {
    RestartWorld world;
    world.cluster.answers["POST"].assign(1000, 500);
    CHECK_FALSE(world.run({"orders", "--wait", "--strategy=recreate", "--timeout", "1m"}));
    world.cluster.answers.clear();
    world.clock.advance(2h);
    CHECK(code_of(world.run(kWaiting)) == Code::Failed);
    CHECK(world.says("that did not create it again: this does"));
    CHECK(world.cluster.application.is_null());
    CHECK(world.run({"orders", "--wait", "--yes"}));
    CHECK(world.cluster.runs == 2);
}

TEST_CASE("restart: what cannot be kept is not deleted", "[restart]") {
    RestartWorld world;
    world.context.environment.set("XDG_STATE_HOME", "/dev/null/state");
    const auto status = world.run({"orders", "--wait", "--strategy=recreate"});
    CHECK(code_of(status) == Code::Failed);
    CHECK(world.says("set XDG_STATE_HOME to a directory that can be written"));
    CHECK(world.cluster.writes.empty());
}

TEST_CASE("restart: a copy of an object that was created by hand is forgotten", "[restart]") {
    RestartWorld world;
    std::filesystem::create_directories(world.copy().parent_path());
    REQUIRE(core::write_file(world.copy(), world.cluster.application.dump()));
    CHECK(world.run(kWaiting));
    CHECK_FALSE(std::filesystem::exists(world.copy()));
}

TEST_CASE("restart: recreate waits until the operator lets the object go", "[restart]") {
    RestartWorld world;
    world.cluster.application["metadata"]["finalizers"] = {"operator.example/tidy"};
    world.cluster.each_turn = [&, turns = 0]() mutable {
        if (world.cluster.application.is_null()) return;
        auto& metadata = world.cluster.application["metadata"];
        if (!metadata.contains("deletionTimestamp")) return;
        if (++turns == 40) {
            std::erase(metadata["finalizers"].get_ref<Json::array_t&>(), "operator.example/tidy");
            world.cluster.touch();
        }
    };
    const auto status = world.run({"orders", "--wait", "--strategy=recreate"});
    INFO(world.said());
    CHECK(status);
    CHECK(world.says("the operator has yet to let it go"));
    CHECK(world.cluster.overlaps.empty());
    CHECK(world.cluster.runs == 2);
}

TEST_CASE("restart: a lost node stops it; --force removes what may still run and says so",
          "[restart]") {
    for (const bool force : {false, true}) {
        RestartWorld world;
        for (auto& pod : world.cluster.pods) pod["status"]["reason"] = "NodeLost";
        world.cluster.driver_stops = world.cluster.executor_stops = 1h; // no kubelet
        const auto status =
            world.run(force ? std::vector<std::string>{"orders", "--wait", "--force"} : kWaiting);
        INFO(world.said());
        if (!force) {
            CHECK(code_of(status) == Code::Failed);
            CHECK(world.cluster.writes.empty());
            continue;
        }
        CHECK(status);
        CHECK(world.says("on a lost node removed without knowing whether it still runs"));
        CHECK(world.cluster.runs == 2);
    }
}

TEST_CASE("restart: an ended application is annotated when its last pod is gone", "[restart]") {
    RestartWorld world;
    world.cluster.set_state("FAILED");
    const auto status = world.run(kWaiting); // an executor outlives its failed driver
    INFO(world.said());
    CHECK(status);
    CHECK(world.cluster.overlaps.empty());
    CHECK_FALSE(world.cluster.patches.at(0)["spec"].contains("suspend"));
}

TEST_CASE("restart: a completed job is asked about", "[restart]") {
    RestartWorld world;
    world.cluster.set_state("COMPLETED");
    world.cluster.pods.clear();
    CHECK(code_of(world.run(kWaiting)) == Code::Failed);
    CHECK(world.says("this runs it again"));
    CHECK(world.cluster.writes.empty());
}

TEST_CASE("restart: with --yes a completed job runs again", "[restart]") {
    RestartWorld world;
    world.cluster.set_state("COMPLETED");
    world.cluster.pods.clear();
    CHECK(world.run({"orders", "--wait", "--yes"}));
    CHECK(world.cluster.runs == 2);
}

TEST_CASE("restart: suspended by somebody is asked about, with the name", "[restart]") {
    RestartWorld world;
    world.cluster.application["spec"]["suspend"] = true;
    world.cluster.application["metadata"]["managedFields"] = {
        {{"manager", "kubectl-edit"},
         {"time", "2026-01-01T10:00:00Z"},
         {"fieldsV1", {{"f:spec", {{"f:suspend", Json::object()}}}}}}};
    world.cluster.touch();
    CHECK(code_of(world.run(kWaiting)) == Code::Failed);
    CHECK(world.says("was suspended by kubectl-edit at 2026-01-01T10:00:00Z"));
    CHECK(world.cluster.writes.empty());
}

TEST_CASE("restart: a role without patch is told what it lacks", "[restart]") {
    RestartWorld world;
    world.cluster.forbidden = {"PATCH sparkapplications"};
    CHECK(code_of(world.run(kWaiting)) == Code::Forbidden);
    CHECK(world.says("patch sparkapplications.sparkoperator.k8s.io"));
    CHECK(world.says("no other strategy does without the right to patch"));
    CHECK(world.cluster.writes.empty());
}

TEST_CASE("restart: without the right to see pods nothing is stopped", "[restart]") {
    RestartWorld world;
    world.cluster.forbidden = {"GET pods"};
    CHECK(code_of(world.run(kWaiting)) == Code::Forbidden);
    CHECK(world.says("list pods"));
    CHECK(world.says("--force restarts without looking at the pods"));
    CHECK(world.cluster.writes.empty());
    RestartWorld forced;
    forced.cluster.forbidden = {"GET pods"};
    CHECK(forced.run({"orders", "--wait", "--force"}));
    CHECK(forced.says("its pods may not be listed: restarted without looking at them"));
}

TEST_CASE("restart: without the right to delete, recreate names the strategy that needs none",
          "[restart]") {
    RestartWorld world;
    world.cluster.forbidden = {"DELETE sparkapplications"};
    CHECK(code_of(world.run({"orders", "--wait", "--strategy=recreate"})) == Code::Forbidden);
    CHECK(world.says("needs the right to delete and create sparkapplications"));
    CHECK(world.says("--strategy=suspend needs no right to delete or create"));
    CHECK(world.cluster.writes.empty()); // nothing half done
    CHECK(world.cluster.runs == 1);
}

TEST_CASE("restart: a timeout leaves it stopped and says how to go on", "[restart]") {
    RestartWorld world;
    world.cluster.executor_stops = 1h;
    CHECK(code_of(world.run({"orders", "--wait", "--timeout", "30s"})) == Code::Timeout);
    CHECK(world.cluster.runs == 1);
    CHECK(world.says("it is down until the restart is finished: kubectl spark restart orders"));
    CHECK(world.says("exec-1"));
}

TEST_CASE("restart: Ctrl-C between the steps says what is half done", "[restart]") {
    RestartWorld world;
    world.cluster.each_turn = [&] {
        if (world.cluster.state() == "SUSPENDED") core::set_interrupted(true);
    };
    const auto status = world.run(kWaiting);
    core::set_interrupted(false);
    CHECK(code_of(status) == Code::Interrupted);
    CHECK(world.says("down until the restart is finished"));
}

TEST_CASE("restart: a dry run reads only", "[restart]") {
    RestartWorld world;
    CHECK(world.run({"orders", "--dry-run=server"}));
    CHECK(world.says("suspend: set spec.suspend; wait until these pods are gone: orders-driver"));
    CHECK(world.cluster.writes.empty());
}

TEST_CASE("restart: without --wait it ends when the new run may begin", "[restart]") {
    RestartWorld world;
    CHECK(world.run({"orders"}));
    CHECK(world.cluster.pods.empty());
    CHECK(world.says("restarted, not waited for"));
    CHECK(world.cluster.patches.size() == 2);
}

TEST_CASE("restart: words that cannot be meant", "[restart]") {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {}, {"orders", "--all"}, {"orders", "--rolling=0"}, {"scheduledsparkapp/nightly"}}) {
        RestartWorld world;
        CHECK(code_of(world.run(words)) == Code::Usage);
    }
    RestartWorld unknown;
    const auto status = unknown.run({"order"});
    CHECK(code_of(status) == Code::NotFound);
    CHECK(status.error().message.find("did you mean \"orders\"") != std::string::npos);
    RestartWorld all;
    CHECK(code_of(all.run({"--all"})) == Code::Failed);
    CHECK(all.cluster.writes.empty());
}
