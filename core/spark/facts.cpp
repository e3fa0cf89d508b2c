// SPDX-License-Identifier: Apache-2.0
// Fetches what a diagnosis looks at: pods by the operator's label, events by the names of the
// application and its pods. A user who may see applications but not pods or events still gets an
// answer from what is left.
#include "core/spark/facts.hpp"

#include "core/spark/apache_pods.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using data::Json;

/// Executors whose events are asked for: beyond these a person reads no more, and each is a
/// request.
constexpr std::size_t kPodsWithEvents = 20;

core::Time time_at(const Json& object, const std::vector<std::vector<std::string_view>>& paths) {
    for (const auto& path : paths)
        if (const auto time = core::parse_time(data::string_at(object, path))) return *time;
    return {};
}

std::string first_of(const Json& object, const std::vector<std::vector<std::string_view>>& paths) {
    for (const auto& path : paths)
        if (auto text = data::string_at(object, path); !text.empty()) return text;
    return {};
}

std::optional<int> exit_code_at(const Json& state) {
    const auto code = data::integer_at(state, {"exitCode"});
    if (!code) return std::nullopt;
    return static_cast<int>(*code);
}

ContainerState decode_container(const Json& status) {
    ContainerState container;
    container.name = data::string_at(status, {"name"});
    container.restarts = static_cast<int>(data::integer_at(status, {"restartCount"}).value_or(0));
    container.is_main = container.name == kDriverContainer || container.name == kExecutorContainer;
    for (const auto* word : {"waiting", "running", "terminated"}) {
        const Json* state = data::find(status, {"state", word});
        if (state == nullptr) continue;
        container.state = word;
        container.reason = data::string_at(*state, {"reason"});
        container.message = data::string_at(*state, {"message"});
        container.exit_code = exit_code_at(*state);
        if (const auto time = time_at(*state, {{"startedAt"}}); time != core::Time{})
            container.started = time;
        if (const auto time = time_at(*state, {{"finishedAt"}}); time != core::Time{})
            container.finished = time;
    }
    if (const Json* last = data::find(status, {"lastState", "terminated"}); last != nullptr) {
        container.last_reason = data::string_at(*last, {"reason"});
        container.last_exit_code = exit_code_at(*last);
    }
    return container;
}

/// What the driver's container was made from.
void decode_driver_spec(const Json& object, Pod& pod) {
    if (const Json* annotations = data::find(object, {"metadata", "annotations"});
        annotations != nullptr && annotations->is_object())
        for (const auto& [key, value] : annotations->items())
            if (value.is_string()) pod.annotations[key] = value;
    const Json* containers = data::find(object, {"spec", "containers"});
    if (containers == nullptr || !containers->is_array()) return;
    for (const Json& container : *containers) {
        if (data::string_at(container, {"name"}) != kDriverContainer) continue;
        pod.image = data::string_at(container, {"image"});
        if (const Json* arguments = data::find(container, {"args"});
            arguments != nullptr && arguments->is_array())
            for (const Json& argument : *arguments)
                if (argument.is_string()) pod.arguments.push_back(argument);
        if (const Json* mounts = data::find(container, {"volumeMounts"});
            mounts != nullptr && mounts->is_array())
            for (const Json& mount : *mounts)
                pod.mounts.push_back(data::string_at(mount, {"name"}));
    }
}

kube::Call events_call(const std::string& name_space, const std::string& name) {
    kube::Call call = kube::get_call({kube::events(), name_space});
    call.query.add("fieldSelector", "involvedObject.name=" + name);
    return call;
}

kube::Call pods_call(const Application& application) {
    kube::Call call = kube::get_call({kube::pods(), application.name_space});
    call.query.add("labelSelector", pods_of(application).labels);
    return call;
}

bool may_be_missing(const core::Error& error) {
    return error.code == core::Code::Forbidden || error.code == core::Code::NotFound;
}

/// Takes the events out of an answer. Those of an earlier object of the same name are not ours.
core::Status take_events(const core::Result<Json>& answer, const Application& application,
                         Facts& facts, std::vector<std::string>& missing) {
    if (!answer) {
        if (!may_be_missing(answer.error())) return answer.error();
        const std::string sentence = "events are left out: " + answer.error().message;
        if (std::find(missing.begin(), missing.end(), sentence) == missing.end())
            missing.push_back(sentence);
        facts.events_known = false;
        return {};
    }
    for (const Json& item : items_of(*answer)) {
        Event event = decode_event(item);
        const std::string& uid = event.object_uid;
        const bool ours = event.object_kind != "SparkApplication" || uid.empty() ||
                          application.uid.empty() || uid == application.uid;
        if (ours) facts.events.push_back(std::move(event));
    }
    return {};
}

bool by_name(const Pod& left, const Pod& right) {
    const bool left_driver = left.role == "driver", right_driver = right.role == "driver";
    if (left_driver != right_driver) return left_driver;
    return std::pair(left.created, left.name) < std::pair(right.created, right.name);
}

/// The pods whose events are worth a request, those that do not run first.
std::vector<std::string> pods_to_ask(const Facts& facts, const std::string& asked_already) {
    std::vector<const Pod*> pods;
    for (const Pod& pod : facts.pods)
        if (pod.name != asked_already) pods.push_back(&pod);
    std::stable_sort(pods.begin(), pods.end(), [](const Pod* left, const Pod* right) {
        return (left->phase != "Running") > (right->phase != "Running");
    });
    std::vector<std::string> names;
    for (const Pod* pod : pods)
        if (names.size() < kPodsWithEvents) names.push_back(pod->name);
    return names;
}

} // namespace

const Json* condition_is(const Json& object, std::string_view type, std::string_view status) {
    const Json* conditions = data::find(object, {"status", "conditions"});
    if (conditions == nullptr || !conditions->is_array()) return nullptr;
    for (const Json& condition : *conditions)
        if (data::string_at(condition, {"type"}) == type &&
            data::string_at(condition, {"status"}) == status)
            return &condition;
    return nullptr;
}

const Json& items_of(const Json& list) {
    static const Json kNone = Json::array();
    const Json* items = data::find(list, {"items"});
    return items != nullptr && items->is_array() ? *items : kNone;
}

std::string_view app_name_label(const kube::Resource& kind) {
    return kind.group == kube::apache_applications().group ? kApacheAppNameLabel : kAppNameLabel;
}

kube::Selection pods_of(const Application& application) {
    const auto label = app_name_label(kind_of(application.operator_));
    return {fmt::format("{}={}", label, application.name), {}};
}

Pod decode_pod(const data::Json& object) {
    Pod pod;
    pod.name = data::string_at(object, {"metadata", "name"});
    pod.name_space = data::string_at(object, {"metadata", "namespace"});
    pod.uid = data::string_at(object, {"metadata", "uid"});
    pod.node = data::string_at(object, {"spec", "nodeName"});
    pod.phase = data::string_at(object, {"status", "phase"});
    pod.role = data::string_at(object, {"metadata", "labels", kRoleLabel});
    pod.executor_id = data::string_at(object, {"metadata", "labels", kExecutorIdLabel});
    pod.submission_id = data::string_at(object, {"metadata", "labels", kSubmissionIdLabel});
    pod.application = first_of(object, {{"metadata", "labels", kAppNameLabel},
                                        {"metadata", "labels", kApacheAppNameLabel}});
    pod.reason = data::string_at(object, {"status", "reason"});
    pod.message = data::string_at(object, {"status", "message"});
    pod.created = time_at(object, {{"metadata", "creationTimestamp"}});
    pod.being_deleted = data::find(object, {"metadata", "deletionTimestamp"}) != nullptr;
    pod.stops_by = time_at(object, {{"metadata", "deletionTimestamp"}});
    pod.node_lost = pod.reason == "NodeLost";
    if (const Json* condition = condition_is(object, "PodScheduled", "False"))
        pod.scheduling_problem = first_of(*condition, {{"message"}, {"reason"}});
    pod.not_ready = pod.phase == "Running" && condition_is(object, "Ready", "False");
    pod.launched_by_operator =
        data::string_at(object, {"metadata", "labels", kLaunchedLabel}) == "true";
    if (pod.role == "driver") decode_driver_spec(object, pod);
    for (const auto* list : {"containerStatuses", "initContainerStatuses"})
        if (const Json* statuses = data::find(object, {"status", list});
            statuses != nullptr && statuses->is_array())
            for (const Json& status : *statuses) pod.containers.push_back(decode_container(status));
    return pod;
}

Event decode_event(const data::Json& object) {
    Event event;
    event.type = data::string_at(object, {"type"});
    event.reason = data::string_at(object, {"reason"});
    event.message = first_of(object, {{"message"}, {"note"}});
    event.object_kind = first_of(object, {{"involvedObject", "kind"}, {"regarding", "kind"}});
    event.object_name = first_of(object, {{"involvedObject", "name"}, {"regarding", "name"}});
    event.object_uid = first_of(object, {{"involvedObject", "uid"}, {"regarding", "uid"}});
    event.source = first_of(object, {{"source", "component"},
                                     {"reportingComponent"},
                                     {"reportingController"},
                                     {"deprecatedSource", "component"}});
    event.last = time_at(object, {{"lastTimestamp"},
                                  {"series", "lastObservedTime"},
                                  {"deprecatedLastTimestamp"},
                                  {"eventTime"},
                                  {"firstTimestamp"},
                                  {"metadata", "creationTimestamp"}});
    for (const auto& path : std::vector<std::vector<std::string_view>>{
             {"count"}, {"series", "count"}, {"deprecatedCount"}})
        if (const auto count = data::integer_at(object, path); count && *count > 1)
            event.count = static_cast<int>(*count);
    // Newer operators put the sentence into `action` and only a name into the note.
    if (const auto action = data::string_at(object, {"action"});
        action.find(' ') != std::string::npos)
        event.message = action;
    return event;
}

core::Result<Facts> gather_facts(kube::Client& client, Application application,
                                 std::vector<std::string>& missing) {
    Facts facts;
    facts.now = client.server_now();
    facts.pods_known = facts.events_known = true;
    const std::string& name_space = application.name_space;
    std::vector<kube::Call> calls = {pods_call(application),
                                     events_call(name_space, application.name)};
    if (!application.driver_pod.empty())
        calls.push_back(events_call(name_space, application.driver_pod));
    const auto answers = client.call_all(calls);
    if (answers[0]) {
        for (const Json& item : items_of(*answers[0])) facts.pods.push_back(decode_pod(item));
        std::sort(facts.pods.begin(), facts.pods.end(), by_name);
    } else if (may_be_missing(answers[0].error())) {
        missing.push_back("pods are left out: " + answers[0].error().message);
        facts.pods_known = false;
    } else {
        return answers[0].error();
    }
    for (std::size_t i = 1; i < answers.size(); ++i)
        KSPARK_TRY(take_events(answers[i], application, facts, missing));

    if (facts.events_known) {
        calls.clear();
        for (const auto& pod : pods_to_ask(facts, application.driver_pod))
            calls.push_back(events_call(name_space, pod));
        for (const auto& answer : client.call_all(calls))
            KSPARK_TRY(take_events(answer, application, facts, missing));
    }
    std::stable_sort(facts.events.begin(), facts.events.end(),
                     [](const Event& left, const Event& right) { return left.last < right.last; });
    facts.application = std::move(application);
    if (facts.pods_known) take_pods(facts.application, facts.pods);
    return facts;
}

} // namespace kspark::spark
