// The ELF object that debuggers are told of, and the list that they find it in.
#include "backend/asmjit/gdb_jit.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

extern "C" {
struct ListEntry {
  ListEntry *next, *prev;
  const uint8_t* object;
  uint64_t size;
};
struct ListHead {
  uint32_t version, action;
  ListEntry *relevant, *first;
};
extern ListHead __jit_debug_descriptor;
}

namespace zvm::backend::asmjit {
namespace {

/// A reader that trusts nothing.
class Elf {
 public:
  explicit Elf(std::span<const uint8_t> bytes) : bytes_(bytes), header_(read<Elf64_Ehdr>(0)) {}

  template <typename T>
  [[nodiscard]] T read(size_t offset) const {
    T out{};
    EXPECT_LE(offset + sizeof(T), bytes_.size());
    if (offset + sizeof(T) <= bytes_.size())
      std::memcpy(&out, bytes_.data() + offset, sizeof(T));
    return out;
  }
  [[nodiscard]] std::string text(size_t offset) const {
    std::string out;
    while (offset < bytes_.size() && bytes_[offset] != 0)
      out += static_cast<char>(bytes_[offset++]);
    EXPECT_LT(offset, bytes_.size());
    return out;
  }
  [[nodiscard]] const Elf64_Ehdr& header() const { return header_; }
  [[nodiscard]] Elf64_Shdr section(unsigned index) const {
    EXPECT_LT(index, header_.e_shnum);
    return read<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
  }
  [[nodiscard]] unsigned find(std::string_view name) const {
    const size_t names = section(header_.e_shstrndx).sh_offset;
    for (unsigned i = 1; i < header_.e_shnum; ++i) {
      if (text(names + section(i).sh_name) == name)
        return i;
    }
    ADD_FAILURE() << "there is no section " << name;
    return 0;
  }

 private:
  std::span<const uint8_t> bytes_;
  Elf64_Ehdr header_;
};

constexpr size_t kSize = 16;
const uint8_t kCode[kSize] = {0xc3};

TEST(GdbJit, TheObjectNamesTheCode) {
  GdbEntry entry;
  EXPECT_TRUE(entry.object().empty());
  entry.add(kCode, kSize, "zvm_01020304_trace_7");
  const Elf elf{entry.object()};
  EXPECT_EQ(std::memcmp(elf.header().e_ident, ELFMAG, SELFMAG), 0);
  EXPECT_EQ(elf.header().e_ident[EI_CLASS], ELFCLASS64);
  EXPECT_EQ(elf.header().e_machine, EM_X86_64);
  EXPECT_EQ(elf.header().e_shentsize, sizeof(Elf64_Shdr));

  const unsigned code = elf.find(".text");
  EXPECT_EQ(elf.section(code).sh_type, uint32_t{SHT_NOBITS});
  EXPECT_EQ(elf.section(code).sh_addr, reinterpret_cast<uint64_t>(kCode));
  EXPECT_EQ(elf.section(code).sh_size, kSize);

  const Elf64_Shdr symbols = elf.section(elf.find(".symtab"));
  ASSERT_EQ(symbols.sh_size, 2 * sizeof(Elf64_Sym));
  const auto symbol = elf.read<Elf64_Sym>(symbols.sh_offset + sizeof(Elf64_Sym));
  EXPECT_EQ(elf.text(elf.section(symbols.sh_link).sh_offset + symbol.st_name),
            "zvm_01020304_trace_7");
  EXPECT_EQ(symbol.st_shndx, code);
  EXPECT_EQ(symbol.st_size, kSize);
  EXPECT_EQ(ELF64_ST_TYPE(symbol.st_info), STT_FUNC);
}

TEST(GdbJit, TheObjectTellsHowToUnwind) {
  GdbEntry entry;
  entry.add(kCode, kSize, "f");
  const Elf elf{entry.object()};
  const size_t begin = elf.section(elf.find(".eh_frame")).sh_offset;
  EXPECT_EQ(elf.read<uint32_t>(begin + 4), 0u); // a CIE
  const size_t fde = begin + 4 + elf.read<uint32_t>(begin);
  EXPECT_EQ(fde + 4 - elf.read<uint32_t>(fde + 4), begin);
  EXPECT_EQ(elf.read<uint64_t>(fde + 8), reinterpret_cast<uint64_t>(kCode));
  EXPECT_EQ(elf.read<uint64_t>(fde + 16), kSize);
  EXPECT_EQ(elf.read<uint32_t>(fde + 4 + elf.read<uint32_t>(fde)), 0u); // the end
}

TEST(GdbJit, ALongNameIsCut) {
  GdbEntry entry;
  entry.add(kCode, kSize, std::string(500, 'x'));
  const Elf elf{entry.object()};
  const Elf64_Shdr symbols = elf.section(elf.find(".symtab"));
  const auto symbol = elf.read<Elf64_Sym>(symbols.sh_offset + sizeof(Elf64_Sym));
  EXPECT_EQ(elf.text(elf.section(symbols.sh_link).sh_offset + symbol.st_name),
            std::string(63, 'x'));
}

TEST(GdbJit, WhatIsGoneLeavesTheList) {
  const ListEntry* const before = __jit_debug_descriptor.first;
  {
    GdbEntry first, second, third;
    for (GdbEntry* e : {&first, &second, &third})
      e->add(kCode, kSize, "f");
    const ListEntry* at = __jit_debug_descriptor.first;
    for (const GdbEntry* e : {&third, &second, &first}) {
      ASSERT_NE(at, nullptr);
      EXPECT_EQ(at->object, e->object().data());
      EXPECT_EQ(at->size, e->object().size());
      EXPECT_TRUE(at->next == nullptr || at->next->prev == at);
      at = at->next;
    }
    EXPECT_EQ(at, before);
  }
  EXPECT_EQ(__jit_debug_descriptor.first, before);
  EXPECT_EQ(__jit_debug_descriptor.version, 1u);
  EXPECT_EQ(__jit_debug_descriptor.action, 0u);
}

} // namespace
} // namespace zvm::backend::asmjit
