// zvm for C++: include this, link zvm::engine. docs/embedding.md shows how, with programs that the tests run.
//
// These headers are source-stable: names of namespace zvm that they introduce keep their meaning from one
// release to the next. Names of the namespaces below it (zvm::engine, zvm::runtime, …) may move.
#pragma once

#include "zvm/block.hpp"
#include "zvm/engine.hpp"
#include "zvm/execution.hpp"
#include "zvm/state.hpp"
#include "zvm/transaction.hpp"
#include "zvm/types.hpp"
