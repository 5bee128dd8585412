// Every row does what its instructions do one by one, can be chosen, and is found.
#include "backend/interp/function/fuse.hpp"

#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <sys/mman.h>
#include <vector>

#include "backend/interp/function/fuse_carried.hpp"

namespace zvm::backend::interp::word {
namespace {

using ir::Op;
using ir::Type;
using Instructions = std::vector<Handler>;

constexpr At kPlaces[] = {At::Slot, At::Acc, At::Number};
constexpr Type kTypes[] = {Type::I32, Type::I64, Type::F32, Type::F64};
constexpr runtime::Bounds kBounds[] = {runtime::Bounds::Explicit, runtime::Bounds::Guard};

/// What the translator can put into code, by how many words it has and where it goes on.
enum class Kind : uint8_t { Straight, Jump, Branch, Switch };
std::map<Handler, Kind> instructions() {
  std::map<Handler, Kind> all;
  const auto add = [&](Handler handler, Kind kind = Kind::Straight) {
    if (handler != nullptr)
      all.emplace(handler, kind);
  };
  const Handlers& h = handlers();
  add(h.move);
  add(h.charge);
  add(h.jump, Kind::Jump);
  add(h.jump_polled, Kind::Jump);
  add(h.jump_table, Kind::Switch);
  add(h.jump_table_acc, Kind::Switch);
  for (const At a : kPlaces) {
    for (const At b : kPlaces) {
      for (const Type type : {Type::I32, Type::I64}) {
        for (unsigned i = 0; i < kCompares; ++i) {
          for (const bool polls : {false, true})
            add(branch_handler(Compare{static_cast<uint8_t>(i)}, type, a, b, polls), Kind::Branch);
        }
        for (const Op op : {Op::Add, Op::Sub, Op::Mul, Op::And, Op::Or, Op::Xor, Op::Shl, Op::ShrU,
                            Op::ShrS, Op::RotL, Op::RotR}) {
          for (const bool store : {false, true})
            add(binary_handler(op, type, a, b, store));
        }
      }
      for (const Type type : {Type::F32, Type::F64}) {
        for (const Op op : {Op::FAdd, Op::FSub, Op::FMul}) {
          for (const bool store : {false, true})
            add(float_binary_handler(op, type, a, b, store));
        }
      }
      for (const Type type : kTypes) {
        for (const auto bounds : kBounds) {
          for (const unsigned width : {1, 2, 4, 8}) {
            if (type == Type::F32 ? width != 4 : type == Type::F64 ? width != 8 : false)
              continue;
            add(store_handler(bounds, type, width, a, b));
            for (const bool is_signed : {false, true}) {
              for (const bool store : {false, true})
                add(load_handler(bounds, type, width, is_signed, a, store));
            }
          }
        }
      }
    }
  }
  return all;
}

/// What rows are made of: of each row the pair that makes it.
class Rows {
 public:
  Rows() {
    for (const auto fusions : all_fusions()) {
      for (const Fusion& fusion : fusions)
        pairs_.emplace(fusion.both, &fusion);
    }
  }
  /// The instructions of a row in their order. Empty: something in it is neither an instruction nor
  /// a row.
  [[nodiscard]] Instructions parts(Handler row) const {
    if (kinds_.contains(row))
      return {row};
    const auto found = pairs_.find(row);
    if (found == pairs_.end())
      return {};
    Instructions all = parts(found->second->first);
    const Instructions behind = parts(found->second->second);
    if (all.empty() || behind.empty())
      return {};
    std::ranges::copy(behind, std::back_inserter(all));
    return all;
  }
  [[nodiscard]] Kind kind(Handler instruction) const { return kinds_.at(instruction); }

 private:
  std::map<Handler, Kind> kinds_ = instructions();
  std::map<Handler, const Fusion*> pairs_;
};
const Rows& rows() {
  static const Rows kRows;
  return kRows;
}

// --- running ---

Regs stopped;
Next stop(Regs& r) {
  stopped = r;
  return leave_machine();
}

/// Address space in which no access of 32 bits and an offset faults; pages come when they are
/// written.
class Space {
 public:
  explicit Space(size_t size)
      : size_(size), base_(mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {}
  Space(const Space&) = delete;
  Space& operator=(const Space&) = delete;
  ~Space() { munmap(base_, size_); }
  [[nodiscard]] uint8_t* data() const { return static_cast<uint8_t*>(base_); }

 private:
  size_t size_;
  void* base_;
};

constexpr uint64_t kReach = (uint64_t{1} << 33) + 4096;
constexpr size_t kWindow = 2048, kWritten = 8, kSlots = 1 << 16;

/// What a run leaves behind.
struct Outcome {
  Status status = Status::Success;
  int64_t gas = 0;
  unsigned polls = 0;
  ptrdiff_t place = 0;
  Word acc = 0, facc[2] = {};
  std::vector<Word> slots;
  std::vector<uint8_t> memory;
  bool operator==(const Outcome&) const = default;
};

struct Start {
  Word acc;
  double facc;
  int64_t gas;
  Word slots[kWritten];
  std::vector<uint8_t> memory;
};

class Machine {
 public:
  Outcome run(const std::vector<Word>& code, const Start& start) {
    std::ranges::copy(start.slots, slots_.begin());
    std::ranges::copy(start.memory, memory_.data());
    runtime::Activation activation;
    unsigned polls = 0;
    activation.floor = 100;
    activation.context = &polls;
    activation.poll = [](runtime::Context& context, int64_t) {
      ++*static_cast<unsigned*>(static_cast<runtime::Activation&>(context).context);
      return Status::Success;
    };
    Float facc{};
    std::memcpy(&facc, &start.facc, sizeof start.facc);
    Regs r{code.data(), slots_.data(),   start.gas, &activation, memory_.data(),
           kWindow,     touched_.data(), start.acc, facc};
    stopped = r;
    stopped.ip = nullptr;
    run_from(r, dispatch(r));
    Outcome outcome;
    outcome.status = activation.status;
    outcome.polls = polls;
    if (activation.status == Status::Success) {
      outcome.place = stopped.ip - code.data();
      outcome.gas = stopped.gas;
      outcome.acc = stopped.acc;
      std::memcpy(outcome.facc, &stopped.facc, sizeof outcome.facc);
    } else {
      outcome.gas = activation.gas;
    }
    outcome.slots.assign(slots_.begin(), slots_.begin() + kWritten);
    outcome.memory.assign(memory_.data(), memory_.data() + kWindow + 64);
    outcome.memory.push_back(touched_.data()[0]);
    touched_.data()[0] = 0;
    return outcome;
  }

 private:
#if ZVM_THREADED
  static void run_from(Regs& r, Next next) {
    next(r.ip, r.fp, r.gas, r.activation, r.memory, r.memory_size, r.touched, r.acc, r.facc);
  }
#else
  static void run_from(Regs& r, Next next) {
    while (next.fn != nullptr)
      next = next.fn(r);
  }
#endif

  Space memory_{kReach};
  Space touched_{kReach >> runtime::kTouchShift};
  std::vector<Word> slots_ = [] {
    std::vector<Word> slots(kSlots);
    for (size_t i = 0; i < kSlots; ++i)
      slots[i] = i * 0x9e37'79b9'0000'0001;
    return slots;
  }();
};

/// Operands, many of them at an edge, and most addresses within the memory.
class Operands {
 public:
  [[nodiscard]] uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  [[nodiscard]] Word value() {
    constexpr Word kEdges[] = {
        0, 1, 31, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff, uint64_t{1} << 63, ~uint64_t{0}};
    return below(3) == 0 ? kEdges[below(std::size(kEdges))] : below(kWindow - 64);
  }
  [[nodiscard]] uint32_t number() {
    constexpr int32_t kNumbers[] = {0, 1, 2, 4, 8, 31, 33, 255, -1, -4, -8, INT32_MIN, INT32_MAX};
    return static_cast<uint32_t>(kNumbers[below(std::size(kNumbers))]);
  }
  [[nodiscard]] Start start() {
    Start start{value(), static_cast<double>(below(1000)) * 0.25, 0, {}, {}};
    start.gas = below(8) == 0 ? below(3) : 90 + below(1000);
    for (Word& slot : start.slots)
      slot = value();
    start.memory.resize(kWindow + 64);
    for (uint8_t& byte : start.memory)
      byte = below(4) == 0 ? static_cast<uint8_t>(random_()) : 0;
    return start;
  }
  /// The instructions one behind the other, a jump going to the next one.
  [[nodiscard]] std::vector<Word> code(const Instructions& instructions) {
    std::vector<Word> code;
    const auto with_gas = [&](uint32_t low) { return low | Word{below(60)} << 32; };
    for (const Handler instruction : instructions) {
      code.push_back(reinterpret_cast<Word>(instruction));
      const Word fields = below(kWritten) | below(kWritten) << 16 | Word{number()} << 32;
      switch (rows().kind(instruction)) {
      case Kind::Straight:
        code.push_back(instruction == handlers().charge ? below(60) : fields);
        break;
      case Kind::Jump:
        code.push_back(with_gas(2));
        break;
      case Kind::Branch:
        code.insert(code.end(), {fields, with_gas(6), Word{below(60)}});
        break;
      case Kind::Switch:
        code.insert(code.end(), {Word{below(kWritten)} << 16 | Word{2} << 32, with_gas(5),
                                 with_gas(6), with_gas(7)});
        break;
      }
    }
    code.insert(code.end(), 8, reinterpret_cast<Word>(handler<stop>));
    return code;
  }

 private:
  std::mt19937_64 random_{1};
};

constexpr unsigned kTrials = 24;

/// One runs code as it is, the other with a row in the place of its first instruction. What is far
/// from where accesses mostly go they remember, both the same.
struct Machines {
  Machine by_one, by_row;

  void expect_same(std::vector<Word> code, Handler row, const Start& start) {
    const Outcome expected = by_one.run(code, start);
    code[0] = reinterpret_cast<Word>(row);
    EXPECT_TRUE(by_row.run(code, start) == expected);
  }
};

TEST(Fuse, RowsDoWhatTheirInstructionsDo) {
  Machines machines;
  Operands operands;
  for (const auto fusions : all_fusions()) {
    for (size_t i = 0; i < fusions.size() && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE(testing::Message() << "list of " << fusions.size() << ", pair " << i);
      const Instructions parts = rows().parts(fusions[i].both);
      ASSERT_GE(parts.size(), 2u);
      for (unsigned trial = 0; trial < kTrials; ++trial)
        machines.expect_same(operands.code(parts), fusions[i].both, operands.start());
    }
  }
}

/// Instructions of two words, by their number.
class Fields {
 public:
  explicit Fields(std::vector<Word>& code) : code_(code) {}
  void set(size_t instruction, unsigned field, uint16_t slot) {
    std::memcpy(at(instruction, field), &slot, sizeof slot);
  }
  void replace(size_t instruction, unsigned field, uint16_t slot, uint16_t other) {
    if (std::memcmp(at(instruction, field), &slot, sizeof slot) == 0)
      set(instruction, field, other);
  }

 private:
  uint8_t* at(size_t instruction, unsigned field) {
    return reinterpret_cast<uint8_t*>(&code_[2 * instruction + 1]) + 2 * field;
  }
  std::vector<Word>& code_;
};

TEST(Fuse, CarriedWaysDoWhatTheirInstructionsDo) {
  Machines machines;
  Operands operands;
  for (const CarriedWay& way : carried_ways()) {
    const Instructions parts = rows().parts(way.way);
    SCOPED_TRACE(testing::Message() << "way " << &way - carried_ways().data());
    const auto jump =
        static_cast<size_t>(std::ranges::find(parts, handlers().jump_polled) - parts.begin());
    ASSERT_LT(way.place, jump);
    ASSERT_EQ(parts.size(), jump + way.readers + 2);
    for (unsigned trial = 0; trial < kTrials * 8 && !testing::Test::HasFailure(); ++trial) {
      std::vector<Word> code = operands.code(parts);
      constexpr uint16_t kVariable = 3, kOther = 4;
      Fields fields{code};
      fields.set(way.place, kDst, kVariable);
      for (size_t i = way.place + 1; i < jump; ++i)
        fields.replace(i, kDst, kVariable, kOther);
      for (size_t i = jump + 1; i <= jump + way.readers; ++i) {
        fields.set(i, kA, kVariable);
        fields.replace(i, kDst, kVariable, kOther);
      }
      machines.expect_same(code, way.carried, operands.start());
    }
  }
}

/// A row is chosen where what it begins with stands before what it ends with; both must be what the
/// translator makes.
TEST(Fuse, RowsAreFound) {
  std::set<std::pair<Handler, Handler>> seen;
  for (const auto fusions : all_fusions()) {
    for (const Fusion& fusion : fusions) {
      EXPECT_TRUE(seen.emplace(fusion.first, fusion.second).second) << "a pair stands twice";
      EXPECT_EQ(fused(fusion.first, fusion.second), fusion.both);
      EXPECT_FALSE(rows().parts(fusion.first).empty()) << "no instruction and no row";
      EXPECT_FALSE(rows().parts(fusion.second).empty()) << "no instruction and no row";
    }
  }
  EXPECT_LE(seen.size(), kMostFusions);
  for (const CarriedWay& way : carried_ways())
    EXPECT_GE(rows().parts(way.way).size(), 3u);
  EXPECT_EQ(fused(handlers().jump, handlers().move), nullptr);
}

} // namespace
} // namespace zvm::backend::interp::word
