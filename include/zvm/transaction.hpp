// Transactions of all types: their fields, their bytes, why they are refused, what they did.
#pragma once

#include "runtime/resource/register.hpp"
#include "runtime/tx/blob_fee.hpp"
#include "runtime/tx/decode.hpp"
#include "runtime/tx/execute.hpp"
#include "runtime/tx/intrinsic.hpp"
#include "runtime/tx/transaction.hpp"
#include "runtime/tx/tx_error.hpp"
#include "zvm/types.hpp"

namespace zvm {

using runtime::AccessListEntry;
using runtime::Authorization;
using runtime::DecodedTransaction;
using runtime::IntrinsicGas;
using runtime::Transaction;
using runtime::TransactionResult;
using runtime::TxChecks;
using runtime::TxError;
using runtime::TxErrorInfo;
using runtime::TxOptions;
using runtime::TxType;

/// What a message by itself has consumed; of transactions it stands in the result.
using runtime::collect_nullifiers;
using runtime::nullifier_of;

using runtime::blob_base_fee;
using runtime::decode_transaction;
using runtime::info;
using runtime::intrinsic_gas;

} // namespace zvm
