// SPDX-License-Identifier: Apache-2.0
// An end that comes whatever the process is doing: a look-up of a name that hangs, a child that
// does not answer. Only for completion, where an answer that comes late is worth nothing.
#pragma once

#include "core/base/time.hpp"

namespace kspark::core {

/// After that time the process writes `last_words` (a literal) to stdout and ends with status 0.
void end_process_after(Duration limit, const char* last_words);
/// The answer is there: the process goes on. Without a deadline nothing happens.
void cancel_deadline();

} // namespace kspark::core
