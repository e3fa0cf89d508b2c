// SPDX-License-Identifier: Apache-2.0
// JUnit and GitLab reports, and the choice among all three. A report is written when there is
// nothing to tell as well: a pipeline that finds no file fails, or shows yesterday's.
#include "plugins/render/report.hpp"

#include "core/base/text.hpp"
#include "core/data/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace kspark::render {

namespace {

using data::Json;
using spark::Finding;
using spark::Severity;

/// Text for XML: its five characters escaped, what XML 1.0 cannot hold left out.
std::string xml(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&apos;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
        }
    }
    return escaped;
}

/// FNV-1a: a fingerprint tells findings apart, it protects nothing.
std::uint64_t hash(std::string_view text, std::uint64_t state = 0xcbf29ce484222325u) {
    for (const char c : text) {
        state ^= static_cast<unsigned char>(c);
        state *= 0x100000001b3u;
    }
    return state;
}

std::string fingerprint(const Finding& finding) {
    const std::string text = core::join(
        {finding.place.file, finding.rule, finding.application, finding.field, finding.message},
        "\n");
    return fmt::format("{:016x}{:016x}", hash(text), hash(finding.rule, hash(text)));
}

std::string_view gitlab_severity(Severity severity) {
    switch (severity) {
    case Severity::Error:
        return "critical";
    case Severity::Warning:
        return "minor";
    case Severity::Info:
        return "info";
    }
    return "info";
}

std::string in_full(const Finding& finding) {
    std::string text = fmt::format("{}: {}\n", spark::to_text(finding.place), finding.message);
    if (!finding.remedy.empty()) text += finding.remedy + "\n";
    return text;
}

std::string test_case(const std::string& application, const std::vector<const Finding*>& findings) {
    std::string failures, others;
    for (const Finding* one : findings) {
        const Finding& finding = *one;
        if (finding.severity == Severity::Error)
            failures += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                                    xml(finding.rule), xml(finding.message), xml(in_full(finding)));
        else
            others += xml(in_full(finding));
    }
    const std::string name = xml(application.empty() ? "input" : application);
    std::string text = fmt::format("    <testcase classname=\"kubectl-spark\" name=\"{}\"", name);
    if (failures.empty() && others.empty()) return text + "/>\n";
    text += ">\n" + failures;
    if (!others.empty()) text += fmt::format("      <system-out>{}</system-out>\n", others);
    return text + "    </testcase>\n";
}

} // namespace

core::Result<Report> parse_report(const std::string& text) {
    const auto equals = text.find('=');
    const std::string kind = text.substr(0, equals);
    const std::string file = equals == std::string::npos ? "" : text.substr(equals + 1);
    static constexpr std::pair<std::string_view, ReportKind> kKinds[]{
        {"junit", ReportKind::Junit}, {"gitlab", ReportKind::Gitlab}, {"sarif", ReportKind::Sarif}};
    for (const auto& [name, value] : kKinds)
        if (name == kind && !file.empty()) return Report{value, file};
    return core::Error{core::Code::Usage,
                       fmt::format("--report {}: must be junit=FILE, gitlab=FILE or sarif=FILE{}",
                                   text, core::did_you_mean(kind, {"junit", "gitlab", "sarif"})),
                       {}};
}

std::string junit(const std::vector<Finding>& findings,
                  const std::vector<std::string>& applications) {
    std::vector<std::string> cases = applications;
    std::map<std::string, std::vector<const Finding*>> found;
    for (const auto& application : applications) found[application];
    std::set<std::string> failed;
    for (const Finding& finding : findings) {
        const auto [place, is_new] = found.try_emplace(finding.application);
        if (is_new) cases.push_back(finding.application);
        place->second.push_back(&finding);
        if (finding.severity == Severity::Error) failed.insert(finding.application);
    }
    const std::string counts =
        fmt::format("name=\"kubectl spark render --check\" tests=\"{}\" failures=\"{}\"",
                    cases.size(), failed.size());
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    text += fmt::format("<testsuites {}>\n  <testsuite {}>\n", counts, counts);
    for (const auto& application : cases) text += test_case(application, found[application]);
    return text + "  </testsuite>\n</testsuites>\n";
}

std::string gitlab(const std::vector<Finding>& findings) {
    Json issues = Json::array();
    for (const Finding& finding : findings)
        issues.push_back({{"description",
                           finding.message + (finding.remedy.empty() ? "" : ". " + finding.remedy)},
                          {"check_name", finding.rule},
                          {"content", {{"body", "See " + spark::rule_page(finding.rule)}}},
                          {"fingerprint", fingerprint(finding)},
                          {"severity", gitlab_severity(finding.severity)},
                          {"location",
                           {{"path", finding.place.file},
                            {"lines", {{"begin", std::max(1, finding.place.line)}}}}}});
    return data::dump_json(issues, 2) + "\n";
}

core::Status write_report(const Report& report, const std::vector<Finding>& findings,
                          const std::vector<std::string>& applications) {
    switch (report.kind) {
    case ReportKind::Junit:
        return core::write_file(report.file, junit(findings, applications));
    case ReportKind::Gitlab:
        return core::write_file(report.file, gitlab(findings));
    case ReportKind::Sarif:
        return core::write_file(report.file, sarif(findings));
    }
    return {};
}

} // namespace kspark::render
