// SPDX-License-Identifier: Apache-2.0
// What only shows when all applications are seen together: two that write to one place. Checkpoints
// and sinks are found by the words that people give them, in the configuration and in arguments.
#include "core/base/text.hpp"
#include "core/spark/lint_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace kspark::spark::lint {
namespace {

using data::Json;

struct Location {
    const Subject* subject;
    data::Path path; ///< below the spec
    std::string value;
    bool is_root = false; ///< Spark puts each query into a directory of its own below it
};

/// One spelling for one place.
std::string normalized(std::string value) {
    while (value.size() > 1 && value.ends_with('/')) value.pop_back();
    for (const std::string_view scheme : {"s3://", "s3n://"})
        if (value.starts_with(scheme)) return "s3a://" + value.substr(scheme.size());
    return value;
}

bool is_place(std::string_view value) {
    return value.find('/') != value.npos && value.find("${") == value.npos &&
           value.find("{{") == value.npos;
}

/// Values of arguments whose name holds one of the words: "--checkpoint=X", "--checkpoint" "X".
std::vector<Location> in_arguments(const Subject& subject,
                                   std::initializer_list<std::string_view> words,
                                   bool (*is_wanted)(std::string_view) = is_place) {
    std::vector<Location> found;
    const std::string field = subject.is_kubeflow ? "arguments" : "driverArgs";
    const Json* list = data::find(subject.spec(), {field});
    if (list == nullptr || !list->is_array()) return found;
    std::string flag;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string word = (*list)[i].is_string() ? (*list)[i].get<std::string>() : "";
        const std::size_t equals = word.find('=');
        const bool has_value = equals != word.npos;
        const std::string name = core::lower(has_value ? word.substr(0, equals) : flag);
        std::string value = has_value ? word.substr(equals + 1) : word;
        flag = word.starts_with('-') && !has_value ? word : "";
        for (const std::string_view known : words) {
            if (name.find(known) == name.npos || !is_wanted(value)) continue;
            found.push_back({&subject, {field, std::to_string(i)}, normalized(std::move(value))});
            break;
        }
    }
    return found;
}

/// Those of the configuration and of the driver's environment, which may be roots of several
/// queries.
std::vector<Location> checkpoints(const Subject& subject) {
    std::vector<Location> found = in_arguments(subject, {"checkpoint"});
    const auto add = [&](std::string_view name, const Json& value, data::Path path) {
        if (core::lower(name).find("checkpoint") == std::string::npos || !value.is_string()) return;
        if (name.find("executorEnv") != name.npos || !is_place(value.get_ref<const std::string&>()))
            return;
        found.push_back({&subject, std::move(path), normalized(value.get<std::string>()), true});
    };
    if (const Json* conf = data::find(subject.spec(), {"sparkConf"}); conf && conf->is_object())
        for (const auto& [key, value] : conf->items()) add(key, value, {"sparkConf", key});
    if (const Json* env = data::find(subject.spec(), {"driver", "env"}); env && env->is_array())
        for (std::size_t i = 0; i < env->size(); ++i)
            if (const Json* value = data::find((*env)[i], {"value"}))
                add(data::string_at((*env)[i], {"name"}), *value,
                    {"driver", "env", std::to_string(i), "value"});
    return found;
}

std::string title(const Subject& subject) {
    return subject.name_space.empty() ? subject.name : subject.name_space + "/" + subject.name;
}

/// Calls for each place that an earlier application has too.
template <class Tell>
void for_each_shared(const std::vector<Location>& all, Tell tell) {
    std::map<std::string, const Location*> first;
    for (const Location& location : all) {
        const auto [known, is_new] = first.emplace(location.value, &location);
        if (!is_new && known->second->subject != location.subject) tell(location, *known->second);
    }
}

bool is_mounted(const Subject& subject, const char* role, std::string_view path) {
    const auto covers = [&](std::string_view mount) {
        return !mount.empty() && path.starts_with(mount) &&
               (path.size() == mount.size() || mount.ends_with('/') || path[mount.size()] == '/');
    };
    if (const Json* mounts = data::find(subject.spec(), {role, "volumeMounts"});
        mounts && mounts->is_array())
        for (const Json& mount : *mounts)
            if (covers(data::string_at(mount, {"mountPath"}))) return true;
    const Json* conf = data::find(subject.spec(), {"sparkConf"});
    if (conf == nullptr || !conf->is_object()) return false;
    for (const auto& [key, value] : conf->items())
        if (key.starts_with(fmt::format("spark.kubernetes.{}.volumes.", role)) &&
            key.ends_with(".mount.path") && value.is_string() &&
            covers(value.get_ref<const std::string&>()))
            return true;
    return false;
}

/// The path in the pod's own file system, or empty when the place is elsewhere.
std::string path_in_pod(const Subject& subject, const std::string& value) {
    for (const std::string_view scheme : {"file://", "local://", "file:", "local:"})
        if (value.starts_with(scheme)) return value.substr(scheme.size());
    const bool has_default_file_system = !subject.conf("spark.hadoop.fs.defaultFS").empty() ||
                                         !subject.text({"hadoopConf", "fs.defaultFS"}).empty();
    return value.find("://") == value.npos && value[0] == '/' && !has_default_file_system
               ? value
               : std::string();
}

} // namespace

void duplicate_name(const Subjects& subjects, Report& report) {
    std::map<std::pair<std::string, bool>, const Subject*> first;
    for (const Subject& subject : subjects) {
        if (subject.name.empty()) continue;
        const auto [known, is_new] =
            first.emplace(std::pair(title(subject), subject.is_scheduled), &subject);
        if (is_new || known->second->is_kubeflow != subject.is_kubeflow) continue;
        const Place other = known->second->manifest->locate({"metadata", "name"});
        report.at(subject, Severity::Error, {"metadata", "name"},
                  fmt::format("another application has the name {}, too ({})", title(subject),
                              to_text(other)),
                  "give each its own name");
    }
}

void duplicate_checkpoint(const Subjects& subjects, Report& report) {
    std::vector<Location> all;
    for (const Subject& subject : subjects)
        for (Location& location : checkpoints(subject)) all.push_back(std::move(location));
    for_each_shared(all, [&](const Location& location, const Location& other) {
        const std::string message = fmt::format("{} keeps its checkpoint in {}, too",
                                                title(*other.subject), location.value);
        if (location.is_root && other.is_root)
            report.warning(*location.subject, location.path,
                           message + ": queries of one name would meet there",
                           "give each application a directory of its own");
        else
            report.error(*location.subject, location.path, message + ": both would lose data",
                         "give each application a directory of its own");
    });
}

void duplicate_sink(const Subjects& subjects, Report& report) {
    std::vector<Location> all;
    for (const Subject& subject : subjects)
        for (Location& location : in_arguments(subject, {"sink", "output"}))
            all.push_back(std::move(location));
    for_each_shared(all, [&](const Location& location, const Location& other) {
        report.warning(*location.subject, location.path,
                       fmt::format("{} writes to {}, too", title(*other.subject), location.value),
                       "give each application a sink of its own");
    });
}

void duplicate_group(const Subjects& subjects, Report& report) {
    std::vector<Location> all;
    for (const Subject& subject : subjects) {
        for (Location& location : in_arguments(
                 subject, {"group-id", "groupid", "group.id", "group_id", "consumer-group"},
                 [](std::string_view value) { return !value.empty() && !is_template(value); }))
            all.push_back(std::move(location));
    }
    for_each_shared(all, [&](const Location& location, const Location& other) {
        report.warning(*location.subject, location.path,
                       fmt::format("{} reads as the consumer group {}, too: each gets a part of "
                                   "the data only",
                                   title(*other.subject), location.value),
                       "give each application a group of its own");
    });
}

void duplicate_driver_pod(const Subjects& subjects, Report& report) {
    std::map<std::string, const Subject*> first;
    for (const Subject& subject : subjects) {
        const std::string pod = subject.text({"driver", "podName"});
        if (pod.empty() || is_template(pod)) continue;
        const auto [known, is_new] = first.emplace(subject.name_space + "/" + pod, &subject);
        if (is_new || title(*known->second) == title(subject)) continue;
        report.error(subject, {"driver", "podName"},
                     fmt::format("{} names its driver pod {}, too: one of both cannot start",
                                 title(*known->second), pod),
                     "leave podName out: the application's name is part of the pod's then");
    }
}

void s3a_committer(const Subject& subject, Report& report) {
    if (!checkpoints(subject).empty() || is_stream(subject)) return;
    const Json* conf = data::find(subject.spec(), {"sparkConf"});
    if (conf != nullptr && conf->is_object())
        for (const auto& [key, value] : conf->items())
            if (key.find("committer") != key.npos || key.find("commitProtocol") != key.npos ||
                key.starts_with("spark.sql.catalog.") || key == "spark.sql.extensions")
                return;
    if (const Json* hadoop = data::find(subject.spec(), {"hadoopConf"}))
        if (data::dump_json(*hadoop).find("committer") != std::string::npos) return;
    for (const Location& sink : in_arguments(subject, {"sink", "output"}))
        if (sink.value.starts_with("s3a://"))
            report.info(subject, sink.path,
                        "files are written to S3 by renaming, which S3 cannot: slow, and a failed "
                        "job leaves parts behind",
                        "write \"spark.hadoop.fs.s3a.committer.name\": \"magic\", with the "
                        "spark-hadoop-cloud classes in the image");
}

void checkpoint_in_pod(const Subjects& subjects, Report& report) {
    for (const Subject& subject : subjects)
        for (const Location& location : checkpoints(subject)) {
            const std::string path = path_in_pod(subject, location.value);
            if (path.empty()) continue;
            if (is_mounted(subject, "driver", path) && is_mounted(subject, "executor", path))
                continue;
            report.warning(
                subject, location.path,
                fmt::format("the checkpoint {} is inside the pod and lost with it", location.value),
                "put it on shared storage (s3a://, hdfs://), or mount a volume there in driver and "
                "executor");
        }
}

} // namespace kspark::spark::lint
