// SPDX-License-Identifier: Apache-2.0
// Does what the plan says: one loop in which every application takes its turn, is written to when
// no submission of it may be in flight, and is followed to where it was to arrive.
#pragma once

#include "core/spark/diagnosis.hpp"
#include "core/spark/restart.hpp"
#include "plugins/submit/planner.hpp"
#include "plugins/submit/pod_book.hpp"

#include <map>
#include <memory>

namespace kspark::submit {

/// An application on its way.
struct Track {
    enum class Stage {
        Queued,   ///< its turn has not come
        Settling, ///< its turn: written to as soon as it may be
        Fencing,  ///< a restart: stopped, and written when the pods of the old run are gone
        Waiting,  ///< written; not yet where it was to arrive
        Done,     ///< arrived, or written when nobody waits
        Failed,   ///< `error` says why
        NotDone,  ///< never begun: the deployment was stopped
    };
    Item item;
    Stage stage = Stage::Queued;
    bool written = false;     ///< something of it was stored in the cluster
    bool in_question = false; ///< sent, and no answer came
    std::string state = {};   ///< the operator's word
    std::string note = {};    ///< why it waits
    std::string submission = {};
    std::optional<core::Error> error = {};
    spark::Verdict verdict = {};       ///< when the cluster shows why it does not run
    std::vector<std::string> log = {}; ///< the driver's last lines, after a failure
    core::Duration began{}, ended{}, probed{}, looked{};
    int attempts = 0; ///< of writing, repeated after a conflict
    std::optional<spark::Rollout> rollout = {};
    std::optional<spark::Application> latest = {}; ///< the last version known
    data::Json latest_object = {};                 ///< the same, when it is newer than item.live
    bool vanished = false;                         ///< the watch says that the object is gone
    std::shared_ptr<spark::Restart> fence = {};    ///< of a restart, from Fencing on

    bool finished() const { return stage >= Stage::Done; }
};

struct DeployOptions {
    std::optional<spark::Goal> goal = {}; ///< nothing: done as soon as it is written
    core::Duration timeout{};             ///< for each application, from its turn on; zero: none
    int parallel = 0;
    int max_failures = 1;
    kube::Force force = kube::Force::No;
    std::string set = {}; ///< label that all of them carry, to watch fewer
    /// Restarts stop the old run first; otherwise the operator does it in its own way.
    bool fence = false;
    std::string by = {}; ///< who restarts, for the record on the object
};

/// Is told of progress. `tracks` are all of them, in the order of the plan.
class Observer {
public:
    virtual ~Observer();
    virtual void progress(const std::vector<Track>& tracks, core::Duration now) = 0;
};

class Deployment {
public:
    Deployment(kube::Client& client, const DeployOptions& options, std::vector<Item> items,
               Observer& observer);
    ~Deployment();
    /// Until every track is finished, or stopped by the user or a lost connection.
    std::vector<Track> run();

private:
    // apply.cpp
    void admit();
    bool may_begin(const Track& track) const;
    void begin(Track& track);
    void settle(Track& track);
    bool refresh(Track& track);
    void write_ready();
    void written(Track& track, data::Json answer);
    void not_written(Track& track, core::Error error);
    void finish(Track& track, Track::Stage stage);
    void fail(Track& track, core::Error error);
    void stop_rest();
    bool stopped() const;
    core::Duration now() const { return client_.clock().monotonic(); }

    // fencing.cpp
    bool needs_fence(const Track& track) const;
    void close_fence(Track& track);
    core::Result<data::Json> open_fence(Track& track, const data::Json& live,
                                        const spark::RestartRecord& record);
    void turn_fence(Track& track);
    void abandon_fences();

    // wait.cpp
    bool follows() const;
    void start_watches();
    void seen(const kube::WatchEvent& event, const std::string& kind_path);
    void expect(Track& track);
    void judge(Track& track, const spark::Judgement& judgement);
    void mend(Track& track, const spark::Judgement& judgement);
    void look_at_pods();
    void observe_pods(Track& track);
    void tick();
    void time_out(Track& track);
    void probe();
    void look_at(Track& track);
    void examine_failures();
    void begin_removal(Track& track);
    void await_removal(Track& track);

    kube::Client& client_;
    DeployOptions options_;
    std::vector<Track> tracks_;
    Observer& observer_;
    PodBook pods_;
    std::vector<Track*> ready_;
    std::vector<kube::Client::WatchId> watches_;
    std::map<std::pair<std::string, std::string>, Track*> by_name_; ///< kind's path, name
    bool silent_ = false; ///< the cluster did not answer when it was last asked
    core::Duration silent_since_{};
    bool halted_ = false; ///< interrupted, or the cluster is out of reach
};

} // namespace kspark::submit
