// SPDX-License-Identifier: Apache-2.0
// Would catch: a spelling of names that is not kubectl's.
#include "core/spark/lookup.hpp"
#include "tests/support/catch.hpp"

using namespace kspark;

using Names = std::vector<std::string>;

TEST_CASE("names with their type before them", "[names]") {
    const auto names = [](const Names& words) {
        const auto found = spark::application_names(words);
        return found ? *found : Names{"error: " + found.error().message};
    };
    CHECK(names({"orders"}) == Names{"orders"});
    CHECK(names({"sparkapp"}) ==
          Names{"error: resource(s) were provided, but no name was specified: "
                "sparkapp NAME or sparkapp/NAME"});
    CHECK(names({"sparkapp", "orders", "payments"}) == Names{"orders", "payments"});
    CHECK(names({"SparkApplications", "orders"}) == Names{"orders"});
    CHECK(names({"sparkapp/orders", "sparkapplications.v1beta2.sparkoperator.k8s.io/payments"}) ==
          Names{"orders", "payments"});
    CHECK(names({"sparkapplications.spark.apache.org", "orders"}) == Names{"orders"});
    CHECK(names({"pods/orders"})[0].starts_with("error: "));
    CHECK(names({"sparkapplications.other.io/orders"})[0].starts_with("error: "));
    CHECK(names({"scheduledsparkapp", "nightly"})[0].find("is a schedule") != std::string::npos);
    CHECK(names({"orders", ""}) == Names{"error: resource name may not be empty"});
    CHECK(names({"sparkapp", "sparkapp/orders"})[0].starts_with("error: there is no need"));
}
