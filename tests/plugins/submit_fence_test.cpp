// SPDX-License-Identifier: Apache-2.0
// Restarts that a change causes, on a cluster that counts the pods of other runs beside each new
// driver.
#include "plugins/submit/rollback.hpp"
#include "tests/plugins/played_cluster.hpp"
#include "tests/plugins/submit_world.hpp"

using namespace kspark;
using namespace kspark::test;
using namespace std::chrono_literals;
using Stage = submit::Track::Stage;

namespace {

struct FenceWorld {
    ManualClock clock;
    PlayedCluster cluster{clock};
    kube::Client client{cluster, clock};

    /// The change of an image, planned.
    submit::Item change(const std::string& image = "streams:2") {
        submit::Item item;
        item.desired = {{"apiVersion", "sparkoperator.k8s.io/v1beta2"},
                        {"kind", "SparkApplication"},
                        {"metadata", {{"name", "orders"}, {"namespace", "default"}}},
                        {"spec", {{"type", "Scala"}, {"image", image}}}};
        item.reference = {kube::kubeflow_applications(), "default", "orders"};
        REQUIRE(submit::plan_again(client, kube::Force::No, item));
        return item;
    }
    submit::Track deploy(submit::Item item, std::optional<spark::Goal> goal = {}) {
        submit::DeployOptions options;
        options.goal = goal;
        options.timeout = 2min;
        options.fence = true;
        options.by = "ann@laptop";
        Script nobody;
        auto tracks = submit::Deployment(client, options, {std::move(item)}, nobody).run();
        for (int i = 0; i < 40; ++i) REQUIRE(client.poll(500ms)); // the operator's part
        return std::move(tracks.front());
    }
};

} // namespace

TEST_CASE("submit: the old run is gone before the new spec comes, in one apply with the resume",
          "[submit]") {
    FenceWorld world;
    const auto track = world.deploy(world.change());
    CHECK(track.stage == Stage::Done);
    CHECK(world.cluster.runs == 2);
    CHECK(world.cluster.overlaps.empty());
    REQUIRE(world.cluster.patches.size() == 2);
    CHECK(world.cluster.patches[0]["spec"] == Json{{"suspend", true}});
    const auto& opening = world.cluster.patches[1];
    CHECK(opening["spec"]["image"] == "streams:2");
    CHECK(opening["spec"]["suspend"] == false);
    CHECK(opening["metadata"]["resourceVersion"].is_string());
    // A second submit has nothing to do.
    CHECK(world.change().change.action == spark::Action::Unchanged);
}

TEST_CASE("submit: an answer that is lost does not restart it twice", "[submit]") {
    for (const auto& answers :
         std::vector<std::deque<int>>{{0}, {200, 0}, {409}, {200, 409, 409}}) {
        FenceWorld world;
        auto item = world.change();
        world.cluster.answers["PATCH"] = answers;
        const auto track = world.deploy(std::move(item));
        CHECK(track.stage == Stage::Done);
        CHECK(world.cluster.runs == 2);
        CHECK(world.cluster.overlaps.empty());
        CHECK(world.cluster.application["spec"]["image"] == "streams:2");
    }
}

TEST_CASE("submit: a resume that the operator has lost is repaired while it is waited for",
          "[submit]") {
    FenceWorld world;
    auto item = world.change();
    world.cluster.lost_restarts = 1;
    const auto track = world.deploy(std::move(item), spark::Goal::Running);
    CHECK(track.stage == Stage::Done);
    CHECK(track.submission == "s2");
    CHECK(world.cluster.runs == 2);
    CHECK(world.cluster.overlaps.empty());
}

TEST_CASE("submit: a change of what has ended waits for its last pods too", "[submit]") {
    FenceWorld world;
    world.cluster.set_state("FAILED");
    const auto track = world.deploy(world.change());
    CHECK(track.stage == Stage::Done);
    CHECK(world.cluster.overlaps.empty());
    REQUIRE(world.cluster.patches.size() == 1);
    CHECK_FALSE(world.cluster.patches[0]["spec"].contains("suspend"));
}

TEST_CASE("submit: what somebody has suspended gets the new spec and stays suspended", "[submit]") {
    FenceWorld world;
    world.cluster.application["spec"]["suspend"] = true;
    world.cluster.set_state("SUSPENDED");
    world.cluster.pods.clear();
    const auto track = world.deploy(world.change());
    CHECK(track.stage == Stage::Done);
    REQUIRE(world.cluster.patches.size() == 1);
    CHECK_FALSE(world.cluster.patches[0]["spec"].contains("suspend"));
}

TEST_CASE("submit: pods that do not go end in a sentence that says what is stopped", "[submit]") {
    FenceWorld world;
    world.cluster.executor_stops = 1h;
    const auto track = world.deploy(world.change());
    CHECK(track.stage == Stage::Failed);
    REQUIRE(track.error);
    CHECK(track.error->code == core::Code::Timeout);
    CHECK(track.error->message.find("exec-1") != std::string::npos);
    REQUIRE(track.error->details.size() == 1);
    CHECK(track.error->details[0].find("kubectl spark restart orders -n default") !=
          std::string::npos);
    CHECK(world.cluster.runs == 1);
}

TEST_CASE("submit: the spec before the change, in the fields that the change touched", "[submit]") {
    submit::Item item;
    item.live = {{"spec",
                  {{"image", "a:1"},
                   {"driver", {{"memory", "1g"}, {"annotations", {{"by", "others"}}}}},
                   {"arguments", {"x"}},
                   {"mode", "cluster"}}}};
    item.desired = {{"spec", {{"image", "a:2"}, {"driver", {{"memory", "2g"}, {"cores", 1}}}}}};
    item.stored = {
        {"spec",
         {{"image", "a:2"},
          {"driver", {{"memory", "2g"}, {"cores", 1}, {"annotations", {{"by", "others"}}}}},
          {"mode", "cluster"}}}};
    CHECK(submit::before_change(item)["spec"] ==
          Json{{"image", "a:1"}, {"driver", {{"memory", "1g"}}}, {"arguments", {"x"}}});
}
