// SPDX-License-Identifier: Apache-2.0
// Throws before anybody can have called it.
#include <stdexcept>

namespace {

struct Thrower {
    Thrower() { throw std::runtime_error("thrown by a constructor"); }
};
const Thrower thrower;

} // namespace
