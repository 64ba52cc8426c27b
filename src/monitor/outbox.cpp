// SPDX-License-Identifier: MIT
#include "monitor/outbox.hpp"

#include <algorithm>

#include "monitor/numbered_line.hpp"

namespace qmpev {

void Outbox::push_reply(std::string_view line, bool alone) {
  if (!lost_) replies_.push(line, log_.head(), alone);
}

void Outbox::follow_events(const EventSet& wanted) noexcept {
  if (lost_) return;
  events_ = Events::following;
  cursor_ = log_.newest(form_);
  entered_lines_ = cursor_.lines;
  filter_.begin(wanted);
}

void Outbox::filter_events(const EventSet& wanted) {
  if (!lost_ && events_ != Events::none) filter_.change(wanted);
}

void Outbox::number_events() noexcept {
  numbered_from_ = std::min(numbered_from_, log_.head());
}

void Outbox::tell_losses(bool tell, const EventCatalogue& names) {
  if (lost_ || events_ == Events::none) return;
  notice_loss();                // of before
  if (tell && notice_) return;  // it may owe something
  notice_ = tell ? std::make_unique<LossNotice>(log_, names, form_, cursor_, gap_) : nullptr;
}

void Outbox::finish_events() noexcept {
  if (events_ == Events::following) events_ = Events::finishing;
}

void Outbox::finish_at_gap() noexcept {
  finish_events();
  finish_at_gap_ = true;
}

Outbox::Progress Outbox::write(Stream& stream, std::size_t budget) noexcept {
  if (lost_) return Progress::lost;
  notice_loss();
  for (;;) {
    const Piece piece = next(budget);
    if (piece.source == Source::none) return Progress::drained;
    if (budget == 0) return Progress::blocked;
    const std::size_t size = std::min(piece.bytes.size(), budget);
    const ssize_t result = stream.write(piece.bytes.data(), size);
    ++counters_.write_calls;
    if (may_take_later(result)) return Progress::blocked;
    if (result < 0) {
      lose();
      return Progress::lost;
    }
    const std::size_t written = static_cast<std::size_t>(result);
    counters_.bytes_written += written;
    budget -= written;
    take(piece, written);
    if (written < piece.bytes.size()) return Progress::blocked;
    // Nearly every write of events takes all there is: then there is no need to look for more.
    if (piece.source == Source::events && cursor_.sequence == log_.head() && empty())
      return Progress::drained;
  }
}

/// Of what goes out next: all replies up to here are due.
std::uint64_t Outbox::place() const noexcept {
  if (notice_ && notice_->owed()) return notice_->place();
  return gap_.open() ? gap_.next().sequence : cursor_.sequence;
}

/// Nothing more is sent but what is on its way in part.
bool Outbox::past_end() const noexcept {
  return events_ == Events::finishing && !finish_at_gap_ && replies_.empty();
}

std::uint64_t Outbox::events_until() const noexcept {
  if (replies_.empty() && events_ != Events::following) return cursor_.sequence;
  std::uint64_t until = replies_.empty() ? log_.head() : replies_.place();
  if (cursor_.sequence < numbered_from_) until = std::min(until, numbered_from_);
  if (!notice_) return until;
  const EventLog::Refusal* refusal = log_.refusal_from(cursor_.sequence);
  return refusal != nullptr ? std::min(until, refusal->sequence) : until;
}

/// Goes over records of refused events that stand at the cursor. True when there was one.
bool Outbox::pass_refusals() noexcept {
  if (!notice_ || (replies_.empty() && events_ != Events::following)) return false;
  const std::uint64_t until = replies_.empty() ? log_.head() : replies_.place();
  bool passed = false;
  for (const EventLog::Refusal* refusal = log_.refusal_from(cursor_.sequence);
       refusal != nullptr && refusal->sequence == cursor_.sequence && cursor_.sequence < until;
       refusal = log_.refusal_from(cursor_.sequence)) {
    notice_->refuse(*refusal, filter_.wanted());
    ++cursor_.sequence;
    passed = true;
  }
  return passed;
}

Outbox::Piece Outbox::next(std::size_t limit) noexcept {
  if (!carry_.empty()) return {Source::carry, carry_};
  if (events_ == Events::none) {
    const std::string_view all = replies_.ready(UINT64_MAX);
    return {all.empty() ? Source::none : Source::replies, all};
  }
  for (;;) {
    const std::string_view due = replies_.ready(place());
    if (!due.empty()) return {Source::replies, due};
    if (past_end()) return {};
    if (notice_ && notice_->owed()) return {Source::notice, notice_->line(log_.wall_us())};
    if (gap_.open()) {
      const KeptLine& kept = gap_.next();
      return {Source::kept, numbered_if_asked(kept.line[static_cast<std::size_t>(form_)], kept.sequence)};
    }
    // Its reply has the same place and has gone: nothing that is before it is left.
    filter_.reach(cursor_.sequence);
    if (pass_refusals()) continue;
    // A numbered line is a copy: one at a time, so that it is known which of them went out whole.
    const bool numbers = cursor_.sequence >= numbered_from_;
    const Span next = filter_.span(cursor_, events_until(), numbers ? 0 : limit);
    if (!next.bytes.empty() && numbers)
      return {Source::numbered, numbered_if_asked(next.bytes, next.begin), next};
    if (!next.bytes.empty()) return {Source::events, next.bytes, next};
    if (next.after.sequence == cursor_.sequence) return {};
    step_over(next);  // a reply may be due behind it
  }
}

void Outbox::take(const Piece& piece, std::size_t written) noexcept {
  switch (piece.source) {
    case Source::none:
      break;
    case Source::carry:
      carry_.erase(0, written);
      if (!carry_.empty()) break;
      if (!carried_) break;
      log_.count_delivered(*carried_);
      count_delivered(1);
      break;
    case Source::replies:
      counters_.replies += replies_.consume(written);
      break;
    case Source::notice:
      take_notice(piece, written);
      break;
    case Source::kept:
      take_kept(piece, written);
      break;
    case Source::numbered:
      take_numbered(piece, written);
      break;
    case Source::events:
      take_events(piece, written);
      break;
  }
}

void Outbox::take_notice(const Piece& piece, std::size_t written) noexcept {
  carry_.assign(piece.bytes.substr(written));
  carried_.reset();
  notice_->told();
}

void Outbox::take_kept(const Piece& piece, std::size_t written) noexcept {
  const EventKind kind = gap_.next().kind;
  carry_.assign(piece.bytes.substr(written));
  carried_ = kind;
  if (notice_) notice_->pass_kept(kind);
  gap_.pass();
  if (!carry_.empty()) return;
  log_.count_delivered(kind);
  count_delivered(1);
}

/// Borrowed until the next.
std::string_view Outbox::numbered_if_asked(std::string_view line, std::uint64_t sequence) noexcept {
  if (sequence < numbered_from_) return line;
  number_line(line, sequence, numbered_line_);
  return numbered_line_;
}

void Outbox::take_numbered(const Piece& piece, std::size_t written) noexcept {
  if (written == piece.bytes.size()) return deliver(piece.span);
  carry_.assign(piece.bytes.substr(written));
  carried_ = log_.kind(piece.span.begin);
  step_over(piece.span);
}

void Outbox::take_events(const Piece& piece, std::size_t written) noexcept {
  if (written == piece.bytes.size()) {
    deliver(piece.span);
    return;
  }
  // Which lines went out whole: the same walk again, up to the bytes that were taken. It gives one line at
  // least, which may be the one that was cut.
  const std::uint64_t until = piece.span.after.sequence;
  const Span whole = filter_.span(cursor_, until, written);
  if (whole.bytes.size() <= written) {
    deliver(whole);
    written -= whole.bytes.size();
  }
  if (written == 0) return;
  const Span cut = filter_.span(cursor_, until, 0);
  carry_.assign(cut.bytes.substr(written));
  carried_ = log_.kind(cut.begin);
  step_over(cut);
}

void Outbox::deliver(const Span& span) noexcept {
  log_.count_delivered(form_, span.begin, span.end);
  count_delivered(step_over(span));
}

/// How many of its lines were wanted.
std::uint64_t Outbox::step_over(const Span& span) noexcept {
  const std::uint64_t wanted = span.after.lines - cursor_.lines - span.filtered;
  filter_.pass(wanted);
  count_filtered(span.filtered);
  if (notice_) notice_->pass(cursor_.sequence, span.after.sequence);
  cursor_ = span.after;
  return wanted;
}

void Outbox::count_filtered(std::uint64_t lines) noexcept {
  filtered_ += lines;
  counters_.filtered += lines;
}

void Outbox::count_delivered(std::uint64_t lines) noexcept {
  delivered_ += lines;
  counters_.delivered += lines;
}

void Outbox::lose() noexcept {
  lost_ = true;
  events_ = Events::none;
  replies_.clear();
  filter_.clear();
  gap_.clear();
  notice_.reset();
  carry_.clear();
}

std::uint64_t Outbox::notice_loss() noexcept {
  const bool behind = cursor_.sequence < log_.tail();
  if (events_ == Events::none || (!behind && !gap_.stale())) return 0;
  const std::uint64_t pending = gap_.pending();
  const std::uint64_t place = gap_.begin(cursor_.sequence);
  Loss loss{};
  if (behind) {
    loss = lose_to_tail();
  } else {
    gap_.refresh();
  }
  // What is still pending of it is not lost, and what was pending and has been overtaken now is.
  loss.lines += pending - gap_.pending();
  dropped_ += loss.lines;
  counters_.dropped += loss.lines;
  if (notice_ && behind) notice_->lose(place, loss, gap_);
  if (notice_ && !behind) notice_->lose_kept(place, loss.lines, gap_);
  return loss.lines;
}

/// Moves the cursor to the oldest record there is.
Loss Outbox::lose_to_tail() noexcept {
  const Cursor oldest = log_.oldest(form_);
  const Loss loss = filter_.lose_to_tail(gap_);
  count_filtered(oldest.lines - cursor_.lines - loss.lines);
  cursor_ = oldest;
  return loss;
}

bool Outbox::empty() const noexcept {
  if (!carry_.empty() || !replies_.empty()) return false;
  if (past_end() || events_ == Events::none) return true;
  if (gap_.open() || (notice_ && notice_->owed())) return false;
  if (events_ == Events::finishing) return true;
  return cursor_.lines == log_.newest(form_).lines && (!notice_ || !log_.refusal_from(cursor_.sequence));
}

bool Outbox::sent_up_to(std::uint64_t place) const noexcept {
  if (events_ == Events::none) return true;
  const bool behind_gap = gap_.open() || (notice_ && notice_->owed());
  return carry_.empty() && !behind_gap && cursor_.sequence >= place;
}

std::uint64_t Outbox::unsent_lines() const noexcept {
  if (events_ == Events::none) return 0;
  return log_.newest(form_).lines - cursor_.lines + gap_.pending() + (carry_.empty() || !carried_ ? 0 : 1);
}

std::uint64_t Outbox::unsent_log_bytes() const noexcept {
  if (events_ == Events::none) return 0;
  return log_.newest(form_).bytes - cursor_.bytes;
}

bool Outbox::balanced() const noexcept {
  if (events_ == Events::none) return true;
  return log_.newest(form_).lines - entered_lines_ == delivered_ + unsent_lines() + dropped_ + filtered_;
}

}  // namespace qmpev
