// SPDX-License-Identifier: MIT
#include "hypervisor/port_access.hpp"

#include <array>
#include <cstdio>

#include "devices/register_image.hpp"

namespace qmpev {

namespace {

std::string number_text(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%u" : "%#x", value);
  return text.data();
}

}  // namespace

std::string text_of(const std::vector<PortWrite>& writes) {
  std::string text;
  for (const PortWrite& write : writes) {
    if (!text.empty()) text += ' ';
    text += number_text(write.port) + "<-" + number_text(write.value);
  }
  return text;
}

std::string wrote_text(const std::vector<PortWrite>& writes) {
  if (writes.size() != 1) return "wrote " + text_of(writes);
  const PortWrite& write = writes.front();
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "wrote 0x%0*x to port %#x", static_cast<int>(2 * write.size),
                truncated(write.value, write.size), unsigned{write.port});
  return text.data();
}

}  // namespace qmpev
