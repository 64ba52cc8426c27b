// SPDX-License-Identifier: MIT
#include "wire/argument_shape.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace qmpev {

namespace {

const QapiType& builtin_of(Argument::Type type) noexcept {
  switch (type) {
    case Argument::Type::integer:
      return qapi::integer;
    case Argument::Type::string:
      return qapi::string;
    case Argument::Type::boolean:
      return qapi::boolean;
    case Argument::Type::array:
      return qapi::any_array;
    case Argument::Type::object:
      return qapi::any_object;
    case Argument::Type::any:
      break;
  }
  return qapi::any;
}

}  // namespace

/// Nothing in it moves once it is built: the type points into it.
struct ArgumentShape::Built {
  std::vector<Argument> arguments;  ///< whose texts the rest borrows
  std::deque<std::vector<std::string_view>> values;
  std::deque<QapiType> enumerations;
  std::vector<QapiMember> members;
  QapiType type{.meta = QapiMeta::object, .name = "arguments"};

  explicit Built(std::vector<Argument> given) : arguments(std::move(given)) {
    for (const Argument& argument : arguments)
      members.push_back({argument.name, &type_of(argument), argument.optional});
    type.members = members;
  }
  const QapiType& type_of(const Argument& argument) {
    if (argument.values.empty()) return builtin_of(argument.type);
    values.emplace_back(argument.values.begin(), argument.values.end());
    return enumerations.emplace_back(
        QapiType{.meta = QapiMeta::enumeration, .name = argument.name, .values = values.back()});
  }
};

ArgumentShape::ArgumentShape(const std::vector<Argument>& arguments)
    : built_(arguments.empty() ? nullptr : std::make_shared<const Built>(arguments)),
      type_(built_ ? &built_->type : &qapi::empty) {}

ArgumentShape::ArgumentShape(std::initializer_list<Argument> arguments)
    : ArgumentShape(std::vector<Argument>(arguments)) {}

}  // namespace qmpev
