// SPDX-License-Identifier: Apache-2.0
// The handler does only what a signal handler may do: it sets a flag and writes a byte to a pipe.
// The flag stays set, so that every later wait returns at once and the program ends in order.
#include "core/base/interrupt.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace kspark::core {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler must not lock");
int pipe_ends[2] = {-1, -1};

extern "C" void on_signal(int number) {
    if (flag.exchange(true)) _exit(128 + number);
    const char byte = 0;
    [[maybe_unused]] const auto written = write(pipe_ends[1], &byte, 1);
}

} // namespace

void install_interrupt_handler() {
    if (pipe_ends[0] >= 0) return;
    if (pipe(pipe_ends) != 0) return;
    for (const int end : pipe_ends) {
        fcntl(end, F_SETFD, FD_CLOEXEC);
        fcntl(end, F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before = {};
        sigaction(number, nullptr, &before);
        // A shell's background job ignores SIGINT, nohup ignores SIGHUP: that stays so.
        if (before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
    }
    signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
    return flag.load();
}

int interrupt_descriptor() {
    return pipe_ends[0];
}

void set_interrupted(bool value) {
    flag.store(value);
}

} // namespace kspark::core
