// SPDX-License-Identifier: MIT
// QEMU's way to write settings: `socket,id=mon0,path=/run/a,,b,server=on,nowait`. A doubled comma is one in a
// value; a key alone is a boolean that is on, or with `no` in front one that is off; the last one of a key
// counts. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

namespace qmpev {

class KeyValues {
 public:
  /// `option` is what the sentences call it: "-chardev". The first part, when it has no `=`, is the head.
  KeyValues(std::string option, std::string_view text);

  /// What stands first without a key; empty: nothing does.
  const std::string& head() const noexcept { return head_; }

  /// The value of a key, which is known then. Nothing: it is not there.
  std::optional<std::string> take(std::string_view key);
  /// The same as on, off, yes, no, true, false, y or n. Fails with invalid_argument, as do those below.
  Result<std::optional<bool>> take_bool(std::string_view key);
  /// As a decimal number up to `max`.
  Result<std::optional<std::uint64_t>> take_number(std::string_view key, std::uint64_t max);
  /// Refuses a key that nobody has taken: `known` is what there is.
  Result<void> expect_no_more(std::string_view known) const;

 private:
  struct Setting {
    std::string key;
    std::string value;
    bool taken = false;
  };
  Error refuse(std::string_view key, const std::string& value, const std::string& wanted) const;

  std::string option_;
  std::string head_;
  std::vector<Setting> settings_;
};

}  // namespace qmpev
