// SPDX-License-Identifier: Apache-2.0
// What is the same for all commands: parsing, help, errors and exit statuses, completion.
#include "core/cli/command.hpp"
#include "core/cli/exit_status.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/manual_clock.hpp"

using namespace kspark;
using namespace kspark::core;
using Words = std::vector<std::string>;

namespace {

struct Options {
    std::string name_of_file, color, mood;
    Words names;
    bool deep = false, old = false;
    std::string wait = "none";
};
struct Outcome {
    std::string text;
};

void declare(Flags& flags, Options& options) {
    flags.add("-f,--filename", options.name_of_file, "FILE", "File to read");
    flags.add("--output-dir", options.color, "DIR", "Directory to write to");
    flags.add("--deep", options.deep, "Look deeper");
    flags.add("--old", options.old, "Nobody needs this").hidden = true;
    Flag& wait = flags.add("--wait", options.wait, "STATE",
                           "Wait until every application that was changed is in this state, and "
                           "say what keeps one from it");
    wait.implied = "running";
    wait.choices = {"running", "completed"};
    flags.add("--mood", options.mood, "MOOD", "How it ends").complete =
        [](Context& context, const std::string&) -> Words {
        return {"in-" + context.connection.name_space + "\tfrom\x1b[31m the cluster", "other"};
    };
    flags.positionals("NAME...", options.names, "Applications", 0, 2).complete =
        [](Context&, const std::string&) -> Words {
        return {"orders", "payments\tRUNNING"};
    };
}

Result<Outcome> run(Context&, const Options& options) {
    if (options.mood == "quiet") return Error{Code::ApplicationFailed, ""};
    if (options.mood == "usage") return Error{Code::Usage, "--mood does not go with this"};
    if (options.mood == "closed") return Error{Code::OutputClosed, "the reader has gone"};
    if (options.mood == "invalid") return Error{Code::Invalid, "values.yaml:3:1: no", {"more"}};
    return Outcome{"ran " + options.wait + "\n"};
}

Status print(Context& context, const Options&, const Outcome& outcome) {
    return context.streams.out.write(outcome.text);
}

Command sample() {
    return make_command<Options, Outcome>("sample", "Show a sample", "sample [NAME...] [flags]",
                                          "# Examples\n\n```\n# All\nkubectl spark sample\n```\n\n"
                                          "Shows a **sample**.\n\n## Notes\n\nThere are none.\n",
                                          declare, run, print);
}

struct Terminal {
    output::Buffer out, err;
    test::ManualClock clock;
    Context context{{out, err}, clock, Environment{}, {}};

    int run(const Words& words) { return run_command(sample(), context, words); }
    std::string complete(const Words& words) {
        CHECK(complete_command(sample(), context, words) == 0);
        CHECK(err.text().empty());
        return out.text();
    }
};

} // namespace

TEST_CASE("a command runs and prints", "[command]") {
    Terminal terminal;
    CHECK(terminal.run({"--wait", "orders"}) == 0);
    CHECK(terminal.out.text() == "ran running\n");
    CHECK(terminal.err.text().empty());
}

TEST_CASE("a usage error names the help", "[command]") {
    Terminal terminal;
    CHECK(terminal.run({"--foo"}) == 2);
    CHECK(terminal.out.text().empty());
    CHECK(terminal.err.text() ==
          "error: unknown flag: --foo\nSee 'kubectl spark sample --help' for usage.\n");
    Terminal later;
    CHECK(later.run({"--mood=usage"}) == 2);
    CHECK(later.err.text() == "error: --mood does not go with this\n"
                              "See 'kubectl spark sample --help' for usage.\n");
}

TEST_CASE("errors become a sentence and an exit status", "[command]") {
    Terminal invalid;
    CHECK(invalid.run({"--mood=invalid"}) == 3);
    CHECK(invalid.err.text() == "error: values.yaml:3:1: no\nmore\n");
    Terminal quiet;
    CHECK(quiet.run({"--mood=quiet"}) == 4);
    CHECK(quiet.err.text().empty());
    Terminal closed;
    CHECK(closed.run({"--mood=closed"}) == 0);
    CHECK(closed.err.text().empty());
}

TEST_CASE("help wins over what else is wrong in the line", "[command]") {
    for (const Words& words :
         {Words{"--help"}, Words{"-h"}, Words{"--foo", "-h"}, Words{"a", "b", "c", "--help"}}) {
        Terminal terminal;
        CHECK(terminal.run(words) == 0);
        CHECK(terminal.out.text().starts_with("Examples:\n"));
        CHECK(terminal.err.text().empty());
    }
}

TEST_CASE("the text of help", "[command]") {
    Terminal terminal;
    CHECK(test::golden("cli_help.txt", help_text(sample(), terminal.context)) == "");
}

TEST_CASE("completion of flags", "[completion]") {
    CHECK(Terminal().complete({"--de"}) == "--deep\tLook deeper\n:4\n");
    CHECK(Terminal().complete({"--ol"}) == ":4\n");
    // What was given once is not offered again.
    CHECK(Terminal().complete({"--deep", "--de"}) == ":4\n");
}

TEST_CASE("completion of values", "[completion]") {
    CHECK(Terminal().complete({"--wait=r"}) == "running\n:4\n");
    CHECK(Terminal().complete({"--filename", ""}) == ":0\n");
    CHECK(Terminal().complete({"-f", "val"}) == ":0\n");
    CHECK(Terminal().complete({"--output-dir", ""}) == ":16\n");
    // A completer sees the flags of the line, and the terminal never what a cluster sends raw.
    CHECK(Terminal().complete({"-n", "prod", "--mood", "i"}) ==
          "in-prod\tfrom^[[31m the cluster\n:4\n");
    // Bare --wait takes no word.
    CHECK(Terminal().complete({"--wait", "p"}) == "payments\tRUNNING\n:4\n");
}

TEST_CASE("completion of positional words", "[completion]") {
    CHECK(Terminal().complete({""}) == "orders\npayments\tRUNNING\n:4\n");
    CHECK(Terminal().complete({}) == "orders\npayments\tRUNNING\n:4\n");
    CHECK(Terminal().complete({"--bad-flag", "o"}) == "orders\n:4\n");
    CHECK(Terminal().complete({"orders", ""}) == "payments\tRUNNING\n:4\n");
    CHECK(Terminal().complete({"x", "y", ""}) == ":4\n");
    CHECK(Terminal().complete({"--", ""}) == ":0\n");
}

TEST_CASE("completion asks nobody and waits for nobody", "[completion]") {
    Terminal terminal;
    terminal.complete({""});
    CHECK_FALSE(terminal.context.terminal.may_prompt);
    CHECK(terminal.context.connection.request_timeout == "150ms");
    CHECK(terminal.context.terminal.limit == std::chrono::milliseconds(150));
    Terminal patient;
    patient.context.environment.set("KUBECTL_SPARK_COMPLETION_TIMEOUT", "2s");
    patient.complete({""});
    CHECK(patient.context.terminal.limit == std::chrono::seconds(2));
}

TEST_CASE("exit statuses", "[exit]") {
    CHECK(exit_status(Code::Failed) == 1);
    CHECK(exit_status(Code::NotFound) == 1);
    CHECK(exit_status(Code::Usage) == 2);
    CHECK(exit_status(Code::Invalid) == 3);
    CHECK(exit_status(Code::ApplicationFailed) == 4);
    CHECK(exit_status(Code::Timeout) == 5);
    CHECK(exit_status(Code::Unauthorized) == 6);
    CHECK(exit_status(Code::Forbidden) == 6);
    CHECK(exit_status(Code::Refused) == 6);
    CHECK(exit_status(Code::Unreachable) == 7);
    CHECK(exit_status(Code::ChangesPending) == 8);
    CHECK(exit_status(Code::Internal) == 70);
    CHECK(exit_status(Code::Interrupted) == 130);
}

TEST_CASE("the worse of two", "[exit]") {
    const std::vector<Code> order{Code::Internal, Code::Unreachable,       Code::Refused,
                                  Code::Invalid,  Code::ApplicationFailed, Code::Timeout,
                                  Code::Failed,   Code::ChangesPending};
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = i; j < order.size(); ++j) {
            CHECK(worse(order[i], order[j]) == order[i]);
            CHECK(worse(order[j], order[i]) == order[i]);
        }
}
