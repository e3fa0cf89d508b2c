// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "core/data/json.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace kspark::render {

/// A spark-submit command line as a values file with one stream.
struct Submission {
    data::Json values;
    std::vector<std::string> warnings;
};

/// `words` may begin with "spark-submit" itself. Usage errors name the option.
core::Result<Submission> read_spark_submit(const std::vector<std::string>& words);

} // namespace kspark::render
