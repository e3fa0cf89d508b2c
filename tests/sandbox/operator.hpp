// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/agenda.hpp"
#include "tests/sandbox/cluster.hpp"

#include <map>
#include <set>
#include <string>

namespace kspark::sandbox {

/// The controller of kubeflow's Spark operator 2.5.2, with its mistakes: a restart is lost when
/// somebody else writes at the wrong moment, and a write during a submission gives a twin or a
/// ghost.
class Operator {
public:
    Operator(Cluster& cluster, Agenda& agenda) : cluster_(cluster), agenda_(agenda) {}
    void on_change(const Change& change);

private:
    struct Submission {
        std::uint64_t version = 0; ///< of the application that it read
        std::string state = {};    ///< in which it was begun
        std::string started = {};
    };

    void on_application(const Change& change);
    void on_pod(const Change& change);
    /// False when the change is to be dropped.
    bool filter(const Change& change);

    void reconcile(const std::string& key);
    void act(const ObjectPtr& application, const std::string& state);

    // operator_submission.cpp
    void submit(const ObjectPtr& application);
    void finish_submission(const std::string& key);
    /// Why the driver pod cannot be created; empty when it was.
    std::string create_driver(const ObjectPtr& application, const std::string& id);
    bool store_submission(const ObjectPtr& application, const Submission& submission, Json status);
    void tell_failure(const ObjectPtr& application, const Submission& submission,
                      const std::string& why);
    void retry_submission(const ObjectPtr& application, const Submission& submission);

    // operator_states.cpp
    void follow_driver(const ObjectPtr& application);
    void follow_executors(const ObjectPtr& application, Json& status);
    void end_run(const ObjectPtr& application, bool retry);
    void rerun(const ObjectPtr& application, bool forget);
    void suspend(const ObjectPtr& application);
    void expire(const ObjectPtr& application);
    /// Driver pod and UI service; true when there was nothing to delete.
    bool delete_resources(const ObjectPtr& application);
    void offer_ui(const ObjectPtr& application, Json& status);

    void set_status(const ObjectPtr& application, Json status);
    void event(const ObjectPtr& application, std::string_view type, std::string_view reason,
               const std::string& message);
    ObjectPtr find(const std::string& key) const;
    ObjectPtr driver_of(const ObjectPtr& application) const;

    Cluster& cluster_;
    Agenda& agenda_;
    std::map<std::string, Submission> submissions_;
    std::map<std::string, std::string> retries_; ///< waiting for their interval, by submission
};

// What several files of it need.
std::string state_of(const Json& application);
Json status_of(const Json& application);
/// The spec without what a change of which restarts nothing.
Json effective_spec(const Json& application);

} // namespace kspark::sandbox
