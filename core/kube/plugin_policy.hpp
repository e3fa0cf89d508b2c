// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/system.hpp"

namespace kspark::kube {

/// Whether the user's kuberc ($KUBERC or ~/.kube/kuberc) lets this credential plugin run:
/// credentialPluginPolicy AllowAll, DenyAll, or Allowlist with credentialPluginAllowlist. A kuberc
/// that cannot be read denies: it may be there to protect.
core::Status check_plugin_policy(const std::string& command, const core::Environment& environment);

} // namespace kspark::kube
