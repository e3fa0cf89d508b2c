// SPDX-License-Identifier: Apache-2.0
// Collects what the schema and the rules find. Where a rule and the schema complain about the same
// field, the rule, which knows the remedy, has the word.
#include "core/spark/lint.hpp"

#include "core/base/text.hpp"
#include "core/spark/crds/apache_0_9_0.hpp"
#include "core/spark/crds/apache_1_0_0.hpp"
#include "core/spark/crds/kubeflow_1_6_2.hpp"
#include "core/spark/crds/kubeflow_2_0_0.hpp"
#include "core/spark/crds/kubeflow_2_5_2.hpp"
#include "core/spark/lint_rules.hpp"
#include "core/spark/lint_silence.hpp"
#include "core/spark/schema.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <tuple>

namespace kspark::spark {
namespace {

using data::Json;
using lint::Report;
using lint::Subject;
using lint::Subjects;

struct Version {
    Operator target;
    std::string_view number;
    std::string_view schemas;
};
/// Newest first for each operator.
constexpr std::array kVersions = {
    Version{Operator::Kubeflow, "2.5.2", crds::kKubeflow252},
    Version{Operator::Kubeflow, "2.0.0", crds::kKubeflow200},
    Version{Operator::Kubeflow, "1.6.2", crds::kKubeflow162},
    Version{Operator::Apache, "1.0.0", crds::kApache100},
    Version{Operator::Apache, "0.9.0", crds::kApache090},
};

std::string_view operator_name(Operator target) {
    return target == Operator::Kubeflow ? "kubeflow" : "apache";
}

/// The versions to check against, one for each operator; schemas are read when they are needed.
class Checker {
public:
    explicit Checker(const CheckOptions& options) {
        const std::string_view wanted = options.crd_version;
        for (const Version& version : kVersions) {
            const bool is_wanted = version.number == wanted || title(version) == wanted;
            const Version*& chosen = chosen_[version.target];
            if (chosen == nullptr || is_wanted) chosen = &version;
            found_ = found_ || is_wanted;
        }
        for (const auto& [target, document] : options.served)
            schemas_[target] = std::make_unique<Schemas>(document);
    }
    static std::string title(const Version& version) {
        return fmt::format("{} {}", operator_name(version.target), version.number);
    }
    bool found() const { return found_; }
    bool is_newest(Operator target) const {
        return chosen_.at(target) == std::ranges::find(kVersions, target, &Version::target);
    }
    const SchemaNode* schema(Operator target, std::string_view kind, std::string_view api_version) {
        auto& schemas = schemas_[target];
        if (!schemas) schemas = std::make_unique<Schemas>(chosen_.at(target)->schemas);
        const SchemaNode* exact = schemas->find(kind, api_version);
        // An old version is measured by the one that the application must move to.
        return exact != nullptr
                   ? exact
                   : schemas->find(kind, target == Operator::Apache ? "v1" : "v1beta2");
    }

private:
    bool found_ = false;
    std::map<Operator, const Version*> chosen_;
    std::map<Operator, std::unique_ptr<Schemas>> schemas_;
};

/// Nothing for an object that no known operator runs.
std::optional<Subject> subject_of(const Manifest& manifest, const Checker& checker) {
    const Json& object = manifest.object;
    const std::string api = data::string_at(object, {"apiVersion"});
    const std::string kind = data::string_at(object, {"kind"});
    const bool is_kubeflow = api.starts_with("sparkoperator.k8s.io/");
    if (!is_kubeflow && !api.starts_with("spark.apache.org/")) return std::nullopt;
    if (kind != "SparkApplication" && kind != "ScheduledSparkApplication") return std::nullopt;
    Subject subject;
    subject.manifest = &manifest;
    subject.is_kubeflow = is_kubeflow;
    subject.is_scheduled = kind == "ScheduledSparkApplication";
    subject.is_current = checker.is_newest(is_kubeflow ? Operator::Kubeflow : Operator::Apache);
    subject.spec_path = {"spec"};
    if (subject.is_scheduled) subject.spec_path.push_back("template");
    subject.name = data::string_at(object, {"metadata", "name"});
    subject.name_space = data::string_at(object, {"metadata", "namespace"});
    return subject;
}

void check_schema(const Subject& subject, Checker& checker, std::vector<Finding>& findings) {
    const Json& object = subject.manifest->object;
    const std::string api = data::string_at(object, {"apiVersion"});
    const SchemaNode* schema =
        checker.schema(subject.is_kubeflow ? Operator::Kubeflow : Operator::Apache,
                       data::string_at(object, {"kind"}), api.substr(api.find('/') + 1));
    if (schema == nullptr) return;
    // Apache's CRD takes an application that is nothing but a name.
    if (!object.contains("spec") && !subject.is_kubeflow)
        Report("missing-field", findings)
            .at(subject, Severity::Error, {}, "spec is missing", "add \"spec\"");
    for (SchemaProblem& problem : validate(*schema, object))
        Report(problem.rule, findings)
            .at(subject, Severity::Error, problem.path, std::move(problem.message),
                std::move(problem.remedy));
}

bool is_of_schema(const Finding& finding) {
    return finding.rule == "schema" || finding.rule == "unknown-field";
}

/// One complaint for one field of one application.
void drop_repeated(std::vector<Finding>& findings) {
    const auto key = [](const Finding& finding) {
        return std::tuple(finding.place.file, finding.place.line, finding.application,
                          finding.field);
    };
    std::set<decltype(key(Finding()))> explained;
    for (const Finding& finding : findings)
        if (!is_of_schema(finding)) explained.insert(key(finding));
    std::erase_if(findings, [&](const Finding& finding) {
        return is_of_schema(finding) && explained.contains(key(finding));
    });
}

void drop_silenced(const std::vector<std::string>& disabled, std::vector<Finding>& findings) {
    lint::Silence silence;
    std::erase_if(findings, [&](const Finding& finding) {
        return std::ranges::find(disabled, finding.rule) != disabled.end() ||
               silence.covers(finding);
    });
}

void raise(std::vector<Finding>& findings) {
    for (Finding& finding : findings)
        finding.severity = finding.severity == Severity::Info ? Severity::Warning : Severity::Error;
}

core::Status check_disabled(const std::vector<std::string>& disabled) {
    std::vector<std::string> known;
    for (const lint::Rule& rule : lint::rules()) known.emplace_back(rule.id);
    for (const std::string& id : disabled)
        if (std::ranges::find(known, id) == known.end())
            return core::Error{core::Code::Usage,
                               fmt::format("--disable {}: there is no rule of that name{}", id,
                                           core::did_you_mean(id, known))};
    return {};
}

core::Error unknown_version(std::string_view wanted) {
    return {core::Code::Usage,
            fmt::format("no schema of version \"{}\" is here; there are {}; or write cluster",
                        wanted, core::join(crd_versions(), ", "))};
}

} // namespace

std::string_view to_text(Severity severity) {
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    default:
        return "info";
    }
}

std::string to_text(const Finding& finding) {
    const std::string place = to_text(finding.place);
    return fmt::format("{}{}{}: {} [{}]\n  {}", place, place.empty() ? "" : ": ",
                       to_text(finding.severity), finding.message, finding.rule, finding.remedy);
}

std::vector<std::string> crd_versions() {
    std::vector<std::string> versions;
    for (const Version& version : kVersions) versions.push_back(Checker::title(version));
    return versions;
}

core::Result<std::vector<Finding>> check(const std::vector<Manifest>& manifests,
                                         const CheckOptions& options) {
    KSPARK_TRY(check_disabled(options.disabled));
    Checker checker(options);
    if (!options.crd_version.empty() && !checker.found())
        return unknown_version(options.crd_version);
    Subjects subjects;
    for (const Manifest& manifest : manifests)
        if (auto subject = subject_of(manifest, checker)) subjects.push_back(*std::move(subject));
    std::vector<Finding> findings;
    for (const Subject& subject : subjects) check_schema(subject, checker, findings);
    for (const lint::Rule& rule : lint::rules()) {
        Report report(rule.id, findings);
        if (rule.check != nullptr)
            for (const Subject& subject : subjects) rule.check(subject, report);
        if (rule.check_all != nullptr) rule.check_all(subjects, report);
    }
    drop_repeated(findings);
    drop_silenced(options.disabled, findings);
    if (options.strict) raise(findings);
    std::map<std::string, std::size_t> order; // of files: that of the applications in them
    for (const Subject& subject : subjects)
        order.emplace(subject.manifest->locate({}).file, order.size());
    for (const Finding& finding : findings) order.emplace(finding.place.file, order.size());
    std::ranges::stable_sort(findings, {}, [&](const Finding& finding) {
        return std::tuple(order[finding.place.file], finding.place.line, finding.place.column);
    });
    return findings;
}

namespace lint {

const Json& Subject::spec() const {
    static const Json kNone;
    const Json* found = data::find(manifest->object, {spec_path.begin(), spec_path.end()});
    return found != nullptr ? *found : kNone;
}

std::string Subject::text(const std::vector<std::string_view>& path) const {
    return data::string_at(spec(), path);
}

void Report::at(const Subject& subject, Severity severity, const data::Path& path,
                std::string message, std::string remedy) {
    Finding finding;
    finding.rule = rule_;
    finding.severity = severity;
    if (subject.manifest->locate) finding.place = subject.manifest->locate(path);
    finding.application = subject.name;
    finding.field = data::to_text(path);
    finding.message = std::move(message);
    finding.remedy = std::move(remedy);
    findings_.push_back(std::move(finding));
}

void Report::error(const Subject& subject, const data::Path& path, std::string message,
                   std::string remedy) {
    data::Path whole = subject.spec_path;
    whole.insert(whole.end(), path.begin(), path.end());
    at(subject, Severity::Error, whole, std::move(message), std::move(remedy));
}

void Report::info(const Subject& subject, const data::Path& path, std::string message,
                  std::string remedy) {
    data::Path whole = subject.spec_path;
    whole.insert(whole.end(), path.begin(), path.end());
    at(subject, Severity::Info, whole, std::move(message), std::move(remedy));
}

void Report::warning(const Subject& subject, const data::Path& path, std::string message,
                     std::string remedy) {
    data::Path whole = subject.spec_path;
    whole.insert(whole.end(), path.begin(), path.end());
    at(subject, Severity::Warning, whole, std::move(message), std::move(remedy));
}

} // namespace lint

} // namespace kspark::spark
