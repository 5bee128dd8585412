// Registers and capabilities against a model of them in plain containers: random operations of
// several accounts, messages that are undone, transactions that are committed.
#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/runtime/resource/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;
using Code = ResourceCode;
using State = RegisterStatus;

struct Model {
  struct Cap {
    Address holder;
    uint8_t rights;
    uint32_t parent;
    uint64_t expiry;
    bool is_revoked = false;
  };
  struct Reg {
    Address owner;
    State state = State::Active;
    Bytes data;
    std::vector<Cap> caps; ///< number 1 first
  };
  std::map<Bytes32, Reg> registers;

  /// Whether this capability and all above it are there.
  static bool stands(const Reg& r, uint32_t number) {
    return number == 0 || (number <= r.caps.size() && !r.caps[number - 1].is_revoked &&
                           stands(r, r.caps[number - 1].parent));
  }
  static bool may(const Reg& r, const Address& who, uint32_t number, Right right, uint64_t now) {
    if (number == 0)
      return r.owner == who;
    if (!stands(r, number))
      return false;
    const Cap& cap = r.caps[number - 1];
    return cap.holder == who && (cap.rights & static_cast<uint8_t>(right)) != 0 && now < cap.expiry;
  }
  static bool is_in_line(const Reg& r, const Address& who, uint32_t number) {
    return number != 0 &&
           (r.caps[number - 1].holder == who || is_in_line(r, who, r.caps[number - 1].parent));
  }
  /// What using an existing register in these states answers.
  static Code use(const Reg& r, const Address& who, uint32_t number, Right right, uint64_t now,
                  std::initializer_list<State> states) {
    if (r.state == State::Consumed)
      return Code::InvalidState;
    if (!may(r, who, number, right, now))
      return Code::AccessDenied;
    return std::ranges::find(states, r.state) != states.end() ? Code::Ok : Code::InvalidState;
  }
};

class ResourceModel : public ResourceTest {
 protected:
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

  /// Mostly of a register that is not consumed and by who holds the capability, so that much
  /// succeeds.
  void step() {
    std::vector<Bytes32> ids;
    const bool any = below(8) == 0;
    for (const auto& [id, r] : model_.registers) {
      if (any || r.state != State::Consumed)
        ids.push_back(id);
    }
    Address who = kAccounts[below(3)];
    if (ids.empty() || (!any && ids.size() < 3)) {
      run_as(who);
      const Bytes data(below(80), static_cast<uint8_t>(below(256)));
      model_.registers[create(data)] = {.owner = who, .data = data, .caps = {}};
      return;
    }
    const Bytes32 id = ids[below(static_cast<uint32_t>(ids.size()))];
    Model::Reg& r = model_.registers[id];
    const uint32_t cap = below(4) == 0 ? 0 : below(static_cast<uint32_t>(r.caps.size()) + 2);
    if (below(4) != 0)
      who = cap == 0 || cap > r.caps.size() ? r.owner : r.caps[cap - 1].holder;
    run_as(who);
    const auto expected = [&](Right right, std::initializer_list<State> states) {
      return Model::use(r, who, cap, right, x_.block.timestamp, states);
    };
    const auto succeed = [&](const Address& owner, const Bytes& data) {
      r.state = State::Consumed;
      model_.registers[made_] = {.owner = owner, .data = data, .caps = {}};
    };
    const Address other = kAccounts[below(3)];
    switch (below(24)) {
    case 0:
    case 10:
    case 11:
    case 12:
    case 13: {
      const Code code = expected(Right::Read, {State::Active, State::Locked});
      ASSERT_EQ(read(id, cap), code);
      if (code == Code::Ok)
        ASSERT_EQ(read_, r.data);
      return;
    }
    case 1: {
      const Bytes data(below(80), static_cast<uint8_t>(below(256)));
      const Code code = expected(Right::Write, {State::Active});
      ASSERT_EQ(update(id, cap, data), code);
      if (code == Code::Ok)
        succeed(r.owner, data);
      return;
    }
    case 2: {
      const Code code = expected(Right::Admin, {State::Active});
      ASSERT_EQ(transfer(id, other, cap), code);
      if (code == Code::Ok)
        succeed(other, r.data);
      return;
    }
    case 3: {
      const Code code = expected(Right::Execute, {State::Active});
      ASSERT_EQ(consume(id, cap), code);
      if (code == Code::Ok)
        r.state = State::Consumed;
      return;
    }
    case 4:
    case 5: {
      const auto to = static_cast<State>(below(5));
      const bool is_lock = (to == State::Locked && r.state == State::Active) ||
                           (to == State::Active && r.state == State::Locked);
      const bool is_freeze = (to == State::Frozen && r.state == State::Active) ||
                             (to == State::Active && r.state == State::Frozen);
      const Code code = !is_lock && !is_freeze
                            ? Code::InvalidState
                            : expected(is_lock ? Right::Execute : Right::Admin, {r.state});
      ASSERT_EQ(set(id, to, cap), code);
      if (code == Code::Ok)
        r.state = to;
      return;
    }
    case 6:
    case 7: {
      const bool owns = r.owner == who;
      Code code = Code::Ok;
      if (r.state == State::Consumed)
        code = Code::InvalidState;
      else if (cap == 0 || !Model::stands(r, cap))
        code = Code::NotFound;
      else if (!owns && !Model::is_in_line(r, who, cap))
        code = Code::AccessDenied;
      ASSERT_EQ(revoke(id, cap), code);
      if (code == Code::Ok)
        r.caps[cap - 1].is_revoked = true;
      return;
    }
    default: {
      const auto rights = static_cast<uint8_t>(below(256));
      const uint64_t expiry = below(3) == 0 ? kNever : x_.block.timestamp + below(8);
      const Code code = expected(Right::Delegate, {State::Active});
      ASSERT_EQ(try_delegate(id, cap, rights, other, expiry), code);
      if (code != Code::Ok)
        return;
      const uint8_t most = cap == 0 ? kAllRights : r.caps[cap - 1].rights;
      const uint64_t last = cap == 0 ? kNever : r.caps[cap - 1].expiry;
      r.caps.push_back(
          {other, static_cast<uint8_t>(rights & most), cap, std::min(expiry, last), false});
      ASSERT_EQ(number_, r.caps.size());
    }
    }
  }

  /// Messages in each other, of which some are undone.
  void message(unsigned depth) {
    const Model before = model_;
    const Journal::Checkpoint checkpoint = x_.journal.checkpoint();
    for (unsigned i = below(12); i != 0; --i) {
      if (depth < 3 && below(6) == 0)
        message(depth + 1);
      else
        step();
      if (HasFatalFailure())
        return;
    }
    if (below(3) == 0) {
      x_.journal.revert_to(checkpoint);
      model_ = before;
    }
  }

  static inline const Address kAccounts[] = {kAlice, kBob, kCarol};
  std::mt19937_64 random_;
  Model model_;
};

TEST_F(ResourceModel, Agrees) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    random_.seed(seed);
    model_ = {};
    for (int transaction = 0; transaction < 40; ++transaction) {
      message(0);
      for (const auto& [id, r] : model_.registers)
        ASSERT_EQ(status(id), r.state);
      if (HasFatalFailure())
        return;
      commit();
      x_.block.timestamp += below(4);
    }
  }
}

} // namespace
} // namespace zvm::runtime
