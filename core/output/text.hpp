// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/system.hpp"
#include "core/output/streams.hpp"

#include <string>
#include <string_view>

namespace kspark::output {

/// Makes a string from the cluster harmless on a terminal: control characters (C0, DEL, C1, bidi
/// overrides) are made visible, "^[" for ESC; invalid UTF-8 is replaced. Newlines and tabs stay
/// when asked, else become spaces.
std::string sanitize(std::string_view text, bool keep_lines = false);
/// Columns that a text takes on a terminal (wide and combining characters counted).
int display_width(std::string_view text);
/// Cut to a width, the last column an ellipsis when something was cut.
std::string cut(std::string_view text, int width);

enum class Color { None, Red, Green, Yellow, Blue, Cyan, Bold, Dim };
enum class ColorMode { Auto, Always, Never };
/// kubectl's rule for Auto: a terminal, TERM not "dumb", NO_COLOR not set.
bool use_color(ColorMode mode, const Stream& stream, const core::Environment& environment);
/// The text in that color, or as it is.
std::string paint(std::string_view text, Color color, bool enabled);

} // namespace kspark::output
