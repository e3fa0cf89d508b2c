// SPDX-License-Identifier: Apache-2.0
// Golden files: expected outputs that a person reads in review. One switch accepts a new state.
#include "tests/support/golden.hpp"

#include "core/base/system.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace kspark::test {

std::string test_file(std::string_view relative) {
    return std::string(KSPARK_TEST_DATA) + "/" + std::string(relative);
}

std::string read_test_file(std::string_view relative) {
    auto text = core::read_file(test_file(relative), 1u << 30);
    if (!text) throw std::runtime_error(text.error().message);
    return *std::move(text);
}

std::string golden(std::string_view name, std::string_view text) {
    const std::string path = test_file("golden/" + std::string(name));
    if (std::getenv("KSPARK_ACCEPT") != nullptr) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << text;
        return {};
    }
    const auto expected = core::read_file(path, 1u << 30);
    if (!expected)
        return expected.error().message + " (KSPARK_ACCEPT=1 writes it); got:\n" +
               std::string(text);
    if (*expected == text) return {};
    return "--- expected " + std::string(name) + "\n" + *expected + "\n+++ got\n" +
           std::string(text);
}

} // namespace kspark::test
