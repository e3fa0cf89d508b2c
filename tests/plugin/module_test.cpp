// SPDX-License-Identifier: Apache-2.0
// The C face of a command, called as the host calls it; the same objects are linked by
// STATIC_PLUGINS.
#include "core/cli/context.hpp"
#include "core/plugin/module.hpp"
#include "tests/modules/hello/hello.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace kspark;

namespace {

core::Command broken() {
    throw 1;
}

struct Host {
    output::Buffer out, err;
    test::ManualClock clock;
    core::Context context{{out, err}, clock, core::Environment{}, {}};
    const kubectl_spark_plugin& plugin = *plugin::Module<hello::make>::descriptor();

    int run(std::vector<const char*> words) {
        return plugin.run(plugin::opaque(context), static_cast<int>(words.size()), words.data());
    }
};

} // namespace

TEST_CASE("a module describes itself without being run", "[module]") {
    const Host host;
    CHECK(host.plugin.abi_version == KUBECTL_SPARK_ABI_VERSION);
    CHECK(host.plugin.struct_size == sizeof(kubectl_spark_plugin));
    CHECK(std::string(host.plugin.core_version) == core::kCoreId);
    CHECK(std::string(host.plugin.name) == "hello");
    CHECK(std::string(host.plugin.summary) == "Greet somebody");
    CHECK(plugin::Module<broken>::descriptor() == nullptr);
}

TEST_CASE("a module runs, helps and completes", "[module]") {
    Host host;
    CHECK(host.run({"world"}) == 0);
    CHECK(host.out.text() == "hello world\n");
    Host helped;
    CHECK(helped.plugin.help(plugin::opaque(helped.context)) == 0);
    CHECK(helped.out.text().starts_with("Examples:\n\n  # Greet the world\n"));
    Host completed;
    const char* const words[] = {"--mood", "c"};
    CHECK(completed.plugin.complete(plugin::opaque(completed.context), 2, words) == 0);
    CHECK(completed.out.text() == "calm\n:4\n");
}

TEST_CASE("an error is a sentence, an exception is a bug of the command", "[module]") {
    Host invalid;
    CHECK(invalid.run({"--mood=bad"}) == 3);
    CHECK(invalid.err.text() == "error: not in the mood\n");
    Host exception;
    CHECK(exception.run({"--mood=throws"}) == 70);
    CHECK(exception.err.text() == "error: this is a bug of the command \"hello\": boom\n");
    Host number;
    CHECK(number.run({"--mood=throws-int"}) == 70);
    CHECK(number.out.text().empty());
}
