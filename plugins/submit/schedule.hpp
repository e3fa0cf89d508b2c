// SPDX-License-Identifier: Apache-2.0
// --from scheduledsparkapp/NAME: the run that a schedule would make, made now.
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/manifest.hpp"

namespace kspark::submit {

core::Result<spark::Inputs> run_of_schedule(kube::Client& client, const std::string& name_space,
                                            const std::string& word);

} // namespace kspark::submit
