// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "core/data/json.hpp"
#include "core/kube/client.hpp"
#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

/// The condition of that type, when it has that status ("Ready", "False").
const data::Json* condition_is(const data::Json& object, std::string_view type,
                               std::string_view status);
/// The items of a list; none when it has no such field.
const data::Json& items_of(const data::Json& list);
/// The label that names an application of that kind on its pods.
std::string_view app_name_label(const kube::Resource& kind);
/// All pods of an application, of whichever run.
kube::Selection pods_of(const Application& application);

Pod decode_pod(const data::Json& object);
/// events of core/v1 and events.k8s.io/v1.
Event decode_event(const data::Json& object);

/// Gets the pods and events of an application (what the user may not read is left out, with the
/// sentence added to `missing`).
core::Result<Facts> gather_facts(kube::Client& client, Application application,
                                 std::vector<std::string>& missing);

} // namespace kspark::spark
