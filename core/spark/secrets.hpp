// SPDX-License-Identifier: Apache-2.0
// What must not be shown when a person's document is: values that are secrets by their name.
#pragma once

#include "core/data/json.hpp"

namespace kspark::spark {

inline constexpr std::string_view kMask = "***";

/// The word names a secret ("--db-password", "fs.s3a.secret.key"), not a pointer to one
/// ("secretName").
bool names_secret(std::string_view key);

/// A copy with the values of secrets masked: strings under keys that name a password, secret, token
/// or the like, values of environment variables, and such words inside arguments
/// ("--db-password=x"). `path` is where the value stands.
data::Json masked(const data::Json& value, const data::Path& path = {});

/// Both masked; a secret that differs is told apart by "*** (before)" and "*** (after)".
void mask_pair(data::Json& before, data::Json& after);

} // namespace kspark::spark
