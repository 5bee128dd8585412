// Blocks: their fields and bytes, why they are refused, what came of them.
//
//   BlockHeader, Block   the fields, and decode_block, encode_block, header_hash for their bytes
//   Machine::execute_block   runs one: BlockRequest and BlockOptions in, BlockResult out
//   Receipt              what a transaction of a block did
//   BlockError           the rule that a refused block breaks; info() says it in words
//   AccessList           what a block has touched and changed, account by account (EIP-7928): BlockResult has it
//
// The steps of a block can be had one by one: runtime/block/execute.hpp names them.
#pragma once

#include "runtime/block/check_header.hpp"
#include "runtime/block/context.hpp"
#include "runtime/block/difficulty.hpp"
#include "runtime/block/execute.hpp"
#include "runtime/block/fees.hpp"
#include "runtime/block/roots.hpp"
#include "runtime/block/system_calls.hpp"
#include "runtime/block/system_contracts.hpp"
#include "zvm/transaction.hpp"

namespace zvm {

using gas::BlobFork;
using gas::BlobSchedule;
using gas::kBlobForks;
using runtime::AccessChange;
using runtime::AccessList;
using runtime::AccountAccess;
using runtime::Ancestor;
using runtime::Block;
using runtime::BlockError;
using runtime::BlockErrorInfo;
using runtime::BlockHeader;
using runtime::BlockOptions;
using runtime::BlockProgress;
using runtime::BlockRequest;
using runtime::BlockResult;
using runtime::kNoOmmersHash;
using runtime::Receipt;
using runtime::Requests;
using runtime::RlpWriter;
using runtime::SlotAccess;
using runtime::Withdrawal;

using runtime::access_list_hash;
using runtime::block_difficulty;
using runtime::check_header;
using runtime::decode_block;
using runtime::encode_access_list;
using runtime::encode_block;
using runtime::header_hash;
using runtime::info;
using runtime::item_count;
using runtime::next_base_fee;
using runtime::next_excess_blob_gas;
using runtime::ommers_hash;
using runtime::receipts_root;
using runtime::requests_hash;
using runtime::transactions_root;
using runtime::withdrawals_root;

} // namespace zvm
