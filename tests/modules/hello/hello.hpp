// SPDX-License-Identifier: Apache-2.0
// The smallest command there can be; tests load it.
#pragma once

#include "core/cli/command.hpp"

namespace kspark::hello {

struct Options {
    std::vector<std::string> names;
    std::string mood;
};
struct Outcome {
    std::string greeting;
};

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::hello
