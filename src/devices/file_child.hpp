// SPDX-License-Identifier: MIT
// A copy in an image file, read and written by a thread of its own, because a file can take its time. What
// becomes of the file while it is used is an error or wrong bytes of this copy, never more.
// Thread: like its quorum; answers come from its own.
#pragma once

#include <string>

#include "devices/image_file.hpp"
#include "devices/quorum_child.hpp"
#include "devices/work_thread.hpp"

namespace qmpev {

class FileChild final : public QuorumChild {
 public:
  FileChild(std::string node_name, ImageFile image);

  std::string_view node_name() const noexcept override { return node_name_; }
  std::uint64_t bytes() const noexcept override { return bytes_; }
  void read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) override;
  void write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) override;
  void flush(Done done) override;

 private:
  const std::string node_name_;
  const std::uint64_t bytes_;
  ImageFile image_;    // after the constructor its thread's
  WorkThread thread_;  // last: it uses all of the above
};

}  // namespace qmpev
