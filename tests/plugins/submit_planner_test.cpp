// SPDX-License-Identifier: Apache-2.0
#include "plugins/submit/plan_text.hpp"
#include "tests/plugins/submit_world.hpp"

using namespace kspark;
using namespace kspark::test;
using core::Code;
using spark::Action;
using submit::Item;
using submit::PlanOptions;

namespace {

spark::Manifest manifest(data::Json object) {
    spark::Manifest manifest;
    manifest.object = std::move(object);
    manifest.locate = [](const data::Path&) { return spark::Place{"values.yaml", 3, 1}; };
    return manifest;
}

spark::Inputs inputs(const std::vector<std::string>& names) {
    spark::Inputs inputs;
    inputs.from_values = true;
    inputs.set = "bi";
    for (const auto& name : names) inputs.manifests.push_back(manifest(desired(name)));
    return inputs;
}

PlanOptions options() {
    PlanOptions options;
    options.name_space = "streams";
    return options;
}

data::Json list_of(const std::vector<data::Json>& objects) {
    return {{"kind", "SparkApplicationList"},
            {"metadata", {{"resourceVersion", "9"}}},
            {"items", objects}};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the plan compares what is there with the server's dry run", "[submit]") {
    World world;
    const auto in = inputs({"orders", "payments", "sessions"});
    auto items = *submit::make_items(in, options());
    auto changed = live("payments", "RUNNING", "s1");
    changed["spec"]["executor"]["memory"] = "4g";
    world.get("orders").reply(404, status(404, "NotFound", "not found", {{"name", "orders"}}));
    world.get("payments").reply(200, data::dump_json(changed));
    world.get("sessions").reply(200, data::dump_json(live("sessions", "RUNNING", "s1")));
    for (const char* name : {"orders", "payments", "sessions"})
        world.dry_run(name).reply(200, data::dump_json(live(name, "RUNNING", "s1")));
    REQUIRE(submit::make_plan(world.client, in, options(), items));
    CHECK(items[0].change.action == Action::Create);
    CHECK(items[1].change.action == Action::Restart);
    CHECK(items[2].change.action == Action::Unchanged);
    CHECK(submit::plan_summary(items) == "1 to create, 1 to restart, 1 unchanged");
    CHECK(output::render(submit::plan_table(items), {.headers = false}) ==
          "orders     create\n"
          "payments   restart     spec.executor.memory: \"4g\" -> \"2g\"\n"
          "sessions   unchanged\n");
}

TEST_CASE("a manifest that kubectl printed is sent without what the server keeps", "[submit]") {
    spark::Inputs in;
    in.manifests.push_back(manifest(live("orders", "RUNNING", "s1")));
    const auto items = *submit::make_items(in, options());
    REQUIRE(items.size() == 1);
    CHECK_FALSE(items[0].desired.contains("status"));
    CHECK_FALSE(items[0].desired["metadata"].contains("resourceVersion"));
    CHECK(items[0].desired["spec"] == live("orders", "RUNNING", "s1")["spec"]);
}

TEST_CASE("many applications are read by one list", "[submit]") {
    World world;
    std::vector<std::string> names;
    std::vector<data::Json> there;
    for (int i = 0; i < 30; ++i) {
        names.push_back(fmt::format("stream-{}", i));
        auto object = live(names.back(), "RUNNING", "s1");
        object.erase("apiVersion");
        object.erase("kind");
        there.push_back(std::move(object));
        world.dry_run(names.back())
            .reply(200, data::dump_json(live(names.back(), "RUNNING", "s1")));
    }
    there.pop_back();
    const auto in = inputs(names);
    auto items = *submit::make_items(in, options());
    world.transport.on("GET", std::string(kApplications) + "?*")
        .reply(200, data::dump_json(list_of(there)));
    REQUIRE(submit::make_plan(world.client, in, options(), items));
    CHECK(submit::plan_summary(items) == "1 to create, 29 unchanged");
}

TEST_CASE("only this set's applications are pruned, and not many", "[submit]") {
    World world;
    const auto in = inputs({"orders"});
    auto how = options();
    how.prune = true;
    world.get("orders").reply(200, data::dump_json(live("orders", "RUNNING", "s1"))).always();
    world.dry_run("orders").reply(200, data::dump_json(live("orders", "RUNNING", "s1"))).always();
    auto& list = world.transport.on("GET", std::string(kApplications) +
                                               "?labelSelector=kubectl-spark%2Fset%3Dbi*");
    SECTION("one is") {
        list.reply(200, data::dump_json(list_of({live("orders", "", ""), live("clicks", "", "")})));
        auto items = *submit::make_items(in, how);
        REQUIRE(submit::make_plan(world.client, in, how, items));
        REQUIRE(items.size() == 2);
        CHECK(items[1].change.action == Action::Prune);
        CHECK(items[1].reference.name == "clicks");
    }
    SECTION("two need to be allowed, and are named") {
        list.reply(200, data::dump_json(list_of({live("clicks", "", ""), live("views", "", "")})));
        auto items = *submit::make_items(in, how);
        const auto planned = submit::make_plan(world.client, in, how, items);
        REQUIRE_FALSE(planned);
        CHECK(has(planned.error().message, "clicks, views"));
        CHECK(has(planned.error().message, "--max-prune=1"));
    }
}

TEST_CASE("nothing is pruned for manifests or for a part of a set", "[submit]") {
    World world;
    auto how = options();
    how.prune = true;
    auto manifests = inputs({"orders"});
    manifests.from_values = false;
    auto items = *submit::make_items(manifests, how);
    CHECK(submit::make_plan(world.client, manifests, how, items).error().code == Code::Usage);
    auto part = inputs({"orders"});
    part.filtered = true;
    CHECK(submit::make_plan(world.client, part, how, items).error().code == Code::Usage);
    CHECK(world.transport.requests.empty());
}

TEST_CASE("a field that another writer owns is explained", "[submit]") {
    World world;
    const auto in = inputs({"orders"});
    auto items = *submit::make_items(in, options());
    world.get("orders").reply(200, data::dump_json(live("orders", "RUNNING", "s1")));
    world.dry_run("orders").reply(
        409, status(409, "Conflict",
                    "Apply failed with 1 conflict: conflict with \"argocd\": .spec.executor.memory",
                    {{"causes", data::Json::array({{{"reason", "FieldManagerConflict"},
                                                    {"message", "conflict with \"argocd\""},
                                                    {"field", ".spec.executor.memory"}}})}}));
    REQUIRE(submit::make_plan(world.client, in, options(), items));
    REQUIRE(items[0].refused);
    CHECK(items[0].refused->code == Code::Conflict);
    std::string all = items[0].refused->message;
    for (const auto& detail : items[0].refused->details) all += "\n" + detail;
    CHECK(has(all, ".spec.executor.memory: owned by \"argocd\""));
    CHECK(has(all, "--force-conflicts"));
}

TEST_CASE("the namespace of -n and of the object must be one", "[submit]") {
    auto how = options();
    how.name_space = "other";
    CHECK(submit::make_items(inputs({"orders"}), how));
    how.name_space_given = true;
    const auto items = submit::make_items(inputs({"orders"}), how);
    REQUIRE_FALSE(items);
    CHECK(has(items.error().message,
              "the namespace from the provided object \"streams\" does not match the namespace "
              "\"other\". You must pass '--namespace=streams' to perform this operation."));
}

TEST_CASE("objects that no Spark operator knows, and doubles, are refused with their place",
          "[submit]") {
    auto in = inputs({"orders"});
    in.manifests.push_back(manifest(desired("orders")));
    CHECK(has(submit::make_items(in, options()).error().message,
              "values.yaml:3:1: application orders"));
    in.manifests.back() =
        manifest({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "x"}}}});
    CHECK(has(submit::make_items(in, options()).error().message, "ConfigMap of v1"));
}

TEST_CASE("the diff masks secrets and leaves out what the server keeps for itself", "[submit]") {
    auto before = live("orders", "RUNNING", "s1");
    before["spec"]["sparkConf"]["spark.jdbc.password"] = "old-secret";
    auto wanted = desired("orders");
    wanted["spec"]["sparkConf"]["spark.jdbc.password"] = "new-secret";
    wanted["spec"]["executor"]["memory"] = "4g";
    const auto diff = submit::plan_diff({item(before, wanted)}, false);
    CHECK(has(diff, "-    memory: 2g\n+    memory: 4g\n"));
    CHECK(has(diff, "*** (before)"));
    CHECK_FALSE(has(diff, "-secret"));
    CHECK_FALSE(has(diff, "uid"));
    CHECK_FALSE(has(diff, "status"));
}

TEST_CASE("a plan line cuts long lists of fields", "[submit]") {
    auto wanted = desired("orders");
    for (int i = 0; i < 5; ++i) wanted["spec"]["sparkConf"][fmt::format("k{}", i)] = "v";
    const auto text = output::render(
        submit::plan_table({item(live("orders", "RUNNING", "s1"), wanted)}), {.headers = false});
    CHECK(has(text, "spec.sparkConf.k0: \"v\" (new)"));
    CHECK(has(text, "and 2 more"));
}
