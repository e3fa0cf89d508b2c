// SPDX-License-Identifier: Apache-2.0
// The objects that an application names and that must be there before it can start.
#pragma once

#include "core/data/json.hpp"

#include <string>
#include <vector>

namespace kspark::spark {

struct ObjectName {
    enum class Kind { ServiceAccount, Secret, ConfigMap, Claim, PriorityClass };
    Kind kind;
    std::string name;
    std::string key = {};   ///< that it must hold
    std::string field = {}; ///< "spec.driver.serviceAccount"
};
std::string_view to_text(ObjectName::Kind kind);

/// Of a SparkApplication of either operator; what is marked optional is left out. Each name once
/// for each key.
std::vector<ObjectName> references_of(const data::Json& object);

} // namespace kspark::spark
