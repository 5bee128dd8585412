// Lines, words and values of .case files: what the keys and sections in case_file.cpp are made of.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"

namespace zvm::test {

/// Goes through a text line by line, and through each line word by word. Every error names the
/// line.
class CaseReader {
 protected:
  using Unexpected = std::unexpected<Error>;

  CaseReader(std::string_view name, std::string_view text) : name_(name), text_(text) {}

  [[nodiscard]] Unexpected error(const std::string& what) const;

  /// The next line that is not empty, without its comment; `whole`: any line as it is, but for the
  /// head of a section.
  bool next_line(bool whole);
  void skip_blanks();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  /// The next word of the line, without what stands behind it.
  std::string_view word();
  bool accept(char c);
  [[nodiscard]] Result<void> end_of_line() const;

  void declare(std::string_view name, const Address& address);
  [[nodiscard]] bool is_declared(std::string_view name) const {
    return names_.contains(std::string{name});
  }
  [[nodiscard]] Result<Address> account_name();

  /// A number or $name; sums of products of them; one that is all that is left of the line.
  [[nodiscard]] Result<U256> atom();
  [[nodiscard]] Result<U256> value();
  [[nodiscard]] Result<U256> value_line();
  template <typename Integer>
  [[nodiscard]] Result<void> integer_line(Integer& out) {
    ZVM_TRY(const U256 v, value_line());
    return to_integer(v, out);
  }
  template <typename Integer>
  [[nodiscard]] Result<void> to_integer(const U256& v, Integer& out) const {
    if (!v.fits_u64() || v.low64() > static_cast<uint64_t>(std::numeric_limits<Integer>::max()))
      return error("the number is too large");
    out = static_cast<Integer>(v.low64());
    return {};
  }
  [[nodiscard]] Result<std::vector<uint8_t>> bytes_line();

  std::string name_; ///< for messages
  std::string_view text_;
  std::string_view rest_; ///< of the line
  std::string about_;     ///< the comment at the top, which says what the case shows
  size_t next_ = 0, line_begin_ = 0;
  uint32_t line_ = 0;
  std::map<std::string, U256, std::less<>> symbols_; ///< names of accounts, as values

 private:
  [[nodiscard]] Result<U256> product();

  uint32_t about_lines_ = 0;
  std::map<std::string, Address> names_;
};

} // namespace zvm::test
