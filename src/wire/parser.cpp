// SPDX-License-Identifier: MIT
// Duplicate keys are looked for once per object, when it closes or when the message fails, by sorting: a
// check at each member would be quadratic or need a table. The outcome is the same as with a check at each
// member, because an earlier duplicate of an open object wins over a later mistake (fail() looks) and all
// duplicates read alike.
#include "wire/parser.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "wire/literal.hpp"

namespace qmpev {
namespace {

bool has_duplicate(const Value::Members& members) {
  if (members.size() < 2) return false;
  std::vector<const std::string*> names;
  names.reserve(members.size());
  for (const Member& member : members) names.push_back(&member.name);
  // By length first: cheap, and any order will do.
  std::sort(names.begin(), names.end(), [](const std::string* left, const std::string* right) {
    return left->size() != right->size() ? left->size() < right->size() : *left < *right;
  });
  return std::adjacent_find(names.begin(), names.end(),
                            [](const std::string* left, const std::string* right) {
                              return *left == *right;
                            }) != names.end();
}

}  // namespace

void Parser::take(const Token& token) {
  if (!mistake_.empty()) return;
  if (levels_.empty()) return take_value(token);
  Level& level = levels_.back();
  switch (level.expected) {
    case Expected::item_or_end:
      if (token.kind == Token::Kind::right_bracket) return close();
      level.expected = Expected::item;
      return take_value(token);
    case Expected::key_or_end:
      if (token.kind == Token::Kind::right_brace) return close();
      level.expected = Expected::key;
      return take_value(token);
    case Expected::item:
    case Expected::key:
    case Expected::member:
      return take_value(token);
    case Expected::colon:
      if (token.kind != Token::Kind::colon) return fail("missing : in object pair");
      level.expected = Expected::member;
      return;
    case Expected::list_separator:
      return take_separator(token, Token::Kind::right_bracket, Expected::item, "expected separator in list");
    case Expected::dict_separator:
      return take_separator(token, Token::Kind::right_brace, Expected::key, "expected separator in dict");
  }
}

Value Parser::result() {
  QMPEV_ASSERT(mistake_.empty() && levels_.empty());
  return std::move(result_);
}

void Parser::reset() {
  levels_.clear();
  result_ = nullptr;
  mistake_.clear();
}

/// A token where a value begins. Keys are values too: that they are strings is seen when they are complete.
void Parser::take_value(const Token& token) {
  switch (token.kind) {
    case Token::Kind::left_brace:
      return open(Value::object(), Expected::key_or_end);
    case Token::Kind::left_bracket:
      return open(Value::array(), Expected::item_or_end);
    case Token::Kind::integer:
      return complete(read_integer(std::string(token.text)));
    case Token::Kind::real:
      return complete(read_real(std::string(token.text)));
    case Token::Kind::string: {
      auto text = read_string(token.text);
      if (auto* mistake = std::get_if<LiteralMistake>(&text)) return fail(std::move(mistake->sentence));
      return complete(std::get<std::string>(std::move(text)));
    }
    case Token::Kind::keyword: {
      auto value = read_keyword(token.text);
      if (auto* mistake = std::get_if<LiteralMistake>(&value)) return fail(std::move(mistake->sentence));
      return complete(std::get<Value>(std::move(value)));
    }
    default:
      return fail("expecting value");
  }
}

void Parser::take_separator(const Token& token, Token::Kind closer, Expected after_comma,
                            const char* mistake) {
  if (token.kind == closer) return close();
  if (token.kind != Token::Kind::comma) return fail(mistake);
  levels_.back().expected = after_comma;
}

void Parser::open(Value container, Expected expected) {
  levels_.push_back({std::move(container), expected, {}});
}

void Parser::close() {
  Value& container = levels_.back().container;
  if (container.is_object() && has_duplicate(container.members())) return fail("duplicate key");
  Value closed = std::move(container);
  levels_.pop_back();
  complete(std::move(closed));
}

/// A value is whole: it goes to where its container expects it.
void Parser::complete(Value value) {
  if (levels_.empty()) {
    result_ = std::move(value);
    return;
  }
  Level& level = levels_.back();
  if (level.expected == Expected::item) {
    level.container.append(std::move(value));
    level.expected = Expected::list_separator;
  } else if (level.expected == Expected::member) {
    level.container.members().push_back({std::move(level.key), std::move(value)});
    level.expected = Expected::dict_separator;
  } else if (value.is_string()) {
    level.key = value.as_string();
    level.expected = Expected::colon;
  } else {
    fail("key is not a string in object");
  }
}

void Parser::fail(std::string mistake) {
  mistake_ = some_key_is_duplicate() ? "duplicate key" : std::move(mistake);
  if (mistake_.size() > kMaxMistakeBytes) mistake_.resize(kMaxMistakeBytes);
  levels_.clear();
}

bool Parser::some_key_is_duplicate() const {
  return std::any_of(levels_.begin(), levels_.end(), [](const Level& level) {
    return level.container.is_object() && has_duplicate(level.container.members());
  });
}

}  // namespace qmpev
