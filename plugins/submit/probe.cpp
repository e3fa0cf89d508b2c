// SPDX-License-Identifier: Apache-2.0
// --probe-image: a pod that ends at once, with the image, pull secrets, selector and tolerations of
// the new driver. Whether the program in it ends well does not matter; that the kubelet could start
// it does.
#include "core/base/identity.hpp"
#include "core/base/interrupt.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/node_fit.hpp"
#include "plugins/submit/look_ahead.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace kspark::submit {
namespace {

using namespace std::chrono_literals;
using core::Code;
using core::Error;
using data::Json;

constexpr core::Duration kPause = 500ms;
constexpr int kDeadline = 900; // seconds; Kubernetes ends a probe that we could not remove

std::string image_of(const Json& object) {
    for (const auto& path : {std::vector<std::string_view>{"spec", "driver", "image"},
                             {"spec", "image"},
                             {"spec", "sparkConf", "spark.kubernetes.driver.container.image"},
                             {"spec", "sparkConf", "spark.kubernetes.container.image"}})
        if (std::string image = data::string_at(object, path); !image.empty()) return image;
    return {};
}

Json pull_secrets(const Json& object) {
    Json secrets = Json::array();
    const Json* list = data::find(object, {"spec", "imagePullSecrets"});
    if (list != nullptr && list->is_array())
        for (const Json& name : *list) secrets.push_back({{"name", name}});
    return secrets;
}

Json probe_spec(const Json& object) {
    const Json small = {{"cpu", "10m"}, {"memory", "16Mi"}};
    const Json container = {{"name", "probe"},
                            {"image", image_of(object)},
                            {"command", {"/bin/true"}},
                            {"resources", {{"requests", small}, {"limits", small}}}};
    Json spec = {{"restartPolicy", "Never"},
                 {"activeDeadlineSeconds", kDeadline},
                 {"terminationGracePeriodSeconds", 0},
                 {"automountServiceAccountToken", false},
                 {"containers", Json::array({container})},
                 {"nodeSelector", spark::node_selector_of(object, "driver")},
                 {"tolerations", spark::tolerations_of(object, "driver")},
                 {"imagePullSecrets", pull_secrets(object)}};
    if (const auto policy = data::string_at(object, {"spec", "imagePullPolicy"}); !policy.empty())
        spec["containers"][0]["imagePullPolicy"] = policy;
    const Json* account = data::find(object, {"spec", "driver", "serviceAccount"});
    if (account != nullptr) spec["serviceAccountName"] = *account;
    return spec;
}

struct Probe {
    kube::Reference reference;
    std::string image, application;
    Json pod;
    bool done = false;
    std::string trouble = {}; ///< why it does not start, as far as it is known
};

/// One for each image and place; the name tells runs apart, so that nobody removes another's.
std::vector<Probe> probes_of(const std::vector<Item>& items, const core::Clock& clock) {
    std::map<std::string, Probe> probes;
    for (const Item& item : items) {
        const bool is_new = item.change.action == spark::Action::Create ||
                            image_of(item.desired) != image_of(item.live);
        const bool starts = item.change.action == spark::Action::Create ||
                            item.change.action == spark::Action::Restart;
        if (!starts || !is_new || image_of(item.desired).empty()) continue;
        Json spec = probe_spec(item.desired);
        const std::string key = item.reference.name_space + data::dump_json(spec);
        if (probes.contains(key)) continue;
        Probe probe;
        probe.image = image_of(item.desired);
        probe.application = item.reference.name;
        const auto now = static_cast<std::size_t>(clock.now().time_since_epoch().count());
        probe.reference = {kube::pods(), item.reference.name_space,
                           fmt::format("kubectl-spark-probe-{:012x}",
                                       (std::hash<std::string>()(key) ^ now) & 0xffffffffffff)};
        probe.pod = {{"apiVersion", "v1"},
                     {"kind", "Pod"},
                     {"metadata",
                      {{"name", probe.reference.name},
                       {"namespace", probe.reference.name_space},
                       {"labels", {{"app.kubernetes.io/managed-by", "kubectl-spark"}}}}},
                     {"spec", std::move(spec)}};
        probes.emplace(key, std::move(probe));
    }
    std::vector<Probe> list;
    for (auto& [key, probe] : probes) list.push_back(std::move(probe));
    return list;
}

/// The kubelet's own words, or the scheduler's.
void judge(const Json& pod, Probe& probe) {
    const std::string phase = data::string_at(pod, {"status", "phase"});
    const Json* statuses = data::find(pod, {"status", "containerStatuses"});
    const Json* state = statuses != nullptr && statuses->is_array() && !statuses->empty()
                            ? data::find(statuses->front(), {"state"})
                            : nullptr;
    probe.done =
        phase == "Succeeded" || phase == "Failed" ||
        (state != nullptr && (state->contains("running") || state->contains("terminated")));
    probe.trouble.clear();
    if (probe.done) return;
    if (state != nullptr) {
        const std::string reason = data::string_at(*state, {"waiting", "reason"});
        const std::string message = data::string_at(*state, {"waiting", "message"});
        if (!reason.empty() && reason != "ContainerCreating" && reason != "PodInitializing")
            probe.trouble = reason + (message.empty() ? "" : ": " + message);
        return;
    }
    if (const Json* condition = spark::condition_is(pod, "PodScheduled", "False"))
        probe.trouble = data::string_at(*condition, {"message"});
}

/// Pulling is tried again and again: the second refusal counts, not the first.
bool is_final(const std::string& trouble) {
    return trouble.starts_with("ImagePullBackOff") || trouble.starts_with("InvalidImageName") ||
           trouble.starts_with("ErrImageNeverPull") ||
           trouble.starts_with("CreateContainerConfigError");
}

core::Status follow(kube::Client& client, Probe& probe, core::Duration timeout) {
    const core::Duration begin = client.clock().monotonic();
    while (!core::interrupted()) {
        KSPARK_ASSIGN(const auto pod, client.call(kube::get_call(probe.reference)));
        judge(pod, probe);
        if (probe.done) return {};
        const bool late = timeout > 0s && client.clock().monotonic() - begin > timeout;
        if (late || is_final(probe.trouble))
            return Error{late ? Code::Timeout : Code::Refused,
                         fmt::format("{}: the image {} does not start{}", probe.application,
                                     probe.image,
                                     probe.trouble.empty() ? "" : ": " + probe.trouble),
                         {"nothing was changed; correct the image, or submit without "
                          "--probe-image"}};
        client.clock().sleep(kPause);
    }
    return Error{Code::Interrupted, "interrupted while the new image was tried"};
}

} // namespace

core::Status probe_images(core::Context& context, kube::Client& client,
                          const std::vector<Item>& items, core::Duration timeout) {
    std::vector<Probe> probes = probes_of(items, context.clock);
    core::Status result;
    std::vector<const Probe*> made;
    for (const Probe& probe : probes) {
        auto answer = client.call(kube::create_call(probe.reference, probe.pod, kube::DryRun::No));
        if (!answer) {
            result = std::move(answer).error().during("trying the image " + probe.image);
            break;
        }
        made.push_back(&probe);
        static_cast<void>(context.streams.err.write(
            fmt::format("trying the image {} in pod {}\n", probe.image, probe.reference.name)));
    }
    for (Probe& probe : probes) {
        if (!result) break;
        result = follow(client, probe, timeout);
    }
    for (const Probe* probe : made) {
        const auto gone = client.call(kube::delete_call(probe->reference, {}, kube::DryRun::No));
        if (!gone && gone.error().code != Code::NotFound)
            context.warn(fmt::format("the pod {} could not be removed: {}", probe->reference.name,
                                     gone.error().message));
    }
    return result;
}

} // namespace kspark::submit
