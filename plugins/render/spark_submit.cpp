// SPDX-License-Identifier: Apache-2.0
// The old way, turned into a stream: the options of spark-submit (Spark 3.5 and 4.0) become keys of
// the values language, and then everything goes the way of a values file, with --set and the same
// checks. What has no meaning under an operator is said, never dropped in silence.
#include "plugins/render/spark_submit.hpp"

#include "core/base/text.hpp"
#include "core/spark/set_flags.hpp"
#include "core/spark/stream_manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace kspark::render {

namespace {

using core::Code;
using core::Error;
using core::Result;
using data::Json;
using data::Path;

enum class Meaning { Field, List, Conf, Name, Property, Ignored, Warned, Refused };
struct Option {
    std::string_view name;
    Meaning meaning;
    std::string_view first = {}, second = {}; ///< the field; or the conf key; or the sentence
    bool value = true;
};

constexpr std::string_view kOperatorRuns = "the operator runs spark-submit in cluster mode";
constexpr Option kOptions[]{
    {"--name", Meaning::Name},
    {"--class", Meaning::Field, "mainClass"},
    {"--conf", Meaning::Property},
    {"-c", Meaning::Property},
    {"--jars", Meaning::List, "deps", "jars"},
    {"--files", Meaning::List, "deps", "files"},
    {"--py-files", Meaning::List, "deps", "pyFiles"},
    {"--archives", Meaning::List, "deps", "archives"},
    {"--packages", Meaning::List, "deps", "packages"},
    {"--exclude-packages", Meaning::List, "deps", "excludePackages"},
    {"--repositories", Meaning::List, "deps", "repositories"},
    {"--driver-memory", Meaning::Field, "driver", "memory"},
    {"--driver-cores", Meaning::Field, "driver", "cores"},
    {"--driver-java-options", Meaning::Field, "driver", "javaOptions"},
    {"--driver-class-path", Meaning::Conf, "spark.driver.extraClassPath"},
    {"--driver-library-path", Meaning::Conf, "spark.driver.extraLibraryPath"},
    {"--executor-memory", Meaning::Field, "executor", "memory"},
    {"--executor-cores", Meaning::Field, "executor", "cores"},
    {"--num-executors", Meaning::Field, "executor", "instances"},
    {"--proxy-user", Meaning::Field, "spec", "proxyUser"},
    {"--master", Meaning::Ignored},
    {"--deploy-mode", Meaning::Ignored},
    {"--verbose", Meaning::Ignored, {}, {}, false},
    {"-v", Meaning::Ignored, {}, {}, false},
    {"--queue", Meaning::Warned, "there are no YARN queues on Kubernetes"},
    {"--supervise", Meaning::Warned, "say `restartPolicy: Always` with --set", {}, false},
    {"--principal", Meaning::Refused, "Kerberos logins belong into a secret of the pods"},
    {"--keytab", Meaning::Refused, "Kerberos logins belong into a secret of the pods"},
    {"--properties-file", Meaning::Refused,
     "its lines are not on the command line: give them with --conf, or put them under sparkConf in "
     "a values file"},
    {"--total-executor-cores", Meaning::Refused, "say --num-executors and --executor-cores"},
    {"--kill", Meaning::Refused, "use kubectl delete sparkapplication"},
    {"--status", Meaning::Refused, "use kubectl spark status"},
    {"--remote", Meaning::Refused, kOperatorRuns},
};

Error usage(std::string message) {
    return {Code::Usage, "spark-submit: " + std::move(message), {}};
}

/// A name as Kubernetes wants it, from a title or a class.
std::string as_name(std::string_view text) {
    std::string name;
    for (const char c : core::lower(text)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            name += c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    while (!name.empty() && name.back() == '-') name.pop_back();
    if (!name.empty() && name.front() >= '0' && name.front() <= '9') name.insert(0, "app-");
    return name;
}

class CommandLine {
public:
    Result<Submission> read(const std::vector<std::string>& words) {
        std::size_t at = 0;
        if (!words.empty() &&
            core::lower(std::filesystem::path(words[0]).stem().string()) == "spark-submit")
            ++at;
        while (at < words.size() && words[at].starts_with('-') && words[at] != "-")
            KSPARK_TRY(option(words, at));
        if (at == words.size())
            return usage("there is no application: give the jar or Python file behind the options");
        KSPARK_TRY(application(words[at++]));
        for (; at < words.size(); ++at) values_["arguments"].push_back(words[at]);
        finish();
        return std::move(submission_);
    }

private:
    core::Status option(const std::vector<std::string>& words, std::size_t& at) {
        std::string name = words[at++];
        std::optional<std::string> value;
        if (const auto equals = name.find('='); name.starts_with("--") && equals != name.npos) {
            value = name.substr(equals + 1);
            name.resize(equals);
        }
        const auto known = std::ranges::find(kOptions, name, &Option::name);
        if (known == std::end(kOptions)) return unknown(name);
        if (known->meaning == Meaning::Refused)
            return usage(fmt::format("{}: {}", name, known->first));
        if (known->value && !value) {
            if (at == words.size()) return usage(name + " needs a value");
            value = words[at++];
        }
        return apply(*known, value.value_or(""));
    }

    static Error unknown(const std::string& name) {
        std::vector<std::string> names;
        for (const Option& one : kOptions) names.emplace_back(one.name);
        return usage(fmt::format("unknown option {}{}", name, core::did_you_mean(name, names)));
    }

    core::Status apply(const Option& option, const std::string& value) {
        switch (option.meaning) {
        case Meaning::Name:
            name_ = value;
            break;
        case Meaning::Property:
            return property(value);
        case Meaning::Conf:
            values_["sparkConf"][std::string(option.first)] = value;
            break;
        case Meaning::Field:
            set(option.second.empty() ? Path{std::string(option.first)}
                                      : Path{std::string(option.first), std::string(option.second)},
                value);
            break;
        case Meaning::List:
            for (const auto& item : core::split(value, ','))
                values_[std::string(option.first)][std::string(option.second)].push_back(
                    std::string(core::trim(item)));
            break;
        case Meaning::Ignored:
            if (option.name == "--deploy-mode" && value == "client")
                warn("--deploy-mode client", kOperatorRuns);
            break;
        case Meaning::Warned:
            warn(option.name, option.first);
            break;
        case Meaning::Refused:
            break;
        }
        return {};
    }

    core::Status property(const std::string& text) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            return usage(fmt::format("--conf {}: must be KEY=VALUE", text));
        const std::string key = text.substr(0, equals);
        const std::string value = text.substr(equals + 1);
        if (key == "spark.master" || key == "spark.submit.deployMode") return {};
        if (key == "spark.app.name") {
            if (name_.empty()) name_ = value;
        } else if (key == "spark.kubernetes.namespace") {
            values_["namespace"] = value;
        } else if (const Path path = spark::key_of_conf(key); !path.empty()) {
            set(path, value);
        } else {
            values_["sparkConf"][key] = value;
        }
        return {};
    }

    /// Numbers and switches become themselves where the key wants them; lists are split.
    void set(const Path& path, const std::string& value) {
        Json& target = path.size() == 1 ? values_[path[0]] : values_[path[0]][path[1]];
        if (path[0] == "deps" || path.back() == "imagePullSecrets") {
            for (const auto& item : core::split(value, ',')) target.push_back(item);
            return;
        }
        const auto& key = path.back();
        const bool typed = key == "cores" || key == "instances" || path[0] == "dynamicAllocation" ||
                           key == "deleteOnTermination";
        target = typed ? spark::typed_scalar(value) : Json(value);
    }

    core::Status application(const std::string& file) {
        const std::filesystem::path path(file);
        const std::string extension = core::lower(path.extension().string());
        if (extension == ".py") values_["type"] = "Python";
        if (extension == ".r") values_["type"] = "R";
        stem_ = path.stem().string();
        values_["applicationFile"] = file;
        if (file.find("://") != std::string::npos) return {};
        if (!file.starts_with('/'))
            return usage(fmt::format("{} is a file of this machine, where no pod can read it: give "
                                     "its path inside the image, local:///...",
                                     file));
        warn(file, "it is read inside the image");
        values_["applicationFile"] = "local://" + file;
        return {};
    }

    void finish() {
        const std::string main_class = data::string_at(values_, {"mainClass"});
        if (name_.empty()) name_ = main_class.substr(main_class.rfind('.') + 1);
        if (name_.empty()) name_ = stem_;
        const std::string name = as_name(name_);
        if (name != name_) warn(fmt::format("the name \"{}\"", name_), "it becomes " + name);
        submission_.values = Json{{"name", name}};
        submission_.values.update(values_);
        submission_.values["streams"] = Json::array({Json{{"name", name}}});
    }

    void warn(std::string_view what, std::string_view why) {
        submission_.warnings.push_back(fmt::format("spark-submit: {}: {}", what, why));
    }

    Json values_ = Json::object();
    std::string name_, stem_;
    Submission submission_;
};

} // namespace

Result<Submission> read_spark_submit(const std::vector<std::string>& words) {
    return CommandLine().read(words);
}

} // namespace kspark::render
