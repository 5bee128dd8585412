#include "cli/t8n/trace_files.hpp"

#include <filesystem>

#include "cli/errors.hpp"

namespace zvm::cli {

namespace fs = std::filesystem;

Tracer* TraceFiles::begin(size_t index, const Bytes32& hash) {
  if (options_.trace) {
    const std::string name = "trace-" + std::to_string(index) + "-" + to_hex(hash) + ".jsonl";
    path_ = (fs::path{options_.folder} / name).string();
    file_.open(path_, std::ios::binary | std::ios::trunc);
    if (!file_)
      throw UsageError(path_ + ": cannot be written");
    tracer_ = std::make_unique<Eip3155Tracer>(file_, options_.fields);
  }
  counter_.set_next(tracer_.get());
  return options_.count ? &counter_ : static_cast<Tracer*>(tracer_.get());
}

void TraceFiles::end(bool was_refused) {
  if (tracer_ == nullptr)
    return;
  file_ << '{' << tracer_->ending() << "}\n";
  counter_.set_next(nullptr);
  tracer_.reset();
  file_.close();
  if (!file_)
    throw UsageError(path_ + ": cannot be written");
  if (was_refused)
    fs::remove(path_);
}

} // namespace zvm::cli
