// SPDX-License-Identifier: MIT
#include "simulation/page.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "monitor/resume_command.hpp"

namespace qmpev::simulation {
namespace {

constexpr std::string_view kLineEnd = "}\r\n";
constexpr std::string_view kNumber = ", \"x-qmpev-sequence\": ";
/// What the id of a request adds at most.
constexpr std::size_t kIdBytes = 64;

}  // namespace

std::string numbered(std::string_view line, std::uint64_t number) {
  std::string text(line.substr(0, line.size() - kLineEnd.size()));
  return text += std::string(kNumber) + std::to_string(number) + std::string(kLineEnd);
}

Page PageReader::read(std::string_view line) {
  line_ = line;
  Page page{.next = number_behind("\"next\": "), .oldest = number_behind("\"oldest\": ")};
  page.more = line.find("\"more\": true") != std::string_view::npos;
  if (line.size() > kMaxPageBytes + kIdBytes) fail("one has " + std::to_string(line.size()) + " bytes");
  if (page.next < from_ || page.next > journal_.size() || page.oldest > journal_.tail()) {
    fail("it goes from " + std::to_string(from_) + " to " + std::to_string(page.next) + ", the oldest is " +
         std::to_string(page.oldest));
    return page;
  }
  if (page.more && page.next == from_) fail("one with more to come goes no further");
  read_events(page);
  check_gone(page);
  check_complete(page);
  check_refused(page);
  return page;
}

std::uint64_t PageReader::number_behind(std::string_view label) {
  const std::size_t at = line_.find(label);
  std::uint64_t value = 0;
  if (at == std::string_view::npos ||
      std::from_chars(line_.data() + at + label.size(), line_.data() + line_.size(), value).ec != std::errc())
    fail("a member is missing: " + std::string(label));
  return value;
}

void PageReader::read_events(Page& page) {
  constexpr std::string_view kBegin = "\"events\": [";
  std::size_t at = line_.find(kBegin);
  if (at == std::string_view::npos) return fail("there is no list of events");
  at += kBegin.size();
  while (line_[at] != ']') {
    if (!page.numbers.empty()) at += 2;
    const std::size_t label = line_.find(kNumber, at);
    std::uint64_t index = UINT64_MAX;
    if (label != std::string_view::npos)
      std::from_chars(line_.data() + label + kNumber.size(), line_.data() + line_.size(), index);
    if (index >= journal_.size()) return fail("an event has no number that was given");
    std::string expected = numbered(journal_.line(index, form_), index);
    expected.resize(expected.size() - 2);  // CR LF
    if (line_.substr(at, expected.size()) != expected) {
      return fail("number " + std::to_string(index) + " is not what was published under it");
    }
    page.numbers.push_back(index);
    at += expected.size();
  }
}

bool PageReader::expects(std::uint64_t index) const noexcept {
  return journal_.has_line(index, form_) && wanted_[journal_.kind(index)];
}

/// Another of its key was published behind it, and before `end`.
bool PageReader::has_newer(std::uint64_t index, std::uint64_t end) const noexcept {
  const Plan& plan = journal_.plan(index);
  for (std::uint64_t later = index + 1; later < end; ++later) {
    if (journal_.kind(later) == plan.kind && journal_.has_line(later, form_) &&
        journal_.plan(later).key == plan.key)
      return true;
  }
  return false;
}

void PageReader::check_gone(const Page& page) {
  const std::uint64_t gone_to = std::min(page.next, page.oldest);
  verdict_.same(number_behind("\"gone\": "), gone_to - std::min(from_, gone_to), "pages", "numbers gone");
}

/// In order, each once, all that the log had, and of what was gone the newest of each key that is kept.
void PageReader::check_complete(const Page& page) {
  std::uint64_t at = from_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t> kept;
  const auto pass = [&](std::uint64_t to) {
    for (; at < to; ++at) {
      if (at >= page.oldest && expects(at)) fail("number " + std::to_string(at) + " was left out");
    }
  };
  for (const std::uint64_t index : page.numbers) {
    if (index < at || index >= page.next) return fail("number " + std::to_string(index) + " is out of place");
    if (!expects(index)) return fail("number " + std::to_string(index) + " was not asked for");
    pass(index);
    at = index + 1;
    const Plan& plan = journal_.plan(index);
    if (index >= page.oldest || plan.kind == kDeleted) continue;
    if (!kKept[plan.kind]) fail("number " + std::to_string(index) + " is gone, and none that is kept");
    if (!kept.emplace(std::pair{plan.kind, plan.key}, index).second) fail("two of one key are kept");
    if (has_newer(index, page.next)) fail("number " + std::to_string(index) + " is kept beside a newer");
  }
  pass(page.next);
}

/// The log may have forgotten some that are gone.
void PageReader::check_refused(const Page& page) {
  std::uint64_t surely = 0;
  std::uint64_t perhaps = 0;
  for (std::uint64_t index = from_; index < page.next; ++index) {
    if (!wanted_[journal_.kind(index)]) continue;
    (index < page.oldest ? perhaps : surely) += journal_.refused(index);
  }
  const std::uint64_t told = number_behind("\"refused\": ");
  if (told < surely || told > surely + perhaps) {
    fail(std::to_string(told) + " events were told as refused, where " + std::to_string(surely) + " were");
  }
}

}  // namespace qmpev::simulation
