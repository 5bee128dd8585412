#include "cli/report.hpp"

#include <iomanip>

#include "base/vm_info.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

std::ostream& field(std::ostream& out, std::string_view name) {
  return out << std::left << std::setw(10) << name << "  ";
}

/// Why a transaction does not succeed with the most gas that it may have.
std::string_view reason(const GasEstimate& estimate) {
  const TransactionResult& most = estimate.result;
  return most.refusal != TxError::None ? info(most.refusal).text : info(most.status).text;
}

/// Calls see(name, count, what it counts).
template <typename See>
void for_each_count(const CacheStats& stats, See see) {
  see("modules", stats.modules, "pieces of code in the cache");
  see("bytes", stats.bytes, "bytes that they take");
  see("hits", stats.hits, "times that code was there");
  see("misses", stats.misses, "times that it was not");
  see("evictions", stats.evictions, "pieces of code evicted");
}
template <typename See>
void for_each_count(const NativeStats& stats, See see) {
#define NATIVE_COUNT(name, text) see(#name, stats.name, text);
#include "runtime/native_counts.def"
#undef NATIVE_COUNT
}

std::string topic_text(const U256& topic) { return to_hex(to_bytes32(topic)); }

} // namespace

ordered_json to_json(const DeferredCommitments& deferred) {
  ordered_json entries = ordered_json::array();
  for (const DeferredCommitment& entry : deferred.entries) {
    entries.push_back({{"algorithm", name(entry.algorithm)},
                       {"length", entry.length},
                       {"digest", to_hex(ByteView{entry.digest.bytes})}});
  }
  return {{"entries", std::move(entries)}, {"root", to_hex(ByteView{deferred.root.bytes})}};
}

ordered_json to_json(const HostFailure& failure) {
  ordered_json out = {{"cause", name(failure.cause)}, {"message", failure.message()}};
  if (failure.asked != 0)
    out["asked"] = failure.asked;
  if (failure.limit != 0)
    out["limit"] = failure.limit;
  if (failure.store_code != 0)
    out["store_code"] = failure.store_code;
  return out;
}

ordered_json to_json(const GasEstimate& estimate) {
  return estimate.gas_limit == 0 ? ordered_json{} : ordered_json(estimate.gas_limit);
}

void print_text(std::ostream& out, const GasEstimate& estimate) {
  field(out, "estimate");
  if (estimate.gas_limit != 0)
    out << estimate.gas_limit << " is the least gas limit of a transaction\n";
  else
    out << "no gas limit up to --gas will do: " << reason(estimate) << '\n';
}

ordered_json to_json(const EngineStats& stats) {
  ordered_json cache, native;
  for_each_count(stats.cache, [&](std::string_view name, uint64_t count, std::string_view) {
    cache[std::string{name}] = count;
  });
  for_each_count(stats.native, [&](std::string_view name, uint64_t count, std::string_view) {
    native[std::string{name}] = count;
  });
  return {{"cache", std::move(cache)}, {"native", std::move(native)}};
}

void print_text(std::ostream& out, const EngineStats& stats) {
  const auto print = [&](std::string_view, uint64_t count, std::string_view text) {
    field(out, "stats") << count << ' ' << text << '\n';
  };
  for_each_count(stats.cache, print);
  for_each_count(stats.native, print);
}

void print_text(std::ostream& out, Run& run) {
  field(out, "status") << name(run.status());
  if (run.status() != Status::Success)
    out << ": " << info(run.status()).text;
  out << '\n';
  if (run.failure().cause != HostCause::None)
    field(out, "cause") << run.failure().message() << '\n';
  field(out, "program") << name(run.vm()) << ", " << run.program().code_size << " bytes, from "
                        << run.program().form << '\n';
  field(out, "rules") << name(run.revision()) << ", tier " << name(run.tier()) << '\n';
  if (!is_host(run.status())) {
    field(out, "gas used") << run.gas_used() << " of " << run.gas_limit();
    if (run.has_state_gas()) {
      if (run.state_gas_limit() != 0)
        out << " and a reservoir of " << run.state_gas_limit();
      out << ": " << run.regular_gas_used() << " regular, " << run.result().state_gas_spent
          << " state";
    }
    if (run.journal().refund() != 0)
      out << ", refund counter " << run.journal().refund();
    out << '\n';
    field(out, "output") << to_hex(run.result().output.view()) << '\n';
  }
  if (run.status() != Status::Success)
    return;
  if (run.creates()) {
    field(out, "created") << to_hex(run.result().created) << '\n';
    field(out, "code") << to_hex(run.created_code()) << '\n';
  }
  const Journal& journal = run.journal();
  for (size_t i = 0; i < journal.log_count(); ++i) {
    const LogView log = journal.log(i);
    field(out, "log " + std::to_string(i)) << to_hex(log.address) << '\n';
    for (const U256& topic : log.topics)
      field(out, "  topic") << topic_text(topic) << '\n';
    field(out, "  data") << to_hex(log.data) << '\n';
  }
  for (const DeferredCommitment& entry : run.deferred().entries) {
    field(out, "deferred " + std::to_string(entry.index))
        << name(entry.algorithm) << " of " << entry.length
        << " bytes: " << to_hex(ByteView{entry.digest.bytes}) << '\n';
  }
  if (!run.deferred().entries.empty())
    field(out, "root") << to_hex(ByteView{run.deferred().root.bytes}) << '\n';
  for (const AccountChange& change : run.diff().accounts) {
    if (change.slot_count == 0)
      continue;
    field(out, "storage") << to_hex(change.address) << '\n';
    for (const SlotChange& slot : run.diff().slots_of(change))
      field(out, "  slot") << to_hex(slot.key) << " = " << to_hex(slot.value) << '\n';
  }
}

ordered_json to_json(Run& run) {
  ordered_json out;
  out["status"] = name(run.status());
  out["success"] = run.status() == Status::Success;
  out["vm"] = name(run.vm());
  out["form"] = run.program().form;
  out["revision"] = name(run.revision());
  out["tier"] = name(run.tier());
  out["gas_limit"] = run.gas_limit();
  if (run.has_state_gas())
    out["state_gas_limit"] = run.state_gas_limit();
  if (!is_host(run.status())) {
    out["gas_used"] = run.gas_used();
    if (run.has_state_gas()) {
      out["regular_gas_used"] = run.regular_gas_used();
      out["state_gas_used"] = run.result().state_gas_spent;
    }
    out["gas_refund"] = run.journal().refund();
    out["output"] = to_hex(run.result().output.view());
  }
  if (run.status() != Status::Success) {
    out["error"] = info(run.status()).text;
    if (is_host(run.status()))
      out["host"] = to_json(run.failure());
    return out;
  }
  if (run.creates()) {
    out["created"] = to_hex(run.result().created);
    out["code"] = to_hex(run.created_code());
  }
  ordered_json logs = ordered_json::array();
  const Journal& journal = run.journal();
  for (size_t i = 0; i < journal.log_count(); ++i) {
    const LogView log = journal.log(i);
    ordered_json topics = ordered_json::array();
    for (const U256& topic : log.topics)
      topics.push_back(topic_text(topic));
    logs.push_back(
        {{"address", to_hex(log.address)}, {"topics", topics}, {"data", to_hex(log.data)}});
  }
  out["logs"] = std::move(logs);
  ordered_json storage = ordered_json::object();
  for (const AccountChange& change : run.diff().accounts) {
    for (const SlotChange& slot : run.diff().slots_of(change))
      storage[to_hex(change.address)][to_hex(slot.key)] = to_hex(slot.value);
  }
  out["storage"] = std::move(storage);
  if (!run.deferred().entries.empty())
    out["deferred"] = to_json(run.deferred());
  out["state_root"] = to_hex(run.state_root());
  return out;
}

} // namespace zvm::cli
