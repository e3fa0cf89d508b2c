// SPDX-License-Identifier: Apache-2.0
// Fields of the operator's driver and executor, parts of pod templates, and keys of sparkConf all
// name objects of Kubernetes; each in its own way.
#include "core/spark/references.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace kspark::spark {
namespace {

using data::Json;
using Kind = ObjectName::Kind;

class Collector {
public:
    explicit Collector(const Json& spec) : spec_(spec) {}

    std::vector<ObjectName> collect() {
        for (const std::string role : {"driver", "executor"}) {
            if (const Json* map = at(spec_, {role})) operator_fields(*map, role);
            if (const Json* pod = at(spec_, {role, "template", "spec"}))
                pod_spec(*pod, role + ".template.spec");
            if (const Json* pod = at(spec_, {role + "Spec", "podTemplateSpec", "spec"}))
                pod_spec(*pod, role + "Spec.podTemplateSpec.spec");
        }
        const Json* mounted = at(spec_, {"volumes"});
        if (mounted) volumes(*mounted, "volumes", true);
        for (const Json& name : items(spec_, "imagePullSecrets"))
            add(Kind::Secret, name.is_string() ? name.get<std::string>() : "", "imagePullSecrets");
        add(Kind::ConfigMap, data::string_at(spec_, {"sparkConfigMap"}), "sparkConfigMap");
        add(Kind::ConfigMap, data::string_at(spec_, {"hadoopConfigMap"}), "hadoopConfigMap");
        add(Kind::PriorityClass,
            data::string_at(spec_, {"batchSchedulerOptions", "priorityClassName"}),
            "batchSchedulerOptions.priorityClassName");
        if (const Json* conf = at(spec_, {"sparkConf"}); conf && conf->is_object())
            for (const auto& [key, value] : conf->items())
                if (value.is_string()) configuration(key, value.get<std::string>());
        return std::move(found_);
    }

private:
    static const Json* at(const Json& value, const std::vector<std::string>& path) {
        return data::find(value, {path.begin(), path.end()});
    }
    static const Json& items(const Json& value, std::string_view field) {
        static const Json kNone = Json::array();
        const Json* list = data::find(value, {field});
        return list != nullptr && list->is_array() ? *list : kNone;
    }

    void add(Kind kind, std::string name, std::string field, std::string key = {}) {
        if (name.empty() || name.find("{{") != name.npos || name.find("${") != name.npos) return;
        if (!known_.insert({static_cast<int>(kind), name, key}).second) return;
        found_.push_back({kind, std::move(name), std::move(key), "spec." + std::move(field)});
    }

    void operator_fields(const Json& map, const std::string& role) {
        add(Kind::ServiceAccount, data::string_at(map, {"serviceAccount"}),
            role + ".serviceAccount");
        add(Kind::PriorityClass, data::string_at(map, {"priorityClassName"}),
            role + ".priorityClassName");
        for (const Json& one : items(map, "secrets"))
            add(Kind::Secret, data::string_at(one, {"name"}), role + ".secrets");
        for (const Json& one : items(map, "configMaps"))
            add(Kind::ConfigMap, data::string_at(one, {"name"}), role + ".configMaps");
        for (const Json& mount : items(map, "volumeMounts"))
            mounted_.insert(data::string_at(mount, {"name"}));
        environment(map, role);
    }

    void environment(const Json& container, const std::string& at_field) {
        for (const Json& one : items(container, "env")) {
            reference(one, {"valueFrom", "secretKeyRef"}, Kind::Secret, at_field + ".env");
            reference(one, {"valueFrom", "configMapKeyRef"}, Kind::ConfigMap, at_field + ".env");
        }
        for (const Json& one : items(container, "envFrom")) {
            reference(one, {"secretRef"}, Kind::Secret, at_field + ".envFrom");
            reference(one, {"configMapRef"}, Kind::ConfigMap, at_field + ".envFrom");
        }
    }

    void reference(const Json& value, const std::vector<std::string>& path, Kind kind,
                   const std::string& field) {
        const Json* named = at(value, path);
        if (named == nullptr || data::bool_at(*named, {"optional"})) return;
        add(kind, data::string_at(*named, {"name"}), field, data::string_at(*named, {"key"}));
    }

    void volumes(const Json& list, const std::string& field, bool if_mounted) {
        if (!list.is_array()) return;
        for (const Json& volume : list) {
            // The operator leaves out what nobody mounts.
            if (if_mounted && !mounted_.contains(data::string_at(volume, {"name"}))) continue;
            if (!data::bool_at(volume, {"secret", "optional"}))
                add(Kind::Secret, data::string_at(volume, {"secret", "secretName"}), field);
            reference(volume, {"configMap"}, Kind::ConfigMap, field);
            add(Kind::Claim, data::string_at(volume, {"persistentVolumeClaim", "claimName"}),
                field);
            if (const Json* projected = data::find(volume, {"projected"}))
                for (const Json& source : items(*projected, "sources")) {
                    reference(source, {"secret"}, Kind::Secret, field);
                    reference(source, {"configMap"}, Kind::ConfigMap, field);
                }
        }
    }

    void pod_spec(const Json& pod, const std::string& field) {
        add(Kind::ServiceAccount, data::string_at(pod, {"serviceAccountName"}),
            field + ".serviceAccountName");
        add(Kind::PriorityClass, data::string_at(pod, {"priorityClassName"}),
            field + ".priorityClassName");
        for (const Json& one : items(pod, "imagePullSecrets"))
            add(Kind::Secret, data::string_at(one, {"name"}), field + ".imagePullSecrets");
        if (const Json* list = data::find(pod, {"volumes"}))
            volumes(*list, field + ".volumes", false);
        for (const char* containers : {"containers", "initContainers"})
            for (const Json& container : items(pod, containers))
                environment(container, field + "." + containers);
    }

    void configuration(const std::string& key, const std::string& value) {
        const std::string field = "sparkConf[\"" + key + "\"]";
        if (!key.starts_with("spark.kubernetes.")) return;
        if (key.ends_with(".serviceAccountName")) return add(Kind::ServiceAccount, value, field);
        if (key == "spark.kubernetes.container.image.pullSecrets") {
            for (const std::string& name : core::split(value, ','))
                add(Kind::Secret, std::string(core::trim(name)), field);
            return;
        }
        for (const std::string role : {"driver", "executor"}) {
            const std::string prefix = "spark.kubernetes." + role + ".";
            if (key.starts_with(prefix + "secrets."))
                add(Kind::Secret, key.substr(prefix.size() + 8), field);
            if (key.starts_with(prefix + "secretKeyRef.")) {
                const std::size_t colon = value.find(':');
                add(Kind::Secret, value.substr(0, colon), field,
                    colon == value.npos ? "" : value.substr(colon + 1));
            }
            if (key.starts_with(prefix + "volumes.persistentVolumeClaim.") &&
                key.ends_with(".options.claimName") && value != "OnDemand")
                add(Kind::Claim, value, field);
        }
    }

    const Json& spec_;
    std::vector<ObjectName> found_;
    std::set<std::string> mounted_;
    std::set<std::tuple<int, std::string, std::string>> known_;
};

} // namespace

std::string_view to_text(Kind kind) {
    switch (kind) {
    case Kind::ServiceAccount:
        return "service account";
    case Kind::Secret:
        return "secret";
    case Kind::ConfigMap:
        return "config map";
    case Kind::Claim:
        return "persistent volume claim";
    default:
        return "priority class";
    }
}

std::vector<ObjectName> references_of(const Json& object) {
    const Json* spec = data::find(object, {"spec", "template"});
    if (spec == nullptr) spec = data::find(object, {"spec"});
    return spec == nullptr ? std::vector<ObjectName>() : Collector(*spec).collect();
}

} // namespace kspark::spark
