// SPDX-License-Identifier: Apache-2.0
// Everything that is needed to explain how one application is, and no more: a log is read only when
// pods and events leave the question open, the driver's UI is asked only while it runs.
#pragma once

#include "core/base/result.hpp"
#include "core/kube/client.hpp"
#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

/// Pods and events (facts.hpp), then what they leave open. What the user may not read is left out,
/// with a sentence in `missing`.
core::Result<Facts> inquire(kube::Client& client, Application application,
                            const StreamLimits& limits, std::vector<std::string>& missing);

/// The first cause of what is wrong with an application now, in lines for people: sentence,
/// evidence, remedy. None when nothing bad is known, or when the cluster cannot be asked.
std::vector<std::string> explanation(kube::Client& client, const kube::Reference& reference);

/// What shows whether an operator is there and acts; asked when one does not.
OperatorFacts ask_operators(kube::Client& client, const Application& application);

} // namespace kspark::spark
