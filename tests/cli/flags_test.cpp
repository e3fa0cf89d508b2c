// SPDX-License-Identifier: Apache-2.0
// pflag's semantics, form by form; the left column is what a user of kubectl types without
// thinking.
#include "core/cli/flags.hpp"
#include "tests/support/catch.hpp"

#include <memory>

using namespace kspark::core;
using Words = std::vector<std::string>;

namespace {

struct Sample {
    Flags flags;
    std::string name_space, message, wait = "none", only_long;
    bool all = false, watch = false;
    int tail = -1;
    Duration timeout = std::chrono::minutes(5);
    std::optional<Duration> since;
    Words files, sets, names, rest;
    Words defaults{"a", "b"};

    explicit Sample(bool with_rest = false) {
        flags.add("-n,--namespace", name_space, "NAME", "namespace");
        flags.add("-m,--message", message, "TEXT", "text");
        flags.add("-A,--all-namespaces", all, "all");
        flags.add("-w,--watch", watch, "watch");
        Flag& waiting = flags.add("--wait", wait, "STATE", "wait");
        waiting.implied = "running";
        waiting.choices = {"running", "completed"};
        flags.add("--tail", tail, "LINES", "lines");
        flags.add("-t,--timeout", timeout, "TIME", "time");
        flags.add("--since", since, "TIME", "time");
        flags.add("-f,--filename", files, "FILE", "files");
        flags.add("--set", sets, "KEY=VALUE", "values", false);
        flags.add("--default", defaults, "X", "defaults");
        flags.positionals("NAME...", names, "names", 0, 3);
        if (with_rest) flags.rest(rest);
    }
    std::string error(const Words& words) {
        const Status parsed = flags.parse(words);
        return parsed ? "" : parsed.error().message;
    }
};

std::unique_ptr<Sample> parsed(const Words& words) {
    auto sample = std::make_unique<Sample>();
    INFO(words.front());
    REQUIRE(sample->error(words) == "");
    return sample;
}

} // namespace

TEST_CASE("every spelling of a value", "[flags]") {
    for (const Words& words :
         {Words{"-n", "prod"}, Words{"-nprod"}, Words{"-n=prod"}, Words{"--namespace", "prod"},
          Words{"--namespace=prod"}, Words{"-An", "prod"}, Words{"-Anprod"}, Words{"-An=prod"},
          Words{"-n", "dev", "-n", "prod"}, Words{"x", "-n", "prod", "y"}})
        CHECK(parsed(words)->name_space == "prod");
}

TEST_CASE("a value may be empty, begin with a dash or hold an equals sign", "[flags]") {
    CHECK(parsed({"-n", "x", "--namespace="})->name_space.empty());
    CHECK(parsed({"-n", "", "y"})->name_space.empty());
    CHECK(parsed({"--message", "--watch"})->message == "--watch");
    CHECK_FALSE(parsed({"--message", "--watch"})->watch);
    CHECK(parsed({"--tail", "-1"})->tail == -1);
    CHECK(parsed({"--tail=-5"})->tail == -5);
    CHECK(parsed({"--message=a=b=c"})->message == "a=b=c");
    CHECK(parsed({"-m", "[a,b]"})->message == "[a,b]");
    CHECK(parsed({"-m", "--"})->message == "--");
    CHECK(parsed({"-m", "{}"})->message == "{}");
}

TEST_CASE("switches", "[flags]") {
    CHECK(parsed({"-A"})->all);
    CHECK(parsed({"--all-namespaces"})->all);
    CHECK(parsed({"--all_namespaces"})->all);
    CHECK_FALSE(parsed({"-A", "-A=false"})->all);
    CHECK_FALSE(parsed({"-A", "--all-namespaces=F"})->all);
    CHECK(parsed({"-A=1"})->all);
    const auto both = parsed({"-Aw"});
    CHECK((both->all && both->watch));
    // "false" is no value of the switch but a positional word.
    const auto positional = parsed({"-A", "false"});
    CHECK(positional->all);
    CHECK(positional->names == Words{"false"});
    CHECK(Sample().error({"-A=maybe"}) ==
          "invalid argument \"maybe\" for \"-A, --all-namespaces\" flag: expected true or false");
}

TEST_CASE("an optional value follows an equals sign only", "[flags]") {
    CHECK(parsed({"orders"})->wait == "none");
    const auto bare = parsed({"--wait", "completed"});
    CHECK(bare->wait == "running");
    CHECK(bare->names == Words{"completed"});
    CHECK(parsed({"--wait=completed"})->wait == "completed");
    CHECK(Sample().error({"--wait=complete"}) ==
          "invalid argument \"complete\" for \"--wait\" flag: expected running, completed; did you "
          "mean \"completed\"?");
}

TEST_CASE("lists", "[flags]") {
    const auto one = parsed({"-f", "a", "b"});
    CHECK(one->files == Words{"a"});
    CHECK(one->names == Words{"b"});
    CHECK(parsed({"-f", "a,b", "--filename=c"})->files == Words{"a", "b", "c"});
    CHECK(parsed({"-f", "\"a,b\",c"})->files == Words{"a,b", "c"});
    CHECK(parsed({"--set", "a=1,b=2"})->sets == Words{"a=1,b=2"});
    CHECK(parsed({"-w"})->defaults == Words{"a", "b"});
    CHECK(parsed({"--default", "c", "--default", "d"})->defaults == Words{"c", "d"});
    CHECK(Sample().error({"-f", "\"a"}) ==
          "invalid argument \"\"a\" for \"-f, --filename\" flag: a quote is not closed");
}

TEST_CASE("numbers and durations", "[flags]") {
    CHECK(parsed({"--tail", "7"})->tail == 7);
    CHECK(parsed({"--timeout", "1h30m"})->timeout == std::chrono::minutes(90));
    CHECK(parsed({"-t500ms"})->timeout == std::chrono::milliseconds(500));
    CHECK(parsed({"--since", "2m"})->since == std::chrono::minutes(2));
    CHECK_FALSE(parsed({"-w"})->since);
    CHECK(Sample().error({"--tail=x"}) ==
          "invalid argument \"x\" for \"--tail\" flag: expected a whole number");
    CHECK(Sample().error({"--tail=1.5"}) ==
          "invalid argument \"1.5\" for \"--tail\" flag: expected a whole number");
    CHECK(Sample().error({"--tail=99999999999"}) ==
          "invalid argument \"99999999999\" for \"--tail\" flag: the number is too large");
    CHECK(Sample().error({"-t", "5"}) ==
          "invalid argument \"5\" for \"-t, --timeout\" flag: \"5\" is not a duration: write it as "
          "30s, 5m or 1h30m");
}

TEST_CASE("mistakes, in kubectl's words", "[flags]") {
    CHECK(Sample().error({"--foo"}) == "unknown flag: --foo");
    CHECK(Sample().error({"--foo=secret"}) == "unknown flag: --foo");
    CHECK(Sample().error({"--filname", "x"}) ==
          "unknown flag: --filname; did you mean \"--filename\"?");
    CHECK(Sample().error({"-z"}) == "unknown shorthand flag: 'z' in -z");
    CHECK(Sample().error({"-Az"}) == "unknown shorthand flag: 'z' in -z");
    CHECK(Sample().error({"--=x"}) == "unknown flag: --");
    CHECK(Sample().error({"---n"}) == "unknown flag: ---n");
    CHECK(Sample().error({"-n"}) == "flag needs an argument: --namespace");
    CHECK(Sample().error({"a", "--message"}) == "flag needs an argument: --message");
    CHECK(Sample().error({"a", "b", "c", "d"}) == "unexpected argument \"d\"");
    CHECK(Sample().flags.parse({"--foo"}).error().code == Code::Usage);
    // The first mistake is the one that is told.
    CHECK(Sample().error({"--tail=x", "-A=y"}).find("--tail") != std::string::npos);
    CHECK(Sample().error({"-A=y", "--tail=x"}).find("-A") != std::string::npos);
}

TEST_CASE("two dashes end the flags", "[flags]") {
    CHECK(parsed({"a", "--", "-n", "--foo"})->names == Words{"a", "-n", "--foo"});
    Sample sample(true);
    REQUIRE(sample.error({"a", "--", "-n", "--", "x"}) == "");
    CHECK(sample.names == Words{"a"});
    CHECK(sample.rest == Words{"-n", "--", "x"});
    CHECK(parsed({"-"})->names == Words{"-"});
}

TEST_CASE("the number of words", "[flags]") {
    Flags none;
    CHECK(none.parse({"x"}).error().message == "unexpected argument \"x\"");
    Flags one;
    Words names;
    one.positionals("NAME", names, "", 1, 1);
    CHECK(one.parse({}).error().message == "argument NAME is missing");
    CHECK(one.parse({"a"}));
    CHECK(names == Words{"a"});
}

TEST_CASE("defaults are shown", "[flags]") {
    const Sample sample;
    for (const Flag& flag : sample.flags.flags()) {
        if (flag.name() == "--timeout") CHECK(flag.shown_default == "5m");
        if (flag.name() == "--tail") CHECK(flag.shown_default == "-1");
        if (flag.name() == "--default") CHECK(flag.shown_default == "a,b");
        if (flag.name() == "--watch") CHECK(flag.shown_default.empty());
    }
}
