// SPDX-License-Identifier: Apache-2.0
// kubectl-spark: the standard streams, the system's clock, libcurl, and the words of the user.
#include "cmd/app.hpp"
#include "core/base/interrupt.hpp"
#include "core/cli/context.hpp"

#include <unistd.h>

#include <filesystem>

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
    return app::run(context, std::move(arguments));
}
