// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the one piece of process-wide state. The handler only sets a flag and writes to a pipe;
// the loop that waits sees it and ends in order.
#pragma once

namespace kspark::core {

/// Takes SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE (a closed reader is an error of write).
/// A second signal ends the process at once.
void install_interrupt_handler();
bool interrupted();
/// Becomes readable when the user interrupts; for poll(). -1 before installation.
int interrupt_descriptor();
/// For tests.
void set_interrupted(bool value);

} // namespace kspark::core
