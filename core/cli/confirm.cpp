// SPDX-License-Identifier: Apache-2.0
// Reads one line from the terminal, byte by byte: what is typed after it belongs to others.
#include "core/cli/confirm.hpp"

#include "core/base/interrupt.hpp"
#include "core/base/text.hpp"

#include <poll.h>
#include <unistd.h>

namespace kspark::core {
namespace {

/// The line, or what there was of it when the input ended or the user interrupted.
std::string read_line() {
    std::string line;
    while (!interrupted()) {
        pollfd waiting[2] = {{STDIN_FILENO, POLLIN, 0}, {interrupt_descriptor(), POLLIN, 0}};
        if (poll(waiting, waiting[1].fd >= 0 ? 2 : 1, -1) < 0) continue;
        char byte = 0;
        if (waiting[0].revents == 0) continue;
        if (read(STDIN_FILENO, &byte, 1) != 1 || byte == '\n') break;
        line += byte;
    }
    return line;
}

} // namespace

Status confirm(Context& context, const std::string& question, const std::string& flag) {
    if (!context.streams.input_is_terminal || context.terminal.input_is_used)
        return Error{Code::Failed,
                     "nothing was changed: nobody can be asked here; say " + flag + " to go on"};
    KSPARK_TRY(context.streams.err.write(question + " [y/N] "));
    const std::string answer = lower(trim(read_line()));
    if (interrupted()) return Error{Code::Interrupted, "interrupted: nothing was changed"};
    if (answer == "y" || answer == "yes") return {};
    return Error{Code::Failed, "nothing was changed"};
}

} // namespace kspark::core
