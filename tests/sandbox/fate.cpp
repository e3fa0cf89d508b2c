// SPDX-License-Identifier: Apache-2.0
// Reading fates. An image that calls itself missing is missing, so that a demonstration needs no
// annotation that a real manifest would not have.
#include "tests/sandbox/fate.hpp"

#include <algorithm>
#include <cstdlib>

namespace kspark::sandbox {

namespace {
class Annotations {
public:
    explicit Annotations(const Json& application)
        : values_(application.at("metadata").value("annotations", Json::object())) {}

    std::string text(const std::string& name) const {
        return values_.value("sandbox.kubectl-spark/" + name, "");
    }
    bool flag(const std::string& name) const { return text(name) == "true"; }
    double number(const std::string& name, double otherwise) const {
        return number(name).value_or(otherwise);
    }

    std::optional<double> number(const std::string& name) const {
        const std::string value = text(name);
        return value.empty() ? std::nullopt : std::optional(std::atof(value.c_str()));
    }
    std::size_t size(const std::string& name) const {
        return static_cast<std::size_t>(std::max(0.0, number(name, 0)));
    }

private:
    Json values_;
};

Query query_of(const Annotations& annotations) {
    Query query;
    query.input_rate = annotations.number("input-rate", query.input_rate);
    query.processing_rate = annotations.number("processing-rate", query.processing_rate);
    query.latency_ms = annotations.number("latency-ms", query.latency_ms);
    query.lag = annotations.number("lag", query.lag);
    query.watermark_age = annotations.number("watermark-age-seconds");
    query.state_rows = annotations.number("state-rows", query.state_rows);
    query.batch_age = annotations.number("batch-age-seconds");
    return query;
}
} // namespace

Fate fate_of(const Json& application) {
    const Annotations annotations(application);
    const std::string image = application.at("spec").value("image", "");
    Fate fate;
    fate.ignored = annotations.flag("ignore");
    fate.submit_seconds = annotations.number("submit-seconds", fate.submit_seconds);
    fate.submission_error = annotations.text("submission-error");
    fate.unschedulable = annotations.flag("unschedulable");
    fate.image_missing = annotations.flag("image-pull-error") ||
                         image.find("missing") != std::string::npos ||
                         image.find("does-not-exist") != std::string::npos;
    fate.start_seconds = annotations.number("start-seconds", fate.start_seconds);
    fate.stop_seconds = annotations.number("stop-seconds", fate.stop_seconds);
    fate.run_seconds = annotations.number("run-seconds");
    fate.exit_code = static_cast<int>(annotations.number("exit-code", 0));
    fate.exit_reason = annotations.text("exit-reason");
    fate.executors_pending = annotations.flag("executors-pending");
    fate.executor_oom = annotations.flag("executor-oom");
    fate.log_lines = static_cast<int>(annotations.number("log-lines", 0));
    fate.log_bytes = annotations.size("log-bytes");
    fate.line_bytes = annotations.size("line-bytes");
    fate.log_file = annotations.text("log-file");
    fate.executor_log_bytes = annotations.size("executor-log-bytes");
    fate.ui = annotations.text("ui") != "off";
    fate.query = query_of(annotations);
    return fate;
}

} // namespace kspark::sandbox
