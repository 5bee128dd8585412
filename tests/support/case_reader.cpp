#include "tests/support/case_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/uint256_text.hpp"

namespace zvm::test {

using Bytes = std::vector<uint8_t>;

std::unexpected<Error> CaseReader::error(const std::string& what) const {
  return fail(ErrorCode::SyntaxError, line_,
              name_ + ".case:" + std::to_string(line_) + ": " + what);
}

bool CaseReader::next_line(bool whole) {
  while (next_ < text_.size()) {
    const size_t end = std::min(text_.find('\n', next_), text_.size());
    line_begin_ = next_;
    rest_ = text_.substr(next_, end - next_);
    next_ = end + 1;
    ++line_;
    if (whole && !rest_.starts_with('['))
      return true;
    const size_t comment = rest_.find(';');
    if (comment != std::string_view::npos) {
      if (line_ == about_lines_ + 1) {
        ++about_lines_;
        std::string_view sentence = rest_.substr(comment + 1);
        while (sentence.starts_with(' '))
          sentence.remove_prefix(1);
        about_.append(about_.empty() ? "" : " ").append(sentence);
      }
      rest_ = rest_.substr(0, comment);
    }
    skip_blanks();
    if (!at_end())
      return true;
  }
  return false;
}

void CaseReader::skip_blanks() {
  while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())))
    rest_.remove_prefix(1);
}

std::string_view CaseReader::word() {
  size_t size = 0;
  while (size < rest_.size() && !std::isspace(static_cast<unsigned char>(rest_[size])))
    ++size;
  const std::string_view out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  skip_blanks();
  return out;
}

bool CaseReader::accept(char c) {
  if (at_end() || rest_.front() != c)
    return false;
  rest_.remove_prefix(1);
  skip_blanks();
  return true;
}

Result<void> CaseReader::end_of_line() const {
  if (!at_end())
    return error("expected the end of the line, found '" + std::string{rest_} + "'");
  return {};
}

void CaseReader::declare(std::string_view name, const Address& address) {
  names_[std::string{name}] = address;
  symbols_[std::string{name}] = to_word(address);
}

Result<Address> CaseReader::account_name() {
  const std::string name{word()};
  const auto found = names_.find(name);
  if (found == names_.end())
    return error("there is no account '" + name + "'; declare it with address");
  return found->second;
}

Result<U256> CaseReader::atom() {
  size_t size = 0;
  while (size < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[size])) ||
                                 rest_[size] == '_' || rest_[size] == '$'))
    ++size;
  std::string text{rest_.substr(0, size)};
  rest_.remove_prefix(size);
  skip_blanks();
  if (text.starts_with('$')) {
    const auto symbol = symbols_.find(std::string_view{text}.substr(1));
    if (symbol == symbols_.end())
      return error("there is no name " + text);
    return symbol->second;
  }
  std::erase(text, '_');
  const Result<U256> value = parse_u256(text);
  if (!value)
    return error("expected a number or $name, found '" + text + std::string{rest_} + "'");
  return value;
}

Result<U256> CaseReader::product() {
  ZVM_TRY(U256 out, atom());
  while (accept('*')) {
    ZVM_TRY(const U256 factor, atom());
    out *= factor;
  }
  return out;
}

Result<U256> CaseReader::value() {
  U256 out;
  bool is_negative = accept('-');
  while (true) {
    ZVM_TRY(const U256 summand, product());
    out = is_negative ? out - summand : out + summand;
    if (accept('+'))
      is_negative = false;
    else if (accept('-'))
      is_negative = true;
    else
      return out;
  }
}

Result<U256> CaseReader::value_line() {
  ZVM_TRY(const U256 out, value());
  ZVM_CHECK(end_of_line());
  return out;
}

Result<Bytes> CaseReader::bytes_line() {
  Bytes out;
  while (!at_end()) {
    std::string_view text = word();
    if (text == "word") {
      ZVM_TRY(const U256 v, value());
      uint8_t be[32];
      v.store_be(be);
      out.insert(out.end(), be, be + 32);
      continue;
    }
    if (text == "zeros") {
      ZVM_TRY(const U256 count, value());
      if (count > U256{1 << 20})
        return error("more than 2^20 zeros");
      out.resize(out.size() + count.low64());
      continue;
    }
    if (!text.starts_with("0x") || text.size() % 2 != 0)
      return error("expected bytes as 0x…, found '" + std::string{text} + "'");
    for (size_t i = 2; i < text.size(); i += 2) {
      uint8_t byte = 0;
      const auto [end, failed] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
      if (failed != std::errc{} || end != text.data() + i + 2)
        return error("expected bytes as 0x…, found '" + std::string{text} + "'");
      out.push_back(byte);
    }
  }
  return out;
}

} // namespace zvm::test
