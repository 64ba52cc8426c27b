// SPDX-License-Identifier: MIT
#include "scenario/member_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "scenario/tree_text.hpp"

namespace qmpev {

namespace {

std::string quoted(std::string_view name) {
  return "\"" + shown_text(name) + "\"";
}

/// "title, steps, seed and $schema".
std::string known_members(const ScenarioObject& known) {
  std::string words;
  for (std::size_t i = 0; i < known.members.size() && !known.members[i].empty(); ++i) {
    const bool last = i + 1 == known.members.size() || known.members[i + 1].empty();
    if (i > 0) words += last ? " and " : ", ";
    words += known.members[i];
  }
  return words;
}

}  // namespace

bool MemberReader::fail(std::size_t line, std::string sentence) {
  if (!mistake_) mistake_ = TextMistake{line, std::move(sentence)};
  return false;
}

bool MemberReader::members(const JsonTree& object, const ScenarioObject& known, const std::string& what) {
  for (const JsonTree::NamedTree& member : object.members)
    if (std::find(known.members.begin(), known.members.end(), member.name) == known.members.end() ||
        member.name.empty())
      return fail(member.line,
                  what + " has no member " + quoted(member.name) + ": it has " + known_members(known));
  for (std::size_t i = 0; i < known.needed; ++i)
    if (object.find(known.members[i]) == nullptr)
      return fail(object.line, what + " needs a member " + quoted(known.members[i]));
  return true;
}

bool MemberReader::text(const JsonTree& object, std::string_view name, std::string& text) {
  const JsonTree& value = *object.find(name);
  if (value.kind != JsonTree::Kind::text)
    return fail(value.line,
                quoted(name) + " is a text in double quotes, not " + std::string(value.kind_text()));
  if (value.text.empty() || value.text.size() > kMaxScenarioTextBytes)
    return fail(value.line, quoted(name) + " is a text of 1 to " + std::to_string(kMaxScenarioTextBytes) +
                                " bytes: this one has " + std::to_string(value.text.size()));
  text = value.text;
  return true;
}

bool MemberReader::seconds(const JsonTree& object, std::string_view name, StepTime& time) {
  const JsonTree& value = *object.find(name);
  const auto given = value.real();
  if (!given || !(*given >= 0) || *given > kMaxWaitSeconds)
    return fail(value.line, quoted(name) + " is a number of seconds from 0 to 86400, as in 0.5");
  time = StepTime(std::llround(*given * 1'000));
  return true;
}

bool MemberReader::number(const JsonTree& value, std::string_view name, std::uint64_t least,
                          std::uint64_t most, std::uint64_t& number) {
  const auto given = value.whole();
  if (!given || *given < least || *given > most)
    return fail(value.line, quoted(name) + " is a whole number from " + std::to_string(least) + " to " +
                                std::to_string(most));
  number = *given;
  return true;
}

bool MemberReader::arguments(const JsonTree& value, std::map<std::string, std::string>& arguments) {
  if (value.kind != JsonTree::Kind::object)
    return fail(value.line, "\"arguments\" is an object, as in {\"size\": \"128M\"}");
  for (const JsonTree::NamedTree& member : value.members) {
    const JsonTree& given = member.value;
    if (given.kind != JsonTree::Kind::text && given.kind != JsonTree::Kind::number)
      return fail(given.line, "the argument " + quoted(member.name) + " is a number or a text, not " +
                                  std::string(given.kind_text()));
    if (given.text.size() > kMaxScenarioTextBytes)
      return fail(given.line, "the argument " + quoted(member.name) + " is too long: at most " +
                                  std::to_string(kMaxScenarioTextBytes) + " bytes");
    arguments[member.name] = given.text;
  }
  return true;
}

}  // namespace qmpev
