# ZVM_SANITIZE goes to every target; ZVM_FUZZ adds libFuzzer's coverage to the libraries and its main to the targets.
if(ZVM_SANITIZE)
  target_compile_options(zvm_flags INTERFACE
    -fsanitize=${ZVM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(zvm_flags INTERFACE -fsanitize=${ZVM_SANITIZE})
  # The threaded interpreter's calling convention has no room for a sanitizer's frames.
  target_compile_definitions(zvm_flags INTERFACE ZVM_PORTABLE_INTERPRETER=1)
endif()
if(ZVM_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "ZVM_FUZZ needs clang: libFuzzer is part of its runtime (package libclang-rt-19-dev)")
  endif()
  # Not of what makes and judges inputs: that would only fill the corpus. Comparisons are not followed where programs
  # are decoded, compiled and run: with those that UBSan adds they took a quarter of the time, and what an input is
  # compared with there has a branch of its own.
  set(target $<TARGET_PROPERTY:NAME>)
  target_compile_options(zvm_flags INTERFACE -fsanitize=fuzzer-no-link
    $<$<IN_LIST:${target},zvm_test_fuzz;zvm_tests>:-fno-sanitize=fuzzer-no-link>
    $<$<IN_LIST:${target},zvm_ir;zvm_frontend_wasm;zvm_backend_interp;zvm_engine>:-fno-sanitize-coverage=trace-cmp>)
  target_compile_definitions(zvm_flags INTERFACE ZVM_PLANTS=1) # base/plant.hpp
endif()
