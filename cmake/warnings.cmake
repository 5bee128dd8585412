# Warnings, the same for libraries, tests and tools.
target_compile_options(zvm_flags INTERFACE
  -Wall -Wextra -Wundef -Wvla -Wcast-align -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wextra-semi -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(zvm_flags INTERFACE
    -Wpedantic -Wshadow -Wnewline-eof -Wunreachable-code-break -Wthread-safety
    # The threaded interpreter and the tables use these extensions knowingly; both compilers have them.
    -Wno-gnu-label-as-value -Wno-gnu-statement-expression -Wno-gnu-zero-variadic-macro-arguments)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # clang checks [[nodiscard]] and shadowing for us: gcc refuses (void) on its own attribute, and looks into macros.
  target_compile_options(zvm_flags INTERFACE -Wno-unused-result)
endif()
if(ZVM_WERROR)
  target_compile_options(zvm_flags INTERFACE -Werror)
endif()
