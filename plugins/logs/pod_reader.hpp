// SPDX-License-Identifier: Apache-2.0
// The logs of one pod, one for each container that is wanted, on their way to the output.
#pragma once

#include "core/kube/pod_log.hpp"
#include "plugins/logs/stage.hpp"

#include <list>

namespace kspark::logs {

class PodReader {
public:
    PodReader(Stage& stage, spark::Pod pod) : stage_(stage), pod_(std::move(pod)) {}
    PodReader(const PodReader&) = delete;
    PodReader& operator=(const PodReader&) = delete;

    const spark::Pod& pod() const { return pod_; }
    bool is_driver() const { return pod_.role == "driver"; }
    bool gone() const { return gone_; } ///< the pod

    void see(const spark::Pod& pod);
    void deleted();
    /// Containers that have started and are not yet read.
    bool has_news() const;
    /// Begins with those. `prefix` stands before their lines; `later_run`: what was asked of the
    /// past does not concern it.
    void begin(const std::string& prefix, bool later_run);
    void advance();
    /// When advance() must be called though nothing arrives.
    std::optional<core::Duration> due() const;

    bool begun() const { return !readings_.empty(); }
    /// All containers that are wanted are read, or were.
    bool begun_all() const;
    /// A log is open; hears(): and its connection too.
    bool reading() const;
    bool hears() const;
    /// The container that runs Spark has ended or the pod is gone, and every log is out.
    bool over() const;
    /// Why a log that is open cannot be read now; empty: it can.
    std::string waiting() const;
    /// Of a log that could not be read.
    const std::optional<core::Error>& error() const { return error_; }

private:
    struct Reading {
        std::string container;
        Mixer::SourceId source = 0;
        std::unique_ptr<kube::PodLog> log = nullptr;
        bool ended = false;
        long bytes_left = 1;      ///< of --limit-bytes
        std::string waiting = {}; ///< why nothing can be read now
    };
    bool is_read(const spark::ContainerState& container) const;
    void read(const std::string& container, const std::string& prefix, bool later_run);
    void take(Reading& reading, kube::LogPiece piece);
    void ended(Reading& reading, const kube::LogEnd& end);

    Stage& stage_;
    spark::Pod pod_;
    bool gone_ = false;
    std::list<Reading> readings_;
    std::optional<core::Error> error_;
};

} // namespace kspark::logs
