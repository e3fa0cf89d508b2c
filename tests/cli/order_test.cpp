// SPDX-License-Identifier: Apache-2.0
// Would catch: an order that is not kubectl's.
#include "core/cli/order.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;

namespace {

/// The values in the order of --sort-by .x; nothing where there is none.
std::vector<data::Json> sorted(const std::vector<data::Json>& values) {
    std::vector<data::Json> objects;
    for (const auto& value : values)
        objects.push_back(value.is_null() ? data::Json::object() : data::Json{{"x", value}});
    REQUIRE(core::sort_by("x", objects));
    std::vector<data::Json> result;
    for (const auto& object : objects) result.push_back(object.value("x", data::Json()));
    return result;
}

using Values = std::vector<data::Json>;

} // namespace

TEST_CASE("numbers by value, quantities by amount, texts by their bytes, nothing first",
          "[order]") {
    CHECK(sorted({10, 9, 100}) == Values{9, 10, 100});
    CHECK(sorted({"a9", "b1", "a10", "a"}) == Values{"a", "a10", "a9", "b1"});
    CHECK(sorted({"2g", "10g", "512m"}) == Values{"10g", "2g", "512m"});
    CHECK(sorted({"2Gi", "512Mi", "1G"}) == Values{"512Mi", "1G", "2Gi"});
    CHECK(sorted({"b", nullptr, "a"}) == Values{nullptr, "a", "b"});
}

TEST_CASE("a field that no object has is a mistake", "[order]") {
    std::vector<data::Json> objects{{{"a", 1}}};
    const auto done = core::sort_by("{.nope}", objects);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == core::Code::Usage);
    CHECK(objects.size() == 1);
    CHECK_FALSE(core::sort_by("{.nope", objects));
    objects.clear();
    CHECK(core::sort_by(".a", objects));
}
