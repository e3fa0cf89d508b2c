// SPDX-License-Identifier: Apache-2.0
// Everything is asked at once: a doctor who waits for each answer is slow. Whether the webhook can
// be reached and its certificate is accepted is found out by what matters, a dry run that calls it.
#include "plugins/doctor/ground.hpp"

#include "core/spark/facts.hpp"
#include "core/spark/inquiry.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace kspark::doctor {
namespace {

using data::Json;

kube::Call plain(std::string path) {
    kube::Call call;
    call.method = "GET";
    call.what = "reading " + path;
    call.path = std::move(path);
    return call;
}

kube::Call listing(std::string group, std::string version, std::string plural,
                   const std::string& name_space) {
    return kube::get_call(
        {{std::move(group), std::move(version), std::move(plural), ""}, name_space});
}

kube::Call trial_call(const std::string& name_space) {
    const Json application = {
        {"apiVersion", kube::kubeflow_applications().api_version()},
        {"kind", "SparkApplication"},
        {"metadata", {{"name", "kubectl-spark-doctor"}, {"namespace", name_space}}},
        {"spec",
         {{"type", "Python"},
          {"mode", "cluster"},
          {"sparkVersion", "3.5.6"},
          {"image", "spark:3.5.6"},
          {"mainApplicationFile", "local:///opt/spark/examples/src/main/python/pi.py"},
          {"restartPolicy", {{"type", "Never"}}},
          {"driver", {{"cores", 1}, {"memory", "512m"}}},
          {"executor", {{"cores", 1}, {"instances", 1}, {"memory", "512m"}}}}}};
    return kube::create_call({kube::kubeflow_applications(), name_space}, application,
                             kube::DryRun::Yes);
}

kube::Call review_call(const Right& right, const std::string& name_space) {
    const kube::Resource reviews{"authorization.k8s.io", "v1", "selfsubjectaccessreviews",
                                 "SelfSubjectAccessReview"};
    const Json review = {{"apiVersion", reviews.api_version()},
                         {"kind", reviews.kind},
                         {"spec",
                          {{"resourceAttributes",
                            {{"verb", right.verb},
                             {"group", right.group},
                             {"resource", right.resource},
                             {"subresource", right.subresource},
                             {"namespace", name_space}}}}}};
    return kube::create_call({reviews}, review, kube::DryRun::No);
}

std::vector<Right> rights_wanted() {
    const std::string group = kube::kubeflow_applications().group;
    return {{"list", group, "sparkapplications", "", "status"},
            {"create", group, "sparkapplications", "", "submit"},
            {"patch", group, "sparkapplications", "", "submit, restart"},
            {"delete", group, "sparkapplications", "", "submit --prune"},
            {"list", "", "pods", "", "status, restart"},
            {"get", "", "pods", "log", "logs"},
            {"get", "", "pods", "proxy", "status: is the stream alive"},
            {"list", "", "events", "", "events, status"}};
}

std::vector<std::string> accounts_of(const Ground& ground, const std::string& chosen) {
    std::set<std::string> accounts;
    if (!chosen.empty()) return {chosen};
    for (const Json& application : items_of(ground.applications))
        if (auto name = data::string_at(application, {"spec", "driver", "serviceAccount"});
            !name.empty())
            accounts.insert(name);
    if (accounts.empty()) accounts.insert("spark");
    return {accounts.begin(), accounts.end()};
}

void add_names(const Json& object, const std::vector<std::string_view>& path,
               std::set<std::string>& names) {
    const Json* list = data::find(object, path);
    if (list == nullptr || !list->is_array()) return;
    for (const Json& item : *list)
        if (auto name =
                item.is_string() ? item.get<std::string>() : data::string_at(item, {"name"});
            !name.empty())
            names.insert(std::move(name));
}

/// Only whether they are there: nothing of what they hold is kept.
void look_for_secrets(kube::Client& client, Ground& ground) {
    std::set<std::string> names;
    for (const Json& application : items_of(ground.applications))
        add_names(application, {"spec", "imagePullSecrets"}, names);
    for (const Json& account : items_of(ground.service_accounts))
        if (std::ranges::count(ground.accounts, data::string_at(account, {"metadata", "name"})) > 0)
            add_names(account, {"imagePullSecrets"}, names);
    std::vector<kube::Call> calls;
    for (const auto& name : names)
        calls.push_back(kube::get_call({{"", "v1", "secrets", "Secret"}, ground.name_space, name}));
    const auto answers = client.call_all(calls);
    std::size_t next = 0;
    for (const auto& name : names) {
        const auto& answer = answers[next++];
        std::optional<bool>& found = ground.pull_secrets[name];
        if (answer) found = true;
        if (!answer && answer.error().code == core::Code::NotFound) found = false;
    }
}

} // namespace

Answer::Answer(Json json) : json_(std::make_shared<const Json>(std::move(json))) {}

Answer::Answer(core::Result<Json> result) {
    if (result)
        json_ = std::make_shared<const Json>(*std::move(result));
    else
        error_ = std::move(result).error();
}

const Json& items_of(const Answer& answer) {
    static const Json kNone = Json::array();
    return answer ? spark::items_of(*answer) : kNone;
}

core::Result<Ground> survey(kube::Client& client, const std::string& name_space,
                            const std::string& service_account) {
    const std::string rbac = "rbac.authorization.k8s.io", hooks = "admissionregistration.k8s.io";
    std::vector<kube::Call> calls = {
        plain("/apis/sparkoperator.k8s.io"),
        plain("/apis/spark.apache.org"),
        listing(hooks, "v1", "validatingwebhookconfigurations", {}),
        listing(hooks, "v1", "mutatingwebhookconfigurations", {}),
        trial_call(name_space),
        kube::get_call({kube::kubeflow_applications(), name_space}),
        kube::get_call({kube::apache_applications(), name_space}),
        listing("", "v1", "resourcequotas", name_space),
        listing("", "v1", "limitranges", name_space),
        listing("", "v1", "serviceaccounts", name_space),
        listing(rbac, "v1", "roles", name_space),
        listing(rbac, "v1", "rolebindings", name_space),
        listing(rbac, "v1", "clusterroles", {}),
        listing(rbac, "v1", "clusterrolebindings", {}),
        kube::get_call({kube::pods(), name_space}),
        listing("", "v1", "services", name_space),
        listing("", "v1", "configmaps", name_space),
    };
    const std::size_t first_right = calls.size();
    std::vector<Right> rights = rights_wanted();
    for (const auto& right : rights) calls.push_back(review_call(right, name_space));
    auto answers = client.call_all(calls, 16);
    for (const auto& answer : answers)
        if (!answer && (answer.error().code == core::Code::Unreachable ||
                        answer.error().code == core::Code::Unauthorized ||
                        answer.error().code == core::Code::Interrupted))
            return answer.error();
    for (std::size_t i = 0; i < rights.size(); ++i)
        if (const auto& answer = answers[first_right + i])
            rights[i].allowed = data::bool_at(*answer, {"status", "allowed"});
    std::size_t next = 0;
    const auto take = [&] { return std::move(answers[next++]); };
    Ground ground{name_space,       {},     client.clock().now(),
                  take(),           take(), take(),
                  take(),           take(), {},
                  take(),           take(), take(),
                  take(),           take(), take(),
                  take(),           take(), take(),
                  take(),           take(), take(),
                  std::move(rights)};
    ground.accounts = accounts_of(ground, service_account);
    spark::Application anyone;
    anyone.name_space = name_space;
    look_for_secrets(client, ground);
    ground.operators = spark::ask_operators(client, anyone);
    return ground;
}

} // namespace kspark::doctor
