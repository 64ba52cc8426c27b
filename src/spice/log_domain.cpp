// SPDX-License-Identifier: MIT
#include "spice/log_domain.hpp"

#include <utility>

namespace qmpev {

namespace {

constexpr const char* kDomain = "Spice";

void on_message(const char*, GLogLevelFlags, const char* text, gpointer log) {
  (*static_cast<const std::function<void(std::string_view)>*>(log))(text != nullptr ? text : "");
}

constexpr auto kEveryLevel =
    static_cast<GLogLevelFlags>(int{G_LOG_LEVEL_MASK} | int{G_LOG_FLAG_FATAL} | int{G_LOG_FLAG_RECURSION});

}  // namespace

LogDomain::LogDomain(std::function<void(std::string_view)> log)
    : log_(std::move(log)),
      handler_(g_log_set_handler(kDomain, kEveryLevel, on_message,
                                 const_cast<std::function<void(std::string_view)>*>(&log_))) {}

LogDomain::~LogDomain() {
  g_log_remove_handler(kDomain, handler_);
}

}  // namespace qmpev
