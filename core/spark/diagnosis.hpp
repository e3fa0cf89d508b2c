// SPDX-License-Identifier: Apache-2.0
// From recorded facts to one verdict: why an application does not run, the evidence, the remedy.
// Pure functions; who fetches the facts is in facts.hpp.
#pragma once

#include "core/spark/application.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kspark::spark {

struct ContainerState {
    std::string name;
    std::string state;  ///< "waiting", "running", "terminated", "" when not told
    std::string reason; ///< ImagePullBackOff, OOMKilled, Error, Completed, ...
    std::string message;
    std::optional<int> exit_code;
    int restarts = 0;
    bool is_main = false; ///< spark-kubernetes-driver or spark-kubernetes-executor
    // Of the run before, when it was restarted.
    std::string last_reason = {};
    std::optional<int> last_exit_code = {};
    // Of the run that is there.
    std::optional<core::Time> started = {}, finished = {};
};

struct Pod {
    std::string name, name_space, uid, node, phase, role, executor_id, submission_id;
    std::string application;        ///< whose it is, by its label
    std::string reason, message;    ///< of the pod: Evicted, NodeLost
    std::string scheduling_problem; ///< message of PodScheduled=False
    core::Time created{};
    bool being_deleted = false;
    core::Time stops_by{};  ///< when it is being deleted: the end of its grace period
    bool node_lost = false; ///< its node does not answer, by the node's or the pod's own word
    std::vector<ContainerState> containers;
};

struct Event {
    core::Time last{};
    std::string type, reason, message, object_kind, object_name, source;
    int count = 1;
};

struct Facts {
    Application application;
    std::vector<Pod> pods;
    std::vector<Event> events;
    core::Time now{};
    /// Whether pods and events were looked for: an empty list then means that there are none.
    bool pods_known = false, events_known = false;
};

/// How bad it is: only Bad counts for --exit-code.
enum class Health { Good, Waiting, Bad };

struct Verdict {
    std::string id; ///< "image-pull", "unschedulable", "oom-killed"; empty when healthy
    Health health = Health::Good;
    std::string sentence; ///< "the driver's image cannot be pulled: ..."
    std::vector<std::string> evidence = {};
    std::string remedy = {};
};

/// The most telling cause. With the application alone (no pods, no events) it still names what the
/// status shows.
Verdict diagnose(const Facts& facts);

/// The cause inside a long error message (spark-submit's whole stderr): one line.
std::string cause_of(std::string_view message);

} // namespace kspark::spark
