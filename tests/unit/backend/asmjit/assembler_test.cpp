// What the short way writes is what asmjit writes.
#include "backend/asmjit/assembler_x64.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <vector>

namespace zvm::backend::asmjit {
namespace {

namespace x86 = ::asmjit::x86;
using ::asmjit::Imm;
using ::asmjit::Operand;

struct Instruction {
  x86::Inst::Id id;
  Operand first, second;
};

template <typename A>
class Bench {
 public:
  Bench() {
    EXPECT_EQ(code_.init(::asmjit::Environment::host()), ::asmjit::kErrorOk);
    EXPECT_EQ(code_.attach(&a_), ::asmjit::kErrorOk);
    a_.nop(); // and there is a buffer
  }
  /// Empty where there is no such instruction.
  [[nodiscard]] std::span<const uint8_t> assemble(const Instruction& inst) {
    EXPECT_EQ(a_.setOffset(0), ::asmjit::kErrorOk);
    if (a_.emit(inst.id, inst.first, inst.second) != ::asmjit::kErrorOk)
      return {};
    return {a_.bufferData(), a_.offset()};
  }

 private:
  ::asmjit::CodeHolder code_;
  A a_;
};

constexpr x86::Inst::Id kIds[] = {
    x86::Inst::kIdAdd,   x86::Inst::kIdOr,   x86::Inst::kIdAdc,   x86::Inst::kIdSbb,
    x86::Inst::kIdAnd,   x86::Inst::kIdSub,  x86::Inst::kIdXor,   x86::Inst::kIdCmp,
    x86::Inst::kIdRol,   x86::Inst::kIdRor,  x86::Inst::kIdShl,   x86::Inst::kIdShr,
    x86::Inst::kIdSar,   x86::Inst::kIdMov,  x86::Inst::kIdLea,   x86::Inst::kIdTest,
    x86::Inst::kIdMovzx, x86::Inst::kIdImul, x86::Inst::kIdMovsx, x86::Inst::kIdMovsxd};

/// Every register and kind of operand that code has, with sizes that belong together and others.
std::vector<Operand> operands() {
  std::vector<Operand> all;
  for (uint32_t r = 0; r < 16; ++r) {
    all.push_back(x86::gpq(r));
    all.push_back(x86::gpd(r));
    all.push_back(x86::gpw(r));
    all.push_back(x86::gpb_lo(r));
  }
  for (const uint32_t base : {3u, 4u, 5u, 12u, 13u}) {
    for (const int32_t offset : {0, 127, -128, 0x12345678}) {
      for (const uint32_t size : {0u, 1u, 2u, 4u, 8u}) {
        all.push_back(x86::Mem{x86::gpq(base), offset, size});
        for (const uint32_t index : {5u, 12u})
          all.push_back(x86::Mem{x86::gpq(base), x86::gpq(index), index % 4, offset, size});
      }
    }
  }
  all.push_back(x86::Mem{x86::gpd(3), 8, 8});
  all.push_back(x86::ptr(uint64_t{0x1000}));
  for (const int64_t v :
       {0ll, 1ll, 31ll, 63ll, 127ll, 128ll, 255ll, -1ll, -128ll, -129ll, 0x7fffffffll, 0x80000000ll,
        0xffffffffll, -0x80000000ll, 0x100000000ll, 0x123456789abcdefll})
    all.push_back(Imm{v});
  return all;
}

TEST(Assembler, WritesWhatAsmjitWrites) {
  const std::vector<Operand> all = operands();
  Bench<Assembler> ours;
  Bench<x86::Assembler> theirs;
  size_t written = 0;
  for (const x86::Inst::Id id : kIds) {
    for (const Operand& first : all) {
      for (const Operand& second : all) {
        const Instruction inst{id, first, second};
        const auto expected = theirs.assemble(inst);
        if (expected.empty())
          continue; // code that is right does not have it
        ++written;
        const auto actual = ours.assemble(inst);
        ASSERT_TRUE(std::ranges::equal(actual, expected))
            << "instruction " << id << ", operands " << &first - all.data() << " and "
            << &second - all.data();
      }
    }
  }
  EXPECT_GT(written, 100000u);
}

/// Jumps to labels near and far, before and behind, and of another section.
template <typename A>
std::vector<uint8_t> jumps() {
  ::asmjit::CodeHolder code;
  EXPECT_EQ(code.init(::asmjit::Environment::host()), ::asmjit::kErrorOk);
  ::asmjit::Section* other = nullptr;
  EXPECT_EQ(code.newSection(&other, ".other"), ::asmjit::kErrorOk);
  A a;
  EXPECT_EQ(code.attach(&a), ::asmjit::kErrorOk);
  for (const int distance : {0, 1, 122, 123, 124, 125, 126, 127, 128, 129, 300}) {
    for (unsigned condition = 0; condition <= 16; ++condition) {
      const ::asmjit::Label before = a.newLabel(), behind = a.newLabel(), there = a.newLabel();
      const auto go = [&](const ::asmjit::Label& to) {
        if (condition == 16)
          a.jmp(to);
        else
          a.j(static_cast<x86::CondCode>(condition), to);
      };
      a.bind(before);
      for (int i = 0; i < distance; ++i)
        a.nop();
      go(behind);
      go(before);
      go(there);
      a.bind(behind);
      a.jz(behind);
      a.jnz(before);
      a.jc(there);
      a.jnc(behind);
      a.section(other);
      a.nop();
      a.bind(there);
      go(before);
      go(there);
      a.section(code.textSection());
    }
  }
  EXPECT_EQ(code.flatten(), ::asmjit::kErrorOk);
  EXPECT_EQ(code.resolveUnresolvedLinks(), ::asmjit::kErrorOk);
  std::vector<uint8_t> bytes(code.codeSize());
  EXPECT_EQ(code.relocateToBase(0x1000), ::asmjit::kErrorOk);
  EXPECT_EQ(code.copyFlattenedData(bytes.data(), bytes.size()), ::asmjit::kErrorOk);
  return bytes;
}
TEST(Assembler, JumpsAsAsmjitJumps) { EXPECT_EQ(jumps<Assembler>(), jumps<x86::Assembler>()); }

/// What is written is part of its section, which may be gone on with.
TEST(Assembler, GoesOnInSections) {
  ::asmjit::CodeHolder code;
  ASSERT_EQ(code.init(::asmjit::Environment::host()), ::asmjit::kErrorOk);
  ::asmjit::Section* other = nullptr;
  ASSERT_EQ(code.newSection(&other, ".other"), ::asmjit::kErrorOk);
  Assembler a;
  ASSERT_EQ(code.attach(&a), ::asmjit::kErrorOk);
  a.nop();
  for (int i = 0; i < 3; ++i) {
    a.section(code.textSection());
    a.mov(x86::rax, x86::rcx);
    a.section(other);
    a.mov(x86::rax, x86::rcx);
  }
  EXPECT_EQ(code.textSection()->bufferSize(), 1u + 3 * 3);
  EXPECT_EQ(other->bufferSize(), 3u * 3);
}

} // namespace
} // namespace zvm::backend::asmjit
