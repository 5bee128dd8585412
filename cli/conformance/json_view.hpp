// A value inside a JSON document, which knows the document, so that what cannot be read is named by
// its place: "/test/env/currentNumber: not a number: zz". Reading one that is missing or of another
// type throws Unreadable.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>

namespace zvm::cli {

/// What a file says cannot be understood. The text begins with the place, a JSON pointer.
class Unreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A number that is well-formed and does not fit: a transaction that carries it is to be refused.
class NumberOverflow : public Unreadable {
 public:
  using Unreadable::Unreadable;
};

class JsonView {
 public:
  using json = nlohmann::json;
  struct Field;

  /// The document outlives its views.
  JsonView(const json& document) : JsonView(document, document) {}
  JsonView(const json& document, const json& value) : document_(&document), value_(&value) {}

  [[nodiscard]] const json& value() const { return *value_; }
  [[nodiscard]] bool is_object() const { return value_->is_object(); }
  [[nodiscard]] bool is_list() const { return value_->is_array(); }
  [[nodiscard]] bool is_text() const { return value_->is_string(); }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }

  /// False where it is no object, too.
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] JsonView at(std::string_view key) const;
  [[nodiscard]] JsonView at(const char* key) const { return at(std::string_view{key}); }
  [[nodiscard]] JsonView at(size_t index) const; ///< of a list
  [[nodiscard]] size_t size() const { return list().size(); }
  /// JsonViews of a list's values.
  [[nodiscard]] auto elements() const {
    const auto view = [document = document_](const json& one) { return JsonView{*document, one}; };
    return list() | std::views::transform(view);
  }
  /// Fields of an object, by key.
  [[nodiscard]] auto fields() const;

  [[nodiscard]] const std::string& text() const;
  /// The text of a field, or nothing where there is no such field.
  [[nodiscard]] std::string text_of(std::string_view key) const {
    return has(key) ? at(key).text() : std::string{};
  }
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] int64_t integer() const;
  [[nodiscard]] uint64_t natural() const; ///< a JSON number without sign and fraction

  /// The JSON pointer of the value; empty for the document itself.
  [[nodiscard]] std::string place() const;
  /// Throws Error with the place and `why`.
  template <typename Error = Unreadable>
  [[noreturn]] void refuse(const std::string& why) const {
    const std::string where = place();
    throw Error{where.empty() ? why : where + ": " + why};
  }

 private:
  [[nodiscard]] const json::array_t& list() const;
  [[nodiscard]] const json::object_t& object() const;
  [[noreturn]] void refuse_type(std::string_view wanted) const;

  const json* document_;
  const json* value_;
};

struct JsonView::Field {
  const std::string& key;
  JsonView value;
};

inline auto JsonView::fields() const {
  return object() | std::views::transform([document = document_](const auto& field) {
           return Field{field.first, JsonView{*document, field.second}};
         });
}

/// Reads a file. Throws Unreadable for what is no regular file (a FIFO would make us wait), cannot
/// be read, is no JSON, or is nested so deeply that functions which call themselves would run out
/// of stack.
[[nodiscard]] nlohmann::json read_json_file(const std::string& path);
/// The same for text.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);
/// The bytes of a regular file; throws Unreadable with the reason, without the path.
[[nodiscard]] std::string read_regular_file(const std::string& path);

} // namespace zvm::cli
