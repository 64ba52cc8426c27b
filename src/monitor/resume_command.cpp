// SPDX-License-Identifier: MIT
// Events stand on a page as they went out, byte by byte: the reply is written around an empty list, and the
// lines are put into it. Nothing before the list in a reply is a client's text.
#include "monitor/resume_command.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "monitor/numbered_line.hpp"
#include "wire/reply.hpp"

namespace qmpev {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEmptyList = "\"events\": []";
constexpr std::string_view kSeparator = ", ";

/// Gathers numbered events for as long as they fit.
class Page {
 public:
  explicit Page(const PageRequest& request) : request_(request) {}

  bool wants(EventKind kind) const noexcept { return request_.wanted[static_cast<std::size_t>(kind)]; }

  /// False when there is no room for it any more.
  bool add(std::string_view line, std::uint64_t sequence) {
    number_line(line, sequence, numbered_);
    const std::size_t size = numbered_.size() - kLineEnd.size();
    if (kFrameBytes + events_.size() + kSeparator.size() + size > kMaxPageBytes) return false;
    if (!events_.empty()) events_ += kSeparator;
    events_.append(numbered_, 0, size);
    return true;
  }

  const std::string& events() const noexcept { return events_; }

 private:
  /// What stands around the events: an epoch, and numbers of twenty digits.
  static constexpr std::size_t kFrameBytes = 512;
  const PageRequest& request_;
  std::string events_;
  std::string numbered_;
};

/// Adds kept lines of what is gone, from `from` on. Where the next page begins.
std::uint64_t add_kept(const EventLog& log, WireForm form, std::uint64_t from, Page& page) {
  const std::size_t f = static_cast<std::size_t>(form);
  for (const KeptLine* kept = log.kept().next(form, from, log.tail()); kept != nullptr;
       kept = log.kept().next(form, kept->sequence + 1, log.tail())) {
    if (page.wants(kept->kind) && !page.add(kept->line[f], kept->sequence)) return kept->sequence;
  }
  return std::max(from, log.tail());
}

/// Likewise, of what the log has; `from` is not behind its tail.
std::uint64_t add_logged(const EventLog& log, WireForm form, std::uint64_t from, Page& page) {
  for (; from < log.head(); ++from) {
    if (!page.wants(log.kind(from)) || !log.has_line(form, from)) continue;
    if (!page.add(log.line(form, from), from)) break;
  }
  return from;
}

/// Events that were refused, told by the records from `from` up to `until` that the log still has.
std::uint64_t count_refused(const EventLog& log, const EventSet& wanted, std::uint64_t from,
                            std::uint64_t until) {
  std::uint64_t count = 0;
  for (const EventLog::Refusal* refusal = log.refusal_from(from);
       refusal != nullptr && refusal->sequence < until; refusal = log.refusal_from(refusal->sequence + 1)) {
    if (wanted[static_cast<std::size_t>(refusal->kind)]) count += refusal->count;
  }
  return count;
}

std::string why_not(const History& history, const PageRequest& request) {
  const std::string head = std::to_string(history.log.head());
  if (request.epoch != history.epoch) {
    return "Parameter 'epoch' names another life of this server: now it is '" + history.epoch +
           "', whose oldest event is number " + std::to_string(history.log.tail()) + " and next is number " +
           head;
  }
  return "Parameter 'from' expects a number up to that of the next event, " + head;
}

}  // namespace

std::string subscription_line(const History& history, const std::optional<Value>& id) {
  return success_line(
      Value::object({{"epoch", history.epoch}, {"next", history.log.head()}, {"oldest", history.log.tail()}}),
      id);
}

std::string page_line(const History& history, const PageRequest& request, const std::optional<Value>& id) {
  const EventLog& log = history.log;
  if (request.epoch != history.epoch || request.from > log.head()) {
    return error_line(ErrorClass::generic_error, why_not(history, request), id);
  }
  Page page(request);
  std::uint64_t next = add_kept(log, request.form, request.from, page);
  if (next >= log.tail()) next = add_logged(log, request.form, next, page);
  const std::uint64_t gone_to = std::min(next, log.tail());
  std::string line =
      success_line(Value::object({{"next", next},
                                  {"more", next < log.head()},
                                  {"oldest", log.tail()},
                                  {"gone", gone_to - std::min(request.from, gone_to)},
                                  {"refused", count_refused(log, request.wanted, request.from, next)},
                                  {"events", Value::array()}}),
                   id);
  const std::size_t list = line.find(kEmptyList);
  QMPEV_ASSERT(list != std::string::npos);
  line.insert(list + kEmptyList.size() - 1, page.events());
  return line;
}

}  // namespace qmpev
