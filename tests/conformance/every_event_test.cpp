// SPDX-License-Identifier: MIT
// Every event of the tables is emitted with hostile values, and json-glib judges the lines against the
// catalogue of QEMU's events: the members it lists, of the types it lists, and nothing else.
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include <json-glib/json-glib.h>

#include "event/event_tables.hpp"
#include "support/hostile_events.hpp"
#include "support/recording_sink.hpp"
#include "wire/encoder.hpp"

using namespace qmpev;

namespace {

constexpr std::size_t kRounds = 40;

using Parser = std::unique_ptr<JsonParser, decltype(&g_object_unref)>;

Parser parser_of(std::string_view text) {
  Parser parser(json_parser_new(), g_object_unref);
  g_autoptr(GError) error = nullptr;
  json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), &error);
  INFO((error != nullptr ? error->message : ""));
  REQUIRE(error == nullptr);
  return parser;
}

/// json-glib is silent about what follows an object: here the braces are counted as well.
bool is_one_object(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (depth == 0 && at > 0) return false;
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      depth += (text[at] == '{') - (text[at] == '}');
    }
  }
  return depth == 0 && !quoted;
}

class Catalogue {
 public:
  Catalogue() : parser_(json_parser_new(), g_object_unref) {
    REQUIRE(
        json_parser_load_from_file(parser_.get(), QMPEV_CONFORMANCE_DATA "/events-catalogue.json", nullptr));
    JsonObject* root = json_node_get_object(json_parser_get_root(parser_.get()));
    types_ = json_object_get_object_member(root, "types");
    events_ = json_object_get_array_member(root, "events");
  }

  std::size_t size() const { return json_array_get_length(events_); }

  /// Judges a parsed line.
  void judge(JsonObject* line, const char* name) const {
    JsonObject* event = find(name);
    REQUIRE(event != nullptr);
    REQUIRE(json_object_has_member(line, "data") == json_object_has_member(event, "data"));
    if (!json_object_has_member(event, "data")) return;
    std::set<std::string> known;
    JsonObject* given = json_object_get_object_member(line, "data");
    judge_members(given, json_object_get_object_member(event, "data"), known);
    nothing_but(given, known);
  }

 private:
  JsonObject* find(std::string_view name) const {
    for (guint at = 0; at < size(); ++at) {
      JsonObject* event = json_array_get_object_element(events_, at);
      if (json_object_get_string_member(event, "event") == name) return event;
    }
    return nullptr;
  }

  void judge_members(JsonObject* given, JsonObject* declared, std::set<std::string>& known) const {
    JsonArray* members = json_object_get_array_member(declared, "members");
    for (guint at = 0; at < json_array_get_length(members); ++at) {
      JsonObject* member = json_array_get_object_element(members, at);
      const char* name = json_object_get_string_member(member, "name");
      INFO("member " << name);
      known.insert(name);
      const bool optional = json_object_get_boolean_member_with_default(member, "optional", FALSE) != FALSE;
      if (!json_object_has_member(given, name)) {
        CHECK(optional);
        continue;
      }
      judge_value(json_object_get_member(given, name), json_object_get_string_member(member, "type"));
    }
  }

  static void nothing_but(JsonObject* given, const std::set<std::string>& known) {
    g_autoptr(GList) names = json_object_get_members(given);
    for (GList* name = names; name != nullptr; name = name->next) {
      INFO(static_cast<const char*>(name->data));
      CHECK(known.count(static_cast<const char*>(name->data)) == 1);
    }
  }

  void judge_value(JsonNode* node, std::string_view type) const {
    const std::string name(type);
    if (json_object_has_member(types_, name.c_str())) {
      judge_declared(node, json_object_get_object_member(types_, name.c_str()));
    } else if (type == "str") {
      CHECK(json_node_get_value_type(node) == G_TYPE_STRING);
    } else if (type == "bool") {
      CHECK(json_node_get_value_type(node) == G_TYPE_BOOLEAN);
    } else {
      CHECK((type == "int" || type == "size" || type.find("int") != std::string_view::npos));
      CHECK(json_node_get_value_type(node) == G_TYPE_INT64);
    }
  }

  void judge_declared(JsonNode* node, JsonObject* type) const {
    if (json_object_has_member(type, "enum")) {
      REQUIRE(json_node_get_value_type(node) == G_TYPE_STRING);
      CHECK(lists(json_object_get_array_member(type, "enum"), json_node_get_string(node)));
      return;
    }
    REQUIRE(JSON_NODE_HOLDS_OBJECT(node));
    JsonObject* given = json_node_get_object(node);
    std::set<std::string> known;
    judge_members(given, type, known);
    if (json_object_has_member(type, "tag")) judge_members(given, branch_of(given, type), known);
    nothing_but(given, known);
  }

  static bool lists(JsonArray* words, const char* word) {
    for (guint at = 0; at < json_array_get_length(words); ++at)
      if (std::strcmp(json_array_get_string_element(words, at), word) == 0) return true;
    return false;
  }

  JsonObject* branch_of(JsonObject* given, JsonObject* type) const {
    const std::string_view chosen =
        json_object_get_string_member(given, json_object_get_string_member(type, "tag"));
    JsonArray* branches = json_object_get_array_member(type, "branches");
    for (guint at = 0; at < json_array_get_length(branches); ++at) {
      JsonObject* branch = json_array_get_object_element(branches, at);
      if (json_object_get_string_member(branch, "case") == chosen)
        return json_object_get_object_member(types_, json_object_get_string_member(branch, "type"));
    }
    FAIL("no such branch: " << chosen);
    return nullptr;
  }

  Parser parser_;
  JsonObject* types_ = nullptr;
  JsonArray* events_ = nullptr;
};

/// What holds for every line, whatever is in it.
void judge_frame(JsonObject* line, const EventInfo& info) {
  CHECK(json_object_get_string_member(line, "event") == info.name);
  JsonObject* stamp = json_object_get_object_member(line, "timestamp");
  CHECK(json_object_get_size(stamp) == 2);
  CHECK(json_node_get_value_type(json_object_get_member(stamp, "seconds")) == G_TYPE_INT64);
  CHECK(json_node_get_value_type(json_object_get_member(stamp, "microseconds")) == G_TYPE_INT64);
  CHECK(json_object_has_member(line, "data") == info.has_members);
  CHECK(json_object_get_size(line) == (info.has_members ? 3 : 2));
}

void judge_line(const Catalogue& catalogue, const std::string& line, const EventInfo& info, bool as_qemu) {
  INFO(line);
  REQUIRE(line.size() > 2);
  CHECK(line.size() <= info.max_line_bytes);
  CHECK(line.size() <= kMaxLineBytes);
  CHECK(line.find("\r\n") == line.size() - 2);
  const std::string_view text = std::string_view(line).substr(0, line.size() - 2);
  CHECK(is_one_object(text));
  const Parser parser = parser_of(text);
  REQUIRE(JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser.get())));
  JsonObject* object = json_node_get_object(json_parser_get_root(parser.get()));
  judge_frame(object, info);
  if (as_qemu) catalogue.judge(object, std::string(info.name).c_str());
}

/// Emits the event, each time with other values, and judges what comes out; how many lines it was.
template <class Event>
std::size_t emit_and_judge(const Catalogue& catalogue, test::HostileEvents& source) {
  test::RecordingEmitter recorder;
  const EventInfo& info = kEventInfo[static_cast<std::size_t>(Describe<Event>::kind)];
  recorder.core->set_rate_limit(Describe<Event>::kind, 0);
  for (std::size_t round = 0; round < kRounds; ++round) recorder.emitter.emit(source.next<Event>());
  recorder.core->settle(recorder.sink);
  for (const auto& record : recorder.sink.records) {
    CHECK(record.same_storage == info.one_form);
    judge_line(catalogue, record.line[0], info, info.one_form);
    judge_line(catalogue, record.line[1], info, true);
  }
  const EventCounters counters = recorder.counters(Describe<Event>::kind);
  CHECK(counters.emitted == kRounds);
  CHECK(counters.published == recorder.sink.records.size());
  CHECK(counters.published + counters.refused_oversize == kRounds);
  return recorder.sink.records.size();
}

TEST_CASE("every event goes out as the catalogue says, in both wire forms", "[conformance]") {
  const Catalogue catalogue;
  test::HostileEvents source(58);
  std::size_t events = 0;
#define QMPEV_JUDGE(Event)                                        \
  CHECK(emit_and_judge<Event>(catalogue, source) >= kRounds / 8); \
  ++events;
  QMPEV_FOR_EACH_EVENT(QMPEV_JUDGE)
#undef QMPEV_JUDGE
  CHECK(events == catalogue.size());
}

template <class Event>
void emit_within_limits(test::HostileEvents& source) {
  test::RecordingEmitter recorder;
  for (std::size_t round = 0; round < kRounds; ++round) recorder.emitter.emit(source.next<Event>());
  recorder.core->settle(recorder.sink);
  recorder.core->flush_delayed(recorder.sink);
  const EventCounters counters = recorder.counters(Describe<Event>::kind);
  INFO(Describe<Event>::name);
  CHECK(counters.emitted == kRounds);
  CHECK(counters.pending == 0);
  CHECK(counters.published == recorder.sink.records.size());
  CHECK(test::adds_up(counters));
}

TEST_CASE("every event is accounted for under the limits of the schema, whatever its key", "[conformance]") {
  test::HostileEvents source(59);
#define QMPEV_LIMITED(Event) emit_within_limits<Event>(source);
  QMPEV_FOR_EACH_EVENT(QMPEV_LIMITED)
#undef QMPEV_LIMITED
}

}  // namespace
