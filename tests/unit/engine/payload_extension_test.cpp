#include "engine/payload_extension.hpp"

#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

/// While it is asked for one operation it has another machine run a contract that asks for a longer
/// one.
class Nested final : public PayloadExtension {
 public:
  size_t longest = 0;
  bool stayed = true;

 protected:
  Status perform(Frame&, uint8_t, ByteView payload, U256& result) override {
    longest = std::max(longest, payload.size());
    result = payload.size();
    if (is_inner_)
      return Status::Success;
    const std::vector<uint8_t> before{payload.begin(), payload.end()};
    is_inner_ = true;
    TransactionResult inner;
    const std::unique_ptr<Machine> other = make_machine();
    other->set_extension(this);
    MemoryStore store;
    // HTS_TRANSFER of four words.
    const std::vector<uint8_t> code = code_of("1101 1102 1103 1104 e0 1100 91 00");
    EXPECT_TRUE(
        store.put_account(kContract, {}, other->engine().stored_form(Vm::Zvm, code).value()));
    EXPECT_EQ(other->call(store, {.to = kContract, .commit = true}, inner), Status::Success);
    EXPECT_EQ(slot_of(store, kContract, 0), U256{92});
    is_inner_ = false;
    stayed = std::ranges::equal(before, payload);
    return Status::Success;
  }

 private:
  bool is_inner_ = false;
};

TEST(PayloadExtension, MayBeAskedWhileItAnswers) {
  const std::unique_ptr<Machine> machine = make_machine();
  Nested extension;
  machine->set_extension(&extension);
  MemoryStore store;
  // HTS_BURN of two words.
  const std::vector<uint8_t> code = code_of("1105 1107 e2 1100 91 00");
  ASSERT_TRUE(
      store.put_account(kContract, {}, machine->engine().stored_form(Vm::Zvm, code).value()));
  TransactionResult result;
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(machine->call(store, {.to = kContract, .commit = true}, result), Status::Success);
    EXPECT_EQ(result.status, Status::Success);
    EXPECT_EQ(slot_of(store, kContract, 0), U256{52});
    EXPECT_EQ(extension.longest, 92u);
    EXPECT_TRUE(extension.stayed);
  }
}

} // namespace
} // namespace zvm::engine
