// SPDX-License-Identifier: MIT
// The words of a command line, taken one by one; `--option VALUE` and `--option=VALUE` are the same.
// Main thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

namespace qmpev {

class ArgumentReader {
 public:
  explicit ArgumentReader(std::vector<std::string> words) : words_(std::move(words)) {}

  /// Moves to the next word; false at the end.
  bool next();

  /// The word as an option's name, without a value written behind `=`; or the whole word when it is none.
  std::string_view name() const noexcept { return name_; }
  bool is_option() const noexcept { return name_.size() > 1 && name_[0] == '-'; }
  /// One of the words that are still to come is `word`.
  bool comes(std::string_view word) const noexcept;

  /// The current option's value, from behind `=` or from the next word. `example` is shown when it is
  /// missing.
  Result<std::string> value(std::string_view example);
  /// The same, if there is one: the next word, unless it is an option.
  std::optional<std::string> optional_value();
  /// Sets `flag` for an option that takes no value; refuses one behind `=`.
  Result<void> take_flag(bool& flag) const;

 private:
  std::vector<std::string> words_;
  std::size_t position_ = 0;
  std::string name_;
  std::optional<std::string> attached_;
};

/// The refusal of an option that the verb (empty: the program) does not have. QEMU's own options get a
/// sentence of their own.
Error unknown_option(std::string_view verb, std::string_view option);

/// An invalid_argument, which ends the program as wrong usage.
Error usage_error(std::string sentence);

}  // namespace qmpev
