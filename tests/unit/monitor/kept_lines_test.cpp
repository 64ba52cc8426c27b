// SPDX-License-Identifier: MIT
#include "monitor/kept_lines.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "monitor/event_log.hpp"

namespace qmpev {
namespace {

constexpr WireForm kForm = WireForm::qemu;

std::string job(const std::string& id, int number) {
  return R"({"event": "JOB_STATUS_CHANGE", "data": {"status": "running", "id": ")" + id + R"("}, "n": )" +
         std::to_string(number) + "}\r\n";
}

std::string key_of(EventKind kind, WireForm form, const std::string& line) {
  std::string key = "something of before";
  read_keep_key(kind, form, line, key);
  return key;
}

struct Bench {
  Bench() { log.use(kForm); }
  void publish(EventKind kind, const std::string& line) { log.publish({kind, {"", line}}); }
  void publish_job(const std::string& id, int number) {
    publish(EventKind::job_status_change, job(id, number));
  }
  /// Until all of before is forgotten.
  void flood() {
    for (std::size_t i = 0; i < kMinLogBytes / 4000 + 1; ++i)
      publish(EventKind::reset, std::string(4000, 'x'));
  }
  std::string all(std::uint64_t from = 0, std::uint64_t until = UINT64_MAX) {
    std::string lines;
    for (const KeptLine* kept = log.kept().next(kForm, from, until); kept != nullptr;
         kept = log.kept().next(kForm, kept->sequence + 1, until)) {
      lines += kept->line[static_cast<std::size_t>(kForm)];
    }
    return lines;
  }

  EventLog log{kMinLogBytes};
};

TEST_CASE("a key is what the members of the schema's `keep` say, wherever they stand on the line",
          "[monitor]") {
  const auto ost = [](const std::string& slot) {
    return R"("status": 0, "slot": ")" + slot + R"(", "slot-type": "DIMM"}}})" + "\r\n";
  };
  const std::string bare = R"({"event": "ACPI_DEVICE_OST", "data": {)";
  const std::string wrapped = bare + R"("info": {)";
  const EventKind kind = EventKind::acpi_device_ost;
  CHECK(key_of(kind, WireForm::document, bare + ost("1")) ==
        key_of(kind, WireForm::qemu, wrapped + ost("1")));
  CHECK(key_of(kind, WireForm::document, bare + ost("1")) !=
        key_of(kind, WireForm::document, bare + ost("2")));
  CHECK(key_of(EventKind::job_status_change, kForm, job("a", 1)) ==
        key_of(EventKind::job_status_change, kForm, job("a", 2)));
}

TEST_CASE("a text that looks like a member is none, and one with quotes is told apart whole", "[monitor]") {
  const std::string sly = R"({"data": {"device": "\"id\": \"wrong\"", "tray-open": true, "id": "a\"b"}})";
  CHECK(key_of(EventKind::device_tray_moved, kForm, sly) == R"("a\"b,)");
  CHECK(key_of(EventKind::job_status_change, kForm, job(R"(a\")", 1)) !=
        key_of(EventKind::job_status_change, kForm, job(R"(a\"b)", 1)));
}

TEST_CASE("only what the log has forgotten is kept, the newest of each key", "[monitor]") {
  Bench bench;
  bench.publish(EventKind::stop, "stop 1\n");
  bench.publish_job("a", 1);
  bench.publish_job("b", 2);
  bench.publish(EventKind::stop, "stop 2\n");
  bench.publish_job("a", 3);
  bench.publish(EventKind::reset, "not kept\n");
  CHECK(bench.all().empty());
  bench.flood();
  REQUIRE(bench.log.tail() > 5);
  CHECK(bench.all() == job("b", 2) + "stop 2\n" + job("a", 3));
  CHECK(bench.all(3) == "stop 2\n" + job("a", 3));
  CHECK(bench.all(2, 4) == job("b", 2) + "stop 2\n");
}

TEST_CASE("something newer takes the place of what was kept, before it is forgotten itself", "[monitor]") {
  Bench bench;
  bench.publish(EventKind::stop, "old\n");
  bench.flood();
  CHECK(bench.all() == "old\n");
  const std::uint64_t version = bench.log.kept().version();
  bench.publish(EventKind::stop, "new\n");
  CHECK(bench.log.kept().version() != version);
  CHECK(bench.all().empty());
  bench.flood();
  CHECK(bench.all() == "new\n");
}

TEST_CASE("a line that one form lacks is not for its readers", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(WireForm::document);
  log.publish({EventKind::stop, {"document\n", "qemu\n"}});
  for (int i = 0; i < 20; ++i) log.publish({EventKind::reset, {std::string(4000, 'x'), {}}});
  CHECK(log.kept().next(WireForm::qemu, 0, UINT64_MAX) == nullptr);
  REQUIRE(log.kept().next(WireForm::document, 0, UINT64_MAX) != nullptr);
}

TEST_CASE("as many keys are told apart as it was given", "[monitor]") {
  EventLog log(kMinLogBytes, system_clock(), 2);
  log.use(kForm);
  for (const char* name : {"a", "b", "a"}) log.publish({EventKind::job_status_change, {job(name, 1), {}}});
  CHECK(log.kept().displaced() == 0);
  log.publish({EventKind::job_status_change, {job("c", 1), {}}});
  CHECK(log.kept().displaced() == 1);
}

TEST_CASE("keys are bounded: one more costs the one that was silent longest", "[monitor]") {
  Bench bench;
  const auto name = [](std::size_t number) { return "job" + std::to_string(number); };
  for (std::size_t i = 0; i < kKeptKeys; ++i) bench.publish_job(name(i), 1);
  bench.publish_job(name(0), 2);
  CHECK(bench.log.kept().displaced() == 0);
  bench.publish_job("one more", 1);
  CHECK(bench.log.kept().displaced() == 1);
  bench.publish(EventKind::stop, "another kind\n");
  bench.flood();
  const std::string kept = bench.all();
  CHECK(kept.find(job(name(0), 2)) != std::string::npos);
  CHECK(kept.find(job(name(1), 1)) == std::string::npos);
  CHECK(kept.find(job(name(2), 1)) != std::string::npos);
  CHECK(kept.find(job("one more", 1) + "another kind\n") != std::string::npos);
  bench.publish_job("yet another, for one that is forgotten", 1);
  CHECK(bench.log.kept().displaced() == 2);
  CHECK(bench.all().find(job(name(2), 1)) == std::string::npos);
}

}  // namespace
}  // namespace qmpev
