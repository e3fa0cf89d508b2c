// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/context.hpp"
#include "core/spark/manifest.hpp"

namespace kspark::core {

/// Renders a Helm chart with helm, values files and --set handed on, and takes the Spark
/// applications out of what it prints.
Result<spark::Inputs> load_chart(Context& context, const std::string& chart,
                                 const spark::InputOptions& inputs);

} // namespace kspark::core
