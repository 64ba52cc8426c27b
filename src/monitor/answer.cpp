// SPDX-License-Identifier: MIT
// What command handlers of an embedder return.
#include <utility>

#include <qmpev/server.hpp>

namespace qmpev {

Answer Answer::empty() {
  return {};
}

Answer Answer::value(JsonNode* value) {
  Answer answer;
  answer.node_.reset(value);
  return answer;
}

Answer Answer::error(ErrorClass error_class, std::string description) {
  Answer answer;
  answer.error_class_ = error_class;
  answer.description_ = std::move(description);
  return answer;
}

}  // namespace qmpev
