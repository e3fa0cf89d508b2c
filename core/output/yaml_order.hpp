// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kspark::output {

/// The order of keys in kubectl's YAML: numbers in them by value ("exec-9" before "exec-10"),
/// letters behind everything else.
bool yaml_key_less(std::string_view left, std::string_view right);

} // namespace kspark::output
