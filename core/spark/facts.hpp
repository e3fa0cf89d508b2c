// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "core/data/json.hpp"
#include "core/kube/client.hpp"
#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

Pod decode_pod(const data::Json& object);
/// events of core/v1 and events.k8s.io/v1.
Event decode_event(const data::Json& object);

/// Gets the pods and events of an application (what the user may not read is left out, with the
/// sentence added to `missing`).
core::Result<Facts> gather_facts(kube::Client& client, Application application,
                                 std::vector<std::string>& missing);

} // namespace kspark::spark
