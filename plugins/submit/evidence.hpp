// SPDX-License-Identifier: Apache-2.0
// Why an application does not run: what its pods and events show, and its driver's last words.
#pragma once

#include "core/spark/facts.hpp"

namespace kspark::submit {

/// A bad verdict, or one without id when the cluster shows nothing of the kind or may not be asked.
/// Unreachable when there is no answer within some seconds.
core::Result<spark::Verdict> find_verdict(kube::Client& client,
                                          const spark::Application& application);

/// The last lines of the driver's log, harmless on a terminal; none when there is no log.
std::vector<std::string> last_lines(kube::Client& client, const spark::Application& application);

} // namespace kspark::submit
