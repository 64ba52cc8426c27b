// SPDX-License-Identifier: MIT
#include "cli/resumption.hpp"

#include <charconv>
#include <utility>
#include <vector>

#include "cli/event_text.hpp"
#include "cli/raw_object.hpp"

namespace qmpev {

namespace {

std::optional<std::uint64_t> number_of(const RawObject& object, std::string_view name) {
  const auto text = object.find(name);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, refused] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (refused != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

/// What a reply returns; the text is that of `line`.
std::optional<RawObject> returned(std::string_view line) {
  const auto reply = RawObject::parse(line);
  const auto value = reply ? reply->find("return") : std::nullopt;
  return value ? RawObject::parse(*value) : std::nullopt;
}

std::string why(std::string_view line) {
  const auto reply = RawObject::parse(line);
  const auto error = reply ? RawObject::parse(reply->find("error").value_or("")) : std::nullopt;
  return printable(error ? error->text("desc").value_or("") : std::string_view());
}

}  // namespace

Resumption::Resumption(QmpClient& client, std::optional<WatchedUpTo> before, Listener listener)
    : client_(client), before_(std::move(before)), listener_(std::move(listener)) {}

bool Resumption::begin() {
  // That it is not there is no harm: then nobody tells of losses.
  return client_.execute("x-qmpev-gap-notice") &&
         client_.execute("x-qmpev-subscribe", {},
                         [this](const std::string& line) { take_subscription(line); });
}

void Resumption::fail(std::string sentence) {
  failure_ = std::move(sentence);
  done_ = true;
}

void Resumption::take_subscription(const std::string& line) {
  const auto answer = returned(line);
  const auto epoch = answer ? answer->text("epoch") : std::nullopt;
  const auto next = answer ? number_of(*answer, "next") : std::nullopt;
  const auto oldest = answer ? number_of(*answer, "oldest") : std::nullopt;
  if (!epoch || !next || !oldest)
    return fail("this server does not number its events (" + why(line) + "): leave out --state");
  state_ = {std::string(*epoch), *next};
  if (!before_) {
    live_ = true;
    done_ = !listener_.on_progress(state_);
    return;
  }
  if (before_->epoch == state_.epoch) {
    state_.next = before_->next;
  } else {
    listener_.say("the server is not the one of last time (epoch " + printable(before_->epoch) + ", now " +
                  printable(state_.epoch) + "): whatever it has is new");
    state_.next = *oldest;
  }
  ask_for_page();
}

void Resumption::ask_for_page() {
  client_.execute("x-qmpev-resume",
                  "{\"epoch\": \"" + state_.epoch + "\", \"from\": " + std::to_string(state_.next) + "}",
                  [this](const std::string& line) { take_page(line); });
}

void Resumption::take_page(const std::string& line) {
  if (done_) return;
  const auto page = returned(line);
  const auto next = page ? number_of(*page, "next") : std::nullopt;
  const auto events = page ? raw_items(page->find("events").value_or("")) : std::nullopt;
  if (!next || !events) return fail("the server does not give what was missed: " + why(line));
  if (const auto gone = number_of(*page, "gone").value_or(0); gone != 0)
    listener_.say("of the numbers from " + std::to_string(state_.next) + " on, " + std::to_string(gone) +
                  " are gone: the server keeps only the newest of what tells a state for so long");
  if (const auto refused = number_of(*page, "refused").value_or(0); refused != 0)
    listener_.say(std::to_string(refused) + " events never got a number: the server had no room for them");
  for (const std::string_view event : *events) hand_over(event);
  if (done_) return;
  state_.next = *next;
  done_ = !listener_.on_progress(state_);
  if (done_) return;
  live_ = page->find("more") != "true";
  if (!live_) ask_for_page();
}

void Resumption::take_event(const std::string& line) {
  if (live_) hand_over(line);
}

void Resumption::hand_over(std::string_view event) {
  if (done_) return;
  // Without a number it is a notice.
  const auto object = RawObject::parse(event);
  const auto number = object ? number_of(*object, "x-qmpev-sequence") : std::nullopt;
  if (number) state_.next = *number + 1;
  done_ = !listener_.on_event(std::string(event), state_);
}

}  // namespace qmpev
