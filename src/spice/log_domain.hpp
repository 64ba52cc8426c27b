// SPDX-License-Identifier: MIT
// While it lives, what libspice-server would print goes to a callback instead, and nothing else does. Any
// thread may log; made and ended on one.
#pragma once

#include <functional>
#include <string_view>

#include <glib.h>

namespace qmpev {

class LogDomain {
 public:
  explicit LogDomain(std::function<void(std::string_view)> log);
  ~LogDomain();
  LogDomain(const LogDomain&) = delete;
  LogDomain& operator=(const LogDomain&) = delete;

 private:
  const std::function<void(std::string_view)> log_;
  guint handler_;
};

}  // namespace qmpev
