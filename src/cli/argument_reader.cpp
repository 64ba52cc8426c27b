// SPDX-License-Identifier: MIT
#include "cli/argument_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace qmpev {

bool ArgumentReader::next() {
  if (position_ == words_.size()) return false;
  name_ = words_[position_++];
  attached_.reset();
  const std::size_t equals = name_.find('=');
  if (name_.rfind("--", 0) == 0 && equals != std::string::npos) {
    attached_ = name_.substr(equals + 1);
    name_.resize(equals);
  }
  return true;
}

bool ArgumentReader::comes(std::string_view word) const noexcept {
  const auto rest = words_.begin() + static_cast<std::ptrdiff_t>(position_);
  return std::find(rest, words_.end(), word) != words_.end();
}

Result<std::string> ArgumentReader::value(std::string_view example) {
  if (attached_) return *attached_;
  if (position_ == words_.size())
    return usage_error(name_ + " needs a value: " + name_ + " " + std::string(example));
  return words_[position_++];
}

std::optional<std::string> ArgumentReader::optional_value() {
  if (attached_) return attached_;
  const bool is_there = position_ != words_.size() && words_[position_].rfind('-', 0) != 0;
  return is_there ? std::optional(words_[position_++]) : std::nullopt;
}

Result<void> ArgumentReader::take_flag(bool& flag) const {
  flag = true;
  if (attached_) return usage_error(name_ + " takes no value: leave out `=" + *attached_ + "`");
  return {};
}

Error unknown_option(std::string_view verb, std::string_view option) {
  static constexpr std::array<std::string_view, 7> kQemus = {"-qmp",  "--qmp",    "-qmp-pretty", "-mon",
                                                             "--mon", "-chardev", "--chardev"};
  const std::string name(option);
  if (std::find(kQemus.begin(), kQemus.end(), option) != kQemus.end())
    return usage_error(name + " is an option of a machine: qmpev serve has it");
  const std::string space = verb.empty() ? "" : " ";
  return usage_error("unknown option " + name + ": see qmpev" + space + std::string(verb) + " --help");
}

Error usage_error(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

}  // namespace qmpev
