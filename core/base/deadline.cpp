// SPDX-License-Identifier: Apache-2.0
// A timer's signal, because it also ends what cannot be asked to stop. The handler does only what a
// signal handler may do.
#include "core/base/deadline.hpp"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>

namespace kspark::core {
namespace {

const char* words = "";
std::size_t length = 0;

extern "C" void on_alarm(int) {
    [[maybe_unused]] const auto written = write(STDOUT_FILENO, words, length);
    _exit(0);
}

void set_timer(Duration limit) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(limit).count();
    itimerval timer = {};
    timer.it_value.tv_sec = static_cast<time_t>(left / 1'000'000);
    timer.it_value.tv_usec = static_cast<suseconds_t>(left % 1'000'000);
    setitimer(ITIMER_REAL, &timer, nullptr);
}

} // namespace

void end_process_after(Duration limit, const char* last_words) {
    words = last_words;
    length = std::strlen(last_words);
    struct sigaction action = {};
    action.sa_handler = on_alarm;
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, nullptr);
    set_timer(limit);
}

void cancel_deadline() {
    set_timer(Duration::zero());
}

} // namespace kspark::core
