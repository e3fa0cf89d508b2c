// SPDX-License-Identifier: Apache-2.0
// What belongs to the operators and is no application: schedules, Spark Connect servers, clusters.
#pragma once

#include "plugins/status/status.hpp"

namespace kspark::status {

/// All of a namespace (empty: of all); kinds that are not there or may not be read are left out.
core::Result<std::vector<data::Json>> list_companions(kube::Client& client,
                                                      const std::string& name_space,
                                                      const kube::Selection& selection);

output::Table companions_table(const std::vector<data::Json>& objects, bool name_space,
                               core::Time now);

/// One of them on a page; `runs` are the applications that a schedule made.
std::string describe_companion(const data::Json& object, const std::vector<data::Json>& runs,
                               core::Time now);

/// The applications that a schedule made, oldest first.
core::Result<std::vector<data::Json>> runs_of(kube::Client& client, const data::Json& schedule);

} // namespace kspark::status
