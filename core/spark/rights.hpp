// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/client.hpp"

namespace kspark::spark {

/// Whether the user may do that, by the server's own word; true when it does not tell.
bool may(kube::Client& client, std::string_view verb, const kube::Reference& reference);

} // namespace kspark::spark
