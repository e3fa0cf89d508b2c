// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/spark/application.hpp"

namespace kspark::spark {

/// Why nothing may be written to the application now: a submission may be under way, and any write
/// would give a ghost run or a twin driver. Empty: it may be written to.
std::string unsettled(const Application& application, core::Time now);

/// The operator will start the driver again after this failure.
bool retries_left(const Application& application);

} // namespace kspark::spark
