// SPDX-License-Identifier: Apache-2.0
// Writing: ownership of fields, conflicts in the real server's words, dry runs and preconditions.
#include "tests/sandbox/testing.hpp"

using namespace kspark::sandbox;

TEST_CASE("applying the same again changes nothing, not even the resourceVersion") {
    World world;
    CHECK(world.apply(World::manifest(), "one").code == 201);
    const Json first = world.application();
    world.clock.advance(std::chrono::seconds(5));
    const Answer again = world.apply(World::manifest(), "one");
    CHECK(again.code == 200);
    CHECK(Json::parse(again.body) == first);
    CHECK(first.at("metadata").at("generation") == 1);
    CHECK(first.at("metadata").at("managedFields")[0].at("fieldsV1").at("f:spec").at("f:driver") ==
          Json{{"f:cores", Json::object()}, {"f:memory", Json::object()}});
}

TEST_CASE("another manager's value is a conflict until it is forced") {
    World world;
    world.apply(World::manifest(), "one");
    Json other = World::manifest();
    other["spec"]["driver"]["memory"] = "600m";
    const Answer refused = world.apply(other, "two");
    CHECK(refused.code == 409);
    const Json status = Json::parse(refused.body);
    CHECK(status.at("message") ==
          "Apply failed with 1 conflict: conflict with \"one\": .spec.driver.memory");
    CHECK(status.at("details").at("causes")[0] == Json{{"reason", "FieldManagerConflict"},
                                                       {"message", "conflict with \"one\""},
                                                       {"field", ".spec.driver.memory"}});
    CHECK(world.apply(other, "two", true).code == 200);
    CHECK(world.application().at("spec").at("driver").at("memory") == "600m");
    CHECK(world.application().at("metadata").at("generation") == 2);
    const Json owners = world.application().at("metadata").at("managedFields");
    for (const Json& entry : owners) {
        const Json& driver = entry.at("fieldsV1").at("f:spec").at("f:driver");
        CHECK(driver.contains("f:memory") == (entry.at("manager") == "two"));
    }
}

TEST_CASE("conflicts with an update name the version, several are listed by owner") {
    World world;
    world.apply(World::manifest(), "kubectl-edit");
    world.merge("orders", {{"spec", {{"driver", {{"cores", 2}}}, {"image", "q"}}}});
    Json other = World::manifest();
    other["spec"]["driver"]["cores"] = 3;
    other["spec"]["image"] = "r";
    other["spec"]["executor"]["cores"] = 2;
    CHECK(Json::parse(world.apply(other, "a").body).at("message") ==
          "Apply failed with 3 conflicts: conflicts with \"kubectl-edit\":\n"
          "- .spec.executor.cores\nconflicts with \"test\" using sparkoperator.k8s.io/v1beta2:\n"
          "- .spec.image\n- .spec.driver.cores");
}

TEST_CASE("a field that is applied no longer goes, unless others own it") {
    World world;
    Json manifest = World::manifest();
    manifest["spec"]["mainClass"] = "A";
    manifest["spec"]["mode"] = "cluster";
    world.apply(manifest, "one");
    world.apply(World::manifest(), "two");
    manifest["spec"].erase("mainClass");
    manifest["spec"].erase("mode");
    world.apply(manifest, "one");
    CHECK_FALSE(world.application().at("spec").contains("mainClass"));
    CHECK(world.application().at("spec").contains("mode"));
}

TEST_CASE("a dry run answers as the real run would and keeps nothing") {
    World world;
    CHECK(world.apply(World::manifest(), "one", false, true).code == 201);
    CHECK(world.application().is_null());
    world.apply(World::manifest(), "one");
    const Json before = world.application();
    Json other = World::manifest();
    other["spec"]["image"] = "new";
    const Json answer = Json::parse(world.apply(other, "one", false, true).body);
    CHECK(answer.at("spec").at("image") == "new");
    CHECK(answer.at("metadata").at("generation") == 2);
    CHECK(world.application() == before);
}

TEST_CASE("what the schema does not know or allow is refused") {
    World world;
    Json typo = World::manifest();
    typo["spec"]["modus"] = "cluster";
    const Json unknown = Json::parse(world.apply(typo, "one").body);
    CHECK(unknown.at("code") == 500);
    CHECK(unknown.at("message") ==
          "failed to create typed patch object (/orders; sparkoperator.k8s.io/v1beta2, "
          "Kind=SparkApplication): .spec.modus: field not declared in schema");
    Json wrong = World::manifest();
    wrong["spec"]["type"] = "Skala";
    CHECK(Json::parse(world.apply(wrong, "one").body).at("message") ==
          "SparkApplication.sparkoperator.k8s.io \"orders\" is invalid: spec.type: Unsupported "
          "value: \"Skala\": supported values: \"Java\", \"Python\", \"Scala\", \"R\"");
    Json name = World::manifest();
    name["metadata"]["name"] = "a_b";
    CHECK(world.ask("POST", World::kApplications, name.dump()).code == 422);
    const Answer strict = world.ask("POST", World::kApplications, typo.dump(), "application/json",
                                    {{"fieldValidation", "Strict"}});
    CHECK(Json::parse(strict.body).at("message") ==
          "SparkApplication in version \"v1beta2\" cannot be handled as a SparkApplication: strict "
          "decoding error: unknown field \"spec.modus\"");
    const Answer lenient = world.ask("POST", World::kApplications, typo.dump());
    CHECK(lenient.code == 201);
    CHECK(lenient.warnings == std::vector<std::string>{"unknown field \"spec.modus\""});
    CHECK_FALSE(world.application().at("spec").contains("modus"));
}

TEST_CASE("creating twice, replacing an old version and a wrong UID are conflicts") {
    World world;
    const std::string body = World::manifest().dump();
    CHECK(world.ask("POST", World::kApplications, body).code == 201);
    CHECK(Json::parse(world.ask("POST", World::kApplications, body).body).at("reason") ==
          "AlreadyExists");
    Json old = World::manifest();
    old["metadata"]["resourceVersion"] = "5";
    const std::string path = World::path(old);
    CHECK(world.ask("PUT", path, old.dump()).code == 409);
    CHECK(world.ask("DELETE", path, R"({"preconditions":{"uid":"x"}})").code == 409);
    CHECK(world.ask("DELETE", path).code == 200);
    CHECK(world.ask("DELETE", path).code == 404);
}

TEST_CASE("only the status subresource writes the status") {
    World world;
    world.apply(World::manifest(), "one");
    const Json patch = {
        {"status", {{"driverInfo", Json::object()}, {"applicationState", {{"state", "X"}}}}}};
    world.merge("orders", patch);
    CHECK_FALSE(world.application().contains("status"));
    world.ask("PATCH", World::path(World::manifest()) + "/status", patch.dump(),
              "application/merge-patch+json");
    CHECK(world.state() == "X");
    CHECK(world.application().at("metadata").at("generation") == 1);
}
