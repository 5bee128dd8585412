# cmake --install: static libraries, the headers below zvm/, and a package, so that find_package(zvm) brings zvm::engine.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/zvm)
set(libraries zvm_base zvm_gas zvm_ir zvm_frontend zvm_frontend_evm zvm_frontend_zvm zvm_frontend_wasm zvm_hash
  zvm_runtime zvm_backend zvm_backend_interp zvm_engine)
if(ZVM_ASMJIT)
  list(APPEND libraries zvm_backend_asmjit)
endif()
foreach(name public crypto flags)
  set_target_properties(zvm_${name} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS ${libraries} zvm_public zvm_crypto zvm_flags EXPORT zvm
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT zvm NAMESPACE zvm:: FILE zvmTargets.cmake DESTINATION ${package_folder} COMPONENT development)
install(DIRECTORY ${ZVM_PUBLIC_HEADERS}/zvm DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
if(TARGET zvm::curves)
  get_target_property(curves_library zvm::curves IMPORTED_LOCATION)
  install(FILES ${curves_library} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
endif()

configure_package_config_file(cmake/zvmConfig.cmake.in ${PROJECT_BINARY_DIR}/zvmConfig.cmake
  INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_LIBDIR)
# Before 1.0 a minor version may break what the one before it promised.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/zvmConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/zvmConfig.cmake ${PROJECT_BINARY_DIR}/zvmConfigVersion.cmake
  DESTINATION ${package_folder} COMPONENT development)
if(TARGET zvm)
  install(TARGETS zvm RUNTIME COMPONENT tool)
endif()
