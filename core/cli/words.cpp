// SPDX-License-Identifier: Apache-2.0
// The forms of flags in which pflag (kubectl's parser) and CLI11 differ, brought to one that both
// read alike: "-n=x", "-nx", "--name=x" (also with an empty x), bundles "-Aw" and "-Awnx", switches
// with a value "-A=false", flags whose value is optional and only ever follows "=", underscores.
// What a flag's value is cannot be known without the declarations, so this walk needs them.
#include "core/cli/words.hpp"

#include <algorithm>

namespace kspark::core {

namespace {

class Speller {
public:
    Speller(const std::vector<Flag>& flags, const std::vector<std::string>& arguments)
        : flags_(flags), arguments_(arguments) {}

    Words spell_out() && {
        while (next_ < arguments_.size() && !spelled_.ended) {
            const std::string& word = arguments_[next_++];
            if (word == "--") {
                spelled_.ended = true;
            } else if (word.starts_with("--")) {
                long_flag(word);
            } else if (word.starts_with('-') && word.size() > 1) {
                short_flags(word);
            } else {
                spelled_.words.push_back(word);
            }
        }
        spelled_.rest.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(next_),
                             arguments_.end());
        return std::move(spelled_);
    }

private:
    void long_flag(const std::string& word) {
        const std::size_t equals = word.find('=');
        const Flag* flag = find_flag(flags_, word.substr(0, equals));
        if (flag == nullptr) {
            spelled_.words.push_back(word);
        } else if (equals != std::string::npos) {
            push(*flag, word.substr(equals + 1));
        } else {
            push_without_value(*flag);
        }
    }

    void short_flags(const std::string& word) {
        for (std::size_t at = 1; at < word.size(); ++at) {
            const Flag* flag = find_flag(flags_, std::string{'-', word[at]});
            if (flag == nullptr) {
                spelled_.words.push_back("-" + word.substr(at));
                return;
            }
            const bool last = at + 1 == word.size();
            if (!last && word[at + 1] == '=') return push(*flag, word.substr(at + 2));
            if (!last && !flag->implied) return push(*flag, word.substr(at + 1));
            push_without_value(*flag);
        }
    }

    void push_without_value(const Flag& flag) {
        if (flag.implied) return push(flag, *flag.implied);
        if (next_ < arguments_.size()) return push(flag, arguments_[next_++]);
        spelled_.words.push_back(flag.name());
        spelled_.awaiting = &flag;
    }

    void push(const Flag& flag, std::string value) {
        spelled_.words.push_back(flag.name());
        spelled_.words.push_back(std::move(value));
    }

    const std::vector<Flag>& flags_;
    const std::vector<std::string>& arguments_;
    std::size_t next_ = 0;
    Words spelled_;
};

} // namespace

Words spell_out(const std::vector<Flag>& flags, const std::vector<std::string>& arguments) {
    return Speller(flags, arguments).spell_out();
}

const Flag* find_flag(const std::vector<Flag>& flags, std::string_view name) {
    std::string wanted(name);
    if (wanted.size() > 2) std::replace(wanted.begin(), wanted.end(), '_', '-');
    for (const Flag& flag : flags)
        if (std::find(flag.names.begin(), flag.names.end(), wanted) != flag.names.end())
            return &flag;
    return nullptr;
}

} // namespace kspark::core
