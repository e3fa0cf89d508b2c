// SPDX-License-Identifier: Apache-2.0
// kubectl spark doctor: can Spark applications run in this namespace of this cluster?
#pragma once

#include "core/cli/command.hpp"
#include "plugins/doctor/checks.hpp"

namespace kspark::doctor {

struct Options {
    std::string service_account;
    std::string output;
    bool no_headers = false;
};

struct Outcome {
    std::string name_space;
    std::vector<Check> checks;
    bool json = false;
};

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::doctor
