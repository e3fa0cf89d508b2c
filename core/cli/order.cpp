// SPDX-License-Identifier: Apache-2.0
// The order of --sort-by. What is compared is found once per object, not once per comparison.
#include "core/cli/order.hpp"

#include "core/output/jsonpath.hpp"
#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::core {
namespace {

using data::Json;

bool less(const Json& left, const Json& right) {
    if (left.is_string() && right.is_string()) {
        const auto &a = left.get_ref<const std::string&>(),
                   &b = right.get_ref<const std::string&>();
        const auto x = spark::parse_quantity(a), y = spark::parse_quantity(b);
        return x && y ? *x < *y : a < b;
    }
    return left < right;
}

} // namespace

Status sort_by(std::string_view path, std::vector<Json>& objects) {
    KSPARK_ASSIGN(const std::string expression, output::relaxed_jsonpath(path));
    struct Keyed {
        Json key; ///< null without the field
        Json object;
    };
    std::vector<Keyed> keyed;
    bool any = false;
    for (Json& object : objects) {
        KSPARK_ASSIGN(Json found, output::find_jsonpath(expression, object));
        any = any || !found.empty();
        keyed.push_back({found.empty() ? Json() : std::move(found.front()), std::move(object)});
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const Keyed& left, const Keyed& right) {
        return less(left.key, right.key);
    });
    objects.clear();
    for (Keyed& one : keyed) objects.push_back(std::move(one.object));
    if (any || objects.empty()) return {};
    return Error{Code::Usage, fmt::format("--sort-by: no object has the field \"{}\"", expression)};
}

} // namespace kspark::core
