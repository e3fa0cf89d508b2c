// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "tests/sandbox/server.hpp"

#include <filesystem>

namespace kspark::sandbox {

/// New certificates and tokens.
Identities make_identities();

/// Writes `kubeconfig` (admin, by client certificate), and `editor.kubeconfig`,
/// `viewer.kubeconfig` and `nobody.kubeconfig` (by token) into the directory; the first one last,
/// as the sign that all is ready.
core::Status write_kubeconfigs(const std::filesystem::path& directory, int port,
                               const Identities& identities);

} // namespace kspark::sandbox
