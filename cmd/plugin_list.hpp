// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/command.hpp"

namespace kspark::app {

core::Command make_plugin_list();

} // namespace kspark::app
