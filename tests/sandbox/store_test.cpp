// SPDX-License-Identifier: Apache-2.0
// Reading: pages, selectors, watches that resume, and the 410 after a compaction.
#include "tests/sandbox/selectors.hpp"
#include "tests/sandbox/testing.hpp"

using namespace kspark::sandbox;

namespace {
bool selects(const std::string& selector, const Json& labels) {
    return label_selector(selector)({{"metadata", {{"labels", labels}}}});
}
} // namespace

TEST_CASE("label selectors know equality, sets and existence") {
    const Json labels = {{"a", "1"}, {"team", "bi"}};
    CHECK(selects("", labels));
    CHECK(selects("a=1,team==bi", labels));
    CHECK_FALSE(selects("a=1,team!=bi", labels));
    CHECK(selects("team in (bi, ops),a", labels));
    CHECK_FALSE(selects("team notin (bi,ops)", labels));
    CHECK(selects("other notin (x)", labels));
    CHECK(selects("!other", labels));
    CHECK_FALSE(selects("!a", labels));
    CHECK_THROWS_AS(label_selector("a b"), Refusal);
    CHECK_THROWS_AS(field_selector(pod_kind(), "spec.x=1"), Refusal);
}

TEST_CASE("a list is cut into pages that miss nothing") {
    World world;
    for (const auto* name : {"a", "b", "c", "d", "e"})
        create(world.cluster, pod_kind(), "default",
               {{"metadata", {{"name", name}}},
                {"spec", {{"containers", Json::array({{{"name", "c"}}})}}}},
               {});
    std::vector<std::string> names;
    std::string token;
    int pages = 0;
    do {
        const Json page = Json::parse(world
                                          .ask("GET", "/api/v1/namespaces/default/pods", "", "",
                                               {{"limit", "2"}, {"continue", token}})
                                          .body);
        for (const Json& item : page.at("items")) names.push_back(item.at("metadata").at("name"));
        token = page.at("metadata").value("continue", "");
        ++pages;
    } while (!token.empty());
    CHECK(pages == 3);
    CHECK(names == std::vector<std::string>{"a", "b", "c", "d", "e"});
    const Answer garbage =
        world.ask("GET", "/api/v1/namespaces/default/pods", "", "", {{"continue", "abc"}});
    CHECK(garbage.code == 400);
}

TEST_CASE("a watch resumes where it was and ends with 410 when that is forgotten") {
    World world;
    const std::uint64_t before = world.cluster.store.version();
    world.apply(World::manifest(), "me");
    std::map<std::string, std::string> query = {{"watch", "true"},
                                                {"resourceVersion", std::to_string(before)}};
    const Answer answer = world.ask("GET", World::kApplications, "", "", query);
    REQUIRE(answer.stream);
    const Json event = Json::parse(answer.stream->read());
    CHECK(event.at("type") == "ADDED");
    CHECK(event.at("object").at("metadata").at("name") == "orders");
    CHECK(answer.stream->read().empty());
    world.merge("orders", {{"metadata", {{"labels", {{"x", "y"}}}}}});
    CHECK(Json::parse(answer.stream->read()).at("type") == "MODIFIED");
    world.cluster.store.compact();
    const Answer late = world.ask("GET", World::kApplications, "", "", query);
    const Json error = Json::parse(late.stream->read());
    CHECK(error.at("type") == "ERROR");
    CHECK(error.at("object").at("code") == 410);
    CHECK(late.stream->ended());
}

TEST_CASE("an object that leaves the selection is deleted for the watcher") {
    World world;
    Json manifest = World::manifest();
    manifest["metadata"]["labels"] = {{"team", "bi"}};
    world.apply(manifest, "me");
    const Answer answer = world.ask("GET", World::kApplications, "", "",
                                    {{"watch", "true"}, {"labelSelector", "team=bi"}});
    CHECK(Json::parse(answer.stream->read()).at("type") == "ADDED");
    world.merge("orders", {{"metadata", {{"labels", {{"team", "ops"}}}}}});
    CHECK(Json::parse(answer.stream->read()).at("type") == "DELETED");
}

TEST_CASE("rights are those of the roles") {
    World world;
    const auto code = [&](const std::string& user, const std::string& path) {
        return handle(world.cluster, {.method = "GET", .path = path, .user = user}).code;
    };
    const std::string everywhere = "/apis/sparkoperator.k8s.io/v1beta2/sparkapplications";
    CHECK(code("editor", World::kApplications) == 200);
    CHECK(code("editor", everywhere) == 403);
    CHECK(code("nobody", World::kApplications) == 403);
    CHECK(code("", "/version") == 200);
    CHECK(code("", "/apis") == 403);
    CHECK(handle(world.cluster, {.method = "DELETE",
                                 .path = World::kApplications + std::string("/x"),
                                 .user = "viewer"})
              .code == 403);
}
