// SPDX-License-Identifier: Apache-2.0
// docs/rules.md is run: each bad example breaks the rule that it stands under and no other, each
// good one breaks none, and the page knows every rule of the program.
#include "core/base/text.hpp"
#include "core/data/document.hpp"
#include "core/spark/lint.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <sstream>

using namespace kspark;
using spark::Severity;

namespace {

constexpr const char* kKubeflow = R"(apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: orders, namespace: streams}
spec:
  type: Scala
  mode: cluster
  sparkVersion: 3.5.1
  image: registry.example/spark:3.5.1
  mainClass: com.example.Stream
  mainApplicationFile: local:///opt/app.jar
  arguments: [--topic=orders]
  restartPolicy:
    type: OnFailure
    onFailureRetries: 30
    onFailureRetryInterval: 10
    onSubmissionFailureRetries: 3
    onSubmissionFailureRetryInterval: 10
  driver: {cores: 1, memory: 1g, serviceAccount: spark}
  executor: {cores: 1, instances: 2, memory: 2g, memoryOverhead: 512m}
)";
constexpr const char* kApache = R"(apiVersion: spark.apache.org/v1
kind: SparkApplication
metadata: {name: orders, namespace: streams}
spec:
  mainClass: com.example.Stream
  jars: local:///opt/app.jar
  runtimeVersions: {sparkVersion: 4.0.1}
  sparkConf:
    spark.kubernetes.container.image: apache/spark:4.0.1
    spark.kubernetes.authenticate.driver.serviceAccountName: spark
)";
constexpr const char* kValues = R"(spark: {version: 3.5.1, image: "registry.example/spark:3.5.1"}
mainClass: com.example.Stream
applicationFile: local:///opt/app.jar
driver: {serviceAccount: spark}
restartPolicy: Always
)";

struct Example {
    std::string severity, bad, good;
};

/// By rule.
std::map<std::string, Example> page() {
    std::map<std::string, Example> found;
    std::istringstream lines(*core::read_file(test::test_file("../docs/rules.md"), 1u << 20));
    std::string rule, *block = nullptr;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("### ")) {
            rule = line.substr(4);
        } else if (line == "# bad" || line == "# good") {
            block = line == "# bad" ? &found[rule].bad : &found[rule].good;
        } else if (line.starts_with("```")) {
            block = nullptr;
        } else if (block != nullptr) {
            *block += line + "\n";
        } else if (!rule.empty() && found[rule].severity.empty() && !line.empty()) {
            found[rule].severity = line;
        }
    }
    return found;
}

data::Json parsed(const std::string& text) {
    auto documents = data::parse_documents("text", text);
    if (!documents) FAIL(documents.error().message);
    return documents->at(0).value;
}

/// The example over a good application: below its spec, unless it begins at the top.
std::string whole(const data::Json& example) {
    const bool is_apache = data::string_at(example, {"apiVersion"}).starts_with("spark.apache");
    const bool is_scheduled = data::string_at(example, {"kind"}) == "ScheduledSparkApplication";
    data::Json object = parsed(is_apache ? kApache : kKubeflow);
    if (is_scheduled)
        object["spec"] = {
            {"schedule", "@daily"}, {"concurrencyPolicy", "Forbid"}, {"template", object["spec"]}};
    data::Json at_top = data::Json::object(), below = data::Json::object();
    for (const auto& [key, value] : example.items())
        (key == "apiVersion" || key == "kind" || key == "metadata" || key == "spec" ? at_top
                                                                                    : below)[key] =
            value;
    data::merge(object, at_top);
    data::merge(object["spec"], below);
    return data::dump_json(object, 1) + "\n";
}

std::vector<spark::Finding> check(const std::string& text, const spark::CheckOptions& how = {}) {
    auto documents = data::parse_documents("f.yaml", text);
    if (!documents) FAIL(documents.error().message);
    auto inputs = spark::load_documents(*documents, {.files = {"f.yaml"}}, {});
    if (!inputs) FAIL(inputs.error().message);
    auto findings = spark::check(inputs->manifests, how);
    if (!findings) FAIL(findings.error().message);
    return *findings;
}

std::string rules_broken(const std::string& example) {
    auto documents = data::parse_documents("example", example);
    if (!documents) FAIL(documents.error().message);
    std::string text;
    for (const data::Document& document : *documents) text += "---\n" + whole(document.value);
    std::vector<std::string> rules;
    for (const spark::Finding& finding : check(text)) rules.push_back(finding.rule);
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return core::join(rules, ", ");
}

/// The one rule whose examples are values files: with a mistake they do not load.
std::string input_broken(const std::string& example) {
    auto documents = data::parse_documents("values.yaml", kValues + example);
    if (!documents) return documents.error().message;
    auto inputs = spark::load_documents(*documents, {.files = {"values.yaml"}}, {});
    return inputs ? "" : inputs.error().message;
}

} // namespace

TEST_CASE("docs/rules.md: what is bad breaks that rule alone, what is good breaks none",
          "[spark][lint][documentation]") {
    for (const auto& [rule, example] : page()) {
        INFO("docs/rules.md, " << rule);
        CHECK_FALSE(example.bad.empty());
        CHECK_FALSE(example.good.empty());
        if (rule == "input") {
            CHECK(input_broken(example.bad).find("did you mean \"executor\"") != std::string::npos);
            CHECK(input_broken(example.good) == "");
            continue;
        }
        CHECK(rules_broken(example.bad) == rule);
        CHECK(rules_broken(example.good) == "");
    }
}

TEST_CASE("docs/rules.md and the program know the same rules", "[spark][lint][documentation]") {
    const auto written = page();
    const auto text = *core::read_file(test::test_file("../docs/rules.md"), 1u << 20);
    CHECK(written.size() == spark::rule_infos().size());
    CHECK(spark::rule_infos().size() >= 40);
    for (const spark::RuleInfo& rule : spark::rule_infos()) {
        const std::string id(rule.id), severity(to_text(rule.severity)), reason(rule.reason);
        INFO(id);
        REQUIRE(written.contains(id));
        std::string title = severity;
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
        CHECK(written.at(id).severity == title + ": " + reason + ".");
        CHECK(text.find("| [" + id + "](#" + id + ") | " + severity + " | " + reason + " |") !=
              std::string::npos);
    }
}

TEST_CASE("a comment silences a rule where it stands", "[spark][lint]") {
    const auto found = [](const std::string& driver) {
        std::string text = kKubeflow;
        const std::string old = "  driver: {cores: 1, memory: 1g, serviceAccount: spark}\n";
        text.replace(text.find(old), old.size(), "  driver:\n    serviceAccount: spark\n" + driver);
        std::string rules;
        for (const spark::Finding& finding : check(text)) rules += finding.rule + " ";
        return rules;
    };
    CHECK(found("    memory: 256m\n") == "memory-low ");
    CHECK(found("    memory: 256m # kubectl-spark: disable=memory-low\n") == "");
    CHECK(found("    # kubectl-spark: disable=cores,memory-low for tests\n    memory: 256m\n") ==
          "");
    CHECK(found("    memory: 256m # kubectl-spark: disable=cores\n") == "memory-low ");
    // A comment behind a value is about that value only.
    CHECK(found("    cores: 1 # kubectl-spark: disable=memory-low\n    memory: 256m\n") ==
          "memory-low ");
    CHECK(found("    # kubectl-spark: disable=memory-low\n\n    memory: 256m\n") == "memory-low ");
}

TEST_CASE("--disable and --strict", "[spark][lint]") {
    std::string text = kKubeflow;
    text.replace(text.find("memory: 1g"), 10, "memory: 256m");
    text.replace(text.find("Retries: 30"), 11, "Retries: 3");
    const auto severities = [&](const spark::CheckOptions& how) {
        std::string found;
        for (const spark::Finding& finding : check(text, how))
            found += finding.rule + " " + std::string(to_text(finding.severity)) + ", ";
        return found;
    };
    CHECK(severities({}) == "retries-never-reset info, memory-low warning, ");
    CHECK(severities({.strict = true}) == "retries-never-reset warning, memory-low error, ");
    CHECK(severities({.disabled = {"memory-low"}}) == "retries-never-reset info, ");
    auto wrong = spark::check({}, {.disabled = {"memory-lo"}});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == core::Code::Usage);
    CHECK(wrong.error().message ==
          "--disable memory-lo: there is no rule of that name; did you mean \"memory-low\"?");
}
