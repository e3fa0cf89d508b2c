// SPDX-License-Identifier: Apache-2.0
// The time line of an application as status and events print it.
#include "core/cli/events_table.hpp"

#include "core/base/text.hpp"
#include "core/spark/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::core {

output::Table events_table(const std::vector<spark::Event>& events, Time now) {
    using output::Cell;
    using output::Color;
    output::Table table{{{"AGE"}, {"TYPE"}, {"REASON"}, {"OBJECT"}, {"MESSAGE"}}};
    table.columns.back().flexible = true;
    for (const auto& event : events) {
        const std::string times = event.count > 1 ? fmt::format(" (x{})", event.count) : "";
        table.rows.push_back(
            {human_duration(std::max(Duration{}, now - event.last)) + times,
             Cell(event.type, event.type == "Warning" ? Color::Yellow : Color::None), event.reason,
             lower(event.object_kind) + "/" + event.object_name, spark::event_text(event)});
    }
    return table;
}

} // namespace kspark::core
