// SPDX-License-Identifier: Apache-2.0
// kubectl spark logs: what drivers and executors write, across restarts, each line once.
#pragma once

#include "core/cli/command.hpp"
#include "core/spark/inputs.hpp"
#include "plugins/logs/level.hpp"

#include <optional>

namespace kspark::logs {

struct Options {
    std::vector<std::string> names;
    std::string selector;
    spark::InputOptions inputs; ///< a file that names the applications
    // Which pods and containers.
    std::string executor; ///< a number, "all", or empty
    bool all = false;     ///< driver and executors
    std::string container;
    bool all_containers = false;
    // Which part of the log.
    bool follow = false;
    bool previous = false;
    std::optional<core::Duration> since;
    std::string since_time;
    int tail = -1;
    int limit_bytes = 0;
    core::Duration timeout = core::Duration::zero(); ///< zero: waits for ever
    // Which lines.
    std::string grep;
    bool ignore_case = false;
    bool invert_match = false;
    int before_context = 0, after_context = 0, context_lines = 0;
    std::optional<Level> level;
    bool progress = false;
    // How.
    bool prefix = false;
    bool timestamps = false;
    bool raw = false;
};

/// The log is out when this is made.
struct Outcome {
    std::vector<core::Error> errors; ///< of single applications
    bool found = true;               ///< a selector found something
    std::string name_space;
};

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::logs
