// SPDX-License-Identifier: Apache-2.0
// A cluster in memory for the tests of logs: one application, its pods, what they write and when,
// and the troubles of the network. Everything happens on the test's own clock.
#pragma once

#include "plugins/logs/logs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_date.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <deque>
#include <map>
#include <random>

namespace kspark::test {

/// The value of a parameter in a request's target, decoded; empty: it is not there.
inline std::string parameter(const std::string& target, const std::string& name) {
    for (const std::string mark : {"?", "&"}) {
        const auto at = target.find(mark + name + "=");
        if (at == std::string::npos) continue;
        const auto begin = at + name.size() + 2;
        std::string value = target.substr(begin, target.find('&', begin) - begin);
        for (auto colon = value.find("%3A"); colon != std::string::npos; colon = value.find("%3A"))
            value.replace(colon, 3, ":");
        return value;
    }
    return {};
}

struct FakePod {
    std::string name, uid, role, executor, submission;
    std::vector<std::pair<core::Time, std::string>> lines = {};
    std::size_t first_kept = 0; ///< the node has rotated those before away
    std::string state = "waiting", reason = "ContainerCreating";
    int exit_code = 0;
    core::Time created{}, started{}, finished{};
    bool gone = false, deleting = false, silent = false;
};

class FakeCluster : public http::Transport {
public:
    explicit FakeCluster(ManualClock& clock, unsigned seed = 1) : clock_(clock), random_(seed) {
        set_state("NEW");
    }

    // What happens in the cluster.
    void at(double seconds, std::function<void()> what) {
        plan_.emplace(begin_ + core::Duration(static_cast<long>(seconds * 1e9)), std::move(what));
    }
    void set_state(const std::string& state, int attempts = 1, const std::string& submission = {}) {
        app_["apiVersion"] = "sparkoperator.k8s.io/v1beta2";
        app_["kind"] = "SparkApplication";
        app_["metadata"] = {{"name", "orders"}, {"namespace", "streams"}, {"uid", "app"}};
        app_["spec"] = {{"type", "Scala"},
                        {"restartPolicy", {{"type", "OnFailure"}, {"onFailureRetries", 20}}}};
        if (state != "NEW") {
            app_["status"]["applicationState"]["state"] = state;
            app_["status"]["executionAttempts"] = attempts;
            app_["status"]["driverInfo"]["podName"] = "orders-driver";
        }
        if (!submission.empty()) app_["status"]["submissionID"] = submission;
        tell("sparkapplications", events_.empty() ? "ADDED" : "MODIFIED", app_);
    }
    /// The same of the apache operator, which counts attempts from 0 and names no submission.
    void set_apache_state(const std::string& state, int attempt) {
        apache_ = true;
        app_["apiVersion"] = "spark.apache.org/v1";
        app_["kind"] = "SparkApplication";
        app_["metadata"] = {{"name", "orders"}, {"namespace", "streams"}, {"uid", "app"}};
        app_["spec"] = {
            {"runtimeVersions", {{"sparkVersion", "4.0.0"}}},
            {"applicationTolerations",
             {{"restartConfig", {{"restartPolicy", "Always"}, {"maxRestartAttempts", 1}}}}}};
        data::Json& status = app_["status"];
        status["currentState"]["currentStateSummary"] = state;
        status["currentAttemptSummary"]["attemptInfo"]["id"] = attempt;
        status["stateTransitionHistory"][std::to_string(++apache_states_)]["currentStateSummary"] =
            state;
        tell("sparkapplications", events_.empty() ? "ADDED" : "MODIFIED", app_);
    }
    void fail_with(const std::string& message) {
        app_["status"]["applicationState"]["errorMessage"] = message;
    }
    void delete_application() { tell("sparkapplications", "DELETED", app_), app_gone_ = true; }
    FakePod& add_pod(const std::string& role, const std::string& submission,
                     const std::string& executor = {}) {
        FakePod& pod = pods_.emplace_back();
        pod.role = role;
        pod.submission = submission;
        pod.executor = executor;
        pod.name = role != "driver" ? "orders-exec-" + executor
                   : apache_        ? "orders-" + submission + "-driver"
                                    : "orders-driver";
        pod.uid = fmt::format("uid-{}", pods_.size());
        pod.created = clock_.now();
        tell("pods", "ADDED", json_of(pod));
        return pod;
    }
    void start(FakePod& pod) {
        pod.state = "running";
        pod.started = clock_.now();
        tell("pods", "MODIFIED", json_of(pod));
    }
    FakePod* running_driver() {
        for (FakePod& pod : pods_)
            if (pod.role == "driver" && pod.state == "running" && !pod.gone) return &pod;
        return nullptr;
    }
    void write(FakePod& pod, const std::string& line) {
        // Many lines share a second, some a time stamp.
        nanos_ += random_() % 3 == 0 ? 0 : 1000;
        pod.lines.emplace_back(clock_.now() + core::Duration(nanos_), line);
        written[pod.uid] += line + "\n";
    }
    /// As the node controller marks a pod whose node does not answer.
    void silence(FakePod& pod, bool silent) {
        pod.silent = silent;
        tell("pods", "MODIFIED", json_of(pod));
    }
    void terminate(FakePod& pod, int exit_code) {
        pod.state = "terminated";
        pod.exit_code = exit_code;
        pod.finished = clock_.now();
        tell("pods", "MODIFIED", json_of(pod));
    }
    void remove(FakePod& pod) {
        pod.gone = pod.deleting = true;
        tell("pods", "DELETED", json_of(pod));
    }
    void rotate(FakePod& pod) { rotate(pod, pod.lines.size()); }
    void rotate(FakePod& pod, std::size_t first_kept) { pod.first_kept = first_kept; }

    // What goes wrong on the way.
    void cut() {
        for (auto& [id, transfer] : transfers_) transfer.broken = true;
    }
    /// Watches cannot go on from what they saw before.
    void forget() { oldest_ = events_.size(); }
    /// A clean end, as proxies end idle connections.
    void close_logs() {
        for (auto& [id, transfer] : transfers_)
            if (transfer.pod != nullptr) transfer.closed = true;
    }
    void down(double seconds, double forbidden = 0) {
        cut();
        down_until_ = clock_.now() + core::Duration(static_cast<long>(seconds * 1e9));
        forbidden_until_ = down_until_ + core::Duration(static_cast<long>(forbidden * 1e9));
    }
    /// The connections of logs break after so many bytes, so many times.
    void break_logs(std::size_t after, int times) { break_after_ = after, breaks_ = times; }
    /// The node hands out so many bytes of a log and then nothing; 0: does not even answer.
    void stall_logs(std::optional<std::size_t> after) { stall_after_ = after; }
    void interrupt() { interrupted_ = true; }

    std::map<std::string, std::string> written; ///< by uid
    std::vector<std::string> requests;
    std::size_t most_open = 0;
    bool closes_followed = true; ///< a followed log ends with its container
    /// A driver that has ended answers for itself once more, and then it is gone.
    bool removes_after_log = false;

    http::TransferId start(http::Request request, http::Handler handler) override {
        requests.push_back(request.method + " " + request.target);
        Transfer& transfer = transfers_[++last_];
        transfer.target = request.target;
        transfer.handler = std::move(handler);
        most_open = std::max(most_open, transfers_.size());
        return last_;
    }
    void cancel(http::TransferId id) override { transfers_.erase(id); }
    core::Status poll(core::Duration limit) override {
        if (interrupted_) return core::Error{core::Code::Interrupted, "interrupted"};
        bool happened = false;
        std::vector<http::TransferId> ids;
        for (const auto& [id, transfer] : transfers_) ids.push_back(id);
        for (const auto id : ids)
            if (transfers_.contains(id)) happened = step(id) || happened;
        if (happened) return {};
        if (++idle_ > 100'000) throw std::runtime_error("the loop does not come to an end");
        const core::Time until = clock_.now() + limit;
        if (plan_.empty() || plan_.begin()->first > until) {
            clock_.advance(limit);
            return {};
        }
        const auto next = plan_.extract(plan_.begin());
        if (next.key() > clock_.now()) clock_.advance(next.key() - clock_.now());
        next.mapped()();
        return {};
    }

private:
    struct Event {
        std::string plural, text;
    };
    struct Transfer {
        std::string target;
        http::Handler handler;
        bool head_told = false, broken = false, closed = false;
        FakePod* pod = nullptr; ///< of a log
        std::size_t line = 0, event = 0, sent = 0;
        std::string pending = {};
    };

    void tell(const std::string& plural, const std::string& type, data::Json object) {
        object["metadata"]["resourceVersion"] = std::to_string(events_.size() + 1);
        if (plural == "sparkapplications") app_ = object;
        events_.push_back({plural, data::Json{{"type", type}, {"object", object}}.dump() + "\n"});
    }
    data::Json labels_of(const FakePod& pod) const {
        data::Json labels = {{"spark-role", pod.role}};
        if (pod.role == "executor") labels["spark-exec-id"] = pod.executor;
        if (apache_) {
            labels["spark.operator/spark-app-name"] = "orders";
            labels["spark.operator/name"] = "spark-kubernetes-operator";
            labels["spark-app-selector"] = "orders-" + pod.submission;
        } else {
            labels["sparkoperator.k8s.io/app-name"] = "orders";
            labels["sparkoperator.k8s.io/submission-id"] = pod.submission;
        }
        return labels;
    }
    data::Json json_of(const FakePod& pod) const {
        data::Json state;
        if (pod.state == "waiting") state["waiting"]["reason"] = pod.reason;
        if (pod.state != "waiting") state[pod.state]["startedAt"] = core::format_time(pod.started);
        if (pod.state == "terminated") {
            state[pod.state]["exitCode"] = pod.exit_code;
            state[pod.state]["reason"] = pod.exit_code == 0 ? "Completed" : "Error";
            state[pod.state]["finishedAt"] = core::format_time(pod.finished);
        }
        const bool driver = pod.role == "driver";
        return {{"metadata",
                 {{"name", pod.name},
                  {"namespace", "streams"},
                  {"uid", pod.uid},
                  {"creationTimestamp", core::format_time(pod.created)},
                  {"labels", labels_of(pod)}}},
                {"spec", {{"nodeName", "node-1"}}},
                {"status",
                 {{"phase", pod.state == "waiting"   ? "Pending"
                            : pod.state == "running" ? "Running"
                            : pod.exit_code == 0     ? "Succeeded"
                                                     : "Failed"},
                  {"conditions", {{{"type", "Ready"}, {"status", pod.silent ? "False" : "True"}}}},
                  {"containerStatuses",
                   {{{"ready", pod.state == "running"},
                     {"name", driver ? "spark-kubernetes-driver" : "spark-kubernetes-executor"},
                     {"state", state}}}}}}};
    }
    FakePod* pod_named(const std::string& name) {
        for (FakePod& pod : pods_)
            if (pod.name == name && !pod.gone) return &pod;
        return nullptr;
    }

    /// True: something was told.
    bool step(http::TransferId id) {
        Transfer& transfer = transfers_.at(id);
        if (!transfer.head_told && clock_.now() < down_until_)
            return finish(id, core::Error{core::Code::Unreachable, "connection refused"});
        if (transfer.broken) return finish(id, core::Error{core::Code::Failed, "unexpected EOF"});
        if (!transfer.head_told) {
            if (clock_.now() < forbidden_until_) return answer(id, 403, "Forbidden", "forbidden");
            return begin(id);
        }
        if (transfer.pod != nullptr) return step_log(id);
        return step_watch(id);
    }
    bool begin(http::TransferId id) {
        Transfer& transfer = transfers_.at(id);
        const std::string path = transfer.target.substr(0, transfer.target.find('?'));
        const std::string last = path.substr(path.rfind('/') + 1);
        const bool other = apache_ ? path.find("sparkoperator.k8s.io") != std::string::npos
                                   : path.find("spark.apache.org") != std::string::npos;
        if (other)
            return answer(id, 404, "NotFound", "the server could not find the requested resource");
        if (last == "log") return stall_after_ != std::size_t(0) && begin_log(id, path);
        if (!parameter(transfer.target, "watch").empty()) {
            transfer.event = std::stoul(parameter(transfer.target, "resourceVersion"));
            if (transfer.event < oldest_) return answer(id, 410, "Expired", "too old");
            return head(id, 200);
        }
        if (last == "sparkapplications" || last == "pods") return list(id, last);
        if (path.find("/sparkapplications/") != std::string::npos)
            return last == "orders" && !app_gone_
                       ? answer(id, app_.dump())
                       : answer(id, 404, "NotFound",
                                fmt::format("sparkapplications \"{}\" not found", last));
        if (FakePod* pod = pod_named(last)) {
            const std::string body = json_of(*pod).dump();
            if (removes_after_log && pod->state == "terminated") pod->gone = true;
            return answer(id, body);
        }
        return answer(id, 404, "NotFound", fmt::format("pods \"{}\" not found", last));
    }
    bool list(http::TransferId id, const std::string& plural) {
        data::Json items = data::Json::array();
        if (plural == "pods") {
            for (const FakePod& pod : pods_)
                if (!pod.gone) items.push_back(json_of(pod));
        } else if (!app_gone_) {
            items.push_back(app_);
        }
        return answer(
            id, data::Json{{"metadata", {{"resourceVersion", std::to_string(events_.size())}}},
                           {"items", items}}
                    .dump());
    }
    bool begin_log(http::TransferId id, const std::string& path) {
        Transfer& transfer = transfers_.at(id);
        const std::string name = core_name(path);
        FakePod* const pod = pod_named(name);
        if (pod == nullptr)
            return answer(id, 404, "NotFound", fmt::format("pods \"{}\" not found", name));
        if (!parameter(transfer.target, "previous").empty())
            return answer(id, 400, "BadRequest",
                          "previous terminated container \"c\" in pod \"p\" not found");
        if (pod->state == "waiting")
            return answer(id, 400, "BadRequest",
                          fmt::format("container \"c\" in pod \"{}\" is waiting to start: "
                                      "ContainerCreating",
                                      name));
        transfer.pod = pod;
        transfer.line = pod->first_kept;
        if (const auto since = core::parse_time(parameter(transfer.target, "sinceTime")))
            while (transfer.line < pod->lines.size() && pod->lines[transfer.line].first < *since)
                ++transfer.line;
        if (const auto tail = parameter(transfer.target, "tailLines"); !tail.empty())
            transfer.line = std::max<std::size_t>(
                transfer.line, pod->lines.size() - std::min(pod->lines.size(), std::stoul(tail)));
        return head(id, 200);
    }
    static std::string core_name(const std::string& path) {
        const std::string pod = path.substr(0, path.rfind('/'));
        return pod.substr(pod.rfind('/') + 1);
    }
    bool step_log(http::TransferId id) {
        Transfer& transfer = transfers_.at(id);
        if (stall_after_ && transfer.sent >= *stall_after_) return false;
        const bool stamps = !parameter(transfer.target, "timestamps").empty();
        const FakePod& pod = *transfer.pod;
        while (transfer.line < pod.lines.size() && transfer.pending.size() < 4096) {
            const auto& [time, line] = pod.lines[transfer.line++];
            if (stamps) transfer.pending += core::format_time(time, 9) + " ";
            transfer.pending += line + "\n";
        }
        if (!transfer.pending.empty()) {
            const std::string piece = transfer.pending.substr(0, 1 + random_() % 3000);
            transfer.pending.erase(0, piece.size());
            transfer.handler.data(piece);
            transfer.sent += piece.size();
            if (breaks_ > 0 && transfer.sent >= break_after_) --breaks_, transfer.broken = true;
            return true;
        }
        const bool follow = !parameter(transfer.target, "follow").empty();
        const bool over = (pod.state == "terminated" || pod.gone) && closes_followed;
        return !follow || over || transfer.closed ? finish(id, {}) : false;
    }
    bool step_watch(http::TransferId id) {
        Transfer& transfer = transfers_.at(id);
        const bool pods = transfer.target.find("/pods?") != std::string::npos;
        std::string text;
        while (transfer.event < events_.size()) {
            const Event& event = events_[transfer.event++];
            if (event.plural == (pods ? "pods" : "sparkapplications")) text += event.text;
        }
        if (!text.empty()) transfer.handler.data(text);
        return !text.empty();
    }
    bool head(http::TransferId id, int status) {
        Transfer& transfer = transfers_.at(id);
        transfer.head_told = true;
        http::Response response;
        response.status = status;
        response.headers.push_back({"Date", http_date(clock_.now())});
        if (transfer.handler.head) transfer.handler.head(response);
        return true;
    }
    bool answer(http::TransferId id, const std::string& body, int status = 200) {
        head(id, status);
        transfers_.at(id).handler.data(body);
        return finish(id, {});
    }
    bool answer(http::TransferId id, int code, const std::string& reason,
                const std::string& message) {
        return answer(id,
                      data::Json{{"kind", "Status"},
                                 {"code", code},
                                 {"reason", reason},
                                 {"message", message},
                                 {"details", {{"name", "x"}}}}
                          .dump(),
                      code);
    }
    bool finish(http::TransferId id, core::Status status) {
        const auto node = transfers_.extract(id);
        if (node.mapped().handler.done) node.mapped().handler.done(std::move(status));
        return true;
    }

    ManualClock& clock_;
    core::Time begin_ = clock_.now();
    core::Time down_until_{}, forbidden_until_{};
    std::mt19937 random_;
    std::multimap<core::Time, std::function<void()>> plan_;
    data::Json app_;
    bool app_gone_ = false, interrupted_ = false, apache_ = false;
    int apache_states_ = 0;
    std::deque<FakePod> pods_;
    std::vector<Event> events_;
    std::map<http::TransferId, Transfer> transfers_;
    http::TransferId last_ = 0;
    long nanos_ = 0;
    int idle_ = 0;
    std::size_t oldest_ = 0;
    std::size_t break_after_ = 0;
    int breaks_ = 0;
    std::optional<std::size_t> stall_after_;
};

/// What is printed, in the time that its reader takes.
struct Reader : output::Buffer {
    Reader(ManualClock& its_clock, bool terminal) : Buffer(terminal), clock(its_clock) {}
    core::Status write(std::string_view bytes) override {
        clock.advance(takes);
        return Buffer::write(bytes);
    }
    ManualClock& clock;
    core::Duration takes{};
};

/// The command, run as from the command line.
struct LogsWorld {
    TemporaryDirectory directory;
    ManualClock clock;
    Reader out;
    output::Buffer err;
    std::unique_ptr<FakeCluster> made;
    FakeCluster& cluster;
    core::Context context;

    explicit LogsWorld(unsigned seed = 1, bool terminal = false)
        : out(clock, terminal), made(std::make_unique<FakeCluster>(clock, seed)), cluster(*made),
          context({out, err, terminal}, clock, core::Environment(),
                  [this](const kube::Connection&,
                         core::Context&) -> core::Result<std::unique_ptr<http::Transport>> {
                      return {std::move(made)};
                  }) {
        const auto file = directory.path / "config";
        REQUIRE(core::write_file(
            file, "current-context: c\n"
                  "contexts: [{name: c, context: {cluster: c, namespace: streams}}]\n"
                  "clusters: [{name: c, cluster: {server: 'https://kube'}}]\n"));
        context.connection.kubeconfig = file.string();
    }

    core::Status run(const std::vector<std::string>& arguments) {
        logs::Options options;
        core::Flags flags;
        logs::declare(flags, options);
        KSPARK_TRY(flags.parse(arguments));
        auto outcome = logs::run(context, options);
        if (!outcome) return outcome.error();
        return logs::print(context, options, *outcome);
    }
    /// What was printed without our own lines.
    std::string log() const {
        std::string text;
        for (const std::string& line : core::split(out.text(), '\n'))
            if (!line.starts_with("=== kubectl-spark: ")) text += line + "\n";
        if (!text.empty()) text.pop_back();
        return text;
    }
    std::vector<std::string> markers() const {
        std::vector<std::string> found;
        for (const std::string& line : core::split(out.text(), '\n'))
            if (line.starts_with("=== kubectl-spark: ")) found.push_back(line.substr(19));
        return found;
    }
    bool says(const std::string& words) const {
        return err.text().find(words) != std::string::npos;
    }
};

} // namespace kspark::test
