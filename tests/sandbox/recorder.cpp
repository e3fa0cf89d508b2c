// SPDX-License-Identifier: Apache-2.0
// Events as client-go's recorder writes them: the same reason and message again counts up.
#include "tests/sandbox/recorder.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
constexpr std::string_view kNode = "sandbox-node";

/// The stored event that says the same, or null.
ObjectPtr same_event(const Cluster& cluster, const Json& involved, std::string_view reason,
                     const std::string& message) {
    const auto& all = cluster.store.all(event_kind());
    const std::string prefix = object_key(involved.at("namespace").get<std::string>(),
                                          involved.at("name").get<std::string>() + ".");
    for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix);
         ++at) {
        const Json& event = at->second->value;
        if (event.at("reason") == reason && event.at("message") == message &&
            event.at("involvedObject").at("uid") == involved.at("uid"))
            return at->second;
    }
    return nullptr;
}
} // namespace

void record_event(Cluster& cluster, const Json& about, std::string_view component,
                  std::string_view type, std::string_view reason, const std::string& message,
                  std::string_view field) {
    const Json& metadata = about.at("metadata");
    Json involved = {{"apiVersion", about.at("apiVersion")},
                     {"kind", about.at("kind")},
                     {"name", metadata.at("name")},
                     {"namespace", metadata.at("namespace")},
                     {"resourceVersion", metadata.at("resourceVersion")},
                     {"uid", metadata.at("uid")}};
    if (!field.empty()) involved["fieldPath"] = field;
    if (const ObjectPtr old = same_event(cluster, involved, reason, message)) {
        Json again = old->value;
        again["count"] = again.at("count").get<int>() + 1;
        again["lastTimestamp"] = cluster.now();
        cluster.store.put(event_kind(), std::move(again));
        return;
    }
    Json source = {{"component", component}};
    if (component == "kubelet") source["host"] = kNode;
    const std::string name = fmt::format("{}.{:x}", metadata.at("name").get<std::string>(),
                                         cluster.clock.now().time_since_epoch().count() +
                                             static_cast<std::int64_t>(cluster.store.version()));
    Json event = {{"apiVersion", "v1"},
                  {"kind", "Event"},
                  {"metadata",
                   {{"name", name},
                    {"namespace", metadata.at("namespace")},
                    {"uid", cluster.new_uuid()},
                    {"creationTimestamp", cluster.now()}}},
                  {"involvedObject", involved},
                  {"reason", reason},
                  {"message", message},
                  {"type", type},
                  {"count", 1},
                  {"eventTime", nullptr},
                  {"firstTimestamp", cluster.now()},
                  {"lastTimestamp", cluster.now()},
                  {"reportingComponent", component},
                  {"reportingInstance", component == "kubelet" ? kNode : ""},
                  {"source", source}};
    cluster.store.put(event_kind(), std::move(event));
}

} // namespace kspark::sandbox
