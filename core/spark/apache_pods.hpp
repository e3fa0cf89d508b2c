// SPDX-License-Identifier: Apache-2.0
// What the apache operator's status does not say, or says late, taken from the pods: which driver
// and executors there are, and that a driver has ended.
#pragma once

#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

/// Fills driver_pod and executors, and moves on from a running phase when the driver's container
/// has ended. An application of the kubeflow operator stays as it is.
void take_pods(Application& application, const std::vector<Pod>& pods);

/// RUNNING of the apache operator means a driver whose container was ready when the operator last
/// looked; a run has begun when an executor runs, too, and its driver still does. Takes the pods,
/// makes SUBMITTED of a RUNNING that they do not bear out, and says why; empty: it is as it says.
std::string take_run(Application& application, const std::vector<Pod>& pods);

} // namespace kspark::spark
