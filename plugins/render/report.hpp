// SPDX-License-Identifier: Apache-2.0
// Findings in the formats that CI systems show beside a merge request.
#pragma once

#include "core/spark/lint.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kspark::render {

enum class ReportKind { Junit, Gitlab, Sarif };
struct Report {
    ReportKind kind;
    std::filesystem::path file;
};
/// Parses "junit=FILE", "gitlab=FILE", "sarif=FILE"; a usage error otherwise.
core::Result<Report> parse_report(const std::string& text);

/// One test case per application, failed when it has an error; `applications` are all that were
/// checked.
std::string junit(const std::vector<spark::Finding>& findings,
                  const std::vector<std::string>& applications);
/// GitLab's code quality report. Fingerprints do not depend on lines, so that a finding that moved
/// is the same finding.
std::string gitlab(const std::vector<spark::Finding>& findings);
/// SARIF 2.1.0.
std::string sarif(const std::vector<spark::Finding>& findings);

core::Status write_report(const Report& report, const std::vector<spark::Finding>& findings,
                          const std::vector<std::string>& applications);

} // namespace kspark::render
