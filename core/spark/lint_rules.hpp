// SPDX-License-Identifier: Apache-2.0
// The rules of `render --check` that a schema cannot say. Each looks at one application, or at all
// of them, and reports; the table in lint_catalog.cpp names them.
#pragma once

#include "core/spark/lint.hpp"

#include <span>

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
    void info(const Subject&, const data::Path& path, std::string message, std::string remedy);
    /// `path` is the object's.
    void at(const Subject&, Severity, const data::Path& path, std::string message,
            std::string remedy);

private:
    std::string_view rule_;
    std::vector<Finding>& findings_;
};

using Subjects = std::vector<Subject>;
using Check = void(const Subject&, Report&);
using FleetCheck = void(const Subjects&, Report&);

struct Rule {
    std::string_view id;
    Severity severity; ///< the worst that it gives
    std::string_view reason;
    Check* check = nullptr; ///< neither: the schema's, or of the input as a whole
    FleetCheck* check_all = nullptr;
};
std::span<const Rule> rules();

// lint_resources.cpp
Check memory_unit, memory_low, memory_limit, memory_overhead, cores, core_limit;
Check dynamic_allocation, shuffle_tracking;
// lint_spec.cpp
Check names, old_api, old_fields, image_tag, image_missing, main_program, node_selector;
// lint_restart.cpp
Check restart_policy, retry_interval, always_batch, retries_never_reset, ttl_gitops, grace_period;
Check suspended, restart_overlap, schedule_cron, schedule_concurrency;
// lint_versions.cpp
Check python_version, version_image, version_operator, java_options;
// lint_delivery.cpp
Check changing_label, helm_hook, http_jar, local_file, client_mode;
// lint_pods.cpp
Check service_account, volume_missing, duplicate_mount, duplicate_env, toleration, label_value;
Check reserved_label;
// lint_conf.cpp
Check denied_conf, clear_secret;
// lint_conf_keys.cpp
Check conf_key, hadoop_conf, conf_twice, heartbeat, ui_disabled, executor_bounds;
// lint_fleet.cpp
FleetCheck duplicate_name, duplicate_checkpoint, duplicate_sink, duplicate_group;
FleetCheck duplicate_driver_pod, checkpoint_in_pod;
Check s3a_committer;

// What rules have in common (lint_words.cpp).

/// Text that somebody else fills in before the operator sees it.
bool is_template(std::string_view text);
/// It reads or writes a stream, as far as its words tell.
bool is_stream(const Subject&);
/// The parts of a pod: the operator's own driver or executor map, or Apache's pod template.
struct PodPart {
    data::Path path = {}; ///< below the spec
    const data::Json* value = nullptr;
};
std::vector<PodPart> maps_of_pods(const Subject&, std::string_view kubeflow_field,
                                  const data::Path& template_path);
/// "1.2.3" as numbers; nothing where it does not begin with one.
std::vector<int> version_numbers(std::string_view text);

} // namespace kspark::spark::lint
