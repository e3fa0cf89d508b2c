// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <filesystem>

namespace kspark::core {

/// Loads a shared library for as long as the process lives. A bare name is looked for beside the
/// core library. The error is the system's own words. What a constructor in it throws comes out
/// here.
Result<void*> load_library(const std::filesystem::path& path);

/// The address of a symbol, or nullptr.
void* find_symbol(void* library, const char* name);

} // namespace kspark::core
