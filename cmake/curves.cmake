# ZVM_CURVES: the mathematics of the pairing precompiles (runtime/precompiles/curves), which cargo builds into a static
# library. AUTO does without where that is not possible; calls to these precompiles then end as HostError.
set(ZVM_CURVES AUTO CACHE STRING "Build in the pairing precompiles: ON, OFF, AUTO (where cargo can)")
set_property(CACHE ZVM_CURVES PROPERTY STRINGS AUTO ON OFF)
set(ZVM_CURVES_TARGET_DIR ${PROJECT_BINARY_DIR}/curves CACHE PATH "cargo's output; build trees may share it")
set(curves ${PROJECT_SOURCE_DIR}/runtime/precompiles/curves)

# curves_obstacle(VAR): what keeps cargo from building; empty if nothing does. Fetches the crates, so that building needs
# no network.
function(curves_obstacle var)
  file(STRINGS ${curves}/Cargo.toml needed REGEX "^rust-version")
  string(REGEX MATCH "[0-9.]+" needed "${needed}")
  find_program(ZVM_CARGO cargo)
  if(NOT ZVM_CARGO)
    set(${var} "there is no cargo (${needed} or later)" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${ZVM_CARGO} --version OUTPUT_VARIABLE version ERROR_QUIET)
  string(REGEX MATCH "[0-9.]+" version "${version}")
  if(NOT version OR version VERSION_LESS needed)
    set(${var} "${ZVM_CARGO} is not ${needed} or later" PARENT_SCOPE)
    return()
  endif()
  foreach(way --offline "") # nothing is asked for if everything is there
    execute_process(COMMAND ${ZVM_CARGO} fetch --locked ${way} --manifest-path ${curves}/Cargo.toml
      RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE error)
    if(status EQUAL 0)
      set(${var} "" PARENT_SCOPE)
      message(STATUS "zvm: pairing precompiles are built with cargo ${version}")
      return()
    endif()
  endforeach()
  set(${var} "cargo cannot fetch the crates: ${error}" PARENT_SCOPE)
endfunction()

# curves_without_runtime(archive VAR): the archive made one object that shows the functions of curves.h and nothing else.
# The runtime of Rust in it, and blst, are then no symbols that a program has twice which brings its own.
function(curves_without_runtime archive var)
  find_program(ZVM_LD_BFD ld.bfd) # lld discards no sections of relocatable objects
  if(NOT ZVM_LD_BFD OR NOT CMAKE_OBJCOPY)
    message(STATUS "zvm: without ld.bfd and objcopy the curves cannot be linked into programs in Rust")
    set(${var} ${archive} PARENT_SCOPE)
    return()
  endif()
  set(header ${curves}/curves.h)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
  file(STRINGS ${header} lines REGEX "^int zvm_")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "zvm_[a-z0-9_]+" name "${line}")
    list(APPEND wanted --undefined=${name})
    list(APPEND shown --keep-global-symbol=${name})
  endforeach()
  set(object ${ZVM_CURVES_TARGET_DIR}/curves.o)
  set(library ${ZVM_CURVES_TARGET_DIR}/libzvm_curves.a)
  add_custom_command(OUTPUT ${library}
    COMMAND ${ZVM_LD_BFD} -r --gc-sections --force-group-allocation --strip-debug ${wanted} -o ${object} ${archive}
    COMMAND ${CMAKE_OBJCOPY} ${shown} ${object}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${library}
    COMMAND ${CMAKE_AR} qcs ${library} ${object}
    DEPENDS ${archive} ${header}
    COMMENT "Hiding what is not of the curves" VERBATIM)
  set(${var} ${library} PARENT_SCOPE)
endfunction()

if(ZVM_CURVES)
  curves_obstacle(obstacle)
  if(NOT obstacle)
    set(archive ${ZVM_CURVES_TARGET_DIR}/release/libzvm_curves.a)
    file(GLOB sources CONFIGURE_DEPENDS ${curves}/src/*.rs)
    add_custom_command(OUTPUT ${archive}
      COMMAND ${ZVM_CARGO} build --release --locked --offline --quiet
        --manifest-path ${curves}/Cargo.toml --target-dir ${ZVM_CURVES_TARGET_DIR}
      DEPENDS ${sources} ${curves}/Cargo.toml ${curves}/Cargo.lock
      COMMENT "Building the curves with cargo" VERBATIM)
    curves_without_runtime(${archive} library)
    add_custom_target(zvm_curves_library DEPENDS ${library})
    add_library(zvm::curves STATIC IMPORTED GLOBAL)
    set_target_properties(zvm::curves PROPERTIES IMPORTED_LOCATION ${library})
    add_dependencies(zvm::curves zvm_curves_library)
    target_link_libraries(zvm_crypto INTERFACE zvm::curves ${CMAKE_DL_LIBS} m)
    target_compile_definitions(zvm_crypto INTERFACE ZVM_CURVES=1)
  elseif(ZVM_CURVES STREQUAL "AUTO")
    message(WARNING "zvm: the pairing precompiles (bn254, KZG, BLS12-381) are left out: ${obstacle}")
  else()
    message(FATAL_ERROR "ZVM_CURVES: ${obstacle}")
  endif()
endif()
