// Assembler text as tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace zvm::frontend::assembler {

enum class TokenKind : uint8_t {
  End, ///< of the text
  Newline,
  Name,      ///< a mnemonic or an option
  Label,     ///< `name:`, without the colon
  Directive, ///< `.name`, without the dot
  Number,    ///< begins with a digit; decimal, or 0x…; `_` may separate digits
  String,    ///< "…", escapes not yet replaced, without the quotes
  Address,   ///< `@name`, without the sign
  Size,      ///< `@name.size`, the name only
  Symbol,    ///< `$name`, without the sign
  Plus,
  Minus,
  Wrong, ///< a character that begins no token, or a string that does not end
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;
  uint32_t line = 1, column = 1; ///< of its first character, counted from 1, columns in bytes
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { advance(); }

  [[nodiscard]] const Token& peek() const { return token_; }
  Token take() {
    const Token token = token_;
    advance();
    return token;
  }

 private:
  void advance();
  [[nodiscard]] char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  std::string_view name_from(size_t begin);
  void skip_blanks();

  std::string_view text_;
  size_t next_ = 0;
  size_t line_begin_ = 0;
  uint32_t line_ = 1;
  Token token_;
};

/// The token as a message shows it.
[[nodiscard]] std::string describe(const Token& token);

/// "line 3, column 7: …"
[[nodiscard]] Error syntax_error(const Token& where, const std::string& what);

} // namespace zvm::frontend::assembler
