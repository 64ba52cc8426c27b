// SPDX-License-Identifier: MIT
#include "simulation/client.hpp"

#include <json-glib/json-glib.h>

#include <algorithm>
#include <charconv>

#include "monitor/resume_command.hpp"
#include "wire/request.hpp"
#include "wire/writer.hpp"

namespace qmpev::simulation {
namespace {

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

bool ends(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

/// Whether somebody else's parser finds one whole object in it.
bool is_object(std::string_view line) {
  JsonParser* const parser = json_parser_new_immutable();
  const bool parsed =
      json_parser_load_from_data(parser, line.data(), static_cast<gssize>(line.size()), nullptr) != FALSE;
  const bool object = parsed && JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser));
  g_object_unref(parser);
  return object;
}

constexpr std::string_view kNoticeName = "\"event\": \"X_QMPEV_EVENTS_LOST\"";

bool is_natural(const Value& value) {
  return value.is_integer() && (value.kind() == Value::Kind::uint64 || value.as_int64() >= 0);
}

std::uint64_t number_behind(std::string_view line, std::string_view label) {
  const std::size_t at = line.find(label);
  std::uint64_t number = UINT64_MAX;
  if (at != std::string_view::npos)
    std::from_chars(line.data() + at + label.size(), line.data() + line.size(), number);
  return number;
}

const std::string* text_of(const Value& object, std::string_view name) {
  const Value* const found = object.find(name);
  return found != nullptr && found->is_string() ? &found->as_string() : nullptr;
}

}  // namespace

Client::Client(std::uint64_t number, WireForm form, const std::string& greeting, bool own_unasked,
               Journal& journal, Verdict& verdict, Dice& dice)
    : number_(number),
      form_(form),
      greeting_(greeting),
      journal_(journal),
      verdict_(verdict),
      connection_(std::make_shared<Connection>(dice)) {
  unasked_.fill(true);
  unasked_[kOwn] = own_unasked;
}

void Client::fail(const char* invariant, const std::string& what) {
  verdict_.fail(invariant, "client " + std::to_string(number_) + ": " + what);
}

// --- what it says ---

void Client::say(std::string_view bytes) {
  connection_->to_server += bytes;
  mirror_.push(bytes);
  while (const auto item = mirror_.next()) {
    expected_.push_back(expect(*item));
    asked_much_ = asked_much_ || expected_.back().much;
    out_of_band_ = out_of_band_ || expected_.back().enables;
  }
}

void Client::follow(Follower& follower, Dice& dice) {
  follower_ = &follower;
  say(follower.come(last_request_, dice));
}

bool Client::ask_for_missing() {
  if (follower_ == nullptr || connection_->may_close()) return false;
  const std::string words = follower_->next_words(last_request_);
  say(words);
  return !words.empty();
}

void Client::expect_numbers(const Value& said, const Value* arguments, Expected& expected) {
  const std::string* const command = text_of(said, "execute");
  const Value* const id = said.find("id");
  if (command == nullptr || id == nullptr || !is_natural(*id)) return;
  expected.said = id->as_uint64();
  if (*command == kSubscribeCommand && arguments == nullptr) expected.about = About::subscription;
  if (*command != kResumeCommand || arguments == nullptr || !arguments->is_object()) return;
  const std::string* const epoch = text_of(*arguments, "epoch");
  const Value* const from = arguments->find("from");
  if (epoch == nullptr || from == nullptr || !is_natural(*from)) return;
  expected.about = About::page;
  expected.epoch = *epoch;
  expected.from = from->as_uint64();
}

Client::Expected Client::expect(const Reader::Item& item) {
  Expected expected;
  expected.mistake = !item.value || !item.value->is_object();
  if (expected.mistake) return expected;
  const Value& said = *item.value;
  if (const Value* const id = said.find("id")) {
    expected.id = "\"id\": ";
    write_json(*id, expected.id);
  }
  const std::string* const command = text_of(said, "execute");
  expected.negotiation = command != nullptr && *command == "qmp_capabilities";
  expected.much = command == nullptr || (!begins(*command, "sim-") && !expected.negotiation);
  expected.out_of_band = is_out_of_band(said);
  const Value* const arguments = said.find("arguments");
  expected.enables = expected.negotiation && arguments != nullptr;
  expect_numbers(said, arguments, expected);
  const Value* const request =
      arguments != nullptr && arguments->is_object() ? arguments->find("request") : nullptr;
  if (request != nullptr && request->is_integer()) expected.request = request->as_uint64();
  return expected;
}

void Client::place(std::uint64_t request, std::uint64_t index, const std::optional<Wanted>& wanted) {
  places_[request] = index;
  if (wanted) changes_.push_back({index, *wanted, request});
}

// --- what it hears ---

bool Client::wants(std::uint64_t index) const noexcept {
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    if (change->index <= index) return change->wanted[journal_.kind(index)];
  }
  return unasked_[journal_.kind(index)];
}

Client::Told Client::count_to(std::uint64_t index) {
  counted_to_ = std::max(counted_to_, *entered_);
  for (; counted_to_ < index; ++counted_to_) {
    if (!journal_.has_line(counted_to_, form_)) continue;
    ++(wants(counted_to_) ? counted_.wanted : counted_.unwanted);
  }
  return counted_;
}

void Client::hear() {
  if (!connection_->to_client.empty()) hear_text();
  size_then_ = journal_.size();
  tail_then_ = journal_.tail();
  begun_then_ = in_the_middle_of_a_line();
}

void Client::hear_text() {
  std::string& text = connection_->to_client;
  std::vector<std::size_t>& cuts = connection_->cuts;
  const auto is_cut = [&cuts](std::size_t at) {
    return at == 0 || std::binary_search(cuts.begin(), cuts.end(), at);
  };
  std::size_t at = 0;
  for (std::size_t end; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2) {
    hear_line(std::string_view(text).substr(at, end + 2 - at), is_cut(at), is_cut(end + 2));
    begun_then_ = false;
  }
  text.erase(0, at);
  if (at == 0) return;
  cuts.erase(cuts.begin(), std::upper_bound(cuts.begin(), cuts.end(), at));
  for (std::size_t& cut : cuts) cut -= at;
}

void Client::hear_line(std::string_view line, bool cut_before, bool cut_behind) {
  if (!greeted_) {
    greeted_ = true;
    if (line != greeting_) fail("greeting first", "heard " + std::string(line));
    if (!cut_behind) fail("alone", "something came in one write with the greeting");
  } else if (begins(line, "{\"timestamp\"")) {
    hear_event(line);
  } else {
    hear_reply(line, cut_before && cut_behind);
  }
}

void Client::hear_event(std::string_view line) {
  if (!negotiated_) return fail("nothing before negotiated", "heard " + std::string(line));
  if (line.find(kNoticeName) != std::string_view::npos) return hear_notice(line);
  const auto serial = serial_of(line);
  const std::uint64_t index = serial ? journal_.find(*serial) : UINT64_MAX;
  const bool has_number = index != UINT64_MAX && index >= numbered_from_;
  if (index == UINT64_MAX ||
      (has_number ? numbered(journal_.line(index, form_), index) : journal_.line(index, form_)) != line) {
    return fail("only what was published", "heard " + std::string(line));
  }
  if (index < next_ || (entered_ && index < *entered_)) {
    return fail("in order",
                "event " + std::to_string(*serial) + " came late, twice, or from before its time");
  }
  if (!wants(index)) fail("filter", "event " + std::to_string(*serial) + " was filtered out");
  skip_to(index);
  next_ = index + 1;
  ++events_;
  const Plan& plan = journal_.plan(index);
  heard_[{plan.kind, plan.key}] = index;
  ++heard_of_[plan.kind];
  if (index < tail_then_ && !begun_then_) check_kept(index);
  if (has_number && follower_ != nullptr) follower_->event(index);
  if (dropped_before_notice_ && skipped_ > *dropped_before_notice_ + told_.dropped) {
    fail("notices", "event " + std::to_string(*serial) + " came before the notice of those lost before it");
  }
}

/// The log had forgotten it before it was written.
void Client::check_kept(std::uint64_t index) {
  const Plan& plan = journal_.plan(index);
  if (plan.kind == kDeleted) return;  // each has a key of its own
  if (!kKept[plan.kind])
    return fail("kept", "event " + std::to_string(plan.serial) + " was gone, and is none that is kept");
  const std::uint64_t newest = journal_.newest(plan.kind).at(plan.key);
  if (newest == index || newest >= size_then_) return;
  fail("kept", "event " + std::to_string(plan.serial) + " was gone, and a newer of its key there");
}

void Client::hear_notice(std::string_view line) {
  if (!noticed_from_) return fail("notices", "heard one that it had not asked for");
  if (line.size() > kMaxLoggedLineBytes) fail("notices", "heard one that is too long");
  if (!told_.add(line)) fail("notices", "heard " + std::string(line));
}

void Client::notice_from(std::uint64_t index, std::optional<std::uint64_t> dropped) {
  if (noticed_from_) return;
  noticed_from_ = index;
  dropped_before_notice_ = dropped;
}

void Client::check_knowledge(std::uint64_t dropped) {
  if (!entered_) return;
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    if (!kKept[kind]) continue;
    for (const auto& [key, index] : journal_.newest(kind)) {
      if (index < *entered_ || !wants(index)) continue;
      const auto last = heard_.find({kind, key});
      if (last != heard_.end() && last->second == index) continue;
      fail("the newest is known", "the last " + std::string(kNames[kind]) + " at " + std::to_string(index) +
                                      " was lost and not told");
    }
  }
  if (!noticed_from_ || !dropped_before_notice_) return;
  verdict_.same(told_.dropped + *dropped_before_notice_, dropped, "notices", "events told as dropped");
  if (!changes_.empty()) return;
  // What was refused before it asked and has not passed yet may be told, too.
  std::uint64_t before = 0;
  std::uint64_t behind = 0;
  for (std::uint64_t index = *entered_; index < journal_.size(); ++index) {
    if (wants(index)) (index < *noticed_from_ ? before : behind) += journal_.refused(index);
  }
  if (told_.refused < behind || told_.refused > before + behind) {
    fail("notices", std::to_string(told_.refused) + " events were told as refused, where " +
                        std::to_string(behind) + " were since it asked");
  }
  if (*dropped_before_notice_ == 0) check_notices_by_kind();
}

/// Of one that never had a filter, and had lost nothing before it asked.
void Client::check_notices_by_kind() {
  Losses had;
  Losses may_have;
  for (std::uint64_t index = *entered_; index < journal_.size(); ++index) {
    if (!wants(index)) continue;
    const std::size_t kind = journal_.kind(index);
    had.dropped_of[kind] += journal_.has_line(index, form_) ? 1 : 0;
    (index < *noticed_from_ ? may_have : had).refused_of[kind] += journal_.refused(index);
  }
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    const std::string name(kNames[kind]);
    verdict_.same(told_.dropped_of[kind], had.dropped_of[kind] - heard_of_[kind], "notices by event",
                  ("dropped " + name).c_str());
    if (told_.refused_of[kind] >= had.refused_of[kind] &&
        told_.refused_of[kind] <= had.refused_of[kind] + may_have.refused_of[kind])
      continue;
    fail("notices by event", std::to_string(told_.refused_of[kind]) + " " + name +
                                 " were told as refused, where " + std::to_string(had.refused_of[kind]) +
                                 " were");
  }
}

/// What lay before it and was wanted is not to come any more: it has to be lost.
void Client::skip_to(std::uint64_t index) {
  if (entered_) next_ = std::max(next_, *entered_);
  for (; next_ < index; ++next_) {
    if (!entered_ || !journal_.has_line(next_, form_) || !wants(next_)) continue;
    ++skipped_;
    if (next_ < journal_.tail()) continue;
    fail("none left out", "the event at " + std::to_string(next_) + " is still in the log and was left out");
  }
}

bool Client::answers(const Expected& expected, std::string_view line) {
  if (expected.mistake && !begins(line, "{\"error\"")) return false;
  if (expected.id.empty()) return !begins(line, "{\"id\"");
  return begins(line, "{" + expected.id + ", \"error\"") || ends(line, ", " + expected.id + "}\r\n");
}

/// In order, but that what is executed out of band overtakes the rest.
std::deque<Client::Expected>::iterator Client::find_answered(std::string_view line) {
  bool first_in_band = true;
  for (auto one = expected_.begin(); one != expected_.end(); ++one) {
    const bool allowed = out_of_band_ ? first_in_band || one->out_of_band : one == expected_.begin();
    if (allowed && answers(*one, line)) return one;
    if (!one->out_of_band) first_in_band = false;
  }
  return expected_.end();
}

void Client::hear_reply(std::string_view line, bool alone) {
  const auto found = find_answered(line);
  if (found == expected_.end()) return fail("one reply each, in order", "heard " + std::string(line));
  const Expected expected = *found;
  expected_.erase(found);
  // A page is looked at byte by byte, and long.
  const bool checked_apart = expected.about == About::page && line.size() > kMaxLoggedLineBytes;
  if (!checked_apart && !is_object(line)) return fail("whole lines", "heard " + std::string(line));
  const bool succeeded = begins(line, "{\"return\"");
  if (succeeded && expected.negotiation) {
    negotiated_ = true;
    if (!alone) fail("alone", "something came in one write with the reply to the negotiation");
  } else if (succeeded && !negotiated_) {
    fail("nothing before negotiated", "heard " + std::string(line));
  }
  if (expected.about == About::subscription && succeeded) hear_subscription(line);
  if (expected.about == About::page) succeeded ? hear_page(expected, line) : hear_no_page(expected, line);
  if (const auto late = late_.find(expected.request); late != late_.end()) {
    for (const std::uint64_t serial : late->second) {
      const std::uint64_t index = journal_.find(serial);
      if (index != UINT64_MAX && journal_.unlimited(serial)) skip_to(index + 1);
    }
    late_.erase(late);
  }
  const auto place = places_.find(expected.request);
  if (place == places_.end()) return;
  reach(place->second);
  places_.erase(place);
}

void Client::reach(std::uint64_t index) {
  if (next_ > index) fail("replies in their place", "an event came before a reply that was to precede it");
  skip_to(index);
}

// --- numbers ---

void Client::hear_subscription(std::string_view line) {
  const std::uint64_t next = number_behind(line, "\"next\": ");
  if (line.find("\"epoch\": \"" + std::string(kEpoch) + "\"") == std::string_view::npos ||
      number_behind(line, "\"oldest\": ") > journal_.tail() || next > journal_.size())
    return fail("numbers", "heard " + std::string(line));
  reach(next);
  numbered_from_ = std::min(numbered_from_, next);
  if (follower_ != nullptr) follower_->subscribed(next);
}

void Client::hear_page(const Expected& asked, std::string_view line) {
  if (asked.epoch != kEpoch) return fail("epochs", "a page of an epoch that is over: " + std::string(line));
  const Page page = PageReader(journal_, form_, asked.from, wanted_at(asked.said), verdict_).read(line);
  if (!page.more) reach(page.next);
  if (follower_ != nullptr) follower_->page(asked.from, page);
}

void Client::hear_no_page(const Expected& asked, std::string_view line) {
  if (follower_ != nullptr) follower_->refused();
  const bool past = asked.epoch != kEpoch;
  const std::string_view label = past ? "next is number " : "that of the next event, ";
  if (line.find(label) == std::string_view::npos) {
    if (follower_ != nullptr) fail("pages", "a follower heard " + std::string(line));
    return;
  }
  const std::uint64_t head = number_behind(line, label);
  if (!past && asked.from <= head) fail("pages", "refused, though there is one: " + std::string(line));
  reach(head);
}

/// Its filter when it came to this request of its own.
Wanted Client::wanted_at(std::uint64_t request) const noexcept {
  Wanted wanted = unasked_;
  for (const Change& change : changes_) {
    if (change.request < request) wanted = change.wanted;
  }
  return wanted;
}

}  // namespace qmpev::simulation
