// SPDX-License-Identifier: Apache-2.0
// How a run went: the driver's end, and what is left of the retries.
#include "core/spark/labels.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace kspark::spark::rules {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;

struct Exit {
    int code;
    std::string reason;
};

/// "driver container failed with ExitCode: 3, Reason: Error", else what the pod shows.
std::optional<Exit> exit_of(const Facts& facts) {
    constexpr std::string_view kCode = "ExitCode: ", kReason = "Reason: ";
    const std::string& message = facts.application.message;
    if (const auto at = message.find(kCode); at != std::string::npos) {
        Exit result{0, {}};
        const char* begin = message.data() + at + kCode.size();
        const auto [end, error] =
            std::from_chars(begin, message.data() + message.size(), result.code);
        if (error == std::errc()) {
            if (const auto reason = message.find(kReason, at); reason != std::string::npos)
                result.reason = message.substr(reason + kReason.size());
            return result;
        }
    }
    const Pod* driver = driver_of(facts);
    const ContainerState* container = driver == nullptr ? nullptr : main_container(*driver);
    if (container == nullptr || !container->exit_code || *container->exit_code == 0) return {};
    return Exit{*container->exit_code, container->reason};
}

/// What an exit code usually means with Spark.
std::string_view meaning(int code) {
    switch (code) {
    case 1:
        return "the program threw an exception";
    case 2:
        return "the application file was not found, or the arguments were wrong";
    case 101:
        return "the main class was not found";
    case 127:
        return "the command was not found in the image";
    case 137:
        return "killed, by hand or for its memory";
    case 143:
        return "stopped from outside";
    default:
        return {};
    }
}

std::string logs(const Facts& facts) {
    const Application& application = facts.application;
    const std::string pod = application.driver_pod.empty() ? default_driver_pod(application.name)
                                                           : application.driver_pod;
    return kubectl(application, fmt::format("logs {} --tail 100", pod));
}

} // namespace

Finding driver_missing(const Facts& facts) {
    const Application& application = facts.application;
    const bool told = has_failed(application) &&
                      (application.message.find("driver pod not found") != std::string::npos ||
                       application.message.find("Driver Pod not found") != std::string::npos);
    const bool seen =
        application.phase == Phase::Running && facts.pods_known && driver_of(facts) == nullptr;
    if (!told && !seen) return {};
    const RetryBudget budget = run_retries(application);
    Verdict verdict;
    verdict.health = told ? health_of(budget, application) : Health::Bad;
    verdict.sentence = told ? "the driver pod vanished: deleted by hand, or with its node" +
                                  retry_text(application, budget)
                            : "the state is RUNNING, but there is no driver pod";
    verdict.evidence.push_back({"pod " + application.driver_pod, "", "is not there"});
    verdict.remedy = "kubectl get nodes   # was one lost?";
    return verdict;
}

Finding driver_exit(const Facts& facts) {
    const Application& application = facts.application;
    if (!has_failed(application)) return {};
    const auto exit = exit_of(facts);
    if (!exit) return {};
    const RetryBudget budget = run_retries(application);
    const std::string_view hint = meaning(exit->code);
    Verdict verdict;
    verdict.health = health_of(budget, application);
    verdict.sentence = fmt::format("the driver ended with exit code {}{}{}{}", exit->code,
                                   hint.empty() ? "" : ": ", hint, retry_text(application, budget));
    const Pod* driver = driver_of(facts);
    const ContainerState* container = driver == nullptr ? nullptr : main_container(*driver);
    const auto finished = container == nullptr ? std::nullopt : container->finished;
    if (!exit->reason.empty())
        verdict.evidence.push_back(of_application(application, "driver's state.terminated",
                                                  fmt::format("{}, {}", exit->code, exit->reason),
                                                  finished));
    verdict.remedy = logs(facts);
    return verdict;
}

Finding retry_interval(const Facts& facts) {
    const Application& application = facts.application;
    const RestartPolicy& policy = application.restart_policy;
    if (application.operator_ != Operator::Kubeflow || policy.type == "Never") return {};
    const bool run = application.phase == Phase::Failing && run_retries(application).left() &&
                     !policy.on_failure_interval;
    const bool submission = application.phase == Phase::SubmissionFailed &&
                            submission_retries(application).left() &&
                            !policy.on_submission_failure_interval;
    if (!run && !submission) return {};
    const std::string_view field =
        run ? "onFailureRetryInterval" : "onSubmissionFailureRetryInterval";
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        fmt::format("it stays {} for ever: restartPolicy.{} is not set", application.state, field);
    if (!application.message.empty())
        verdict.evidence.push_back(
            of_application(application, "errorMessage", cause_of(application.message)));
    verdict.remedy = fmt::format("# set restartPolicy.{}: 10, or restartPolicy: Never", field);
    return verdict;
}

Finding failed(const Facts& facts) {
    const Application& application = facts.application;
    if (!has_failed(application)) return {};
    const RetryBudget budget = run_retries(application);
    const std::string cause = cause_of(application.message);
    Verdict verdict;
    verdict.health = health_of(budget, application);
    verdict.sentence =
        (cause.empty() ? std::string("it failed and left no message") : "it failed: " + cause) +
        retry_text(application, budget);
    verdict.remedy = logs(facts);
    return verdict;
}

Finding unknown(const Facts& facts) {
    if (facts.application.phase != Phase::Unknown) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence = fmt::format("the state is {}: the operator cannot tell how the driver is",
                                   facts.application.state);
    verdict.remedy =
        kubectl(facts.application,
                "get pods -o wide -l sparkoperator.k8s.io/app-name=" + facts.application.name);
    return verdict;
}

Finding last_retry(const Facts& facts) {
    const Application& application = facts.application;
    const RetryBudget budget = run_retries(application);
    const bool running =
        application.phase == Phase::Running || application.phase == Phase::Submitted;
    if (!running || budget.unlimited || budget.used == 0 || budget.left()) return {};
    Verdict verdict;
    verdict.health = Health::Waiting;
    verdict.sentence =
        fmt::format("it has failed {} and the next failure is final",
                    budget.used == 1 ? std::string("once") : fmt::format("{} times", budget.used));
    verdict.evidence.push_back(of_application(
        application, "executionAttempts",
        fmt::format("{}; onFailureRetries is {}", application.execution_attempts, budget.allowed)));
    verdict.remedy = fmt::format("kubectl spark restart {} -n {}   # sets the count back",
                                 application.name, application.name_space);
    return verdict;
}

} // namespace kspark::spark::rules
