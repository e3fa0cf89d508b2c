// SPDX-License-Identifier: Apache-2.0
// The second look at an application. The order is that of the questions: is it there at all, does
// it live, what does it say itself.
#include "core/spark/inquiry.hpp"

#include "core/base/text.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/nodes.hpp"
#include "core/spark/rules.hpp"
#include "core/spark/stream_calls.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using data::Json;
using namespace std::chrono_literals;

constexpr int kLogLines = 600;
/// Before this a driver without an executor is no question.
constexpr core::Duration kExecutorPatience = 45s;

/// "--namespaces=a,b" or "--namespaces", "a,b" of the operator's container; none: all.
std::vector<std::string> watched_by(const Json& pod) {
    constexpr std::string_view kFlag = "--namespaces=";
    const Json* containers = data::find(pod, {"spec", "containers"});
    if (containers == nullptr || !containers->is_array()) return {};
    for (const Json& container : *containers) {
        const Json* arguments = data::find(container, {"args"});
        if (arguments == nullptr || !arguments->is_array()) continue;
        for (const Json& argument : *arguments)
            if (argument.is_string())
                if (const std::string text = argument; text.starts_with(kFlag)) {
                    auto names = core::split(text.substr(kFlag.size()), ',');
                    std::erase(names, "");
                    return names;
                }
    }
    return {};
}

void look_for_pods(kube::Client& client, const Application& application, OperatorFacts& facts) {
    const bool apache = application.operator_ == Operator::Apache;
    const kube::Selection selection{fmt::format(
        "app.kubernetes.io/name={}", apache ? "spark-kubernetes-operator" : "spark-operator")};
    const auto listed =
        client.list({kube::pods()}, selection, [&](const Json& pod) -> core::Status {
            // The webhook's pod has the same name label.
            if (data::string_at(pod, {"metadata", "labels", "app.kubernetes.io/component"}) ==
                "webhook")
                return {};
            facts.seen.push_back(
                {fmt::format("{}/{}", data::string_at(pod, {"metadata", "namespace"}),
                             data::string_at(pod, {"metadata", "name"})),
                 condition_is(pod, "Ready", "True") != nullptr, watched_by(pod)});
            return {};
        });
    facts.pods_known = listed.has_value();
}

void look_for_deeds(kube::Client& client, const Application& application, OperatorFacts& facts) {
    const auto item = [&](const Json& object) -> core::Status {
        const auto other = decode_application(object);
        if (!other || other->uid == application.uid || !other->submitted) return {};
        if (other->name_space == application.name_space) facts.acted_here = true;
        if (*other->submitted > application.created &&
            (!facts.acted_later || *other->submitted > *facts.acted_later)) {
            facts.acted_later = other->submitted;
            facts.acted_on = other->name_space + "/" + other->name;
        }
        return {};
    };
    const std::vector<std::string> drop = {"managedFields", "annotations", "volumes", "arguments"};
    const kube::Resource& kind = kind_of(application.operator_);
    if (!client.list({kind}, {}, item, drop))
        (void)client.list({kind, application.name_space}, {}, item, drop).has_value();
}

/// No event tells when an application began to wait for its next submission; the time of the
/// last write does.
std::optional<core::Time> status_written(kube::Client& client, const Facts& facts) {
    const Application& application = facts.application;
    const kube::Resource& kind = kind_of(application.operator_);
    const auto object =
        client.call(kube::get_call({kind, application.name_space, application.name}));
    if (!object) return {};
    const Json* managers = data::find(*object, {"metadata", "managedFields"});
    if (managers == nullptr || !managers->is_array()) return {};
    std::optional<core::Time> last;
    for (const Json& manager : *managers) {
        if (data::find(manager, {"fieldsV1", "f:status"}) == nullptr) continue;
        const auto time = core::parse_time(data::string_at(manager, {"time"}));
        if (time && (!last || *time > *last)) last = *time;
    }
    return last;
}

bool executors_run(const Facts& facts) {
    return std::ranges::any_of(rules::executors_of(facts),
                               [](const Pod* pod) { return pod->phase == "Running"; });
}

/// The driver's log is worth reading: it ended with an error, or it gets no executors.
bool log_tells(const Facts& facts, const Pod& driver) {
    const Application& application = facts.application;
    const ContainerState* container = rules::main_container(driver);
    if (container == nullptr || container->state == "waiting") return false;
    if (rules::has_failed(application)) return container->state == "terminated";
    return application.phase == Phase::Running && !driver.being_deleted && !executors_run(facts) &&
           rules::age(facts, driver.created) > kExecutorPatience;
}

void read_log(kube::Client& client, Facts& facts, std::vector<std::string>& missing) {
    auto log = std::move(driver_logs(client, {facts.application}, kLogLines).front());
    if (log)
        facts.log = *std::move(log);
    else
        missing.push_back("the driver's log is left out: " + log.error().message);
}

void look_at_stream(kube::Client& client, Facts& facts, std::vector<std::string>& missing) {
    facts.stream = ask_streams(client, {facts.application}).front();
    if (!facts.log && needs_log(*facts.stream, facts.now, facts.limits))
        read_log(client, facts, missing);
    if (facts.log) add_log(*facts.stream, *facts.log);
}

} // namespace

OperatorFacts ask_operators(kube::Client& client, const Application& application) {
    OperatorFacts facts;
    look_for_pods(client, application, facts);
    look_for_deeds(client, application, facts);
    return facts;
}

std::vector<std::string> explanation(kube::Client& client, const kube::Reference& reference) {
    const auto object = client.call(kube::get_call(reference));
    if (!object) return {};
    auto application = decode_application(*object);
    if (!application) return {};
    std::vector<std::string> missing;
    const auto facts = inquire(client, *std::move(application), {}, missing);
    if (!facts) return {};
    const Verdict verdict = diagnose(*facts);
    if (verdict.health != Health::Bad) return {};
    std::vector<std::string> lines = {fmt::format("{} [{}]", verdict.sentence, verdict.id)};
    for (const auto& evidence : verdict.evidence) lines.push_back(to_text(evidence));
    if (!verdict.remedy.empty()) lines.push_back(verdict.remedy);
    return lines;
}

core::Result<Facts> inquire(kube::Client& client, Application application,
                            const StreamLimits& limits, std::vector<std::string>& missing) {
    KSPARK_ASSIGN(Facts facts, gather_facts(client, std::move(application), missing));
    facts.limits = limits;
    if (facts.application.phase == Phase::PendingRerun)
        facts.status_written = status_written(client, facts);
    if (rules::is_ignored(facts)) facts.operators = ask_operators(client, facts.application);
    bool ask_nodes = std::ranges::any_of(facts.pods, &Pod::not_ready) ||
                     std::ranges::any_of(facts.pods, &Pod::being_deleted);
    if (ask_nodes) mark_lost(client, facts.pods, ask_nodes);
    const Pod* driver = rules::driver_of(facts);
    if (driver == nullptr) return facts;
    if (log_tells(facts, *driver)) read_log(client, facts, missing);
    const bool streams = facts.application.phase == Phase::Running && driver->phase == "Running" &&
                         !driver->being_deleted && !driver->node_lost;
    if (streams) look_at_stream(client, facts, missing);
    return facts;
}

} // namespace kspark::spark
