# What Debian wants different from `cmake --install`: compressed pages, a changelog, zsh's folder, and no
# folder to search for libraries, since they are where the system has them. cpack runs this between
# installing into a folder and packing it.
file(GLOB components ${CPACK_TEMPORARY_DIRECTORY}/*)

foreach(component ${components})
  set(share ${component}/usr/share)
  file(GLOB pages ${share}/man/*/*)
  if(pages)
    execute_process(COMMAND gzip -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
  endif()
  if(EXISTS ${share}/zsh/site-functions)
    file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
  endif()
  file(GLOB programs ${component}/usr/bin/*)
  foreach(program ${programs})
    file(RPATH_REMOVE FILE ${program})
  endforeach()

  get_filename_component(name ${component} NAME)
  string(TOUPPER ${name} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  set(doc ${share}/doc/${package})
  file(COPY_FILE ${CPACK_RESOURCE_FILE_LICENSE} ${component}/copyright)
  file(MAKE_DIRECTORY ${doc})
  file(RENAME ${component}/copyright ${doc}/copyright)
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE ${doc}/changelog "${package} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
       "  * Version ${CPACK_PACKAGE_VERSION}.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  execute_process(COMMAND gzip -9nf ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)
endforeach()
