// SPDX-License-Identifier: Apache-2.0
// What Kubernetes refuses of a driver's or executor's pod only when the operator creates it: the
// application is stored without a word, and fails.
#include "core/spark/lint_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace kspark::spark::lint {
namespace {

using data::Json;

data::Path below(data::Path path, std::size_t index, std::initializer_list<const char*> rest = {}) {
    path.push_back(std::to_string(index));
    path.insert(path.end(), rest.begin(), rest.end());
    return path;
}

/// Lists of a container: kubeflow's driver or executor itself, and the containers of templates.
std::vector<PodPart> lists_of_containers(const Subject& subject, std::string_view field) {
    std::vector<PodPart> lists;
    for (const PodPart& part : maps_of_pods(subject, field, {"spec", "containers"})) {
        if (part.path.back() == field) {
            lists.push_back(part);
            continue;
        }
        if (!part.value->is_array()) continue;
        for (std::size_t i = 0; i < part.value->size(); ++i)
            if (const Json* list = data::find((*part.value)[i], {field}))
                lists.push_back({below(part.path, i, {field.data()}), list});
    }
    std::erase_if(lists, [](const PodPart& part) { return !part.value->is_array(); });
    return lists;
}

std::set<std::string> volumes(const Subject& subject) {
    std::set<std::string> names;
    const auto add = [&](const Json* list) {
        if (list == nullptr || !list->is_array()) return;
        for (const Json& volume : *list) names.insert(data::string_at(volume, {"name"}));
    };
    add(data::find(subject.spec(), {"volumes"}));
    for (const PodPart& part : maps_of_pods(subject, "", {"spec", "volumes"})) add(part.value);
    return names;
}

bool is_word(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return text.size() <= 63 && (text.empty() || (plain(text.front()) && plain(text.back()))) &&
           std::ranges::all_of(
               text, [&](char c) { return plain(c) || c == '-' || c == '_' || c == '.'; });
}

void check_labels(const Subject& subject, const Json& labels, const data::Path& path,
                  Report& report) {
    if (!labels.is_object()) return;
    for (const auto& [key, value] : labels.items()) {
        data::Path at = path;
        at.push_back(key);
        const std::string_view name = std::string_view(key).substr(key.rfind('/') + 1);
        const std::string text = value.is_string() ? value.get<std::string>() : "";
        if (is_template(key) || is_template(text)) continue;
        if (name.empty() || !is_word(name))
            report.at(subject, Severity::Error, at,
                      fmt::format("\"{}\" is no name for a label", key),
                      "letters, digits, -, _ and ., at most 63 of them");
        else if (!is_word(text))
            report.at(subject, Severity::Error, at,
                      fmt::format("\"{}\" is no value for a label", text),
                      "letters, digits, -, _ and ., at most 63 of them; or make it an annotation");
    }
}

std::string problem_of(const Json& toleration) {
    const std::string operation = data::string_at(toleration, {"operator"}, "Equal");
    const std::string effect = data::string_at(toleration, {"effect"});
    const bool has_key = !data::string_at(toleration, {"key"}).empty();
    if (operation != "Equal" && operation != "Exists")
        return fmt::format("\"{}\" is no operator: Equal or Exists", operation);
    if (operation == "Exists" && !data::string_at(toleration, {"value"}).empty())
        return "with Exists there is no value";
    if (!has_key && operation == "Equal") return "without a key only Exists is allowed";
    if (!effect.empty() && effect != "NoSchedule" && effect != "PreferNoSchedule" &&
        effect != "NoExecute")
        return fmt::format("\"{}\" is no effect: NoSchedule, PreferNoSchedule or NoExecute",
                           effect);
    if (toleration.contains("tolerationSeconds") && effect != "NoExecute")
        return "tolerationSeconds needs the effect NoExecute";
    return {};
}

} // namespace

void service_account(const Subject& subject, Report& report) {
    const Json& spec = subject.spec();
    if (!subject.text({"driver", "serviceAccount"}).empty() ||
        !subject.conf("spark.kubernetes.authenticate.driver.serviceAccountName").empty() ||
        !subject.conf("spark.kubernetes.authenticate.serviceAccountName").empty() ||
        data::find(spec, {"driver", "template", "spec", "serviceAccountName"}) ||
        data::find(spec, {"driverSpec", "podTemplateSpec", "spec", "serviceAccountName"}))
        return;
    report.warning(subject, {"driver"},
                   "without a service account the driver is \"default\", which may rarely create "
                   "executors",
                   subject.is_kubeflow
                       ? "write driver.serviceAccount"
                       : "write sparkConf "
                         "\"spark.kubernetes.authenticate.driver.serviceAccountName\"");
}

void volume_missing(const Subject& subject, Report& report) {
    const std::set<std::string> known = volumes(subject);
    for (const PodPart& mounts : lists_of_containers(subject, "volumeMounts"))
        for (std::size_t i = 0; i < mounts.value->size(); ++i) {
            const std::string name = data::string_at((*mounts.value)[i], {"name"});
            if (name.empty() || is_template(name) || known.contains(name)) continue;
            report.error(subject, below(mounts.path, i, {"name"}),
                         fmt::format("no volume is named \"{}\": the mount is left out, or the pod "
                                     "refused",
                                     name),
                         "add it to volumes, or correct the name");
        }
}

void duplicate_mount(const Subject& subject, Report& report) {
    for (const PodPart& mounts : lists_of_containers(subject, "volumeMounts")) {
        std::set<std::string> seen;
        for (std::size_t i = 0; i < mounts.value->size(); ++i) {
            const std::string path = data::string_at((*mounts.value)[i], {"mountPath"});
            if (!path.empty() && !seen.insert(path).second)
                report.error(subject, below(mounts.path, i, {"mountPath"}),
                             fmt::format("two volumes are mounted on {}", path),
                             "give each a path of its own");
        }
    }
}

void duplicate_env(const Subject& subject, Report& report) {
    for (const PodPart& list : lists_of_containers(subject, "env")) {
        std::set<std::string> seen;
        for (std::size_t i = 0; i < list.value->size(); ++i) {
            const std::string name = data::string_at((*list.value)[i], {"name"});
            if (!name.empty() && !seen.insert(name).second)
                report.warning(subject, below(list.path, i, {"name"}),
                               fmt::format("{} is there twice; the last one counts", name),
                               "keep one of the two");
        }
    }
}

void toleration(const Subject& subject, Report& report) {
    for (const PodPart& list : maps_of_pods(subject, "tolerations", {"spec", "tolerations"})) {
        if (!list.value->is_array()) continue;
        for (std::size_t i = 0; i < list.value->size(); ++i)
            if (const std::string problem = problem_of((*list.value)[i]); !problem.empty())
                report.error(subject, below(list.path, i), "Kubernetes refuses this: " + problem,
                             "correct it: key, operator, value, effect");
    }
}

void label_value(const Subject& subject, Report& report) {
    for (const PodPart& labels : maps_of_pods(subject, "labels", {"metadata", "labels"})) {
        data::Path path = subject.spec_path;
        path.insert(path.end(), labels.path.begin(), labels.path.end());
        check_labels(subject, *labels.value, path, report);
    }
    if (const Json* labels = data::find(subject.manifest->object, {"metadata", "labels"}))
        check_labels(subject, *labels, {"metadata", "labels"}, report);
}

void reserved_label(const Subject& subject, Report& report) {
    constexpr std::array kReserved = {"spark-app-selector", "spark-app-name", "spark-role",
                                      "spark-exec-id", "spark-exec-resourceprofile-id"};
    for (const PodPart& labels : maps_of_pods(subject, "labels", {"metadata", "labels"}))
        for (const std::string key : kReserved) {
            if (!data::find(*labels.value, {key})) continue;
            data::Path path = labels.path;
            path.push_back(key);
            report.error(subject, path, fmt::format("Spark sets the label {} itself", key),
                         "remove it, or name it otherwise");
        }
}

} // namespace kspark::spark::lint
