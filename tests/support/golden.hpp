// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kspark::test {

/// The path of a file below tests/.
std::string test_file(std::string_view relative);
std::string read_test_file(std::string_view relative);

/// Compares with tests/golden/NAME; with KSPARK_ACCEPT=1 in the environment it writes the file
/// instead. Returns the difference, empty when equal: REQUIRE(golden("x.txt", text) == "").
std::string golden(std::string_view name, std::string_view text);

} // namespace kspark::test
