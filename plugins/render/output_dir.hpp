// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/spark/manifest.hpp"

#include <filesystem>

namespace kspark::render {

/// Writes one file per application: NAME.yaml or NAME.json. All are written beside their places
/// before the first is moved there, so that a full disk leaves the directory as it was.
core::Status write_directory(const std::filesystem::path& directory, const spark::Inputs& inputs,
                             bool json);

/// Files of the directory that hold an application of the same set and are none of those that were
/// written: what is left of a stream that the values no longer name.
std::vector<std::filesystem::path> stale_files(const std::filesystem::path& directory,
                                               const spark::Inputs& inputs, bool json);

} // namespace kspark::render
