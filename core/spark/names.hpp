// SPDX-License-Identifier: Apache-2.0
// What Kubernetes and the operators take for a name.
#pragma once

#include <string>
#include <string_view>

namespace kspark::spark {

// Each gives what is wrong with a name and what to write, or nothing.

/// Of an application: DNS-1035, since pods and services are named after it.
std::string name_problem(std::string_view name);
/// Of a namespace: DNS-1123.
std::string namespace_problem(std::string_view name);
/// Of a set: the value of a label.
std::string set_name_problem(std::string_view name);

} // namespace kspark::spark
