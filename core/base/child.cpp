// SPDX-License-Identifier: Apache-2.0
// Running another program: credential plugins and helm. No shell, no descriptors of ours but the
// three standard ones, default signal dispositions.
#include "core/base/interrupt.hpp"
#include "core/base/system.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kspark::core {
namespace {

/// Both ends of a pipe; what is still open is closed at the end.
struct Pipe {
    int read_end = -1, write_end = -1;

    Pipe() {
        int ends[2];
        if (pipe(ends) != 0) return;
        read_end = ends[0];
        write_end = ends[1];
        for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    ~Pipe() {
        close_end(read_end);
        close_end(write_end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    static void close_end(int& end) {
        if (end >= 0) close(end);
        end = -1;
    }
};

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

/// Starts the program; 0 and `pid` set, or an errno.
int spawn(const std::filesystem::path& program, const Child& child, Pipe& input, Pipe& output,
          pid_t& pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (!child.inherit_input) posix_spawn_file_actions_adddup2(&actions, input.read_end, 0);
    posix_spawn_file_actions_adddup2(&actions, output.write_end, 1);

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    std::vector<std::string> arguments = child.command;
    std::vector<std::string> variables;
    for (const auto& [name, value] : child.environment.variables())
        variables.push_back(name + "=" + value);
    const int failure = posix_spawn(&pid, program.c_str(), &actions, &attributes,
                                    pointers(arguments).data(), pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/// Feeds the input and collects the output until the child closes it.
Status exchange(const Child& child, Pipe& input, Pipe& output, std::string& collected) {
    const Duration begin = system_clock().monotonic();
    std::string_view left = child.input;
    fcntl(input.write_end, F_SETFL, O_NONBLOCK);
    for (char buffer[16 * 1024];;) {
        if (left.empty()) Pipe::close_end(input.write_end);
        pollfd waits[] = {{output.read_end, POLLIN, 0},
                          {input.write_end, POLLOUT, 0},
                          {interrupt_descriptor(), POLLIN, 0}};
        int limit = -1;
        if (child.timeout > Duration::zero()) {
            const auto remaining = child.timeout - (system_clock().monotonic() - begin);
            if (remaining <= Duration::zero())
                return Error{Code::Timeout,
                             fmt::format("{} did not end within {}", child.command[0],
                                         human_duration(child.timeout))};
            limit =
                static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(remaining).count());
        }
        if (poll(waits, 3, limit) < 0 && errno != EINTR)
            return Error{Code::Internal, fmt::format("poll: {}", std::strerror(errno))};
        if (interrupted()) return Error{Code::Interrupted, "interrupted"};
        if ((waits[1].revents & (POLLOUT | POLLERR)) != 0) {
            const auto written = ::write(input.write_end, left.data(), left.size());
            left.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
            if (written < 0 && errno != EAGAIN && errno != EINTR) left = {};
        }
        if ((waits[0].revents & (POLLIN | POLLHUP)) == 0) continue;
        const auto got = ::read(output.read_end, buffer, sizeof buffer);
        if (got == 0) return {};
        if (got > 0) collected.append(buffer, static_cast<std::size_t>(got));
        if (collected.size() > child.output_limit)
            return Error{Code::Failed, fmt::format("{} printed more than {} MiB", child.command[0],
                                                   child.output_limit >> 20)};
    }
}

} // namespace

Result<ChildExit> run_child(const Child& child) {
    const auto program = find_program(child.command.at(0), child.environment);
    if (!program)
        return Error{Code::NotFound, fmt::format("executable {} not found", child.command[0])};
    Pipe input, output;
    pid_t pid = 0;
    if (const int failure = spawn(*program, child, input, output, pid); failure != 0)
        return Error{Code::Failed,
                     fmt::format("cannot run {}: {}", program->string(), std::strerror(failure))};
    Pipe::close_end(input.read_end);
    Pipe::close_end(output.write_end);

    ChildExit result;
    const Status exchanged = exchange(child, input, output, result.output);
    if (!exchanged) kill(pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    KSPARK_TRY(exchanged);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace kspark::core
