// SPDX-License-Identifier: Apache-2.0
// A line says what happens to an application and the fields that make it happen; a long list of
// fields or a long value is cut, --diff shows it whole.
#include "plugins/submit/plan_text.hpp"

#include "core/base/text.hpp"
#include "core/data/yaml.hpp"
#include "core/output/diff.hpp"
#include "core/spark/secrets.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::submit {
namespace {

using output::Color;
using spark::Action;

constexpr std::size_t kFieldsShown = 3;
constexpr int kValueWidth = 60;

Color color_of(const Item& item) {
    if (item.refused) return Color::Red;
    if (!item.asked) return Color::None;
    switch (item.change.action) {
    case Action::Create:
        return Color::Green;
    case Action::Restart:
        return Color::Yellow;
    case Action::Update:
        return Color::Cyan;
    case Action::Prune:
        return Color::Red;
    case Action::Unchanged:
        return Color::Dim;
    }
    return Color::None;
}

std::string action_text(const Item& item) {
    if (item.refused) return "refused";
    return item.asked ? std::string(spark::to_text(item.change.action)) : "apply";
}

std::string field_text(const spark::FieldChange& field) {
    const auto value = [](const std::string& text) { return output::cut(text, kValueWidth); };
    const std::string path = data::to_text(field.path);
    if (field.before.empty()) return fmt::format("{}: {} (new)", path, value(field.after));
    if (field.after.empty()) return fmt::format("{}: {} (removed)", path, value(field.before));
    return fmt::format("{}: {} -> {}", path, value(field.before), value(field.after));
}

std::string reason_text(const Item& item) {
    if (item.refused) return item.refused->message;
    const auto& fields = item.change.fields;
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < fields.size() && i < kFieldsShown; ++i)
        parts.push_back(field_text(fields[i]));
    if (fields.size() > kFieldsShown)
        parts.push_back(fmt::format("and {} more", fields.size() - kFieldsShown));
    std::string text = core::join(parts, ", ");
    if (!item.change.note.empty()) text += fmt::format(" ({})", item.change.note);
    return text;
}

std::string yaml_of(const data::Json& object) {
    return object.is_null() ? std::string() : data::to_yaml(object);
}

} // namespace

std::vector<std::string> shown_names(const std::vector<Item>& items) {
    const bool several = std::ranges::any_of(items, [&](const Item& item) {
        return item.reference.name_space != items.front().reference.name_space;
    });
    std::vector<std::string> names;
    for (const auto& item : items)
        names.push_back(several ? item.reference.name_space + "/" + item.reference.name
                                : item.reference.name);
    return names;
}

output::Table plan_table(const std::vector<Item>& items) {
    output::Table table;
    table.columns = {{"NAME"}, {"ACTION"}, {"CHANGES", false, false, true}};
    const auto names = shown_names(items);
    for (std::size_t i = 0; i < items.size(); ++i)
        table.rows.push_back({names[i], output::Cell(action_text(items[i]), color_of(items[i])),
                              reason_text(items[i])});
    return table;
}

std::string plan_summary(const std::vector<Item>& items) {
    static constexpr std::array<std::pair<Action, std::string_view>, 5> kWords = {
        {{Action::Create, "to create"},
         {Action::Restart, "to restart"},
         {Action::Update, "to change in place"},
         {Action::Prune, "to prune"},
         {Action::Unchanged, "unchanged"}}};
    std::vector<std::string> parts;
    for (const auto& [action, words] : kWords) {
        const auto number = std::ranges::count_if(items, [action = action](const Item& item) {
            return !item.refused && item.change.action == action;
        });
        if (number > 0) parts.push_back(fmt::format("{} {}", number, words));
    }
    return core::join(parts, ", ");
}

std::string plan_diff(const std::vector<Item>& items, bool color) {
    std::string text;
    const auto names = shown_names(items);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].refused || items[i].change.action == Action::Unchanged) continue;
        data::Json before = spark::without_server_fields(items[i].live);
        data::Json after = spark::without_server_fields(items[i].stored);
        spark::mask_pair(before, after);
        text += output::unified_diff(yaml_of(before), yaml_of(after), "live/" + names[i],
                                     "new/" + names[i], color);
    }
    return text;
}

bool has_changes(const std::vector<Item>& items) {
    return std::ranges::any_of(
        items, [](const Item& item) { return item.change.action != Action::Unchanged; });
}

} // namespace kspark::submit
