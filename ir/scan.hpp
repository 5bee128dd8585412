// Scanner of the text form: one line at a time, cut into words, numbers and marks.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"
#include "base/vec.hpp"
#include "ir/type.hpp"

namespace zvm::ir {

/// The rest of one line. Reading skips blanks; `#` begins a comment.
class LineScanner {
 public:
  explicit LineScanner(std::string_view line) : rest_(line.substr(0, line.find('#'))) {}

  [[nodiscard]] bool at_end() {
    skip();
    return rest_.empty();
  }
  /// What comes next, for messages: a word, or a single character.
  [[nodiscard]] std::string_view peek() {
    skip();
    size_t n = 0;
    while (n < rest_.size() && is_word(rest_[n]))
      ++n;
    return rest_.substr(0, n != 0 ? n : rest_.empty() ? 0 : 1);
  }
  /// Takes a word: letters, digits, '.' and '_'. Empty where there is none.
  std::string_view word() {
    const std::string_view found = peek();
    if (found.empty() || !is_word(found[0]))
      return {};
    rest_.remove_prefix(found.size());
    return found;
  }
  /// Takes everything up to the mark, which stays.
  std::string_view until(char mark) {
    skip();
    const std::string_view found = rest_.substr(0, rest_.find(mark));
    rest_.remove_prefix(found.size());
    return found;
  }
  bool take(std::string_view mark) {
    skip();
    if (!rest_.starts_with(mark))
      return false;
    rest_.remove_prefix(mark.size());
    return true;
  }
  /// Takes exactly this word.
  bool keyword(std::string_view expected) {
    if (peek() != expected)
      return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// Takes a decimal number of the type; of one that is no such number only a sign.
  template <typename Number>
  bool number(Number& value) {
    const bool negative = std::is_signed_v<Number> && take("-");
    const std::string text = (negative ? "-" : "") + std::string{peek()};
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end)
      return false;
    (void)word();
    return true;
  }

 private:
  void skip() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r'))
      rest_.remove_prefix(1);
  }
  [[nodiscard]] static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_';
  }

  std::string_view rest_;
};

/// What parsers of the text form have in common.
class LineParser {
 protected:
  [[nodiscard]] std::unexpected<Error> error(std::string why) const {
    return fail(ErrorCode::SyntaxError, line_, std::move(why));
  }
  [[nodiscard]] std::unexpected<Error> expected(std::string_view what, LineScanner& s) const {
    const std::string found =
        s.at_end() ? "the end of the line" : "'" + std::string{s.peek()} + "'";
    return error(std::string{what} + " expected, found " + found);
  }
  [[nodiscard]] Result<void> mark(LineScanner& s, std::string_view m) const {
    return s.take(m) ? Result<void>{} : expected("'" + std::string{m} + "'", s);
  }
  [[nodiscard]] Result<void> keyword(LineScanner& s, std::string_view k) const {
    return s.keyword(k) ? Result<void>{} : expected("'" + std::string{k} + "'", s);
  }
  [[nodiscard]] Result<Type> type(LineScanner& s) const {
    const Type t = type_named(s.peek());
    if (t == Type::None)
      return expected("a type", s);
    (void)s.word();
    return t;
  }
  [[nodiscard]] Result<void> types(LineScanner& s, Vec<Type>& out) {
    do {
      ZVM_TRY(const Type t, type(s));
      keep(out.try_push(t));
    } while (s.take(","));
    return {};
  }

  void keep(bool fits) { is_out_of_memory_ = is_out_of_memory_ || !fits; }

  uint64_t line_ = 0;
  bool is_out_of_memory_ = false;
};

} // namespace zvm::ir
