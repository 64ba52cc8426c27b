// SPDX-License-Identifier: MIT
// Any request to any quorum of any copies, against a naive model of it: what the guest gets, what every copy
// holds afterwards, and every report in its order. The model keeps whole images, counts votes by comparing
// each copy with each other one, and does its sums in 128 bits.
#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "devices/faulty_child.hpp"
#include "devices/memory_child.hpp"
#include "devices/quorum.hpp"
#include "fuzz/rounds.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

__extension__ using Wide = unsigned __int128;
using Bytes = std::vector<std::uint8_t>;
using Pattern = QuorumConfig::ReadPattern;
constexpr std::size_t kSectors = 6;
constexpr int kErrnos[] = {EIO, ENOSPC, EACCES};

/// A copy as the model sees it: what a read of it would give, and which requests fail.
struct ModelCopy {
  struct Failure {
    QuorumOpType operation;
    int error;
    std::uint64_t first, count;
  };
  Bytes data;
  std::vector<Failure> failures;

  int error_of(QuorumOpType operation, Wide offset, Wide bytes) const {
    int error = 0;
    for (const Failure& failure : failures) {
      const Wide begin = Wide{failure.first} * 512;
      const Wide end = failure.count == 0 ? ~Wide{0} : (Wide{failure.first} + failure.count) * 512;
      const bool touched = operation == QuorumOpType::flush || (offset < end && offset + bytes > begin);
      if (failure.operation == operation && touched) error = failure.error;
    }
    return error;
  }
};

/// What should have happened.
struct Outcome {
  int error = 0;
  std::vector<std::string> reports;
};

struct Model {
  std::size_t threshold;
  Pattern pattern;
  bool rewrite;
  bool blkverify;
  std::vector<ModelCopy> copies;

  static std::string sectors(Wide offset, Wide bytes) {
    const Wide first = offset / 512, end = (offset + bytes + 511) / 512;
    return " " + std::to_string(static_cast<std::uint64_t>(first)) + "+" +
           std::to_string(static_cast<std::uint64_t>(bytes == 0 ? 0 : end - first));
  }
  static std::string bad(std::size_t copy, QuorumOpType type, const std::string& where, int error) {
    constexpr const char* kTypes[] = {"read", "write", "flush"};
    return "c" + std::to_string(copy) + where + " " + kTypes[static_cast<std::size_t>(type)] +
           (error == 0 ? "" : " " + std::string(ErrnoText(error).view()));
  }
  bool outside(Wide offset, Wide bytes) const { return offset + bytes > copies[0].data.size(); }

  /// Errors of all copies: reported, and voted on.
  std::size_t ask(QuorumOpType type, Wide offset, Wide bytes, std::vector<int>& errors,
                  Outcome& outcome) const {
    std::size_t good = 0;
    for (std::size_t copy = 0; copy < copies.size(); ++copy) {
      errors.push_back(copies[copy].error_of(type, offset, bytes));
      if (errors.back() == 0)
        ++good;
      else
        outcome.reports.push_back(bad(copy, type, sectors(offset, bytes), errors.back()));
    }
    std::size_t most = 0, newest = 0;
    for (std::size_t copy = 0; copy < copies.size(); ++copy) {
      if (errors[copy] == 0) continue;
      std::size_t votes = 0, first = copies.size();
      for (std::size_t other = copies.size(); other-- > 0;)
        if (errors[other] == errors[copy]) ++votes, first = other;
      if (votes > most || (votes == most && first >= newest)) {
        most = votes, newest = first;
        outcome.error = errors[copy];
      }
    }
    return good;
  }
  void failure(Wide offset, Wide bytes, Outcome& outcome) const {
    outcome.reports.push_back("failure" + sectors(offset, bytes));
  }

  Outcome read(Wide offset, std::size_t bytes, Bytes& got) {
    Outcome outcome;
    if (outside(offset, bytes)) return outcome.error = EIO, outcome;
    if (bytes == 0) return outcome;
    const auto part = [&](std::size_t copy) {
      const auto start = copies[copy].data.begin() + static_cast<std::ptrdiff_t>(offset);
      return Bytes(start, start + static_cast<std::ptrdiff_t>(bytes));
    };
    if (pattern == Pattern::fifo) {
      for (std::size_t copy = 0; copy < copies.size(); ++copy) {
        outcome.error = copies[copy].error_of(QuorumOpType::read, offset, bytes);
        if (outcome.error == 0) return got = part(copy), outcome;
        outcome.reports.push_back(bad(copy, QuorumOpType::read, sectors(offset, bytes), outcome.error));
      }
      return outcome;
    }
    std::vector<int> errors;
    if (ask(QuorumOpType::read, offset, bytes, errors, outcome) < threshold)
      return failure(offset, bytes, outcome), outcome;
    outcome.error = 0;
    // first[c]: the lowest copy with the content of c; votes[c]: how many have it.
    std::vector<std::size_t> first(copies.size(), copies.size()), votes(copies.size(), 0);
    for (std::size_t copy = 0; copy < copies.size(); ++copy)
      for (std::size_t other = 0; other < copies.size() && errors[copy] == 0; ++other)
        if (errors[other] == 0 && part(other) == part(copy)) {
          ++votes[copy];
          first[copy] = std::min(first[copy], other);
        }
    std::size_t winner = copies.size();
    for (std::size_t copy = 0; copy < copies.size(); ++copy)
      if (errors[copy] == 0 && (winner == copies.size() || votes[copy] > votes[winner] ||
                                (votes[copy] == votes[winner] && first[copy] > first[winner])))
        winner = copy;
    bool differ = false;
    for (std::size_t copy = 0; copy < copies.size(); ++copy)
      differ = differ || (errors[copy] == 0 && first[copy] != first[winner]);
    if (blkverify && differ) return outcome.error = EIO, outcome;
    if (votes[winner] < threshold) {
      outcome.error = EIO;
      return failure(offset, bytes, outcome), outcome;
    }
    got = part(winner);
    for (std::size_t newest = copies.size(); newest-- > 0;)
      for (std::size_t copy = copies.size(); copy-- > 0;)
        if (errors[copy] == 0 && first[copy] == newest && newest != first[winner]) {
          outcome.reports.push_back(bad(copy, QuorumOpType::read, sectors(offset, bytes), 0));
          if (rewrite) put(copy, offset, got);
        }
    return outcome;
  }

  void put(std::size_t copy, Wide offset, const Bytes& data) {
    if (copies[copy].error_of(QuorumOpType::write, offset, data.size()) == 0)
      std::copy(data.begin(), data.end(), copies[copy].data.begin() + static_cast<std::ptrdiff_t>(offset));
  }

  /// `data` tells nothing when the request lies outside.
  Outcome write(Wide offset, Wide bytes, std::uint8_t value) {
    Outcome outcome;
    if (outside(offset, bytes)) return outcome.error = EIO, outcome;
    if (bytes == 0) return outcome;
    std::vector<int> errors;
    const std::size_t good = ask(QuorumOpType::write, offset, bytes, errors, outcome);
    for (std::size_t copy = 0; copy < copies.size(); ++copy)
      put(copy, offset, Bytes(static_cast<std::size_t>(bytes), value));
    if (good < threshold) return failure(offset, bytes, outcome), outcome;
    outcome.error = 0;
    return outcome;
  }

  Outcome flush() const {
    Outcome outcome;
    std::vector<int> errors;
    if (ask(QuorumOpType::flush, 0, 0, errors, outcome) >= threshold) outcome.error = 0;
    return outcome;
  }
};

/// A line in the model's words.
std::string report_of(const std::string& line) {
  const auto value = [&](const std::string& name) -> std::string {
    std::size_t at = line.find("\"" + name + "\": ");
    if (at == std::string::npos) return "";
    at += name.size() + 4;
    return line[at] == '"' ? line.substr(at + 1, line.find('"', at + 1) - at - 1)
                           : line.substr(at, line.find_first_of(",}", at) - at);
  };
  const std::string where = " " + value("sector-num") + "+" + value("sectors-count");
  if (value("event") == "QUORUM_FAILURE") return "failure" + where;
  const std::string error = value("error");
  return value("node-name") + where + " " + value("type") + (error.empty() ? "" : " " + error);
}

struct Play {
  explicit Play(Random& its_random) : random(its_random) {
    const std::size_t count = 1 + below(random, 6);
    const std::size_t bytes = kSectors * 512 - below(random, 3) * 100;
    model.threshold = 1 + below(random, count);
    model.pattern = below(random, 4) == 0 ? Pattern::fifo : Pattern::quorum;
    model.blkverify = count == 2 && model.threshold == 2 && below(random, 2) == 0;
    model.rewrite = !model.blkverify && below(random, 3) == 0;
    std::vector<std::unique_ptr<QuorumChild>> owned;
    for (std::size_t number = 0; number < count; ++number) {
      auto copy =
          std::make_unique<FaultyChild>(std::make_unique<MemoryChild>("c" + std::to_string(number), bytes));
      copies.push_back(copy.get());
      owned.push_back(std::move(copy));
      model.copies.push_back({Bytes(bytes), {}});
    }
    QuorumConfig config{"q0", model.threshold, model.pattern, model.rewrite, model.blkverify};
    quorum = Quorum::create(recorder.emitter, config, std::move(owned)).value();
  }

  std::uint64_t offset() {
    switch (below(random, 8)) {
      case 0:
        return ~std::uint64_t{0} - below(random, 600);
      case 1:
        return quorum->bytes() - below(random, 600);
      case 2:
        return random();
      default:
        return below(random, quorum->bytes());
    }
  }
  std::size_t length() {
    return below(random, 8) == 0 ? 0 : below(random, below(random, 2) == 0 ? 20 : 1500);
  }

  /// One fault in a copy and in its model.
  void break_copy() {
    const std::size_t number = below(random, copies.size());
    ModelCopy& copy = model.copies[number];
    if (below(random, 2) == 0) {
      const std::uint64_t sector = below(random, kSectors);
      const auto flip = static_cast<std::uint8_t>(1 + below(random, 2));
      if (rotten.size() < copies.size()) rotten.resize(copies.size());
      if (rotten[number].size() < kSectors) rotten[number].resize(kSectors, false);
      if (rotten[number][sector]) return;  // a second time would replace the first: not in this model
      rotten[number][sector] = true;
      REQUIRE(copies[number]->rot(sector, flip));
      for (std::size_t place = sector * 512;
           place < std::min<std::size_t>((sector + 1) * 512, copy.data.size()); ++place)
        copy.data[place] ^= flip;
      return;
    }
    if (copy.failures.size() == 4) return;
    ModelCopy::Failure failure{static_cast<QuorumOpType>(below(random, 3)), kErrnos[below(random, 3)],
                               below(random, 5) == 0 ? random() : below(random, kSectors),
                               below(random, 5) == 0 ? random() : below(random, 3)};
    copy.failures.push_back(failure);
    REQUIRE(copies[number]->fail(failure.operation, failure.error, {failure.first, failure.count}));
  }

  void check(const Outcome& expected, int error) {
    REQUIRE(error == expected.error);
    std::vector<std::string> reports;
    for (const std::string& line : recorder.lines(WireForm::qemu)) reports.push_back(report_of(line));
    REQUIRE(reports == expected.reports);
    recorder.sink.records.clear();
    recorder.clock.advance_us(2'000'000);  // every limit is open again
    recorder.core->settle(recorder.sink);
  }

  void request() {
    const std::uint64_t at = offset();
    const std::size_t bytes = length();
    const auto value = static_cast<std::uint8_t>(random());
    switch (below(random, 6)) {
      case 0:
        return check(model.flush(), quorum->flush());
      case 1: {
        const Outcome expected = model.write(at, bytes, value);
        return check(expected, quorum->write(at, Bytes(bytes, value)));
      }
      case 2: {
        const std::uint64_t many = below(random, 4) == 0 ? random() : bytes;
        const Outcome expected = model.write(at, many, 0);
        return check(expected, quorum->write_zeroes(at, many));
      }
      default: {
        Bytes wanted(bytes, 0xee), got(bytes, 0xee);
        const Outcome expected = model.read(at, bytes, wanted);
        check(expected, quorum->read(at, got));
        REQUIRE(got == wanted);
      }
    }
  }

  Random& random;
  test::RecordingEmitter recorder;
  Model model;
  std::vector<FaultyChild*> copies;
  std::vector<std::vector<bool>> rotten;
  std::unique_ptr<Quorum> quorum;
};

void play(Random& random) {
  Play play(random);
  for (int turn = 0; turn < 40; ++turn) {
    if (below(random, 3) == 0) play.break_copy();
    play.request();
  }
}

}  // namespace

TEST_CASE("a quorum does what a naive model of it does", "[fuzz]") {
  test::fuzz("quorum", 600, play);
}
