// SPDX-License-Identifier: Apache-2.0
// The rules of `render --check` that a schema cannot say. Each looks at one application, or at all
// of them, and reports; the tables in lint.cpp name them.
#pragma once

#include "core/spark/lint.hpp"

#include <functional>

namespace kspark::spark::lint {

/// What a rule looks at: an application's spec, wherever it stands in its object.
struct Subject {
    const Manifest* manifest = nullptr;
    bool is_kubeflow = true;
    bool is_scheduled = false;
    bool is_current = true;    ///< checked against the operator's newest version
    data::Path spec_path = {}; ///< "spec", or "spec", "template"
    std::string name = {}, name_space = {};

    const data::Json& spec() const;
    /// A string of the spec, or empty.
    std::string text(const std::vector<std::string_view>& path) const;
    /// sparkConf's value, or empty.
    std::string conf(std::string_view key) const { return text({"sparkConf", key}); }
};

class Report {
public:
    Report(std::string_view rule, std::vector<Finding>& findings)
        : rule_(rule), findings_(findings) {}

    /// `path` is below the spec.
    void error(const Subject&, const data::Path& path, std::string message, std::string remedy);
    void warning(const Subject&, const data::Path& path, std::string message, std::string remedy);
    /// `path` is the object's.
    void at(const Subject&, Severity, const data::Path& path, std::string message,
            std::string remedy);

private:
    std::string_view rule_;
    std::vector<Finding>& findings_;
};

// lint_resources.cpp
void memory_unit(const Subject&, Report&);
void memory_low(const Subject&, Report&);
void memory_limit(const Subject&, Report&);
void cores(const Subject&, Report&);
void core_limit(const Subject&, Report&);
void dynamic_allocation(const Subject&, Report&);

// lint_spec.cpp
void names(const Subject&, Report&);
void restart_policy(const Subject&, Report&);
void old_api(const Subject&, Report&);
void old_fields(const Subject&, Report&);
void image_tag(const Subject&, Report&);
void main_program(const Subject&, Report&);
void node_selector(const Subject&, Report&);

// lint_conf.cpp
void denied_conf(const Subject&, Report&);
void clear_secret(const Subject&, Report&);

// lint_fleet.cpp
using Subjects = std::vector<Subject>;
void duplicate_name(const Subjects&, Report&);
void duplicate_checkpoint(const Subjects&, Report&);
void duplicate_sink(const Subjects&, Report&);
void checkpoint_in_pod(const Subjects&, Report&);

} // namespace kspark::spark::lint
