// SPDX-License-Identifier: Apache-2.0
// Whether new versions of applications can start, asked of the cluster before anything that runs is
// stopped for them.
#pragma once

#include "core/kube/client.hpp"

#include <string>
#include <vector>

namespace kspark::spark {

struct PreflightItem {
    const data::Json* desired;            ///< namespace filled in
    const data::Json* replaced = nullptr; ///< what is there, if anything
};

struct Concern {
    std::string application; ///< empty: all of them together
    std::string message, remedy;
    bool stops = true; ///< it is known not to start; otherwise it is doubtful
};
struct Preflight {
    std::vector<Concern> concerns;
    std::vector<std::string> unread; ///< "secrets in namespace streams": 403
};

/// Reads what the applications name, quotas, limit ranges and nodes. What may not be read is told,
/// not an error; a cluster out of reach is one.
core::Result<Preflight> preflight(kube::Client& client, const std::vector<PreflightItem>& items);

/// Quotas and limit ranges of a namespace against everything that the objects would ask for.
core::Result<Preflight> check_room(kube::Client& client, const std::string& name_space,
                                   const std::vector<PreflightItem>& items, bool count_used);

} // namespace kspark::spark
