// SPDX-License-Identifier: Apache-2.0
// Who owns which field: server-side apply, and what every other write does to managedFields.
#pragma once

#include "tests/sandbox/answers.hpp"

#include <string>

namespace kspark::sandbox {

/// Who writes, and when.
struct Writer {
    std::string manager;
    std::string subresource = {}; ///< "" or "status"
    std::string api_version = {};
    std::string time = {}; ///< RFC 3339
};

/// The object with what was applied merged in, fields that this manager applied before and no
/// longer does removed, and managedFields brought up to date. `live` is null for a new object.
/// Throws the 409 with one cause per field unless forced.
Json apply_configuration(const Json& live, const Json& applied, const Writer& writer, bool force);

/// Notes in `after` that `writer` made `after` out of `before` by create, update or patch.
void track_update(const Json& before, Json& after, const Writer& writer);

/// Nothing but the times in managedFields differs.
bool same_but_times(const Json& a, const Json& b);

} // namespace kspark::sandbox
