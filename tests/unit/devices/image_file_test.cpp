// SPDX-License-Identifier: MIT
#include "devices/image_file.hpp"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <vector>

#include "support/image_files.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;
using test::make_image;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes read(const ImageFile& image, std::uint64_t offset, std::size_t bytes, int expected = 0) {
  Bytes data(bytes, 0xee);
  CHECK(image.read(offset, data) == expected);
  return data;
}

Error refusal(const std::string& path) {
  const auto opened = ImageFile::open(path);
  REQUIRE_FALSE(opened);
  return opened.error();
}

/// This thread has no right beyond everybody's while this lives.
class AsNobody {
 public:
  AsNobody() : user_(::setfsuid(65'534)) {}
  ~AsNobody() { ::setfsuid(static_cast<uid_t>(user_)); }

 private:
  int user_;
};

/// No file may become longer while this lives; writes beyond fail with EFBIG.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("an image gives back what was written, and keeps its length", "[devices]") {
  const test::TemporaryDirectory folder;
  auto opened = ImageFile::open(make_image(folder / "a.img", 200'000, 'x'));
  REQUIRE(opened);
  ImageFile& image = opened.value();
  CHECK(image.bytes() == 200'000);
  CHECK(image.path() == folder / "a.img");
  CHECK(image.write(199'998, Bytes{1, 2}) == 0);
  CHECK(read(image, 199'997, 3) == Bytes{'x', 1, 2});
  CHECK(image.write_zeroes(1, 199'997) == 0);  // more than one write of zeros
  CHECK(read(image, 0, 2) == Bytes{'x', 0});
  CHECK(read(image, 199'996, 4) == Bytes{0, 0, 1, 2});
  CHECK(image.flush() == 0);
  CHECK(std::filesystem::file_size(folder / "a.img") == 200'000);
}

TEST_CASE("a disk does not grow, and nothing is read behind its end", "[devices]") {
  const test::TemporaryDirectory folder;
  auto image = ImageFile::open(make_image(folder / "a.img", 1000)).value();
  const std::uint64_t last = ~std::uint64_t{0};
  CHECK(image.write(999, Bytes{1, 2}) == ENOSPC);
  CHECK(image.write(last, Bytes{1}) == ENOSPC);
  CHECK(image.write_zeroes(1, last) == ENOSPC);
  CHECK(read(image, 999, 2, EIO) == Bytes{0xee, 0xee});
  read(image, last, 1, EIO);
  CHECK(std::filesystem::file_size(folder / "a.img") == 1000);
  CHECK(read(image, 1000, 0).empty());
}

TEST_CASE("an image that shrank reads as zeros behind its new end", "[devices]") {
  const test::TemporaryDirectory folder;
  auto image = ImageFile::open(make_image(folder / "a.img", 1000, 'x')).value();
  std::filesystem::resize_file(folder / "a.img", 2);
  CHECK(read(image, 0, 4) == Bytes{'x', 'x', 0, 0});
  CHECK(read(image, 500, 2) == Bytes{0, 0});
  CHECK(image.write(998, Bytes{7, 8}) == 0);
  CHECK(read(image, 998, 2) == Bytes{7, 8});
}

TEST_CASE("an image whose name is gone or given to another file stays the same", "[devices]") {
  const test::TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "sub");
  auto image = ImageFile::open(make_image(folder / "sub/a.img", 1000, 'x')).value();
  SECTION("unlinked") {
    std::filesystem::remove(folder / "sub/a.img");
  }
  SECTION("replaced") {
    make_image(folder / "sub/b.img", 10, 'y');
    std::filesystem::rename(folder / "sub/b.img", folder / "sub/a.img");
  }
  SECTION("with its folder") {
    std::filesystem::remove_all(folder / "sub");
  }
  SECTION("without rights") {
    ::chmod((folder / "sub/a.img").c_str(), 0);
  }
  CHECK(image.write(0, Bytes{1}) == 0);
  CHECK(read(image, 0, 2) == Bytes{1, 'x'});
  CHECK(image.flush() == 0);
}

TEST_CASE("what the system refuses is the errno of the request", "[devices]") {
  const test::TemporaryDirectory folder;
  const std::string path = make_image(folder / "a.img", 4096);
  auto image = ImageFile::open(path).value();
  SECTION("a descriptor that cannot be read") {
    test::replace_descriptor(path, make_image(folder / "b.img", 4096), O_WRONLY);
    CHECK(read(image, 0, 1, EBADF) == Bytes{0xee});
    CHECK(image.write(0, Bytes{1}) == 0);
  }
  SECTION("a descriptor that cannot be written") {
    test::replace_descriptor(path, make_image(folder / "b.img", 4096), O_RDONLY);
    CHECK(image.write(0, Bytes{1}) == EBADF);
    CHECK(image.write_zeroes(0, 1) == EBADF);
    CHECK(read(image, 0, 1) == Bytes{0});
  }
  SECTION("a full disk") {
    test::replace_descriptor(path, "/dev/full", O_RDWR);
    CHECK(image.write(0, Bytes{1}) == ENOSPC);
  }
  SECTION("a device that cannot be flushed") {
    test::replace_descriptor(path, "/dev/null", O_RDWR);
    CHECK(image.flush() == EINVAL);
  }
  SECTION("a write that fails in its midst") {
    std::filesystem::resize_file(path, 10);
    const FileSizeLimit limit(100);
    CHECK(image.write(0, Bytes(4096, 1)) == EFBIG);
  }
}

TEST_CASE("an image is not inherited by other programs", "[devices]") {
  const test::TemporaryDirectory folder;
  const std::string path = make_image(folder / "a.img", 512);
  const auto image = ImageFile::open(path).value();
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry, gone) != path) continue;
    ++found;
    CHECK((::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(found == 1);
}

TEST_CASE("what is no image is refused with what to do", "[devices]") {
  const test::TemporaryDirectory folder;
  const std::string path = folder / "a.img";
  SECTION("nothing there") {
    CHECK(refusal(path).code == ErrorCode::not_found);
    CHECK(refusal(path).sentence ==
          "there is no image " + path + ": make it first, as in `truncate -s 1M " + path + "`");
  }
  SECTION("a folder") {
    CHECK(refusal(folder.path()).sentence == folder.path() + " is a folder: name an image file in it");
  }
  SECTION("an empty file") {
    make_image(path, 0);
    CHECK(refusal(path).sentence ==
          "the image " + path + " is empty: give it a length, as in `truncate -s 1M " + path + "`");
  }
  SECTION("a FIFO, which would wait for its other end") {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(refusal(path).sentence == path + " is no regular file: name a raw disk image");
  }
  SECTION("a device") {
    CHECK(refusal("/dev/null").sentence.find("no regular file") != std::string::npos);
  }
  SECTION("no permission") {
    make_image(path, 512);
    REQUIRE(::chmod(path.c_str(), 0) == 0);
    const AsNobody nobody;
    CHECK(refusal(path).code == ErrorCode::permission);
    CHECK(refusal(path).sentence ==
          "may not read and write the image " + path + ": look at the rights of file and folder");
  }
  SECTION("anything else") {
    const std::string loop = folder / "loop";
    std::filesystem::create_symlink(loop, loop);
    CHECK(refusal(loop).sentence == "cannot open the image " + loop + ": Too many levels of symbolic links");
  }
}

TEST_CASE("copies are different files of one length", "[devices]") {
  const test::TemporaryDirectory folder;
  const std::string path = make_image(folder / "a.img", 1024), link = folder / "link.img";
  std::filesystem::create_hard_link(path, link);
  const auto one = ImageFile::open(path).value(), same = ImageFile::open(link).value();
  const auto other = ImageFile::open(make_image(folder / "b.img", 1024)).value();
  const auto shorter = ImageFile::open(make_image(folder / "c.img", 512)).value();
  CHECK(ImageFile::check_copies(one, other));
  CHECK(ImageFile::check_copies(one, same).error().sentence ==
        path + " and " + link + " are the same file: each copy needs a file of its own");
  CHECK(ImageFile::check_copies(one, shorter).error().sentence ==
        "the copies of a quorum are equally long, but " + path + " has 1024 bytes and " + (folder / "c.img") +
            " 512");
}
