// SPDX-License-Identifier: MIT
#include "hypervisor/quorum_disk.hpp"

#include <utility>

#include "devices/file_child.hpp"
#include "devices/memory_child.hpp"

namespace qmpev {

namespace {

/// Puts faults in front of each child.
Result<QuorumDisk> make_disk(const Emitter& emitter, QuorumConfig config,
                             std::vector<std::unique_ptr<QuorumChild>> children) {
  QuorumDisk disk;
  for (auto& child : children) {
    auto faulty = std::make_unique<FaultyChild>(std::move(child));
    disk.copies.push_back(faulty.get());
    child = std::move(faulty);
  }
  auto quorum = Quorum::create(emitter, std::move(config), std::move(children));
  if (!quorum) return quorum.error();
  disk.quorum = std::move(quorum).value();
  return disk;
}

Result<std::vector<ImageFile>> open_images(const QuorumOption& option) {
  std::vector<ImageFile> images;
  for (const QuorumFile& file : option.files) {
    auto image = ImageFile::open(file.path);
    if (!image) return image.error();
    for (const ImageFile& other : images)
      if (auto copies = ImageFile::check_copies(other, image.value()); !copies) return copies.error();
    images.push_back(std::move(image).value());
  }
  return images;
}

}  // namespace

QuorumDisk make_memory_disk(const Emitter& emitter) {
  std::vector<std::unique_ptr<QuorumChild>> children;
  for (const char* name : {"disk0-a", "disk0-b", "disk0-c"})
    children.push_back(std::make_unique<MemoryChild>(name, QuorumDisk::kMemoryBytes));
  return make_disk(emitter, {"disk0", 2}, std::move(children)).value();
}

Result<QuorumDisk> open_disk(const Emitter& emitter, const QuorumOption& option) {
  auto images = open_images(option);
  if (!images) return images.error();
  std::vector<std::unique_ptr<QuorumChild>> children;
  for (std::size_t number = 0; number < option.files.size(); ++number)
    children.push_back(
        std::make_unique<FileChild>(option.files[number].node_name, std::move(images.value()[number])));
  QuorumConfig config{option.name, option.vote_threshold};
  config.read_pattern = option.read_pattern;
  config.rewrite = option.rewrite;
  return make_disk(emitter, std::move(config), std::move(children));
}

}  // namespace qmpev
