// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/submit/submit.hpp"

namespace kspark::submit {

/// Of the files, the chart or the schedule that the options name; warnings are written to stderr.
/// Invalid when there is nothing to submit, or when an offline check says no (--validate=strict).
core::Result<spark::Inputs> load_inputs(core::Context& context, const Options& options);

} // namespace kspark::submit
