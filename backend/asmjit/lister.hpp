// Writes down what is assembled, for who wants to see it.
#pragma once

#include <map>

#include "backend/asmjit/asmjit.hpp"
#include "backend/asmjit/linkage.hpp"
#include "backend/native_listing.hpp"

namespace zvm::backend::asmjit {

class Lister final : public ::asmjit::Logger {
 public:
  explicit Lister(NativeListing& out) : out_(out) {}

  /// Before anything is written.
  void begin(const ::asmjit::BaseAssembler& a);
  /// What is written from here on.
  void at(uint32_t function, ir::BlockId block, ir::InstId inst);
  void name(uint32_t label, std::string name) { names_[label] = std::move(name); }
  /// What stands at the label, if that is the address of something with a name.
  void name_constant(uint32_t label, uint64_t constant, const Linkage& linkage);
  /// Bytes in the code that were not known when they were written.
  void set_frame_size(uint32_t section, uint32_t offset, uint32_t size);
  /// Once it stands where it can run.
  void finish(const ::asmjit::CodeHolder& code, const uint8_t* begin);

 private:
  ::asmjit::Error _log(const char* data, size_t size) noexcept override;
  [[nodiscard]] std::string renamed(const std::string& text) const;

  NativeListing& out_;
  const ::asmjit::BaseAssembler* a_ = nullptr;
  NativeLine now_;                        ///< of which a line is
  std::vector<uint32_t> sections_;        ///< by line
  std::map<uint32_t, std::string> names_; ///< by label
};

} // namespace zvm::backend::asmjit
