// SPDX-License-Identifier: MIT
#include "devices/file_child.hpp"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <thread>
#include <vector>

#include "support/ask_child.hpp"
#include "support/image_files.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Fixture {
  test::TemporaryDirectory folder;
  std::string path = test::make_image(folder / "a.img", 8192, 'x');
  FileChild child{"disk0-0", ImageFile::open(path).value()};
};

}  // namespace

TEST_CASE("a copy in a file answers from its own thread", "[devices]") {
  Fixture fixture;
  CHECK(fixture.child.node_name() == "disk0-0");
  CHECK(fixture.child.bytes() == 8192);
  std::thread::id answering;
  Bytes data(2);
  Answers answers;
  fixture.child.read(0, data, [&, done = answers.of(0)](int error) {
    answering = std::this_thread::get_id();
    done(error);
  });
  CHECK(answers.take().error == 0);
  CHECK(data == Bytes{'x', 'x'});
  CHECK(answering != std::this_thread::get_id());
}

TEST_CASE("requests reach the file, and its refusals come back", "[devices]") {
  Fixture fixture;
  CHECK(test::write(fixture.child, 1, Bytes{1, 2, 3}) == 0);
  CHECK(test::write_zeroes(fixture.child, 2, 1) == 0);
  Bytes data(4);
  CHECK(test::read(fixture.child, 0, data) == 0);
  CHECK(data == Bytes{'x', 1, 0, 3});
  CHECK(test::flush(fixture.child) == 0);
  CHECK(test::read(fixture.child, 8190, data) == EIO);
  CHECK(test::write(fixture.child, 8190, data) == ENOSPC);
  test::replace_descriptor(fixture.path, "/dev/null", O_WRONLY);
  CHECK(test::read(fixture.child, 0, data) == EBADF);
  CHECK(test::flush(fixture.child) == EINVAL);
}

TEST_CASE("a file that may not grow fails a write and does not end the process", "[devices]") {
  Fixture fixture;
  std::filesystem::resize_file(fixture.path, 0);
  rlimit before;
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit{100, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const int error = test::write(fixture.child, 4096, Bytes{1});
  ::setrlimit(RLIMIT_FSIZE, &before);
  CHECK(error == EFBIG);
}

TEST_CASE("a copy that ends answers what it was asked", "[devices]") {
  Answers answers;
  Bytes data(8192);
  {
    Fixture fixture;
    for (std::size_t number = 0; number < 20; ++number) fixture.child.read(0, data, answers.of(number));
  }
  for (std::size_t number = 0; number < 20; ++number) CHECK(answers.take().child == number);
}
