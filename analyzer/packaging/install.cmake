# What `cmake --install` puts where, and the Debian packages that cpack makes of it: refwarden, and the
# runtime model, which the program does not need, in a package of its own.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME refwarden)
set(datadir ${CMAKE_INSTALL_DATADIR})

install(TARGETS refwarden RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES analyzer/include/refwarden.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES analyzer/cli/refwarden.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES analyzer/cli/refwarden.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
file(GLOB schemas CONFIGURE_DEPENDS analyzer/report/*.schema.json)
install(FILES ${schemas} DESTINATION ${datadir}/refwarden)
install(DIRECTORY analyzer/integrations/ DESTINATION ${datadir}/refwarden/integrations)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

# Relative, so that the installed tree can be moved.
file(RELATIVE_PATH REFWARDEN_PC_PREFIX /${datadir}/pkgconfig /)
string(REGEX REPLACE "/$" "" REFWARDEN_PC_PREFIX "${REFWARDEN_PC_PREFIX}")
configure_file(analyzer/packaging/refwarden.pc.in ${PROJECT_BINARY_DIR}/generated/refwarden.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/generated/refwarden.pc DESTINATION ${datadir}/pkgconfig)

# completion(SHELL DESTINATION): written by the program that was just built.
set(completion_files)
function(completion shell destination)
  get_filename_component(name ${destination} NAME)
  set(file ${PROJECT_BINARY_DIR}/generated/completions/${shell}/${name})
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/completions/${shell})
  add_custom_command(OUTPUT ${file} COMMAND refwarden completions ${shell} > ${file} DEPENDS refwarden VERBATIM)
  set(completion_files ${completion_files} ${file} PARENT_SCOPE)
  get_filename_component(folder ${destination} DIRECTORY)
  install(FILES ${file} DESTINATION ${datadir}/${folder})
endfunction()
completion(bash bash-completion/completions/refwarden)
completion(zsh zsh/site-functions/_refwarden)
completion(fish fish/vendor_completions.d/refwarden.fish)
add_custom_target(completions ALL DEPENDS ${completion_files})

# ---- cpack -G DEB

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME refwarden)
set(CPACK_PACKAGE_VENDOR refwarden)
set(CPACK_PACKAGE_CONTACT "The refwarden maintainers <maintainers@refwarden.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL refwarden runtime_model)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/analyzer/packaging/debian.cmake)

# libclang's own headers are no library, so nobody else asks for them.
set(CPACK_DEBIAN_REFWARDEN_PACKAGE_NAME refwarden)
set(CPACK_DEBIAN_REFWARDEN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_REFWARDEN_PACKAGE_DEPENDS libclang-common-19-dev)
set(CPACK_DEBIAN_REFWARDEN_PACKAGE_RECOMMENDS "python3, python3-dev")
set(CPACK_COMPONENT_REFWARDEN_DESCRIPTION "finds reference-count bugs in C extensions of CPython
refwarden reads the C source of extension modules, follows every path through
every function, and reports where a reference is leaked, released too often,
used after its release or hidden from the garbage collector. Each report shows
the path with the count of owned references beside it.")

set(CPACK_DEBIAN_RUNTIME_MODEL_PACKAGE_NAME refwarden-runtime-model-dev)
set(CPACK_DEBIAN_RUNTIME_MODEL_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_RUNTIME_MODEL_DESCRIPTION "model of CPython's memory system, as a C library
Objects, allocators, reference counts and the garbage collector as CPython has
them, with a Python.h of its own, for running extension code where every
reference is accounted for. rm-demo shows fourteen causes of leaks.")
include(CPack)
