# CMake optimises nothing where nobody chose a build type. Alone, zvm is then built for release; as a part of another
# project, whose choice it is, it says what that costs.
get_property(has_many_types GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT has_many_types AND NOT CMAKE_CXX_FLAGS MATCHES "-O[123s]")
  if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo, MinSizeRel" FORCE)
    message(STATUS "zvm: CMAKE_BUILD_TYPE is empty; Release is taken")
  else()
    message(WARNING "zvm: CMAKE_BUILD_TYPE is empty, so nothing is optimised and contracts run 12 to 15 times slower. "
      "Configure with -DCMAKE_BUILD_TYPE=Release.")
  endif()
endif()
