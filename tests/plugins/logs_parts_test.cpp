// SPDX-License-Identifier: Apache-2.0
// The parts between a log and the output, each alone and over all logs of the corpus. Would catch:
// a level that is not seen in a layout, a stack trace that loses its line, a sequence that reaches
// the terminal because it was cut in two, lines of two pods in one, memory that grows with a line.
#include "core/base/text.hpp"
#include "core/output/streams.hpp"
#include "plugins/logs/mixer.hpp"
#include "plugins/logs/progress.hpp"
#include "plugins/logs/selector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace kspark;
using namespace kspark::logs;
using namespace kspark::test;

namespace {

/// Feeds a text line by line, each in pieces of `size`.
void feed(std::string_view text, std::size_t size, const kube::LogLines::Sink& sink) {
    while (!text.empty()) {
        const auto newline = text.find('\n');
        std::string_view line = text.substr(0, newline);
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        bool begins = true;
        do {
            const std::string_view piece = line.substr(0, size);
            line.remove_prefix(piece.size());
            sink({{}, piece, begins, line.empty(), {}});
            begins = false;
        } while (!line.empty());
    }
}

std::string selected(const Choice& choice, std::string_view text, std::size_t size = 50) {
    std::string out;
    Selector selector(choice, [&](const kube::LogPiece& piece) {
        out += piece.bytes;
        if (piece.ends) out += '\n';
    });
    feed(text, size, [&](const kube::LogPiece& piece) { selector.take(piece); });
    return out;
}

Choice matching(const std::string& expression, std::size_t around = 0) {
    Choice choice;
    choice.pattern = std::make_shared<Pattern>(*Pattern::make(expression, false));
    choice.before = choice.after = around;
    return choice;
}

std::vector<std::string> corpus() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(test_file("corpus/logs")))
        names.push_back("corpus/logs/" + entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace

TEST_CASE("levels in the layouts of the field") {
    const std::vector<std::pair<std::string, std::optional<Level>>> lines = {
        {"26/11/22 10:03:47 WARN Utils: Service", Level::Warn},
        {"2026-11-22T10:03:47.123Z ERROR [main] Foo - no", Level::Error},
        {"2026-11-22 10:03:47,123 - job - INFO - hello", Level::Info},
        {"2026-11-22 10:03:47 [thread-1] DEBUG o.a.s.Foo: x", Level::Debug},
        {"[23-07-19 18:27:28] {MicroBatchExecution} INFO: Streaming", Level::Info},
        {R"({"ts":"2024-07-15T19:56:01.577Z","level":"ERROR","msg":"x"})", Level::Error},
        {R"({"@timestamp":"x","message":"m","level" : "warning"})", Level::Warn},
        {"W1227 07:15:38.708407      10 reflector.go:424] failed", Level::Warn},
        {"2025-02-04 13:58:23.290717: E external/local_xla/xla] Unable", Level::Error},
        {"WARNING:torch_tensorrt:Node", Level::Warn},
        {"ERROR StatusLogger Reconfiguration failed", Level::Error},
        {"Exception in thread \"main\" java.lang.Error", Level::Error},
        {"Error: Failed to load class org.Foo.", Level::Error},
        {"[Stage 0:>  (0 + 1) / 1]\r\r26/11/22 10:03:47 WARN TaskSetManager: Lost", Level::Warn},
        {"\tat java.net.URLClassLoader.findClass(URLClassLoader.java:382)", std::nullopt},
        {"Caused by: java.io.IOException: ERROR in the middle", std::nullopt},
        {"Setting default log level to \"WARN\".", std::nullopt},
        {"| 2026-01-02 | ERROR |", std::nullopt},
        {"Pi is roughly 3.14", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& [line, level] : lines) {
        INFO(line);
        CHECK(level_of(line) == level);
    }
}

TEST_CASE("a stack trace stays with its line") {
    Choice choice;
    choice.level = Level::Warn;
    const std::string log = "entrypoint says\n"
                            "26/11/22 10:03:47 INFO A: fine\n"
                            "of no interest\n"
                            "26/11/22 10:03:48 ERROR B: bad\n"
                            "java.lang.RuntimeException: x\n"
                            "\tat y\n"
                            "\n"
                            "26/11/22 10:03:49 INFO A: fine again\n"
                            "Traceback (most recent call last):\n"
                            "  File \"x.py\"\n";
    CHECK(selected(choice, log) == "entrypoint says\n"
                                   "26/11/22 10:03:48 ERROR B: bad\n"
                                   "java.lang.RuntimeException: x\n"
                                   "\tat y\n"
                                   "\n"
                                   "Traceback (most recent call last):\n"
                                   "  File \"x.py\"\n");
}

TEST_CASE("warnings of every log of the corpus") {
    Choice choice;
    choice.level = Level::Warn;
    std::string report;
    for (const auto& name : corpus()) {
        const std::string text = read_test_file(name);
        const std::string chosen = selected(choice, text, 7);
        CHECK(chosen == selected(choice, text, 100'000));
        const auto lines = [](const std::string& t) {
            return std::to_string(std::count(t.begin(), t.end(), '\n'));
        };
        report += name + ": " + lines(chosen) + " of " + lines(text + "\n") + " lines\n";
    }
    CHECK(golden("logs-levels.txt", report) == "");
}

TEST_CASE("grep: lines, lines that do not match, lines around") {
    const std::string log = "a\nb\nc\nd\ne\nf\ng\nh\n";
    CHECK(selected(matching("c|g"), log) == "c\ng\n");
    Choice others = matching("c|g");
    others.invert = true;
    CHECK(selected(others, log) == "a\nb\nd\ne\nf\nh\n");
    CHECK(selected(matching("b|g", 1), log) == "a\nb\nc\n--\nf\ng\nh\n");
    CHECK(selected(matching("c|e", 1), log) == "b\nc\nd\ne\nf\n");
    CHECK(selected(matching("^$"), "a\n\nb\n") == "\n");
}

TEST_CASE("any bytes and any length may be searched") {
    const std::string line = "\xff\xfe needle \x00 " + std::string(3u << 20, 'x');
    CHECK(selected(matching("needle"), line + "\nother\n", 4096) == line + "\n");
    CHECK(selected(matching("(x+x+)+y"), std::string(100'000, 'x') + "\n").empty());
    CHECK_FALSE(Pattern::make("(", false));
}

TEST_CASE("progress of Spark 3 and 4, in every layout") {
    std::string report;
    for (const auto& name : corpus()) {
        std::string lines;
        const auto told = std::make_shared<bool>(false);
        ProgressReader reader(progress_lines(
            [&](const kube::LogPiece& piece) { lines += std::string(piece.bytes) + "\n"; }, told));
        feed(read_test_file(name), 13, [&](const auto& piece) { reader.take(piece); });
        if (!lines.empty()) report += name + "\n" + lines;
    }
    CHECK(golden("logs-progress.txt", report) == "");
}

TEST_CASE("progress in the JSON layout") {
    const data::Json progress = {{"id", "6f77584f-6bd8"},
                                 {"name", "orders"},
                                 {"timestamp", "2026-11-22T10:03:56.166Z"},
                                 {"batchId", 7},
                                 {"numInputRows", 40},
                                 {"inputRowsPerSecond", 15.87},
                                 {"processedRowsPerSecond", 28.01},
                                 {"durationMs", {{"triggerExecution", 1428}}},
                                 {"eventTime", {{"watermark", "2026-11-22T10:03:46.166Z"}}},
                                 {"stateOperators", {{{"numRowsTotal", 2}}, {{"numRowsTotal", 3}}}},
                                 {"sources",
                                  {{{"endOffset", {{"t", {{"0", 5}, {"1", 6}}}}},
                                    {"latestOffset", {{"t", {{"0", 9}, {"1", 6}}}}}},
                                   {{"metrics", {{"maxOffsetsBehindLatest", "3"}}}}}}};
    const data::Json line = {{"ts", "x"},
                             {"level", "INFO"},
                             {"msg", "Streaming query made progress: " + progress.dump(2)},
                             {"logger", "MicroBatchExecution"}};
    std::vector<std::string> lines;
    ProgressReader reader(
        progress_lines([&](const kube::LogPiece& piece) { lines.emplace_back(piece.bytes); },
                       std::make_shared<bool>(true)));
    feed(line.dump() + "\n", 100, [&](const auto& piece) { reader.take(piece); });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] == "2026-11-22T10:03:56Z orders                 7        40      15.9      28.0"
                      "    1428ms       10s          5        7");
}

TEST_CASE("nothing that a terminal obeys gets through, however it is cut") {
    const std::string line = "a\x1b[31mred\x1b[0m \x1b]0;t\x07 \x1b[2J \x1b[1;32mé\xc2\x9b"
                             "31m 10%\r 20%\r\x1b";
    std::string whole;
    for (std::size_t size = 1; size <= line.size(); ++size) {
        Visible visible;
        std::string out;
        for (std::size_t i = 0; i < line.size(); i += size)
            out += visible.take(line.substr(i, size), i + size >= line.size());
        if (whole.empty()) whole = out;
        INFO("pieces of " << size);
        CHECK(out == whole);
    }
    CHECK(whole == "a\x1b[31mred\x1b[0m ^[]0;t^G ^[[2J \x1b[1;32mé\\u009b31m 10%\n 20%\n^[\x1b[0m");
}

TEST_CASE("the corpus on a terminal: only colours are left") {
    for (const auto& name : corpus()) {
        output::Buffer out;
        Mixer mixer(out, {false, true, false});
        const auto source = mixer.add("");
        feed(read_test_file(name), 11, [&](const auto& piece) { mixer.take(source, piece); });
        mixer.flush();
        INFO(name);
        const std::string& text = out.text();
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto c = static_cast<unsigned char>(text[i]);
            if (c == 0x1b) {
                const auto end = text.find_first_not_of("0123456789;:", i + 2);
                REQUIRE((text[i + 1] == '[' && text[end] == 'm'));
            } else {
                REQUIRE((c >= 0x20 || c == '\n' || c == '\t'));
            }
        }
    }
}

TEST_CASE("lines of several logs are whole, each with its prefix") {
    output::Buffer out;
    Mixer mixer(out, {});
    const auto a = mixer.add("driver"), b = mixer.add("exec-1");
    mixer.take(a, {{}, "first ", true, false, {}});
    mixer.take(b, {{}, "other", true, true, {}});
    mixer.take(a, {{}, "half", false, true, {}});
    mixer.line("=== marker");
    mixer.flush();
    CHECK(out.text() == "exec-1 | other\ndriver | first half\n=== marker\n");
}

TEST_CASE("a very long line among others is not held, and is not mixed") {
    output::Buffer out;
    Mixer mixer(out, {});
    const auto a = mixer.add("a"), b = mixer.add("b");
    const std::string piece(16u << 10, 'x');
    for (int i = 0; i < 1000; ++i) {
        mixer.take(a, {{}, piece, i == 0, i == 999, {}});
        if (i % 100 == 0) mixer.take(b, {{}, "short", true, true, {}});
    }
    mixer.flush();
    std::size_t longest = 0, lines = 0;
    for (const auto& line : core::split(out.text(), '\n')) {
        longest = std::max(longest, line.size());
        lines += line == "b | short";
    }
    CHECK(longest == 1000 * piece.size() + 4);
    CHECK(lines == 10);
}

TEST_CASE("a line that nobody ends does not stop the others") {
    output::Buffer out;
    Mixer mixer(out, {});
    const auto a = mixer.add("a"), b = mixer.add("b");
    mixer.take(a, {{}, std::string(100'000, '.'), true, false, {}});
    mixer.take(b, {{}, "alive", true, true, {}});
    for (int i = 0; i < 30; ++i) mixer.flush();
    CHECK(out.text().ends_with("b | alive\n"));
    mixer.take(a, {{}, "rest", false, true, {}});
    mixer.flush();
    CHECK(out.text().ends_with("b | alive\na | rest\n"));
}
