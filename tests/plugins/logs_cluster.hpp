// SPDX-License-Identifier: Apache-2.0
// A cluster in memory for the tests of logs: one application, its pods, what they write and when,
// and the troubles of the network. Everything happens on the test's own clock.
#pragma once

#include "core/base/result.hpp"
#include "core/data/json.hpp"
#include "core/http/transport.hpp"
#include "tests/support/manual_clock.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace kspark::test {

/// The value of a parameter in a request's target, decoded; empty: it is not there.
std::string parameter(const std::string& target, const std::string& name);

struct FakePod {
    std::string name, uid, role, executor, submission;
    std::vector<std::pair<core::Time, std::string>> lines = {};
    std::size_t first_kept = 0; ///< the node has rotated those before away
    std::string state = "waiting", reason = "ContainerCreating";
    int exit_code = 0;
    core::Time created{}, started{}, finished{};
    bool gone = false, silent = false;
};

class FakeCluster : public http::Transport {
public:
    explicit FakeCluster(ManualClock& clock, unsigned seed = 1);

    // What happens in the cluster.
    void at(double seconds, std::function<void()> what);
    void set_state(const std::string& state, int attempts = 1, const std::string& submission = {});
    /// The same of the apache operator, which counts attempts from 0 and names no submission.
    void set_apache_state(const std::string& state, int attempt);
    void fail_with(const std::string& message);
    void delete_application() { tell("sparkapplications", "DELETED", app_), app_gone_ = true; }
    FakePod& add_pod(const std::string& role, const std::string& submission,
                     const std::string& executor = {});
    void start(FakePod& pod);
    /// A driver that runs, and the status that says so.
    FakePod& start_driver(const std::string& submission);
    FakePod* running_driver();
    void write(FakePod& pod, const std::string& line);
    /// As the node controller marks a pod whose node does not answer.
    void silence(FakePod& pod, bool silent);
    void terminate(FakePod& pod, int exit_code);
    void remove(FakePod& pod);
    void rotate(FakePod& pod) { rotate(pod, pod.lines.size()); }
    void rotate(FakePod& pod, std::size_t first_kept) { pod.first_kept = first_kept; }

    // What goes wrong on the way.
    void cut();
    /// Watches cannot go on from what they saw before.
    void forget() { oldest_ = events_.size(); }
    /// A clean end, as proxies end idle connections.
    void close_logs();
    void down(double seconds, double forbidden = 0);
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

    http::TransferId start(http::Request request, http::Handler handler) override;
    void cancel(http::TransferId id) override { transfers_.erase(id); }
    core::Status poll(core::Duration limit) override;

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

    void tell(const std::string& plural, const std::string& type, data::Json object);
    data::Json labels_of(const FakePod& pod) const;
    data::Json json_of(const FakePod& pod) const;
    FakePod* pod_named(const std::string& name);

    /// True: something was told.
    bool step(http::TransferId id);
    bool begin(http::TransferId id);
    bool list(http::TransferId id, const std::string& plural);
    bool begin_log(http::TransferId id, const std::string& path);
    static std::string core_name(const std::string& path);
    bool step_log(http::TransferId id);
    bool step_watch(http::TransferId id);
    bool head(http::TransferId id, int status);
    bool answer(http::TransferId id, const std::string& body, int status = 200);
    bool answer(http::TransferId id, int code, const std::string& reason,
                const std::string& message);
    bool finish(http::TransferId id, core::Status status);

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

/// One run of the driver from `begin` to `end` (seconds), a line every 0.2 s, then its pod's end.
struct Run {
    double begin, end;
    int number;
    int exit_code = 1;
    bool last = false;
};

void play(FakeCluster& cluster, const Run& run, const std::string& state_after = "FAILING");
/// The lines of all pods.
std::string all_written(const FakeCluster& cluster);

} // namespace kspark::test
