// SPDX-License-Identifier: MIT
#include "cli/reference_text.hpp"

#include <algorithm>
#include <vector>

#include "cli/argument_reader.hpp"
#include "cli/near_names.hpp"

namespace qmpev {
namespace {

constexpr std::size_t kTextColumns = 100;
constexpr std::size_t kNameColumns = 32;
constexpr std::size_t kRateColumns = 22;
constexpr std::size_t kIndentColumns = 4;

void pad_to(std::string& text, std::size_t line_start, std::size_t columns) {
  const std::size_t used = text.size() - line_start;
  text.append(used + 2 <= columns ? columns - used : 2, ' ');
}

/// Adds `words`, broken at spaces; the next lines begin at `indent`, too.
void add_wrapped(std::string& text, std::size_t indent, std::string_view words) {
  std::size_t column = kTextColumns;  // so that the first word begins a line
  bool first = true;
  while (!words.empty()) {
    const std::size_t length = std::min(words.find(' '), words.size());
    if (first || column + 1 + length > kTextColumns) {
      text.append(first ? 0 : 1, '\n').append(indent, ' ');
      column = indent;
    } else {
      text += ' ';
      ++column;
    }
    first = false;
    text += words.substr(0, length);
    column += length;
    words.remove_prefix(std::min(length + 1, words.size()));
  }
  text += '\n';
}

/// What stands before the first full stop, colon, semicolon or bracket: a line of the list has no room for
/// more.
std::string_view first_clause(std::string_view doc) {
  return doc.substr(
      0, std::min({doc.find(". "), doc.find(": "), doc.find("; "), doc.find(" ("), doc.size() - 1}));
}

std::string rate_of(const EventReference& event) {
  if (event.rate_limit_ms == 0) return "-";
  const std::string interval = std::to_string(event.rate_limit_ms) + " ms";
  return event.key.empty() ? interval : interval + " by " + std::string(event.key);
}

void add_rate(std::string& text, const EventReference& event) {
  if (event.rate_limit_ms == 0) return add_wrapped(text, 0, "Rate limit: none.");
  const std::string each = event.key.empty() ? "" : " and `" + std::string(event.key) + "`";
  add_wrapped(text, 0,
              "Rate limit: one per " + std::to_string(event.rate_limit_ms) + " ms" + each +
                  "; the first goes out at once, then the latest.");
}

void add_marks(std::string& text, const EventReference& event) {
  if (event.keep) {
    const std::string each = event.keep_key.empty() ? "" : " of each " + std::string(event.keep_key);
    add_wrapped(text, 0, "Kept: the newest" + each + " is what counts for a client that lost events.");
  }
  if (!event.until.empty())
    add_wrapped(text, 0,
                "QEMU has it until " + std::string(event.until) + "; newer ones send no such event.");
  if (!event.features.empty())
    add_wrapped(text, 0, "Marked in introspection: " + std::string(event.features) + ".");
}

void add_row(std::string& text, const ReferenceRow& row) {
  const std::size_t indent = kIndentColumns * (row.depth + std::size_t{1}) - 2;
  if (row.kind == ReferenceRow::Kind::value)
    return add_wrapped(text, indent, std::string(row.name) + ": " + std::string(row.doc));
  const std::string facts(row.facts);
  const std::string heading = row.kind == ReferenceRow::Kind::branch
                                  ? "where " + std::string(row.name) + " is " + facts
                                  : std::string(row.name) + " (" + facts + ")";
  add_wrapped(text, indent, heading);
  add_wrapped(text, indent + 2, row.doc);
}

}  // namespace

std::string reference_list() {
  std::string text;
  for (const EventReference& event : event_references()) {
    const std::size_t start = text.size();
    text += event.name;
    pad_to(text, start, kNameColumns);
    text += rate_of(event);
    pad_to(text, start, kNameColumns + kRateColumns);
    text += first_clause(event.doc);
    text += '\n';
  }
  return text;
}

std::string reference_of(const EventReference& event, WireForm form) {
  const std::size_t at = static_cast<std::size_t>(form);
  const bool qemu = form == WireForm::qemu;
  std::string text = std::string(event.name) + "  (" + std::string(event.file) + ")\n\n";
  add_wrapped(text, 0, event.doc);
  text += '\n';
  add_rate(text, event);
  add_marks(text, event);
  if (!event.one_form())
    add_wrapped(text, 0,
                std::string("Wire form ") + (qemu ? "qemu" : "document") + "; the other: --wire " +
                    (qemu ? "document." : "qemu."));
  text += event.rows[at].empty() ? "\nIt has no data.\n" : "\ndata:\n";
  for (const ReferenceRow& row : event.rows[at]) add_row(text, row);
  return text + "\nexample:\n" + std::string(event.example[at]) + "\n";
}

Result<const EventReference*> find_reference(std::string_view name) {
  std::vector<std::string_view> names;
  for (const EventReference& event : event_references()) {
    if (event.name == name) return &event;
    names.push_back(event.name);
  }
  std::string sentence = "there is no event '" + std::string(name) + "'";
  const std::vector<std::string_view> near = near_names(name, names);
  for (std::size_t i = 0; i < near.size(); ++i)
    sentence += (i == 0 ? ": did you mean " : i + 1 == near.size() ? " or " : ", ") + std::string(near[i]);
  return usage_error(sentence + (near.empty() ? ": " : "? ") + "`qmpev events` lists all");
}

}  // namespace qmpev
