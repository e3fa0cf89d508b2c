// SPDX-License-Identifier: Apache-2.0
// A line has a level when it begins with a time and a level word stands in its first words, or when
// it begins with the level itself. What a progress bar left before a carriage return is skipped.
#include "plugins/logs/level.hpp"

#include <array>
#include <cctype>
#include <string>

namespace kspark::logs {
namespace {

/// The level stands in the first words or not at all.
constexpr std::size_t kHead = 200;
constexpr int kMostWords = 8;
/// Of a JSON line; the level may follow the message.
constexpr std::size_t kJsonHead = 64u << 10;

struct Word {
    std::string_view text;
    Level level;
};
constexpr std::array kWords = {
    Word{"TRACE", Level::Trace},  Word{"DEBUG", Level::Debug},  Word{"INFO", Level::Info},
    Word{"WARN", Level::Warn},    Word{"WARNING", Level::Warn}, Word{"ERROR", Level::Error},
    Word{"SEVERE", Level::Error}, Word{"FATAL", Level::Fatal},  Word{"CRITICAL", Level::Fatal},
};

/// How errors begin that nothing gave a level.
constexpr std::array<std::string_view, 5> kBareErrors = {
    "Exception in thread ", "Traceback (most recent call last)",
    "Error: ", "error: ", "Caused by: java.lang.OutOfMemoryError"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<Level> word_level(std::string_view word) {
    for (const Word& known : kWords)
        if (known.text == word) return known.level;
    return std::nullopt;
}

/// "26/11/22 10:03", "2026-11-22T10:", "10:03:47,123": digits, then a separator.
bool begins_with_time(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits != 2 && digits != 4) return false;
    if (text.size() < digits + 4) return false;
    const char separator = text[digits];
    return (separator == '/' || separator == '-' || separator == ':' || separator == '.') &&
           is_digit(text[digits + 1]) && is_digit(text[digits + 2]);
}

bool is_word_byte(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// A level among the first words: "WARN", "[WARN]", "- INFO -", "{Logger} INFO:", TensorFlow's
/// ": W ".
std::optional<Level> level_among_words(std::string_view text) {
    text = text.substr(0, kHead);
    int words = 0;
    for (std::size_t i = 0; i < text.size() && words < kMostWords;) {
        if (text[i] == ' ' || text[i] == '\t') {
            ++i;
            continue;
        }
        std::size_t end = text.find_first_of(" \t", i);
        if (end == std::string_view::npos) end = text.size();
        std::string_view word = text.substr(i, end - i);
        i = end;
        ++words;
        while (!word.empty() && !is_word_byte(word.front())) word.remove_prefix(1);
        while (!word.empty() && !is_word_byte(word.back())) word.remove_suffix(1);
        if (const auto level = word_level(word)) return level;
        if (words != 3 || word.size() != 1) continue;
        if (word == "I") return Level::Info;
        if (word == "W") return Level::Warn;
        if (word == "E") return Level::Error;
        if (word == "F") return Level::Fatal;
    }
    return std::nullopt;
}

/// "W1227 07:15:38.708407".
std::optional<Level> klog_level(std::string_view line) {
    if (line.size() < 9 || line[5] != ' ' || line[8] != ':') return std::nullopt;
    for (std::size_t i = 1; i < 5; ++i)
        if (!is_digit(line[i])) return std::nullopt;
    switch (line[0]) {
    case 'I':
        return Level::Info;
    case 'W':
        return Level::Warn;
    case 'E':
        return Level::Error;
    case 'F':
        return Level::Fatal;
    default:
        return std::nullopt;
    }
}

/// The value of "level" (or "severity") in a line that is one JSON object.
std::optional<Level> json_level(std::string_view line) {
    line = line.substr(0, kJsonHead);
    for (const std::string_view key : {"\"level\"", "\"severity\"", "\"log.level\""}) {
        std::size_t at = line.find(key);
        if (at == std::string_view::npos) continue;
        at = line.find_first_not_of(" :", at + key.size());
        if (at == std::string_view::npos || line[at] != '"') continue;
        const std::size_t end = line.find('"', at + 1);
        if (end != std::string_view::npos) return parse_level(line.substr(at + 1, end - at - 1));
    }
    return std::nullopt;
}

/// "WARNING:torch:", "ERROR StatusLogger", "[INFO] ".
std::optional<Level> leading_level(std::string_view line) {
    if (line.starts_with('[')) line.remove_prefix(1);
    std::size_t end = 0;
    while (end < line.size() && is_word_byte(line[end])) ++end;
    const bool separated = end < line.size() && (line[end] == ':' || line[end] == ' ' ||
                                                 line[end] == ']' || line[end] == '\t');
    return separated ? word_level(line.substr(0, end)) : std::nullopt;
}

std::optional<Level> level_of_segment(std::string_view line) {
    if (line.empty()) return std::nullopt;
    if (line.front() == '{') return json_level(line);
    for (const std::string_view bare : kBareErrors)
        if (line.starts_with(bare)) return Level::Error;
    if (const auto level = leading_level(line)) return level;
    if (const auto level = klog_level(line)) return level;
    if (line.front() == '[' || line.front() == '(') line.remove_prefix(1);
    return begins_with_time(line) ? level_among_words(line) : std::nullopt;
}

} // namespace

std::optional<Level> parse_level(std::string_view word) {
    std::string upper(word);
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return word_level(upper);
}

std::optional<Level> level_of(std::string_view line) {
    std::optional<Level> level = level_of_segment(line);
    for (std::size_t at = line.find('\r'); !level && at != std::string_view::npos;
         at = line.find('\r', at + 1))
        level = level_of_segment(line.substr(at + 1));
    return level;
}

} // namespace kspark::logs
