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

if(ZVM_CURVES)
  curves_obstacle(obstacle)
  if(NOT obstacle)
    set(library ${ZVM_CURVES_TARGET_DIR}/release/libzvm_curves.a)
    file(GLOB sources CONFIGURE_DEPENDS ${curves}/src/*.rs)
    add_custom_command(OUTPUT ${library}
      COMMAND ${ZVM_CARGO} build --release --locked --offline --quiet
        --manifest-path ${curves}/Cargo.toml --target-dir ${ZVM_CURVES_TARGET_DIR}
      DEPENDS ${sources} ${curves}/Cargo.toml ${curves}/Cargo.lock
      COMMENT "Building the curves with cargo" VERBATIM)
    add_custom_target(zvm_curves_library DEPENDS ${library})
    add_library(zvm_curves STATIC IMPORTED GLOBAL)
    set_target_properties(zvm_curves PROPERTIES IMPORTED_LOCATION ${library})
    add_dependencies(zvm_curves zvm_curves_library)
    target_link_libraries(zvm_crypto INTERFACE zvm_curves ${CMAKE_DL_LIBS} m)
    target_compile_definitions(zvm_crypto INTERFACE ZVM_CURVES=1)
  elseif(ZVM_CURVES STREQUAL "AUTO")
    message(WARNING "zvm: the pairing precompiles (bn254, KZG, BLS12-381) are left out: ${obstacle}")
  else()
    message(FATAL_ERROR "ZVM_CURVES: ${obstacle}")
  endif()
endif()
