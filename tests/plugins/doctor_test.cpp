// SPDX-License-Identifier: Apache-2.0
// doctor: what is said about recorded and made-up clusters. Would catch: a right that is taken for
// granted, a full quota that is not seen, "ok" where nothing could be read.
#include "plugins/doctor/doctor.hpp"
#include "tests/plugins/status_world.hpp"

using namespace kspark;
using namespace kspark::test;
using doctor::Answer;
using doctor::Level;

namespace {

core::Error forbidden() {
    return {core::Code::Forbidden, "it is forbidden"};
}

Answer listed(std::vector<data::Json> items) {
    return data::Json{{"items", std::move(items)}};
}

data::Json rule(std::vector<std::string> resources, std::vector<std::string> verbs) {
    return {{"apiGroups", {""}}, {"resources", std::move(resources)}, {"verbs", std::move(verbs)}};
}

/// A cluster in which all is well.
doctor::Ground well() {
    const data::Json versions = {
        {"versions", data::Json::array({data::Json{{"version", "v1beta2"}}})}};
    const data::Json subject = {{"kind", "ServiceAccount"}, {"name", "spark"}};
    const data::Json role = {
        {"metadata", {{"name", "spark"}}},
        {"rules", data::Json::array({rule({"pods", "services", "configmaps"}, {"*"})})}};
    const data::Json binding = {{"roleRef", {{"kind", "Role"}, {"name", "spark"}}},
                                {"subjects", data::Json::array({subject})}};
    const data::Json account = {{"metadata", {{"name", "spark"}}}};
    return {"default",
            {"spark"},
            *core::parse_time("2026-11-22T10:30:00Z"),
            versions,
            core::Error{core::Code::NotFound, "none"},
            listed({}),
            listed({}),
            data::Json::object(),
            {},
            listed({recorded("app-pi-08-completed")}),
            listed({}),
            listed({}),
            listed({}),
            listed({account}),
            listed({role}),
            listed({binding}),
            listed({}),
            listed({}),
            listed({}),
            listed({}),
            listed({}),
            {{"create", "", "pods", "", "submit", true}}};
}

Level worst(const std::vector<doctor::Check>& checks) {
    Level level = Level::Ok;
    for (const auto& check : checks) level = std::max(level, check.level);
    return level;
}

} // namespace

TEST_CASE("a cluster in which all is well") {
    const auto ground = well();
    CHECK(worst(check_crds(ground)) == Level::Ok);
    CHECK(worst(check_operator(ground)) == Level::Ok);
    CHECK(worst(check_own_rights(ground)) == Level::Ok);
    CHECK(worst(check_accounts(ground)) == Level::Ok);
    CHECK(worst(check_quota(ground)) == Level::Ok);
    CHECK(worst(check_leftovers(ground)) == Level::Ok);
    CHECK(check_pull_secrets(ground).empty());
    CHECK(worst(check_webhook(ground)) == Level::Warning); // nothing is checked when it is stored
}

TEST_CASE("no operator's kinds; an operator that does not look") {
    auto ground = well();
    ground.kubeflow_group = core::Error{core::Code::NotFound, "none"};
    CHECK(worst(check_crds(ground)) == Level::Failed);
    ground = well();
    ground.applications = listed({recorded("app-bad-image-01-new")});
    CHECK(worst(check_operator(ground)) == Level::Failed);
    ground.applications = listed({});
    CHECK(worst(check_operator(ground)) == Level::Unknown);
    ground.operators.seen = {{"ns/operator", true, {"streams"}}};
    CHECK(check_operator(ground)[0].sentence == "pod ns/operator watches streams, not default");
    ground.operators.seen = {{"ns/operator", true, {}}};
    CHECK(worst(check_operator(ground)) == Level::Ok);
    ground.operators.seen = {{"ns/operator", false, {}}};
    CHECK(worst(check_operator(ground)) == Level::Failed);
}

TEST_CASE("the webhook is judged by a dry run") {
    auto ground = well();
    ground.trial = core::Error{core::Code::Failed,
                               "failed calling webhook \"x\": x509: certificate signed by unknown "
                               "authority"};
    CHECK(worst(check_webhook(ground)) == Level::Failed);
    CHECK(check_webhook(ground)[0].sentence.find("x509") != std::string::npos);
    ground.trial = forbidden();
    CHECK(worst(check_webhook(ground)) == Level::Unknown);
    ground.trial = data::Json::object();
    ground.webhooks_mutating =
        listed({{{"webhooks", {{{"rules", {{{"apiGroups", {"sparkoperator.k8s.io"}}}}}}}}}});
    CHECK(worst(check_webhook(ground)) == Level::Ok);
    CHECK(check_webhook(ground)[0].sentence.find("1 webhook") != std::string::npos);
}

TEST_CASE("service accounts: missing, without rights, with a wildcard, not readable") {
    auto ground = well();
    ground.accounts = {"etl"};
    CHECK(check_accounts(ground)[0].sentence == "service account etl is not in namespace default");
    ground = well();
    ground.roles = listed({{{"metadata", {{"name", "spark"}}},
                            {"rules", data::Json::array({rule({"pods"}, {"get", "list"})})}}});
    CHECK(worst(check_accounts(ground)) == Level::Failed);
    CHECK(check_accounts(ground)[0].sentence.find("create, watch, delete, deletecollection pods") !=
          std::string::npos);
    CHECK(check_accounts(ground)[0].remedy.find("create rolebinding spark") != std::string::npos);
    ground.cluster_roles = forbidden();
    CHECK(worst(check_accounts(ground)) == Level::Unknown);
}

TEST_CASE("own rights") {
    auto ground = well();
    ground.rights = {{"get", "", "pods", "log", "logs", false}};
    CHECK(check_own_rights(ground)[0].sentence == "you may not get pods/log, which is for logs");
    ground.rights[0].allowed.reset();
    CHECK(worst(check_own_rights(ground)) == Level::Unknown);
}

TEST_CASE("quotas: full, nearly full, not readable") {
    auto ground = well();
    const auto quota = [](const char* used) {
        return listed(
            {{{"metadata", {{"name", "small"}}},
              {"status",
               {{"hard", {{"limits.memory", "4Gi"}}}, {"used", {{"limits.memory", used}}}}}}});
    };
    ground.quotas = quota("4Gi");
    CHECK(worst(check_quota(ground)) == Level::Failed);
    CHECK(check_quota(ground)[0].sentence == "quota small: limits.memory 4Gi of 4Gi used");
    ground.quotas = quota("3800Mi");
    CHECK(worst(check_quota(ground)) == Level::Warning);
    ground.quotas = quota("1Gi");
    CHECK(worst(check_quota(ground)) == Level::Ok);
    ground.quotas = forbidden();
    CHECK(worst(check_quota(ground)) == Level::Unknown);
    // Forbidden things that no application takes are nobody's fault.
    ground.quotas = listed(
        {{{"metadata", {{"name", "small"}}},
          {"status",
           {{"hard", {{"services.nodeports", "0"}}}, {"used", {{"services.nodeports", "0"}}}}}}});
    CHECK(worst(check_quota(ground)) == Level::Ok);
}

TEST_CASE("leftovers: a driver whose application is gone, alive and ended; pull secrets") {
    auto ground = well();
    ground.pods = listed({recorded("pod-orders-driver-17-running")});
    CHECK(worst(check_leftovers(ground)) == Level::Failed);
    CHECK(check_leftovers(ground)[0].remedy == "kubectl -n default delete pod orders-driver");
    ground.pods = listed({recorded("pod-fail-exit-driver-06-failed")});
    CHECK(worst(check_leftovers(ground)) == Level::Warning);
    ground.applications = listed({recorded("app-fail-exit-08-failed")});
    CHECK(worst(check_leftovers(ground)) == Level::Ok);
    ground.services = listed(
        {{{"metadata", {{"name", "old-ui-svc"}, {"labels", {{"spark-app-selector", "x"}}}}}}});
    CHECK(check_leftovers(ground)[0].sentence == "1 service whose application is gone: old-ui-svc");
    ground.pull_secrets = {{"registry", false}, {"other", true}};
    CHECK(worst(check_pull_secrets(ground)) == Level::Failed);
}

TEST_CASE("run and print: a table, JSON, an exit status") {
    for (const bool json : {false, true}) {
        StatusWorld world("2026-11-22T10:30:00Z");
        world.cluster.on("GET", "/apis/sparkoperator.k8s.io").reply(200, R"({"versions":[]})");
        world.cluster.on("GET", "*").reply(403, refusal(403, "Forbidden", "no")).always();
        world.cluster.on("POST", "/apis/sparkoperator*")
            .reply(500, refusal(500, "InternalError", "failed calling webhook \"w\": refused"));
        world.cluster.on("POST", "*").reply(201, R"({"status":{"allowed":true}})").always();
        const auto done = world.run(doctor::make(), json ? std::vector<std::string>{"-o", "json"}
                                                         : std::vector<std::string>{});
        REQUIRE_FALSE(done);
        CHECK(done.error().code == core::Code::Failed);
        CHECK(done.error().message == "1 check of namespace default failed");
        const std::string text = world.out.text();
        if (json)
            CHECK(data::Json::parse(text)["checks"][0]["check"] == "crds");
        else
            CHECK(golden("status/doctor.txt", text) == "");
    }
    StatusWorld world("2026-11-22T10:30:00Z");
    CHECK(world.run(doctor::make(), {"-o", "xml"}).error().code == core::Code::Usage);
}
