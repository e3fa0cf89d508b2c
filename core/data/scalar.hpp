// SPDX-License-Identifier: Apache-2.0
// What an unquoted YAML scalar means: to Kubernetes (sigs.k8s.io/yaml, which keeps YAML 1.1's
// rules) and to a reader of YAML 1.2.
#pragma once

#include <cstdint>
#include <string_view>

namespace kspark::data {

struct Scalar {
    enum class Kind { Null, Bool, Integer, Unsigned, Float, String };
    Kind kind = Kind::String;
    bool boolean = false;
    std::int64_t integer = 0;
    std::uint64_t natural = 0; ///< Unsigned: larger than int64
    double real = 0;           ///< Float: with a fraction, not finite, or larger than 64 bits
};
bool operator==(const Scalar& a, const Scalar& b);

/// As kubectl and helm read it. A float without a fraction is an integer, as in their JSON.
Scalar resolve_kubernetes(std::string_view text);
/// As YAML 1.2's core schema has it.
Scalar resolve_core(std::string_view text);
/// Neither of the two, nor a reader of YAML 1.1 in full (sexagesimals, dates), takes it for
/// anything but a string.
bool surely_string(std::string_view text);

} // namespace kspark::data
