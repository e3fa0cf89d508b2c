// SPDX-License-Identifier: Apache-2.0
// From recorded facts to one verdict: why an application does not run, the evidence, the remedy.
// Pure functions; who fetches the facts is in facts.hpp.
#pragma once

#include "core/spark/application.hpp"
#include "core/spark/stream.hpp"

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
    bool not_ready = false; ///< it runs, but its condition Ready is False
    std::vector<ContainerState> containers;
    // Of the driver's container: what it was made from.
    std::string image = {};
    std::vector<std::string> arguments = {}, mounts = {};
    std::map<std::string, std::string> annotations = {};
    bool launched_by_operator = false;
};

struct Event {
    core::Time last{};
    std::string type, reason, message, object_kind, object_name, source;
    int count = 1;
    std::string object_uid = {};
};

/// What the cluster shows of the operators, asked for when one does not act.
struct OperatorFacts {
    struct Seen {
        std::string pod;
        bool ready = false;
        std::vector<std::string> name_spaces = {}; ///< that it watches; none: all, or not known
    };
    bool pods_known = false;
    std::vector<Seen> seen;
    bool acted_here = false;               ///< another application of this namespace has a status
    std::optional<core::Time> acted_later; ///< a submission after the application was created ...
    std::string acted_on;                  ///< ... namespace/name
};

struct Facts {
    Application application;
    std::vector<Pod> pods;
    std::vector<Event> events;
    core::Time now{};
    /// Whether pods and events were looked for: an empty list then means that there are none.
    bool pods_known = false, events_known = false;
    /// When the operator last wrote the status; only where its silence matters.
    std::optional<core::Time> status_written = {};
    /// The end of the driver's log; only when it was needed to explain.
    std::optional<std::vector<std::string>> log = {};
    std::optional<StreamFacts> stream = {};
    StreamLimits limits = {};
    std::optional<OperatorFacts> operators = {};
};

/// How bad it is: only Bad counts for --exit-code.
enum class Health { Good, Waiting, Bad };

/// What shows it: the object, its field, the value, and since when.
struct Evidence {
    std::string object = {}, field = {}, value = {};
    std::optional<core::Time> time = {};
};
/// "pod orders-driver, waiting.reason: ImagePullBackOff (2026-01-02T03:04:05Z)"
std::string to_text(const Evidence& evidence);

struct Verdict {
    std::string id; ///< "image-pull", "unschedulable", "oom-killed"; empty when healthy
    Health health = Health::Good;
    std::string sentence; ///< "the driver's image cannot be pulled: ..."
    std::vector<Evidence> evidence = {};
    std::string remedy = {}; ///< commands to paste
};

/// All that explains it, the most telling first; none when healthy. With the application alone (no
/// pods, no events) it still names what the status shows.
std::vector<Verdict> causes(const Facts& facts);
/// The first of the causes; one without id when healthy.
Verdict diagnose(const Facts& facts);

/// Why the API server did not take an application, when its words are known.
std::optional<Verdict> diagnose_refusal(std::string_view message);

/// The command that explains a verdict: "kubectl spark help image-pull".
std::string help_on(std::string_view id);
/// Every id that there is.
std::vector<std::string_view> verdict_ids();

/// The cause inside a long error message (spark-submit's whole stderr): one line.
std::string cause_of(std::string_view message);

} // namespace kspark::spark
