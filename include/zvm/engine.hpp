// Engine: VMs, schedules, code cache and tiers behind one handle, for any number of threads.
// Machine: what one thread executes with. Both are described where they are defined.
#pragma once

#include "engine/engine.hpp"
#include "zvm/execution.hpp"
#include "zvm/transaction.hpp"

namespace zvm {

using engine::BatchOutcome;
using engine::BatchResult;
using engine::CacheStats;
using engine::CallRequest;
/// What Engine::detect says of stored bytes.
using engine::CodeFormat;
using engine::DeployRequest;
using engine::Engine;
using engine::EngineOptions;
using engine::EngineStats;
using engine::GasEstimate;
using engine::kDefaultGas;
using engine::LogList;
using engine::Machine;
using engine::NativeStats;
using engine::PrecompileChange;
using engine::Tier;
using engine::VmConfig;
using engine::VmSet;
/// Prices of WASM contracts, VmConfig::wasm_schedule.
using gas::WasmSchedule;

using engine::name;
using engine::parse_tier;

} // namespace zvm
