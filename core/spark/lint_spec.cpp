// SPDX-License-Identifier: Apache-2.0
// Names, API versions, image and program: what the operator's webhook would refuse, and what it
// lets through to fail later.
#include "core/spark/lint_rules.hpp"
#include "core/spark/names.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace kspark::spark::lint {
namespace {

using data::Json;

struct Renamed {
    data::Path path;
    std::string_view remedy;
    bool has_no_effect = false; ///< still in the schema, but nobody reads it
};

/// Fields of kubeflow's v1alpha1 and v1beta1.
const std::vector<Renamed>& kubeflow_leftovers() {
    static const std::vector<Renamed> kFields = {
        {{"maxSubmissionRetries"}, "write restartPolicy.onSubmissionFailureRetries instead"},
        {{"submissionRetryInterval"},
         "write restartPolicy.onSubmissionFailureRetryInterval instead"},
        {{"failureRetries"}, "write restartPolicy.onFailureRetries instead", true},
        {{"retryInterval"}, "write restartPolicy.onFailureRetryInterval instead", true},
        {{"initContainerImage"}, "remove it: Spark needs no init container any more"},
        {{"deps", "jarsDownloadDir"}, "remove it"},
        {{"deps", "filesDownloadDir"}, "remove it"},
        {{"deps", "downloadTimeout"}, "remove it"},
        {{"deps", "maxSimultaneousDownloads"}, "remove it"},
        {{"driver", "envVars"}, "write driver.env, a list of name and value, instead", true},
        {{"executor", "envVars"}, "write executor.env, a list of name and value, instead", true},
    };
    return kFields;
}

/// Fields of kubeflow's operator in an application for Apache's.
const std::vector<Renamed>& kubeflow_fields() {
    static const std::vector<Renamed> kFields = {
        {{"mainApplicationFile"}, "write jars (or pyFiles) instead"},
        {{"arguments"}, "write driverArgs instead"},
        {{"sparkVersion"}, "write runtimeVersions.sparkVersion instead"},
        {{"image"}, "write sparkConf \"spark.kubernetes.container.image\" instead"},
        {{"driver"}, "write sparkConf \"spark.driver.cores\", \"spark.driver.memory\" instead"},
        {{"executor"},
         "write sparkConf \"spark.executor.instances\", \"spark.executor.memory\" instead"},
        {{"restartPolicy"}, "write applicationTolerations.restartConfig instead"},
        {{"deps"}, "write sparkConf \"spark.jars.packages\" and the like instead"},
        {{"type"}, "remove it"},
        {{"mode"}, "remove it"},
        {{"timeToLiveSeconds"}, "write applicationTolerations.ttlAfterStopMillis instead"},
    };
    return kFields;
}

const Json* at(const Json& value, const data::Path& path) {
    return data::find(value, {path.begin(), path.end()});
}

bool has_tag(std::string_view image) {
    if (image.find('@') != image.npos) return true;
    const std::size_t slash = image.rfind('/');
    return image.find(':', slash == image.npos ? 0 : slash) != image.npos;
}

void check_image(const Subject& subject, const data::Path& path, Report& report) {
    const Json* value = at(subject.spec(), path);
    if (value == nullptr || !value->is_string()) return;
    const std::string image = value->get<std::string>();
    if (image.empty() || image.find("${") != image.npos) return;
    if (!has_tag(image))
        report.warning(
            subject, path,
            fmt::format("the image {} has no tag: what runs may change with any restart", image),
            "name a version: \"" + image + ":3.5.1\"");
    else if (image.ends_with(":latest"))
        report.warning(subject, path, "the tag latest: what runs may change with any restart",
                       "name a version");
}

} // namespace

void names(const Subject& subject, Report& report) {
    constexpr std::size_t kLabel = 63;
    constexpr std::size_t kScheduled = kLabel - 1 - 19; // "-" and nanoseconds follow
    constexpr std::size_t kService = kLabel - std::string_view("-ui-svc").size();
    const std::string& name = subject.name;
    const data::Path path = {"metadata", "name"};
    if (name.empty()) {
        if (!data::find(subject.manifest->object, {"metadata", "generateName"}))
            report.at(subject, Severity::Error, path, "the application has no name",
                      "write metadata.name");
        return;
    }
    if (name.find("${") != name.npos || name.find("{{") != name.npos) return;
    if (const std::string problem = name_problem(name); !problem.empty()) {
        report.at(subject, Severity::Error, path, problem, "choose another name");
    } else if (subject.is_scheduled && name.size() > kScheduled) {
        report.at(
            subject, Severity::Error, path,
            fmt::format(
                "the name has {} characters; with the time of a run behind it, it grows past {}",
                name.size(), kLabel),
            fmt::format("choose a name of at most {} characters", kScheduled));
    } else if (subject.is_kubeflow && name.size() > kService) {
        report.at(subject, Severity::Warning, path,
                  fmt::format("the name has {} characters; {}-ui-svc and {}-driver grow past {}",
                              name.size(), name, name, kLabel),
                  fmt::format("choose a name of at most {} characters", kService));
    }
}

void old_api(const Subject& subject, Report& report) {
    const std::string version = data::string_at(subject.manifest->object, {"apiVersion"});
    const std::string_view current =
        subject.is_kubeflow ? "sparkoperator.k8s.io/v1beta2" : "spark.apache.org/v1";
    if (version == current || version == "spark.apache.org/v1beta1") return;
    report.at(subject, Severity::Error, {"apiVersion"},
              fmt::format("{} is no longer served", version), fmt::format("write {}", current));
}

void old_fields(const Subject& subject, Report& report) {
    for (const Renamed& field : subject.is_kubeflow ? kubeflow_leftovers() : kubeflow_fields()) {
        if (at(subject.spec(), field.path) == nullptr) continue;
        const std::string name = data::to_text(field.path);
        if (field.has_no_effect)
            report.warning(subject, field.path, name + " has no effect any more",
                           std::string(field.remedy));
        else if (subject.is_kubeflow)
            report.error(subject, field.path, name + " is a field of an API version that is gone",
                         std::string(field.remedy));
        else
            report.error(subject, field.path,
                         name + " is a field of the other operator (sparkoperator.k8s.io)",
                         std::string(field.remedy));
    }
}

void image_tag(const Subject& subject, Report& report) {
    check_image(subject, {"image"}, report);
    check_image(subject, {"driver", "image"}, report);
    check_image(subject, {"executor", "image"}, report);
    check_image(subject, {"sparkConf", "spark.kubernetes.container.image"}, report);
}

void main_program(const Subject& subject, Report& report) {
    if (!subject.is_kubeflow) return;
    const std::string type = subject.text({"type"});
    const std::string file = subject.text({"mainApplicationFile"});
    const bool is_java = type == "Java" || type == "Scala";
    if (is_java && subject.text({"mainClass"}).empty() && file.ends_with(".jar"))
        report.error(subject, {"mainApplicationFile"},
                     "a jar without mainClass: spark-submit cannot guess the class",
                     "write mainClass");
    if (is_java && (file.ends_with(".py") || file.ends_with(".R")))
        report.error(subject, {"type"}, fmt::format("type {}, but the program is {}", type, file),
                     file.ends_with(".py") ? "write type: Python" : "write type: R");
    if ((type == "Python" || type == "R") && file.ends_with(".jar"))
        report.error(subject, {"type"}, fmt::format("type {}, but the program is {}", type, file),
                     "write type: Scala and mainClass");
}

void image_missing(const Subject& subject, Report& report) {
    const Json& spec = subject.spec();
    for (const char* role : {"driver", "executor"}) {
        const std::string pods = fmt::format("{}Spec", role);
        if (!subject.conf("spark.kubernetes.container.image").empty() ||
            !subject.conf(fmt::format("spark.kubernetes.{}.container.image", role)).empty() ||
            !subject.text({"image"}).empty() || !subject.text({role, "image"}).empty() ||
            data::find(spec, {role, "template"}) || data::find(spec, {pods, "podTemplateSpec"}))
            continue;
        return report.warning(subject, {}, "nothing says which image to run",
                              subject.is_kubeflow
                                  ? "write image: registry/name:version"
                                  : "write sparkConf \"spark.kubernetes.container.image\"");
    }
}

void node_selector(const Subject& subject, Report& report) {
    if (!subject.is_kubeflow || !data::find(subject.spec(), {"nodeSelector"})) return;
    for (const char* role : {"driver", "executor"})
        if (data::find(subject.spec(), {role, "nodeSelector"}))
            report.error(subject, {role, "nodeSelector"},
                         "nodeSelector stands in the spec and in its " + std::string(role) +
                             ": the operator refuses both",
                         "keep one of the two");
}

} // namespace kspark::spark::lint
