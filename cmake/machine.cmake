# Results are the same on every machine: no two roundings become one because the machine has a fused multiply-add, and
# no function of mathematics is called for the sake of errno.
target_compile_options(zvm_flags INTERFACE -ffp-contract=off -fno-math-errno)

# ZVM_MARCH: the instruction set the binaries may use. On x86-64 it is x86-64-v3 (Haswell 2013, Zen 2017 and later),
# because 256-bit arithmetic lives on MULX and three-operand shifts; -DZVM_MARCH= builds for any x86-64.
set(march_default "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(march_default "x86-64-v3")
  if(EXISTS /proc/cpuinfo AND NOT CMAKE_CROSSCOMPILING)
    file(STRINGS /proc/cpuinfo cpu_flags REGEX "^flags" LIMIT_COUNT 1)
    foreach(flag avx2 bmi1 bmi2 fma movbe)
      if(cpu_flags AND NOT cpu_flags MATCHES " ${flag}( |$)")
        message(STATUS "zvm: this CPU lacks ${flag}, so the default is any x86-64 instead of x86-64-v3")
        set(march_default "")
      endif()
    endforeach()
  endif()
endif()
set(ZVM_MARCH "${march_default}" CACHE STRING "Value of -march=; empty: the compiler's default")
if(ZVM_MARCH)
  target_compile_options(zvm_flags INTERFACE -march=${ZVM_MARCH})
  message(STATUS "zvm: binaries need a CPU with ${ZVM_MARCH} (portable ones: -DZVM_MARCH=)")
else()
  message(STATUS "zvm: binaries run on any ${CMAKE_SYSTEM_PROCESSOR}")
endif()
