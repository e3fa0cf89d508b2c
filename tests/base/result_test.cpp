// SPDX-License-Identifier: Apache-2.0
#include "core/base/result.hpp"
#include "tests/support/catch.hpp"

#include <memory>

using namespace kspark::core;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error{Code::Invalid, "odd"};
    return number / 2;
}

Result<int> quarter(int number) {
    KSPARK_ASSIGN(const int first, half(number));
    KSPARK_ASSIGN(const int second, half(first));
    return second;
}

Status only_even(int number) {
    KSPARK_TRY(half(number));
    return {};
}

} // namespace

TEST_CASE("an error leaves the function that meets it") {
    REQUIRE(*quarter(12) == 3);
    REQUIRE(quarter(6).error().code == Code::Invalid);
    REQUIRE(only_even(2));
    REQUIRE(only_even(3).error().message == "odd");
}

TEST_CASE("a sentence grows from the inside out") {
    const Error error = Error{Code::Invalid, "odd"}.during("reading x");
    REQUIRE(error.message == "reading x: odd");
    REQUIRE(error.code == Code::Invalid);
}

TEST_CASE("values that can only be moved pass through") {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
    const std::unique_ptr<int> taken = *std::move(result);
    REQUIRE(*taken == 7);
}
