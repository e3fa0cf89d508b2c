// SPDX-License-Identifier: Apache-2.0
// kubectl spark render: input to objects, or to findings. It opens no kubeconfig and asks no
// cluster unless --quota or --crd-version=cluster say so: a merge request can be judged anywhere.
#include "plugins/render/render.hpp"

#include "core/base/text.hpp"
#include "core/cli/chart.hpp"
#include "core/cli/input_flags.hpp"
#include "core/data/yaml.hpp"
#include "core/output/text.hpp"
#include "plugins/render/cluster_checks.hpp"
#include "plugins/render/help.hpp"
#include "plugins/render/output_dir.hpp"
#include "plugins/render/report.hpp"
#include "plugins/render/spark_submit.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace kspark::render {

namespace {

using core::Code;
using core::Error;
using core::Result;
using core::Status;
using spark::Finding;
using spark::Severity;

Error usage(std::string message) {
    return {Code::Usage, std::move(message), {}};
}

Status check_options(const Options& options) {
    const bool from_chart = !options.chart.empty(), from_line = !options.spark_submit.empty();
    if (from_chart && from_line)
        return usage("--chart and a spark-submit command line exclude each other");
    if (from_line && !options.inputs.files.empty())
        return usage(
            "-f and a spark-submit command line exclude each other; change its values with --set");
    if (options.check && !options.output_dir.empty())
        return usage("--check prints findings, no objects: leave --output-dir out");
    if (options.check && !options.output.empty())
        return usage("--check prints findings, no objects: leave -o out, or write a --report");
    if (!options.check && !options.reports.empty()) return usage("--report needs --check");
    if (!options.check && !options.crd_version.empty()) return usage("--crd-version needs --check");
    if (!options.check && !options.disabled.empty()) return usage("--disable needs --check");
    if (!options.check && options.quota) return usage("--quota needs --check");
    if (!options.check && options.strict) return usage("--strict needs --check");
    for (const auto& report : options.reports) KSPARK_TRY(parse_report(report));
    return {};
}

Result<spark::Inputs> load_spark_submit(const core::Context& context, const Options& options) {
    KSPARK_ASSIGN(auto submission, read_spark_submit(options.spark_submit));
    data::Document document;
    document.value = std::move(submission.values);
    document.source = std::make_shared<const data::Source>(data::Source{"spark-submit", ""});
    spark::InputOptions inputs = options.inputs;
    inputs.files = {"spark-submit"};
    KSPARK_ASSIGN(auto loaded, spark::load_documents({document}, inputs, context.environment));
    loaded.warnings = std::move(submission.warnings);
    return loaded;
}

Result<spark::Inputs> load(core::Context& context, const Options& options) {
    if (!options.chart.empty()) return core::load_chart(context, options.chart, options.inputs);
    if (!options.spark_submit.empty()) return load_spark_submit(context, options);
    return spark::load_inputs(options.inputs, context.environment);
}

/// "FILE:LINE:COLUMN: sentence" of an input error, taken apart.
Finding as_finding(const std::string& text) {
    Finding finding;
    finding.rule = "input";
    finding.message = text;
    const auto number = [&](std::size_t begin, std::size_t end) {
        int value = 0;
        std::from_chars(text.data() + begin, text.data() + end, value);
        return value;
    };
    for (std::size_t end = text.find(": "); end != std::string::npos;
         end = text.find(": ", end + 1)) {
        const auto second = text.rfind(':', end - 1);
        const auto first =
            second == std::string::npos || second == 0 ? second : text.rfind(':', second - 1);
        if (first == std::string::npos || number(first + 1, second) == 0) continue;
        finding.place = {text.substr(0, first), number(first + 1, second), number(second + 1, end)};
        finding.message = text.substr(end + 2);
        break;
    }
    return finding;
}

std::vector<Finding> as_findings(const Error& error) {
    std::vector<Finding> findings{as_finding(error.message)};
    for (const auto& detail : error.details) findings.push_back(as_finding(detail));
    return findings;
}

/// What stands at the top of a file concerns every stream; it was written once and is told once.
/// `applications` counts for how many it holds.
struct Told {
    Finding finding;
    std::size_t applications = 1;
};
std::vector<Told> once(const std::vector<Finding>& findings) {
    std::vector<Told> told;
    std::unordered_map<std::string, std::size_t> known;
    for (const Finding& finding : findings) {
        const std::string key = core::join(
            {spark::to_text(finding.place), finding.rule, finding.field, finding.message}, "\n");
        const auto [place, is_new] = known.emplace(key, told.size());
        if (is_new)
            told.push_back({finding});
        else
            ++told[place->second].applications;
    }
    return told;
}

std::string counted(const std::vector<Told>& told, Severity severity, std::string_view word) {
    const auto number = std::ranges::count_if(
        told, [&](const Told& one) { return one.finding.severity == severity; });
    return core::count(static_cast<std::size_t>(number), word);
}

Status print_findings(core::Context& context, const Options& options, const Outcome& outcome) {
    std::vector<std::string> applications;
    for (const auto& manifest : outcome.inputs.manifests)
        applications.push_back(data::string_at(manifest.object, {"metadata", "name"}));
    const auto told = once(outcome.findings);
    std::vector<Finding> findings;
    bool wrong = false;
    for (const Told& one : told) {
        findings.push_back(one.finding);
        wrong = wrong || one.finding.severity == Severity::Error;
    }
    for (const auto& text : options.reports) {
        KSPARK_ASSIGN(const Report report, parse_report(text));
        const bool each = report.kind == ReportKind::Junit;
        KSPARK_TRY(write_report(report, each ? outcome.findings : findings, applications));
    }
    for (const auto& [finding, number] : told) {
        std::string text = spark::to_text(finding);
        if (number > 1) text += fmt::format("\n  this holds for {} applications", number);
        KSPARK_TRY(context.streams.out.write(output::sanitize(text, true) + "\n"));
    }
    KSPARK_TRY(context.streams.out.write(outcome.needs));
    KSPARK_TRY(context.streams.err.write(fmt::format(
        "{} checked: {}, {}\n", core::count(applications.size(), "application"),
        counted(told, Severity::Error, "error"), counted(told, Severity::Warning, "warning"))));
    if (wrong) return Error{Code::Invalid, "", {}};
    return {};
}

Status print_json(output::Stream& out, const std::vector<spark::Manifest>& manifests) {
    if (manifests.size() == 1)
        return out.write(data::dump_json(manifests.front().object, 2) + "\n");
    data::Json list{{"apiVersion", "v1"}, {"kind", "List"}, {"items", data::Json::array()}};
    for (const auto& manifest : manifests) list["items"].push_back(manifest.object);
    return out.write(data::dump_json(list, 2) + "\n");
}

Status print_yaml(output::Stream& out, const std::vector<spark::Manifest>& manifests) {
    constexpr std::size_t kChunk = 1u << 18;
    std::string text;
    for (std::size_t i = 0; i < manifests.size(); ++i) {
        if (i > 0) text += "---\n";
        text += data::to_yaml(manifests[i].object);
        if (text.size() < kChunk) continue;
        KSPARK_TRY(out.write(text));
        text.clear();
    }
    return out.write(text);
}

Status print_directory(core::Context& context, const Options& options, const Outcome& outcome) {
    const bool json = options.output == "json";
    KSPARK_TRY(write_directory(options.output_dir, outcome.inputs, json));
    for (const auto& file : stale_files(options.output_dir, outcome.inputs, json))
        context.warn(fmt::format("{} belongs to the set {}, but no stream is named so any more: "
                                 "remove it",
                                 file.string(), outcome.inputs.set));
    return context.streams.err.write(
        fmt::format("{} written to {}\n", core::count(outcome.inputs.manifests.size(), "file"),
                    options.output_dir));
}

} // namespace

void declare(core::Flags& flags, Options& options) {
    core::declare_inputs(flags, options.inputs);
    flags.add("-o,--output", options.output, "FORMAT", "yaml or json").choices = {"yaml", "json"};
    flags.add("--output-dir", options.output_dir, "DIR",
              "write one file per application into this directory");
    flags.add("--check", options.check,
              "print what is wrong instead of the objects; exit status 3 when there is an error");
    flags.add("--crd-version", options.crd_version, "VERSION",
              "of the operator to check against (2.5.2, 1.6.2, ...), or cluster: what the cluster "
              "serves; the newest when not given");
    flags.add("--quota", options.quota,
              "with --check, add up cores and memory, and compare them with the quotas and limit "
              "ranges of the namespace when there is a cluster");
    flags.add("--disable", options.disabled, "RULE,...",
              "with --check, leave these rules out; docs/rules.md has them all");
    flags.add("--strict", options.strict,
              "with --check, take warnings for errors and notes for warnings");
    flags.add("--report", options.reports, "KIND=FILE",
              "with --check, also write a report: junit=FILE, gitlab=FILE (code quality) or "
              "sarif=FILE",
              false);
    flags.add("--chart", options.chart, "DIR",
              "render this Helm chart with helm; -f and --set are handed to it");
    flags.rest(options.spark_submit);
}

Result<Outcome> run(core::Context& context, const Options& options) {
    KSPARK_TRY(check_options(options));
    Outcome outcome;
    auto loaded = load(context, options);
    if (!loaded) {
        if (!options.check || loaded.error().code != Code::Invalid)
            return std::move(loaded).error();
        outcome.findings = as_findings(loaded.error());
        return outcome;
    }
    outcome.inputs = *std::move(loaded);
    if (!options.check) return outcome;
    spark::CheckOptions how;
    if (options.crd_version == "cluster") {
        KSPARK_ASSIGN(how.served, served_schemas(context, outcome.inputs.manifests));
    } else {
        how.crd_version = options.crd_version;
    }
    how.disabled = options.disabled;
    how.strict = options.strict;
    KSPARK_ASSIGN(outcome.findings, spark::check(outcome.inputs.manifests, how));
    if (!options.quota) return outcome;
    outcome.needs = needs_table(outcome.inputs.manifests);
    compare_with_quota(context, outcome.inputs.manifests, outcome.findings);
    return outcome;
}

Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    for (const auto& warning : outcome.inputs.warnings) context.warn(warning);
    if (options.check) return print_findings(context, options, outcome);
    if (!options.output_dir.empty()) return print_directory(context, options, outcome);
    if (options.output == "json") return print_json(context.streams.out, outcome.inputs.manifests);
    return print_yaml(context.streams.out, outcome.inputs.manifests);
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "render", "Print the objects of a values file, or check them, without a cluster",
        "render -f FILE... [flags] [-- spark-submit ARGS]", std::string(kHelp), declare, run,
        print);
}

} // namespace kspark::render
