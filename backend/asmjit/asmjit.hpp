// asmjit, as far as this back end uses it: that of December 2022. No other file includes it.
#pragma once

#include <asmjit/core.h>
#include <asmjit/x86.h>
