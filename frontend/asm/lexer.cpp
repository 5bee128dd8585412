#include "frontend/asm/lexer.hpp"

#include <algorithm>

namespace zvm::frontend::assembler {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_begin(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_begin(c) || is_digit(c); }

} // namespace

void Lexer::skip_blanks() {
  while (at(next_) == ' ' || at(next_) == '\t' || at(next_) == '\r' || at(next_) == ',')
    ++next_;
  if (at(next_) == ';' || (at(next_) == '/' && at(next_ + 1) == '/')) {
    while (next_ < text_.size() && text_[next_] != '\n')
      ++next_;
  }
}

std::string_view Lexer::name_from(size_t begin) {
  next_ = begin;
  while (is_name_part(at(next_)))
    ++next_;
  return text_.substr(begin, next_ - begin);
}

void Lexer::advance() {
  skip_blanks();
  const size_t begin = next_;
  token_ = {TokenKind::End, {}, line_, static_cast<uint32_t>(begin - line_begin_ + 1)};
  if (begin >= text_.size())
    return;
  const char c = text_[begin];
  if (c == '\n') {
    token_.kind = TokenKind::Newline;
    next_ = line_begin_ = begin + 1;
    ++line_;
  } else if (is_digit(c)) {
    token_.kind = TokenKind::Number;
    token_.text = name_from(begin);
  } else if (is_name_begin(c)) {
    token_.kind = TokenKind::Name;
    token_.text = name_from(begin);
    if (at(next_) == ':') {
      token_.kind = TokenKind::Label;
      ++next_;
    }
  } else if ((c == '.' || c == '@' || c == '$') && is_name_begin(at(begin + 1))) {
    token_.kind = c == '.'   ? TokenKind::Directive
                  : c == '@' ? TokenKind::Address
                             : TokenKind::Symbol;
    token_.text = name_from(begin + 1);
    constexpr std::string_view kSize = ".size";
    if (c == '@' && text_.substr(next_, kSize.size()) == kSize &&
        !is_name_part(at(next_ + kSize.size()))) {
      token_.kind = TokenKind::Size;
      next_ += kSize.size();
    }
  } else if (c == '"') {
    size_t end = begin + 1;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\n')
      end += text_[end] == '\\' && at(end + 1) != '\n' ? 2 : 1;
    const bool ends = at(end) == '"';
    token_.kind = ends ? TokenKind::String : TokenKind::Wrong;
    next_ = ends ? end + 1 : std::min(end, text_.size());
    token_.text = text_.substr(begin + 1, ends ? end - begin - 1 : next_ - begin - 1);
  } else {
    token_.kind = c == '+' ? TokenKind::Plus : c == '-' ? TokenKind::Minus : TokenKind::Wrong;
    token_.text = text_.substr(begin, 1);
    ++next_;
  }
}

std::string describe(const Token& token) {
  const auto quoted = [&](std::string_view before, std::string_view after = "") {
    // A long literal is shown by its beginning.
    std::string out = "'";
    out += before;
    out += token.text.size() > 40 ? std::string{token.text.substr(0, 40)} + "…"
                                  : std::string{token.text};
    out += after;
    return out + "'";
  };
  switch (token.kind) {
  case TokenKind::End:
    return "the end of the text";
  case TokenKind::Newline:
    return "the end of the line";
  case TokenKind::Label:
    return quoted("", ":");
  case TokenKind::Directive:
    return quoted(".");
  case TokenKind::String:
    return "a string";
  case TokenKind::Address:
    return quoted("@");
  case TokenKind::Size:
    return quoted("@", ".size");
  case TokenKind::Symbol:
    return quoted("$");
  case TokenKind::Wrong: {
    if (token.text.size() != 1)
      return "a string without an end";
    const auto byte = static_cast<unsigned char>(token.text[0]);
    constexpr char kDigits[] = "0123456789abcdef";
    if (byte < 0x20 || byte >= 0x7f)
      return std::string{"the byte 0x"} + kDigits[byte >> 4] + kDigits[byte & 15];
    break;
  }
  case TokenKind::Name:
  case TokenKind::Number:
  case TokenKind::Plus:
  case TokenKind::Minus:
    break;
  }
  return quoted("");
}

Error syntax_error(const Token& where, const std::string& what) {
  return make_error(ErrorCode::SyntaxError, where.line,
                    "line " + std::to_string(where.line) + ", column " +
                        std::to_string(where.column) + ": " + what);
}

} // namespace zvm::frontend::assembler
