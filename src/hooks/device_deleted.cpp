// SPDX-License-Identifier: MIT
#include "hooks/device_deleted.hpp"

#include <algorithm>
#include <charconv>

namespace qmpev {

namespace {

constexpr std::string_view kNamed = "/machine/peripheral/";
constexpr std::string_view kAnonymous = "/machine/peripheral-anon/device[";

/// Appends what a path is made of.
template <class Append>
void spell(std::string_view device_id, std::uint32_t anonymous_number, Append append) {
  if (!device_id.empty()) {
    append(kNamed);
    return append(device_id);
  }
  char digits[10];  // 4294967295
  const auto end = std::to_chars(digits, digits + sizeof digits, anonymous_number).ptr;
  append(kAnonymous);
  append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  append("]");
}

}  // namespace

std::string device_path(std::string_view device_id, std::uint32_t anonymous_number) {
  std::string path;
  spell(device_id, anonymous_number, [&](std::string_view text) { path += text; });
  return path;
}

DevicePath::DevicePath(std::string_view device_id, std::uint32_t anonymous_number) noexcept {
  spell(device_id, anonymous_number, [this](std::string_view text) { append(text); });
}

void DevicePath::append(std::string_view text) noexcept {
  const std::size_t count = std::min(text.size(), text_.size() - size_);
  std::copy_n(text.data(), count, text_.data() + size_);
  size_ += count;
}

DeviceDeleted device_deleted(std::string_view device_id, std::string_view path) noexcept {
  DeviceDeleted event{};
  if (!device_id.empty()) event.device = device_id;
  event.path = path;
  return event;
}

}  // namespace qmpev
