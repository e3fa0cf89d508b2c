// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/agenda.hpp"
#include "tests/sandbox/cluster.hpp"
#include "tests/sandbox/fate.hpp"

namespace kspark::sandbox {

/// Scheduler and kubelet of the only node, and what the Spark in the pods does.
class Kubelet {
public:
    Kubelet(Cluster& cluster, Agenda& agenda) : cluster_(cluster), agenda_(agenda) {}
    void on_change(const Change& change);

private:
    /// A task about one pod, which is done only while that very pod is there.
    void later(const Json& pod, double seconds, std::function<void(const Json&)> task);
    void update(const Json& pod, const std::function<void(Json&)>& change);
    void event(const Json& pod, std::string_view type, std::string_view reason,
               const std::string& message);
    Fate fate(const Json& pod) const;

    void schedule(const Json& pod);
    void fail_to_pull(const Json& pod, int attempt);
    void start(const Json& pod);
    void terminate(const Json& pod, int exit_code, const std::string& reason);
    void stop(const Json& pod);

    void run_driver(const Json& pod);
    /// When its executors have ended.
    void end_driver(const Json& pod, const Fate& fate);
    void write_more(const Json& pod, const Fate& fate);
    void write_batch(const Json& pod, int batch);
    void add_executor(const Json& driver, const std::string& prefix, int id);
    void remove_executors(const Json& driver);
    void run_executor(const Json& pod);
    void log(const Json& pod, const std::string& text);

    Cluster& cluster_;
    Agenda& agenda_;
    int addresses_ = 1;
};

} // namespace kspark::sandbox
