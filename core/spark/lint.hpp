// SPDX-License-Identifier: Apache-2.0
// What can be known to be wrong before a cluster sees it: the CRD's schema, and the rules that
// schemas cannot say.
#pragma once

#include "core/spark/manifest.hpp"

#include <map>

namespace kspark::spark {

enum class Severity { Error, Warning, Info };
std::string_view to_text(Severity severity);

struct Finding {
    std::string rule; ///< "memory-unit", "schema", "duplicate-checkpoint"
    Severity severity = Severity::Error;
    Place place;
    std::string application;
    std::string field;   ///< "spec.driver.memory"
    std::string message; ///< one sentence
    std::string remedy;  ///< what to write instead
};
/// "values.yaml:12:5: error: MESSAGE [rule]" and the remedy on its own line.
std::string to_text(const Finding& finding);

/// What docs/rules.md explains under the rule's id.
struct RuleInfo {
    std::string_view id;
    Severity severity; ///< the worst that it gives
    std::string_view reason;
};
std::vector<RuleInfo> rule_infos();
/// Where a person reads more: "docs/rules.md#memory-unit".
std::string rule_page(std::string_view rule);

struct CheckOptions {
    std::string crd_version = {}; ///< "2.5.2", "1.6.2"; empty: the newest of the object's operator
    /// What a cluster serves (its OpenAPI documents); used instead of the embedded schemas.
    std::map<Operator, data::Json> served = {};
    std::vector<std::string> disabled = {}; ///< ids of rules
    bool strict = false;                    ///< warnings are errors, notes are warnings
};
/// The CRD versions that are embedded, newest first: "kubeflow 2.5.2".
std::vector<std::string> crd_versions();

/// All findings, in the order of files and lines, without those that a comment
/// "# kubectl-spark: disable=ID" on their line, or alone on the line above, silences. Usage error
/// for an unknown CRD version or rule.
core::Result<std::vector<Finding>> check(const std::vector<Manifest>& manifests,
                                         const CheckOptions& options);

} // namespace kspark::spark
