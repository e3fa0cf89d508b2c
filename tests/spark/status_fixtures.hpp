// SPDX-License-Identifier: Apache-2.0
// What was recorded from running clusters (tests/corpus/MANIFEST.tsv says where each file is from).
#pragma once

#include "core/data/json.hpp"
#include "core/spark/diagnosis.hpp"

namespace kspark::test {

/// tests/corpus/status-live/NAME.json
data::Json recorded(std::string_view name);
spark::Application application(std::string_view name);
/// Pods by their file names, and the recorded events of them and the application.
spark::Facts facts(std::string_view application_name, std::vector<std::string_view> pods,
                   std::string_view now);

} // namespace kspark::test
