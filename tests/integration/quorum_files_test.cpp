// SPDX-License-Identifier: MIT
// A disk on real files while others shrink, unlink, replace and lock them away: the guest reads what most
// copies hold, or an error, and nothing else happens. Every test makes a fixed number of requests.
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

#include "hypervisor/quorum_disk.hpp"
#include "support/image_files.hpp"
#include "support/recording_sink.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t kDiskBytes = 64 * 1024;
constexpr int kRequests = 400;

struct Fixture {
  explicit Fixture(bool rewrite = false) {
    std::string text = "vda";
    for (const char* name : {"a", "b", "c"}) {
      std::filesystem::create_directory(folder / name);
      paths.push_back(test::make_image(folder / name + "/disk.img", kDiskBytes, 'x'));
      text += ",file=" + paths.back();
    }
    auto option = parse_quorum_option(text).value();
    option.rewrite = rewrite;
    disk = open_disk(recorder.emitter, option).value();
  }
  std::uint64_t reports() const { return recorder.counters(EventKind::quorum_report_bad).emitted; }
  std::uint64_t failures() const { return recorder.counters(EventKind::quorum_failure).emitted; }

  test::TemporaryDirectory folder;
  test::RecordingEmitter recorder;
  std::vector<std::string> paths;
  QuorumDisk disk;
};

/// Does something to a file and its name until it is told to end. Errors do not matter: others are at it too.
class Vandal {
 public:
  explicit Vandal(std::string path) : path_(std::move(path)), thread_([this] { run(); }) {}
  ~Vandal() {
    ending_ = true;
    thread_.join();
  }
  Vandal(const Vandal&) = delete;
  Vandal& operator=(const Vandal&) = delete;

 private:
  void run() {
    // By the first name the vandal can find it under: the file that the disk has open.
    const UniqueFd file(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    std::mt19937 random(1);
    while (!ending_) {
      std::error_code ignored;
      switch (random() % 6) {
        case 0:
        case 1:
          (void)!::ftruncate(file.get(), static_cast<off_t>(random() % (2 * kDiskBytes)));
          break;
        case 2:
          std::filesystem::remove(path_, ignored);
          break;
        case 3:
          test::make_image(path_ + ".new", random() % 100, 'y');
          std::filesystem::rename(path_ + ".new", path_, ignored);
          break;
        case 4:
          ::chmod(path_.c_str(), random() % 2 == 0 ? 0 : 0600);
          break;
        default:
          (void)!::pwrite(file.get(), "rot", 3, static_cast<off_t>(random() % kDiskBytes));
      }
    }
  }

  const std::string path_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace

TEST_CASE("whatever becomes of one file, the guest reads what the others hold", "[integration]") {
  Fixture fixture(GENERATE(false, true));
  {
    const Vandal vandal(fixture.paths[1]);
    std::mt19937 random(2);
    for (int number = 0; number < kRequests; ++number) {
      Bytes data(1 + random() % 3000);
      REQUIRE(fixture.disk.quorum->read(random() % (kDiskBytes - data.size()), data) == 0);
      REQUIRE(data == Bytes(data.size(), 'x'));
    }
  }
  CHECK(fixture.failures() == 0);
  test::make_image(fixture.paths[1], 1);  // its folder is still there
  for (const std::size_t untouched : {0, 2})
    CHECK(std::filesystem::file_size(fixture.paths[untouched]) == kDiskBytes);
}

TEST_CASE("a file that has shrunk is told as a copy that differs", "[integration]") {
  Fixture fixture;
  std::filesystem::resize_file(fixture.paths[1], 1000);
  Bytes data(512);
  CHECK(fixture.disk.quorum->read(0, data) == 0);
  CHECK(fixture.reports() == 0);
  CHECK(fixture.disk.quorum->read(512, data) == 0);
  CHECK(fixture.reports() == 1);
  std::filesystem::remove_all(fixture.folder / "a");
  CHECK(fixture.disk.quorum->read(512, data) == 0);
  CHECK(data == Bytes(512, 'x'));
}

TEST_CASE("a descriptor that cannot be read any more is told as its errno", "[integration]") {
  Fixture fixture;
  for (const std::size_t copy : {0, 1}) {
    Bytes data(512);
    const std::string other = test::make_image(fixture.folder / "other", kDiskBytes, 'x');
    test::replace_descriptor(fixture.paths[copy], other, O_WRONLY);
    CHECK(fixture.disk.quorum->read(0, data) == (copy == 0 ? 0 : EBADF));
    CHECK(fixture.disk.quorum->write(0, data) == 0);
  }
  const auto lines = fixture.recorder.lines(WireForm::document);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("\"vda-0\"") != std::string::npos);
  CHECK(lines[0].find("\"error\": \"Bad file descriptor\"") != std::string::npos);
  CHECK(lines[1].find("\"vda-1\"") != std::string::npos);
  CHECK(lines[2].find("QUORUM_FAILURE") != std::string::npos);
}

TEST_CASE("whatever becomes of all files, a request ends with an answer", "[integration]") {
  Fixture fixture(true);
  std::atomic<bool> ending{false};
  std::thread host([&] {
    std::mt19937 random(3);
    while (!ending) {
      FaultyChild& copy = *fixture.disk.copies[random() % 3];
      (void)copy.fail(static_cast<QuorumOpType>(random() % 3), EIO, {random() % 64, random() % 64});
      (void)copy.rot(random() % 128, 1);
      copy.delay(std::chrono::milliseconds(random() % 2));
      if (random() % 4 == 0) copy.heal();
    }
  });
  {
    const Vandal first(fixture.paths[0]), second(fixture.paths[1]), third(fixture.paths[2]);
    std::mt19937 random(4);
    for (int number = 0; number < kRequests; ++number) {
      Bytes data(random() % 3000, 'x');
      const std::uint64_t offset = random() % (kDiskBytes + 1000);
      int error = 0;
      switch (random() % 4) {
        case 0:
          error = fixture.disk.quorum->write(offset, data);
          break;
        case 1:
          error = fixture.disk.quorum->write_zeroes(offset, data.size());
          break;
        case 2:
          error = fixture.disk.quorum->flush();
          break;
        default:
          error = fixture.disk.quorum->read(offset, data);
      }
      REQUIRE((error == 0 || error == EIO));
    }
    fixture.disk.quorum->hurry();
  }
  ending = true;
  host.join();
  CHECK(test::adds_up(fixture.recorder.counters(EventKind::quorum_report_bad)));
}
