// SPDX-License-Identifier: Apache-2.0
#include "tests/spark/status_fixtures.hpp"

#include "core/spark/codec.hpp"
#include "core/spark/facts.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace kspark::test {

data::Json recorded(std::string_view name) {
    return data::Json::parse(read_test_file("corpus/status-live/" + std::string(name) + ".json"));
}

spark::Application application(std::string_view name) {
    auto decoded = spark::decode_application(recorded(name));
    if (!decoded) throw std::runtime_error(decoded.error().message);
    return *std::move(decoded);
}

spark::Facts facts(std::string_view application_name, std::vector<std::string_view> pods,
                   std::string_view now) {
    spark::Facts facts;
    facts.application = application(application_name);
    facts.now = *core::parse_time(now);
    facts.pods_known = facts.events_known = true;
    for (const auto pod : pods) facts.pods.push_back(spark::decode_pod(recorded(pod)));
    const auto of_interest = [&](const std::string& name) {
        return name == facts.application.name ||
               std::any_of(facts.pods.begin(), facts.pods.end(),
                           [&](const auto& pod) { return pod.name == name; });
    };
    const data::Json events = recorded("events");
    for (const auto& item : events["items"])
        if (auto event = spark::decode_event(item); of_interest(event.object_name))
            facts.events.push_back(std::move(event));
    return facts;
}

} // namespace kspark::test
