// SPDX-License-Identifier: Apache-2.0
// kubectl-spark: the standard streams, the system's clock, libcurl, and the words of the user.
#include "cmd/app.hpp"
#include "core/base/interrupt.hpp"
#include "core/cli/context.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace {

/// A shell completes while somebody types: nothing may be asked or said beside the candidates, by
/// no program that we run either.
void silence() {
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return;
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDERR_FILENO);
}

} // namespace

int main(int argc, char** argv) {
    using namespace kspark;
    core::install_interrupt_handler();
    output::Streams streams = output::standard_streams();
    streams.input_is_terminal = isatty(STDIN_FILENO) == 1;
    core::Context context(streams, core::system_clock(), core::Environment::process(),
                          core::curl_transport_maker());
    std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    // kubectl asks an executable of this name for completion; a symlink to us will do.
    if (argc > 0 && std::filesystem::path(argv[0]).filename() == "kubectl_complete-spark")
        arguments.insert(arguments.begin(), app::kComplete);
    if (!arguments.empty() && arguments[0] == app::kComplete) silence();
    return app::run(context, std::move(arguments));
}
