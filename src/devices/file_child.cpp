// SPDX-License-Identifier: MIT
#include "devices/file_child.hpp"

#include <utility>

namespace qmpev {

FileChild::FileChild(std::string node_name, ImageFile image)
    : node_name_(std::move(node_name)), bytes_(image.bytes()), image_(std::move(image)) {}

void FileChild::read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) {
  thread_.post([this, offset, data, done = std::move(done)] { done(image_.read(offset, data)); });
}

void FileChild::write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) {
  thread_.post([this, offset, data, done = std::move(done)] { done(image_.write(offset, data)); });
}

void FileChild::write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) {
  thread_.post([this, offset, bytes, done = std::move(done)] { done(image_.write_zeroes(offset, bytes)); });
}

void FileChild::flush(Done done) {
  thread_.post([this, done = std::move(done)] { done(image_.flush()); });
}

}  // namespace qmpev
