// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/kubelet.hpp"
#include "tests/sandbox/operator.hpp"

namespace kspark::sandbox {

/// Everything that happens by itself: operator, kubelet and garbage collector, driven by the
/// changes of the store and by time.
class Simulation {
public:
    explicit Simulation(Cluster& cluster, double speed = 1)
        : cluster_(cluster), agenda_(cluster.clock, speed), operator_(cluster, agenda_),
          kubelet_(cluster, agenda_), seen_(cluster.store.version()) {}

    /// Does all that there is to do now; the cluster's mutex is held. Returns the time until there
    /// is more to do, changes from outside apart.
    core::Duration step();
    /// There are changes that were not looked at.
    bool behind() const { return seen_ < cluster_.store.version(); }

private:
    /// The next change that was not looked at; false when there is none.
    bool follow_one();
    void collect(const Change& change);

    Cluster& cluster_;
    Agenda agenda_;
    Operator operator_;
    Kubelet kubelet_;
    std::uint64_t seen_;
};

} // namespace kspark::sandbox
