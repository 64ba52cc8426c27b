// SPDX-License-Identifier: MIT
// With real files and threads; whoever waits is told, or the test's time limit ends it.
#include "hypervisor/client_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

constexpr auto kLimit = std::chrono::seconds(30);

struct Reading {
  Reading(ClientFiles& files, const std::string& path) {
    auto begun = files.read(path, [told = told](ClientFile file) { told->set_value(std::move(file)); });
    REQUIRE(begun);
    cancel = begun.value();
  }
  ClientFile result() {
    auto future = told->get_future();
    REQUIRE(future.wait_for(kLimit) == std::future_status::ready);
    return future.get();
  }
  std::shared_ptr<std::promise<ClientFile>> told = std::make_shared<std::promise<ClientFile>>();
  std::function<void()> cancel;
};

void wait_until_idle(const ClientFiles& files) {
  const auto end = std::chrono::steady_clock::now() + kLimit;
  while (files.under_way() > 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  REQUIRE(files.under_way() == 0);
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

using Outcome = ClientFile::Outcome;

TEST_CASE("a regular file is read whole, up to the limit", "[hypervisor]") {
  const TemporaryDirectory folder;
  ClientFiles files;
  write_file(folder / "short", "# nothing\n");
  write_file(folder / "limit", std::string(kMaxClientFileBytes, 'x'));
  write_file(folder / "above", std::string(kMaxClientFileBytes + 1, 'x'));
  const ClientFile text = Reading(files, folder / "short").result();
  CHECK(text.outcome == Outcome::read);
  CHECK(text.text == "# nothing\n");
  CHECK(Reading(files, folder / "limit").result().text.size() == kMaxClientFileBytes);
  CHECK(Reading(files, folder / "above").result().outcome == Outcome::too_long);
  wait_until_idle(files);
}

TEST_CASE("what is no file is not opened", "[hypervisor]") {
  const TemporaryDirectory folder;
  ClientFiles files;
  const ClientFile missing = Reading(files, folder / "missing").result();
  CHECK(missing.outcome == Outcome::not_opened);
  CHECK(missing.error == ENOENT);
  CHECK(Reading(files, folder.path()).result().error == EISDIR);
  CHECK(Reading(files, "/dev/null").result().outcome == Outcome::not_a_file);
  wait_until_idle(files);
}

TEST_CASE("a FIFO is waited for, until its writer has come and gone", "[hypervisor]") {
  const TemporaryDirectory folder;
  ClientFiles files;
  const std::string path = folder / "fifo";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  Reading reading(files, path);
  const std::string text = GENERATE(std::string(), std::string("# rules\n"));
  const int writer = open(path.c_str(), O_WRONLY | O_CLOEXEC);  // opens when somebody reads
  REQUIRE(writer >= 0);
  CHECK(write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  close(writer);
  const ClientFile file = reading.result();
  CHECK(file.outcome == Outcome::read);
  CHECK(file.text == text);
  reading.cancel();  // too late, and harmless
  wait_until_idle(files);
}

TEST_CASE("what is cancelled leaves no thread and tells nobody; more than the limit are refused",
          "[hypervisor]") {
  const TemporaryDirectory folder;
  ClientFiles files;
  const std::string path = folder / "fifo";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::vector<Reading> readings;
  for (std::size_t i = 0; i < kMaxClientFiles; ++i) readings.emplace_back(files, path);
  CHECK(files.under_way() == kMaxClientFiles);
  CHECK_FALSE(files.read(path, [](ClientFile) {}));
  for (Reading& reading : readings) reading.cancel();
  wait_until_idle(files);
  for (Reading& reading : readings) {
    CHECK(reading.told->get_future().wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  }
  CHECK(files.read(folder / "missing", [](ClientFile) {}));
  wait_until_idle(files);
}

}  // namespace
}  // namespace qmpev::test
