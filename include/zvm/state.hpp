// State: where accounts, slots and code are kept, and what executions change of them.
//
//   StateStore    to be derived from where state lives elsewhere: reads answer Ok, Pending or Error;
//                 apply takes the changes of a transaction, all of them or none
//   MemoryStore   a whole state in memory
//   OverlayStore  a layer over another store that catches all writes (snapshots, overrides, trial runs);
//                 layers stack; diff() is what the layer changed, to be applied to its base
//   StateDiff     those changes as a value
//   StateRoot     the Merkle-Patricia root of a store that can be walked
//   DeferredHashes the hashes that contracts have put off (Journal::deferred), DeferredCommitments what they came to
//   StateRecorder sees each account, slot and key that is read or written, reverted frames included
//
// Beside its slots an account has a byte column: values under keys of any length, for contracts of modules
// (runtime/state/kv.hpp). State roots leave it out.
#pragma once

#include "runtime/call/address.hpp"
#include "runtime/hash/deferred.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/resource/resource.hpp"
#include "runtime/state/journal.hpp"
#include "runtime/state/memory_store.hpp"
#include "runtime/state/recorder.hpp"
#include "runtime/state/store.hpp"
#include "runtime/trie/bloom.hpp"
#include "runtime/trie/state_root.hpp"
#include "zvm/types.hpp"

namespace zvm {

using runtime::AccountChange;
using runtime::AccountRecord;
using runtime::Journal;
using runtime::kCodePadding;
using runtime::kEmptyCodeHash;
using runtime::kMaxKvKey;
using runtime::kMaxKvValue;
using runtime::kResourceAccount;
using runtime::KvChange;
using runtime::KvEntry;
using runtime::KvValue;
using runtime::LogView;
using runtime::MemoryStore;
using runtime::OverlayStore;
using runtime::ReadStatus;
using runtime::SlotChange;
using runtime::StateDiff;
using runtime::StateKey;
using runtime::StateRecorder;
using runtime::StateRoot;
using runtime::StateStore;
using runtime::StateVisitor;
using runtime::StoreError;

using runtime::deferred_root;
using runtime::DeferredAlgorithm;
using runtime::DeferredCommitment;
using runtime::DeferredCommitments;
using runtime::DeferredHashes;

using runtime::Bloom;
using runtime::BloomBuilder;
using runtime::create2_address;
using runtime::create2_addresses;
using runtime::create_address;
using runtime::keccak256;
using runtime::logs_bloom;
using runtime::logs_hash;

} // namespace zvm
