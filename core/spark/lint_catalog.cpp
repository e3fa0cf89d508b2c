// SPDX-License-Identifier: Apache-2.0
// All rules of the lint, in the order of docs/rules.md. An id is never given a second meaning:
// people write it into comments and pipelines.
#include "core/spark/lint_rules.hpp"

#include <array>

namespace kspark::spark::lint {
namespace {

constexpr Severity kError = Severity::Error, kWarning = Severity::Warning, kInfo = Severity::Info;

constexpr std::array kRules = {
    // The text itself
    Rule{"input", kError,
         "the file cannot be read, or says what the values language does not know"},
    Rule{"unknown-field", kError, "the CRD has no such field: it is refused or dropped silently"},
    Rule{"missing-field", kError, "the CRD demands this field"},
    Rule{"schema", kError, "a value has the wrong type, or is out of the CRD's range"},
    Rule{"quantity", kError, "this is no Kubernetes quantity"},
    Rule{"api-version", kError, "this API version is no longer served", old_api},
    Rule{"old-field", kError, "a field of an older API version, or of the other operator",
         old_fields},
    Rule{"name", kError, "pods, services and labels are named after the application", names},
    Rule{"client-mode", kError, "the operators run drivers in the cluster only", client_mode},
    // Memory and cores
    Rule{"memory-unit", kError, "Spark reads memory in Java's form, not in Kubernetes'",
         memory_unit},
    Rule{"memory-low", kWarning, "Spark refuses to start below 450 MiB", memory_low},
    Rule{"memory-limit", kError, "a pod's limit must hold memory and overhead", memory_limit},
    Rule{"memory-overhead", kWarning, "too little beside the heap ends in exit code 137",
         memory_overhead},
    Rule{"cores", kError, "cores is a whole number; fractions belong into coreRequest", cores},
    Rule{"core-limit", kError, "a limit below the request is refused by Kubernetes", core_limit},
    Rule{"dynamic-allocation", kError, "bounds that contradict each other", dynamic_allocation},
    Rule{"shuffle-tracking", kError, "dynamic allocation needs to know where shuffle data is",
         shuffle_tracking},
    Rule{"executor-bounds", kError, "Apache's instanceConfig must agree with itself",
         executor_bounds},
    // Program and versions
    Rule{"main-program", kError, "type, class and file of the program must fit together",
         main_program},
    Rule{"local-file", kError, "a path without a scheme is looked for in the operator's pod",
         local_file},
    Rule{"http-jar", kWarning, "http:// brings whatever somebody on the way puts there", http_jar},
    Rule{"python-version", kWarning, "Spark and Python version must fit together", python_version},
    Rule{"version-image", kWarning, "sparkVersion says one version, the image another",
         version_image},
    Rule{"version-operator", kError, "this operator does not run that version of Spark",
         version_operator},
    Rule{"image-missing", kWarning, "nothing says which image to run", image_missing},
    Rule{"image-tag", kWarning, "what runs may change with any restart", image_tag},
    Rule{"java-options", kError, "Spark refuses heap sizes and its own settings here",
         java_options},
    // Restarts and the end of a run
    Rule{"restart-policy", kError, "a retry that never happens", restart_policy},
    Rule{"retry-interval", kWarning, "without intervals a failed application is never retried",
         retry_interval},
    Rule{"retries-never-reset", kInfo, "failures are counted over the whole life of a stream",
         retries_never_reset},
    Rule{"always-batch", kWarning, "Always starts a batch job again when it is done", always_batch},
    Rule{"restart-overlap", kWarning, "executors live longer than the pause before a restart",
         restart_overlap},
    Rule{"grace-period", kWarning, "no time to finish the batch that is being written",
         grace_period},
    Rule{"ttl-gitops", kWarning, "what expires is created, and run, again", ttl_gitops},
    Rule{"suspended", kInfo, "a suspended application does not start", suspended},
    Rule{"schedule-cron", kError, "the operator reads five fields or an @ form", schedule_cron},
    Rule{"schedule-concurrency", kWarning, "what happens when the last run is still there",
         schedule_concurrency},
    // Pods
    Rule{"service-account", kWarning, "the account default may rarely create executors",
         service_account},
    Rule{"node-selector", kError, "the operator takes one level or the other", node_selector},
    Rule{"toleration", kError, "Kubernetes refuses this toleration", toleration},
    Rule{"volume-missing", kError, "a mount without its volume", volume_missing},
    Rule{"duplicate-mount", kError, "two mounts on one path are refused", duplicate_mount},
    Rule{"duplicate-env", kWarning, "of two variables of one name only the last one counts",
         duplicate_env},
    Rule{"label-value", kError, "Kubernetes refuses this label", label_value},
    Rule{"reserved-label", kError, "a label that Spark sets itself", reserved_label},
    Rule{"changing-label", kWarning, "a change under spec restarts the stream", changing_label},
    Rule{"helm-hook", kWarning, "helm does not track the objects of hooks", helm_hook},
    // Configuration
    Rule{"denied-conf", kError, "the operator sets this key itself", denied_conf},
    Rule{"conf-key", kWarning, "Spark ignores keys that do not begin with spark.", conf_key},
    Rule{"conf-twice", kWarning, "a field and a key of sparkConf say different things", conf_twice},
    Rule{"hadoop-conf", kWarning, "keys of hadoopConf get spark.hadoop. put before them",
         hadoop_conf},
    Rule{"heartbeat", kError, "executors must report more often than they time out", heartbeat},
    Rule{"ui-disabled", kInfo, "without its UI nobody sees whether a stream makes progress",
         ui_disabled},
    Rule{"clear-secret", kWarning, "everybody who may read the object reads the secret",
         clear_secret},
    // Where data goes
    Rule{"s3a-committer", kInfo, "the default committer renames, and S3 cannot", s3a_committer},
    Rule{"checkpoint-in-pod", kWarning, "the checkpoint is gone with the pod", nullptr,
         checkpoint_in_pod},
    Rule{"duplicate-checkpoint", kError, "two streams on one checkpoint lose data", nullptr,
         duplicate_checkpoint},
    Rule{"duplicate-sink", kWarning, "two streams write to one place", nullptr, duplicate_sink},
    Rule{"duplicate-group", kWarning, "two streams share what one consumer group reads", nullptr,
         duplicate_group},
    Rule{"duplicate-name", kError, "the second application of a name replaces the first", nullptr,
         duplicate_name},
    Rule{"duplicate-driver-pod", kError, "two applications want one driver pod", nullptr,
         duplicate_driver_pod},
};

} // namespace

std::span<const Rule> rules() {
    return kRules;
}

} // namespace kspark::spark::lint

namespace kspark::spark {

std::vector<RuleInfo> rule_infos() {
    std::vector<RuleInfo> infos;
    for (const lint::Rule& rule : lint::rules())
        infos.push_back({rule.id, rule.severity, rule.reason});
    return infos;
}

std::string rule_page(std::string_view rule) {
    return "docs/rules.md#" + std::string(rule);
}

} // namespace kspark::spark
