// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "core/plugin/catalog.hpp"

namespace kspark::plugin {

/// Loads a command and checks that it fits. A module stays loaded until the process ends. Every
/// failure is one sentence about that command only.
core::Result<const kubectl_spark_plugin*> load(const Found& found);
/// Its reason alone, for lists that have the command and the file beside it.
std::string reason(const core::Error& error, const Found& found);

} // namespace kspark::plugin
